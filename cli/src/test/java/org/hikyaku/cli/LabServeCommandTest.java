package org.hikyaku.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Mistakes in the call of {@code hikyaku lab serve}. */
class LabServeCommandTest {
    @TempDir
    private Path folder = Path.of("");

    @ParameterizedTest
    @CsvSource(textBlock = """
            --smtp-port,  0,    'a port is a number from 1 to 65535, not 0'
            --https-port, 65536, 'a port is a number from 1 to 65535, not 65536'
            --netns,      a/b,  '--netns takes a name of letters, digits, - and _, not a/b'
            """)
    void aWrongValueIsAnsweredWithASentence(String option, String value, String sentence) {
        CommandRunner.Result result = new CommandRunner().run("lab", "serve", option, value);

        assertThat(result.exit()).isEqualTo(ExitCode.USAGE.code());
        assertThat(result.err()).contains(sentence);
        assertThat(result.out()).isEmpty();
    }

    @Test
    void portsOfOnesOwnMakeNoSenseInANamespaceOfItsOwn() {
        CommandRunner.Result result = new CommandRunner().run("lab", "serve", "--netns", "x", "--smtp-port", "2525");

        assertThat(result.exit()).isEqualTo(ExitCode.USAGE.code());
        assertThat(result.err()).contains("with --netns the usual ports are free: leave out --dns-port");
    }

    @Test
    void aCatalogueThatIsNoneIsToldWithThePlace() throws Exception {
        Path file = Files.writeString(folder.resolve("mine.yaml"), "format: 1\ndomains: [{domain: a.example}]\n");
        CommandRunner.Result result = new CommandRunner().run("lab", "serve", "--catalogue", file.toString());

        assertThat(result.exit()).isEqualTo(ExitCode.USAGE.code());
        assertThat(result.err()).contains(file + " is no catalogue: a.example: \"");
    }

    @Test
    void aPortThatAnotherProgramHasIsNamed() throws Exception {
        LabPorts ports = LabPorts.free();
        try (ServerSocket taken = new ServerSocket(ports.resolver(), 1, InetAddress.ofLiteral("127.53.0.1"))) {
            CommandRunner.Result result = new CommandRunner().run(ports.line("lab", "serve"));

            assertThat(result.exit()).isEqualTo(ExitCode.USAGE.code());
            assertThat(result.err())
                    .contains("The lab cannot have 127.53.0.1:" + taken.getLocalPort() + " for the DNS: ")
                    .contains("Another program has it: see 'ss -lntup'.");
            assertThat(result.out()).isEmpty();
        }
    }

    @Test
    void whatCannotBeWrittenIsTold() throws Exception {
        Path file = Files.createFile(folder.resolve("file"));
        CommandRunner.Result files =
                new CommandRunner().run(LabPorts.free().line("lab", "serve", "--files", file.toString()));
        CommandRunner.Result capture = new CommandRunner()
                .run(LabPorts.free()
                        .line(
                                "lab",
                                "serve",
                                "--pcap",
                                folder.resolve("none/x.pcapng").toString()));

        assertThat(files.exit()).isEqualTo(ExitCode.USAGE.code());
        assertThat(files.err()).contains(file + " is a file; --files takes a folder");
        assertThat(capture.exit()).isEqualTo(ExitCode.USAGE.code());
        assertThat(capture.err()).contains("x.pcapng cannot be written: the folder does not exist");
    }
}
