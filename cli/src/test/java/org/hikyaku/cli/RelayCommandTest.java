package org.hikyaku.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class RelayCommandTest {
    @TempDir
    Path folder;

    private CommandRunner.Result check(String config, String... more) throws IOException {
        Path file = Files.writeString(folder.resolve("relay.yaml"), config);
        String[] args = new String[more.length + 4];
        args[0] = "relay";
        args[1] = "--check";
        args[2] = "-c";
        args[3] = file.toString();
        System.arraycopy(more, 0, args, 4, more.length);
        return new CommandRunner().run(args);
    }

    @Test
    void aGoodConfigurationIsGood() throws IOException {
        CommandRunner.Result outcome = check("hostname: mx.example.org\n");

        assertThat(outcome.exit()).isZero();
        assertThat(outcome.out()).endsWith("relay.yaml: good\n");
    }

    @Test
    void allFaultsAreToldAtOnce() throws IOException {
        CommandRunner.Result outcome = check("hostnam: mx.example.org\nretry: {jitter: 100}\n");

        assertThat(outcome.exit()).isEqualTo(2);
        assertThat(outcome.err())
                .contains(
                        "relay.yaml:1:1: there is no setting \"hostnam\"; did you mean \"hostname\"?",
                        "relay.yaml:1:1: \"hostname\" is missing",
                        "relay.yaml:2:17: \"retry.jitter\" must be a whole number from 0 to 90, not \"100\"",
                        "3 faults in the configuration; docs/relay.md describes every setting")
                .doesNotContain("\tat ");
    }

    @Test
    void aKeyLogNeedsALaboratory() throws IOException {
        assertThat(check("hostname: mx.example.org\n", "--keylog", "keys").err())
                .contains("laboratory: true");
        assertThat(check("hostname: mx.example.org\nlaboratory: true\n", "--keylog", "keys")
                        .exit())
                .isZero();
    }

    @Test
    void filesThatTheConfigurationNamesAreReadToo() throws IOException {
        Files.writeString(folder.resolve("aliases"), "sales: bob\nnobody home\n");
        Files.writeString(folder.resolve("fingerprints"), "abc\n");
        CommandRunner.Result outcome = check("""
                hostname: mx.example.org
                local: {aliases: aliases}
                submission: {certificates: fingerprints}
                """);

        assertThat(outcome.exit()).isEqualTo(2);
        assertThat(outcome.err())
                .contains(
                        "aliases:2:1: ",
                        "fingerprints:1:1: a SHA-256 fingerprint has 64",
                        "not the files that it names")
                .doesNotContain("\tat ");
        assertThat(folder.resolve("data")).doesNotExist();
    }

    @Test
    void aFileThatIsNotThere() {
        assertThat(new CommandRunner()
                        .run("relay", "--check", "-c", "/no/such/file")
                        .err())
                .contains("/no/such/file:1:1: there is no such file");
    }
}
