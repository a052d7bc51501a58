package org.hikyaku.check;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** Ids are promises: each stands in the documentation and in the schema, and nothing else does. */
class DocumentedFindingsTest {
    private static final Pattern ROW =
            Pattern.compile("^\\| `([a-z0-9-]+)` \\| .* \\| ([^|]+) \\|$", Pattern.MULTILINE);

    private static List<String> ids() {
        return Arrays.stream(FindingId.values()).map(FindingId::id).toList();
    }

    @Test
    void everyIdStandsInTheDocumentation() throws IOException {
        String documentation = Files.readString(Path.of("../docs/check.md"));

        assertThat(ROW.matcher(documentation).results().map(m -> m.group(1))).containsExactlyElementsOf(ids());
    }

    @Test
    void theDocumentationNamesTheSameRules() throws IOException {
        String documentation = Files.readString(Path.of("../docs/check.md"));

        assertThat(ROW.matcher(documentation).results().map(m -> m.group(2)))
                .containsExactlyElementsOf(
                        Arrays.stream(FindingId.values()).map(FindingId::rule).toList());
    }

    @Test
    void everyIdStandsInTheSchema() throws IOException {
        JsonNode schema = JsonMapper.shared().readTree(Files.readString(Path.of("../docs/schema/check-1.json")));

        assertThat(schema.at("/$defs/finding/properties/id/enum").valueStream().map(JsonNode::asString))
                .containsExactlyElementsOf(ids());
    }

    @Test
    void idsAreWordsWithHyphensAndEachIsThereOnce() {
        assertThat(ids()).doesNotHaveDuplicates().allMatch(id -> id.matches("[a-z0-9]+(-[a-z0-9]+)+"));
    }
}
