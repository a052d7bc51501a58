package org.hikyaku.web;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The pages in Chromium: light, dark and narrow, without scripts; axe-core looks at them. */
@Tag("interop")
class WebBrowserTest {
    private static final Path TOOLS = Path.of("..", "scripts", "node-tools");

    @TempDir
    Path folder;

    private String node(String script, List<String> arguments) throws Exception {
        List<String> command =
                new ArrayList<>(List.of("node", TOOLS.resolve(script).toString()));
        command.addAll(arguments);
        Path output = folder.resolve("node.out");
        Process process = new ProcessBuilder(command)
                .redirectErrorStream(true)
                .redirectOutput(output.toFile())
                .start();
        assertThat(process.waitFor(2, TimeUnit.MINUTES)).isTrue();
        return process.exitValue() + " " + Files.readString(output, StandardCharsets.UTF_8);
    }

    @Test
    void axeHasNothingToObjectToAndThePictureIsTaken() throws Exception {
        Assumptions.assumeTrue(
                Files.isDirectory(TOOLS.resolve("node_modules/axe-core")),
                "axe-core is not installed (scripts/install-test-servers)");
        try (SampleStore store = new SampleStore(folder).fill();
                HikyakuWeb web = store.web()) {
            String base = "http://127.0.0.1:" + web.pages(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0));
            String page = base + "/domains/example.jp?days=30";
            assertThat(node(
                            "accessibility.mjs",
                            List.of(base + "/", page, base + "/domains/quiet.example", base + "/no")))
                    .startsWith("0 ")
                    .contains("12 views")
                    .contains(" 0 objections");
            // scripts/screenshots takes it from here
            Path pictures = Files.createDirectories(Path.of("target", "pages"));
            for (String look : List.of("light", "dark")) {
                Path png = pictures.resolve("web-" + look + ".png");
                assertThat(node("screenshot.mjs", List.of(page, png.toString(), "1060", "1180", look)))
                        .startsWith("0 ");
                assertThat(png).isNotEmptyFile();
            }
        }
    }
}
