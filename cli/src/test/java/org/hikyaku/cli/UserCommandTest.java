package org.hikyaku.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import org.hikyaku.cli.CommandRunner.Result;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** {@code hikyaku user}: the file that comes of it, and what is not done. */
class UserCommandTest {
    @TempDir
    private Path folder;

    private Result run(String input, String... args) {
        return new CommandRunner().input(input).run(args);
    }

    private String file() {
        return folder.resolve("users").toString();
    }

    @Test
    void addListPasswdDelete() throws Exception {
        assertThat(run("pencil\n", "user", "add", "--file", file(), "rosa@example.jp")
                        .exit())
                .isZero();
        assertThat(run("other\n", "user", "add", "--file", file(), "hana").out())
                .contains("hana can log in now");
        assertThat(run("", "user", "list", "--file", file()).out()).isEqualTo("hana\nrosa@example.jp\n");
        String before = Files.readString(folder.resolve("users"));
        assertThat(before).contains("rosa@example.jp:SCRAM-SHA-256$10000:").doesNotContain("pencil");
        assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(folder.resolve("users"))))
                .isEqualTo("rw-------");
        assertThat(run("new\n", "user", "passwd", "--file", file(), "hana").exit())
                .isZero();
        assertThat(Files.readString(folder.resolve("users"))).isNotEqualTo(before);
        assertThat(run("", "user", "delete", "--file", file(), "hana").exit()).isZero();
        assertThat(run("", "user", "delete", "--file", file(), "hana").exit()).isEqualTo(1);
        assertThat(run("", "user", "list", "--file", file(), "--json").out())
                .contains("hikyaku.users/1")
                .contains("rosa@example.jp")
                .doesNotContain("hana");
    }

    @Test
    void whatIsNotDone() {
        assertThat(run("", "user", "add", "--file", file(), "rosa").err()).contains("no line on standard input");
        assertThat(run("\n", "user", "add", "--file", file(), "rosa").err()).contains("not empty");
        assertThat(run("x\n", "user", "add", "--file", file(), "ro:sa").err()).contains("no colon");
        assertThat(run("x\n", "user", "add", "--file", file(), "--iterations", "1", "rosa")
                        .err())
                .contains("4096");
        assertThat(run("x\n", "user", "list", "--file", file()).err()).contains("'hikyaku user add' makes it");
        assertThat(run("x\n", "user", "add", "--file", file(), "rosa").exit()).isZero();
        assertThat(run("x\n", "user", "add", "--file", file(), "rosa").err()).contains("already");
        assertThat(run("x\n", "user").exit()).isEqualTo(2);
    }
}
