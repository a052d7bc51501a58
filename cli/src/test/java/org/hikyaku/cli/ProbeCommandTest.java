package org.hikyaku.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import org.hikyaku.cli.CommandRunner.Result;
import org.hikyaku.net.TestPorts;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** {@code probe} when the call is wrong, or there is nobody to probe. */
class ProbeCommandTest {

    private static Result run(String... args) {
        return new CommandRunner().run(args);
    }

    @ParameterizedTest
    @CsvSource({
        "--ehlo-name, 'a b', --ehlo-name",
        "--ehlo-name, 'a.example\r\nMAIL FROM:<>', --ehlo-name",
        "--sni, '', --sni",
        "--sni, 'a b', --sni",
        "--starttls, xmpp, --starttls",
        "--profile, best, there are internet.nl",
    })
    void wrongOptionsAreExplained(String option, String value, String words) {
        Result result = run("probe", "127.0.0.1:1", option, value);

        assertThat(result.exit()).isEqualTo(2);
        assertThat(result.err()).contains(words).doesNotContain("Exception").hasLineCount(1);
    }

    @Test
    void anAddressThatCannotBeLookedUpSaysWhy() throws IOException {
        String resolver = "127.0.0.1:" + TestPorts.takeForDns();

        Result result = run("probe", "mx.example.jp", "--resolver", resolver, "--timeout", "1");

        assertThat(result.exit()).isEqualTo(3);
        assertThat(result.err())
                .contains("The address of mx.example.jp could not be found out")
                .contains("nothing listens at " + resolver)
                .doesNotContain("\tat ");
    }

    @Test
    void aServerThatIsNotThereIsNotGraded() throws IOException {
        Result result = run("probe", "[::ffff:127.0.0.1]:" + TestPorts.take());

        assertThat(result.exit()).isEqualTo(3);
        assertThat(result.out()).containsPattern("internet.nl .*: not tested\n").doesNotContain("0 %");
    }
}
