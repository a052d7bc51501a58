package org.hikyaku.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.networknt.schema.InputFormat;
import com.networknt.schema.Schema;
import com.networknt.schema.SchemaRegistry;
import com.networknt.schema.SpecificationVersion;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.hikyaku.cli.CommandRunner.Result;
import org.hikyaku.lab.Lab;
import org.hikyaku.lab.LabOptions;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** {@code probe} of the lab's servers, which are TLS 1.2 and 1.3 as this product's own server speaks them. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class ProbeLabTest {
    private Lab lab = startLab();

    private static Lab startLab() {
        try {
            return Lab.start(LabOptions.defaults());
        } catch (IOException e) {
            throw new AssertionError(e);
        }
    }

    @BeforeAll
    void labRuns() {
        assertThat(lab.catalogue().domains()).isNotEmpty();
    }

    @AfterAll
    void stop() {
        lab.close();
    }

    private Result probe(String... args) {
        String[] all = new String[args.length + 1];
        all[0] = "probe";
        System.arraycopy(args, 0, all, 1, args.length);
        return new CommandRunner()
                .internet(new LabInternet(lab))
                .clock(lab.clock())
                .run(all);
    }

    @Test
    void everySubtestIsTestedAndThereIsATotal() {
        Result result = probe("mx.dane-ee.example");

        assertThat(result.err()).isEmpty();
        assertThat(result.out())
                .startsWith("mx.dane-ee.example  ")
                .contains("port 25, smtp starttls, asked for mx.dane-ee.example")
                .contains("TLSv1.3      offered (good)")
                .contains("TLSv1.1      not offered")
                .containsPattern(
                        "internet.nl scores \\(NCSC 2025-05\\): \\d+ % \\(\\d+ of \\d+ points; DANE is not tested here\\)")
                .containsPattern("\n[12]?\\d connections, ");
    }

    @Test
    void whatWasSeenIsToldOfEachVersion() {
        Result result = probe("mx.dane-ee.example");

        assertThat(result.out())
                .containsPattern("  TLSv1\\.3 .*\n(?: {4,}.*\n)* {4}groups     x25519.*ffdhe2048")
                .containsPattern("  TLSv1\\.2 .*\n(?: {4,}.*\n)* {4}groups     x25519(?!.*ffdhe)")
                .containsPattern("  TLSv1\\.3 .*\n(?: {4,}.*\n)* {4}signatures ")
                .contains("a hello of two segments is understood")
                .contains("resumption in TLS 1.3")
                .containsPattern("STARTTLS +a command sent in the clear behind it is not run");
    }

    /** One connection: what is told is what was seen, and no total is made of it. */
    @Test
    void quickSpeaksOfNoTotal() {
        Result result = probe("mx.dane-ee.example", "--quick");

        assertThat(result.out())
                .contains("subtests tested, so no total; the worst seen is")
                .contains("one connection cannot tell what else is accepted")
                .contains("\n1 connection, ")
                .doesNotContain("two segments", "sent in the clear", " %");
    }

    @Test
    void quickHasNoScoreInJson() {
        JsonNode json = JsonMapper.shared()
                .readTree(probe("mx.dane-ee.example", "--quick", "--json").out());

        assertThat(json.at("/connections").asInt()).isEqualTo(1);
        assertThat(json.at("/grade/score").isMissingNode()).isTrue();
        assertThat(json.at("/grade/asked").asInt()).isEqualTo(12);
        assertThat(json.at("/grade/tested").asInt()).isLessThan(8);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "mx.dane-ee.example",
                "mx.dane-ee.example --quick",
                "mx.dane-ee.example --profile bsi-tr-03108",
                "mx.no-starttls.example",
                "mx.port-refused.example"
            })
    void jsonIsAsTheSchemaHasIt(String arguments) throws IOException {
        String[] args = (arguments + " --json").split(" ");
        Schema schema = SchemaRegistry.withDefaultDialect(SpecificationVersion.DRAFT_2020_12)
                .getSchema(Files.readString(Path.of("../docs/schema/probe-1.json")));

        assertThat(schema.validate(probe(args).out(), InputFormat.JSON)).isEmpty();
    }

    @Test
    void linesFitTheTerminalButForSettings() {
        Result result = new CommandRunner()
                .internet(new LabInternet(lab))
                .clock(lab.clock())
                .variable("COLUMNS", "70")
                .run("probe", "mx.dane-ee.example", "--profile", "bsi-tr-03108");

        assertThat(result.out().lines().filter(l -> !l.startsWith("        ")))
                .isNotEmpty()
                .allSatisfy(line -> assertThat(line.length()).isLessThanOrEqualTo(70));
    }
}
