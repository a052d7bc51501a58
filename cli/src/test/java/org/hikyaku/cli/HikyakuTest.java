package org.hikyaku.cli;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class HikyakuTest {

    @Test
    void helpGoesToStandardOutputAndIsAllWell() {
        CommandRunner.Result result = new CommandRunner().run("--help");

        assertThat(result.exit()).isZero();
        assertThat(result.out())
                .contains("Usage: hikyaku")
                .contains("Examples:")
                .contains("Exit codes: 0 all well");
        assertThat(result.err()).isEmpty();
    }

    @Test
    void versionIsOneLine() {
        CommandRunner.Result result = new CommandRunner().run("--version");

        assertThat(result.exit()).isZero();
        assertThat(result.out()).matches("hikyaku \\S+\\R");
    }

    @Test
    void noCommandIsAWrongCall() {
        CommandRunner.Result result = new CommandRunner().run();

        assertThat(result.exit()).isEqualTo(2);
        assertThat(result.out()).isEmpty();
        assertThat(result.err()).contains("say which command you want");
    }

    @Test
    void unknownOptionIsNamedWithoutAStackTrace() {
        CommandRunner.Result result = new CommandRunner().run("--colour");

        assertThat(result.exit()).isEqualTo(2);
        assertThat(result.err())
                .contains("unknown option '--colour'")
                .contains("--help")
                .doesNotContain("\tat ");
    }

    @Test
    void unknownCommandIsNamed() {
        CommandRunner.Result result = new CommandRunner().run("chekc");

        assertThat(result.exit()).isEqualTo(2);
        assertThat(result.err()).contains("unknown command 'chekc'");
    }
}
