package org.hikyaku.relay.config;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

/** {@code docs/relay.md} and the reader know the same settings, with the same kinds and defaults. */
class DocumentedSettingsTest {
    private static final Path PAGE = Path.of("../docs/relay.md");
    private static final Pattern ROW =
            Pattern.compile("\\| `([a-z0-9.\\[\\]-]+)` \\| ([^|]+) \\| ([^|]+) \\| ([^|]+) \\|");

    /** Has one entry in each list of sections, so that what is known inside is asked for. */
    private static final String ALL_SECTIONS = """
            hostname: mx.example.org
            local:
              catch-all: [{domain: example.org, to: a@example.org}]
            deliver:
              destinations: [{domains: x.example}]
            """;

    @Test
    void pageAndCodeAgree() throws IOException, ConfigException {
        List<Setting> documented = new ArrayList<>();
        Matcher row = ROW.matcher(Files.readString(PAGE));
        while (row.find()) {
            documented.add(new Setting(row.group(1), row.group(2).strip(), bare(row.group(3))));
        }

        assertThat(documented)
                .containsExactlyInAnyOrderElementsOf(RelayConfigReader.read(ALL_SECTIONS, "all.yaml", Path.of("/"))
                        .settings());
    }

    private static String bare(String cell) {
        return cell.strip().replace("`", "");
    }

    @Test
    void theExamplesOfThePageAreGood() throws IOException, ConfigException {
        Matcher example = Pattern.compile("```yaml\n(.*?)```", Pattern.DOTALL).matcher(Files.readString(PAGE));
        int count = 0;
        while (example.find()) {
            assertThat(RelayConfigReader.read(example.group(1), "example", Path.of("/"))
                            .config())
                    .isNotNull();
            count++;
        }
        assertThat(count).isGreaterThanOrEqualTo(2);
    }
}
