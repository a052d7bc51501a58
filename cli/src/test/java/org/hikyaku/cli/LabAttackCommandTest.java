package org.hikyaku.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.networknt.schema.InputFormat;
import com.networknt.schema.Schema;
import com.networknt.schema.SchemaRegistry;
import com.networknt.schema.SpecificationVersion;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

class LabAttackCommandTest {
    @TempDir
    private Path folder;

    @Test
    void showsTheMessagesOfOneAttack() {
        CommandRunner.Result result = new CommandRunner()
                .variable("COLUMNS", "100")
                .run("lab", "attack", "--attack", "strip-starttls", "--domain", "dane-ee.example");

        assertThat(result.err()).isEmpty();
        assertThat(result.exit()).isZero();
        assertThat(result.out())
                .containsPattern("STARTTLS stripped +changed +changed +changed +held back +held back")
                .contains("250-STARTTLS")
                .contains("[forged] 250-mx.dane-ee.example")
                .contains("Please pay to account 6666-6666.")
                .contains("5 mails: 0 safe, 2 held back, 0 read, 3 changed, 0 diverted.")
                .contains("The threat matrix that check derives for these domains says the same.");
        assertThat(result.out().lines().mapToInt(String::length).max().orElse(0))
                .isLessThanOrEqualTo(100);
    }

    @Test
    void fitsANarrowWindow() {
        CommandRunner.Result result = new CommandRunner()
                .variable("COLUMNS", "60")
                .run("lab", "attack", "--attack", "forge-mx", "--domain", "plain.example", "--sender", "dane");

        assertThat(result.exit()).isZero();
        assertThat(result.out()).contains("held back").contains("attacker to sender, forged: MX 1 mx.attacker.test.");
        assertThat(result.out().lines().mapToInt(String::length).max().orElse(0))
                .isLessThanOrEqualTo(60);
    }

    @Test
    void writesPageCapturesAndJson() throws Exception {
        Path page = folder.resolve("attacks.html");
        Path captures = folder.resolve("captures");
        CommandRunner.Result result = new CommandRunner()
                .run(
                        "lab",
                        "attack",
                        "--domain",
                        "sts-testing.example",
                        "--sender",
                        "mta-sts-known",
                        "--attack",
                        "fake-mx",
                        "--attack",
                        "listen",
                        "--json",
                        "--html",
                        page.toString(),
                        "--pcap",
                        captures.toString());

        assertThat(result.err()).isEmpty();
        assertThat(result.exit()).isZero();
        Schema schema = SchemaRegistry.withDefaultDialect(SpecificationVersion.DRAFT_2020_12)
                .getSchema(Files.readString(Path.of("../docs/schema/lab-attack-1.json")));
        assertThat(schema.validate(result.out(), InputFormat.JSON)).isEmpty();
        JsonNode json = JsonMapper.shared().readTree(result.out());
        JsonNode fake = json.at("/receivers/0/scenes/1");
        assertThat(fake.at("/attack").asString()).isEqualTo("fake-mx");
        assertThat(fake.at("/outcome").asString()).isEqualTo("diverted");
        assertThat(fake.at("/reported").asBoolean()).isTrue();
        assertThat(json.at("/receivers/0/scenes/0/outcome").asString()).isEqualTo("safe");
        String capture = fake.at("/capture").asString();
        assertThat(capture).isEqualTo("sts-testing.example_fake-mx_mta-sts-known.pcapng");

        CommandRunner.Result decoded =
                new CommandRunner().run("decode", captures.resolve(capture).toString(), "--dialogue");
        assertThat(decoded.out())
                .as("with the secrets in the file")
                .contains(fake.at("/marker").asString());
        CommandRunner.Result dark = new CommandRunner()
                .run(
                        "decode",
                        captures.resolve("sts-testing.example_listen_mta-sts-known.pcapng")
                                .toString(),
                        "--dialogue");
        assertThat(dark.out())
                .contains("STARTTLS")
                .doesNotContain(json.at("/receivers/0/scenes/0/marker").asString());

        String html = Files.readString(page);
        assertThat(html)
                .contains("<!doctype html>")
                .contains("prefers-color-scheme:dark")
                .contains("fake MX")
                .contains(fake.at("/marker").asString())
                .doesNotContain("<script")
                .doesNotContain("http://")
                .doesNotContain("https://");
    }

    /** In Chromium, light, dark, and as narrow as a phone. */
    @Test
    @Tag("interop")
    void axeHasNothingToObjectToInThePage() throws Exception {
        Path tools = Path.of("../scripts/node-tools");
        assumeTrue(
                Files.isDirectory(tools.resolve("node_modules/axe-core")),
                "axe-core is not installed (scripts/install-test-servers)");
        Path page = folder.resolve("attacks.html");
        CommandRunner.Result result =
                new CommandRunner().run("lab", "attack", "--domain", "sts-and-dane.example", "--html", page.toString());
        assertThat(result.exit()).isZero();
        Path said = folder.resolve("axe.out");
        Process axe = new ProcessBuilder(
                        "node", tools.resolve("accessibility.mjs").toString(), page.toString())
                .redirectErrorStream(true)
                .redirectOutput(said.toFile())
                .start();
        assertThat(axe.waitFor(2, TimeUnit.MINUTES)).isTrue();
        assertThat(Files.readString(said)).contains("3 views").contains(" 0 objections");
    }

    @Test
    void saysWhatItDoesNotKnow() {
        assertThat(complaint("--attack", "nonsense")).contains("There is no attack \"nonsense\"; there are listen,");
        assertThat(complaint("--sender", "nonsense"))
                .contains("There is no kind of sender \"nonsense\"; there are opportunistic,");
        assertThat(complaint("--domain", "nonsense.example")).contains("The lab has no domain nonsense.example");
        assertThat(complaint("--domain", "null-mx.example")).contains("null-mx.example has no mail host of its own");
        assertThat(complaint("--domain", "attacker.test")).contains("attacker.test is the attacker's own");
        assertThat(complaint("--html", folder.resolve("none/page.html").toString()))
                .contains("the folder does not exist");
    }

    private static String complaint(String... words) {
        List<String> line = new java.util.ArrayList<>(List.of("lab", "attack"));
        line.addAll(List.of(words));
        CommandRunner.Result result = new CommandRunner().run(line.toArray(String[]::new));
        assertThat(result.exit()).isEqualTo(2);
        assertThat(result.out()).isEmpty();
        return result.err();
    }
}
