package org.hikyaku.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.hikyaku.lab.Lab;
import org.hikyaku.lab.LabOptions;
import org.junit.jupiter.api.Test;

/** What the README shows is what the command prints. */
class ReadmeTest {

    @Test
    void theTranscriptOfCheckIsTheRealThing() throws IOException {
        String readme = Files.readString(Path.of("../README.md"));
        int start = readme.indexOf("```\ndane-mismatch.example") + 4;
        String transcript = readme.substring(start, readme.indexOf("\n```", start));

        String printed;
        try (Lab lab = Lab.start(LabOptions.defaults())) {
            printed = new CommandRunner()
                    .variable("COLUMNS", "100")
                    .internet(new LabInternet(lab))
                    .run("check", "dane-mismatch.example")
                    .out();
        }

        assertThat(stable(printed)).isEqualTo(stable(transcript));
    }

    /** Without what differs from lab to lab: keys, addresses, times. */
    private static String stable(String text) {
        return text.strip()
                .replaceAll("[0-9a-f]{16,}", "KEY")
                .replaceAll("\\d+\\.\\d+\\.\\d+\\.\\d+", "ADDRESS")
                .replaceAll("\\d+\\.\\d s,", "TIME,");
    }
}
