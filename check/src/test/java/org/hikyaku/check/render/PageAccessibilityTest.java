package org.hikyaku.check.render;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import org.hikyaku.lab.Lab;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The report page in Chromium, looked at by axe-core: light, dark, and as narrow as a phone. */
@Tag("interop")
class PageAccessibilityTest {
    private static final Path TOOLS = Path.of("../scripts/node-tools");

    @TempDir
    private Path folder = Path.of("");

    private record Ran(int code, String said) {}

    private Ran axe(String... pages) throws Exception {
        List<String> command = new ArrayList<>(
                List.of("node", TOOLS.resolve("accessibility.mjs").toString()));
        command.addAll(List.of(pages));
        Path output = folder.resolve("axe.out");
        Process process = new ProcessBuilder(command)
                .redirectErrorStream(true)
                .redirectOutput(output.toFile())
                .start();
        assertThat(process.waitFor(2, TimeUnit.MINUTES)).isTrue();
        return new Ran(process.exitValue(), Files.readString(output, StandardCharsets.UTF_8));
    }

    @Test
    void axeHasNothingToObjectTo() throws Exception {
        Assumptions.assumeTrue(
                Files.isDirectory(TOOLS.resolve("node_modules/axe-core")),
                "axe-core is not installed (scripts/install-test-servers)");
        Path one = folder.resolve("one.html");
        Path two = folder.resolve("two.html");
        try (Lab lab = SampleReports.lab()) {
            Files.writeString(
                    one,
                    HtmlReport.of(SampleReports.of(lab, Optional.of("internet.nl"), "dane-second-mx-broken.example")));
            Files.writeString(
                    two,
                    HtmlReport.of(SampleReports.of(
                            lab, Optional.empty(), "dane-ee.example", "sts-testing.example", "no-starttls.example")));
        }

        Ran ran = axe(one.toString(), two.toString());

        assertThat(ran.said()).contains("6 views").contains(" 0 objections");
        assertThat(ran.code()).isZero();
    }

    /** The look finds what it should. */
    @Test
    void axeObjectsToAPageWithoutNamesAndContrast() throws Exception {
        Assumptions.assumeTrue(
                Files.isDirectory(TOOLS.resolve("node_modules/axe-core")),
                "axe-core is not installed (scripts/install-test-servers)");
        Path bad = folder.resolve("bad.html");
        Files.writeString(
                bad,
                "<!doctype html><html><head><title>x</title></head><body><main><p style=\"color:#ddd;background:#fff\">pale"
                        + "</p></main></body></html>");

        Ran ran = axe(bad.toString());

        assertThat(ran.code()).isEqualTo(1);
        assertThat(ran.said()).contains("html-has-lang").contains("color-contrast");
    }
}
