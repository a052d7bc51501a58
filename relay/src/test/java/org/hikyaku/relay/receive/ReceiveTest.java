package org.hikyaku.relay.receive;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.net.InetAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.concurrent.atomic.AtomicReference;
import org.hikyaku.smtp.sasl.ScramKeys;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Headers, users and guesses. */
class ReceiveTest {

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "Received: a^Received: b^^Received: body    | 2 | false",
                "RECEIVED: a^ Received: folded^X-Received: b | 1 | false",
                "Received : a                               | 0 | false",
                "TLS-Required: No^^                         | 0 | true",
                "tls-required:nO^^                          | 0 | true",
                "TLS-Required:^ No^Subject: x^^             | 0 | true",
                "TLS-Required: No^TLS-Required: No^^        | 0 | true",
                "TLS-Required: No^TLS-Required: Yes^^       | 0 | false",
                "TLS-Required: Maybe^^                      | 0 | false",
                "TLS-Required: No way^^                     | 0 | false",
                "Subject: x^^TLS-Required: No               | 0 | false",
                "^TLS-Required: No                          | 0 | false",
                "Subject: TLS-Required: No^^                | 0 | false",
            })
    void whatAHeaderSays(String text, int hops, boolean notRequired) throws Exception {
        byte[] bytes = (text.replace("^", "\r\n") + "\r\n").getBytes(StandardCharsets.US_ASCII);
        for (int cut = 0; cut <= bytes.length; cut++) {
            ByteArrayOutputStream out = new ByteArrayOutputStream();
            HeaderWatch watch = new HeaderWatch(out);
            watch.write(bytes, 0, cut);
            watch.write(bytes, cut, bytes.length - cut);
            assertThat(watch.hops()).as("cut at %d", cut).isEqualTo(hops);
            assertThat(watch.tlsNotRequired()).as("cut at %d", cut).isEqualTo(notRequired);
            assertThat(out.toByteArray()).isEqualTo(bytes);
        }
    }

    @Test
    void usersAreReadAgainAndABadFileChangesNothing(@TempDir Path folder) throws Exception {
        Path file = folder.resolve("users");
        ScramKeys keys = new ScramKeys(new byte[16], 4096, new byte[32], new byte[32]);
        UserFile.change(file, users -> users.with("rosa", keys));
        Users users = Users.of(file);
        assertThat(users.keys("rosa")).isPresent();
        assertThat(users.keys("Rosa")).isEmpty();
        UserFile.change(file, all -> all.with("hana", keys).without("rosa"));
        assertThat(users.keys("hana")).isEmpty();
        users.reload();
        assertThat(users.keys("hana")).isPresent();
        assertThat(users.count()).isEqualTo(1);
        Files.writeString(file, "hana:my-own-password\n");
        assertThat(org.assertj.core.api.Assertions.catchThrowable(users::reload))
                .hasMessageContaining("line 1")
                .hasMessageNotContaining("my-own-password");
        assertThat(users.keys("hana")).isPresent();
    }

    @Test
    void guessingGetsSlowAndThenEnds() {
        AtomicReference<Instant> now = new AtomicReference<>(Certificates.NOW);
        LoginGuard guard = new LoginGuard(now::get);
        InetAddress guesser = InetAddress.ofLiteral("2001:db8::1");
        InetAddress neighbour = InetAddress.ofLiteral("2001:db8::ffff:2");
        InetAddress other = InetAddress.ofLiteral("192.0.2.1");
        assertThat(List.of(guard.failed(guesser), guard.failed(guesser), guard.failed(guesser)))
                .containsExactly(Duration.ofSeconds(1), Duration.ofSeconds(2), Duration.ofSeconds(3));
        for (int i = 3; i < 10; i++) {
            assertThat(guard.bars(guesser)).isFalse();
            assertThat(guard.failed(guesser)).isBetween(Duration.ofSeconds(4), Duration.ofSeconds(5));
        }
        assertThat(guard.bars(guesser)).isTrue();
        assertThat(guard.bars(neighbour)).isTrue();
        assertThat(guard.bars(other)).isFalse();
        now.set(Certificates.NOW.plus(Duration.ofMinutes(11)));
        assertThat(guard.bars(guesser)).isFalse();
        assertThat(guard.failed(guesser)).isEqualTo(Duration.ofSeconds(1));
        guard.succeeded(guesser);
        assertThat(guard.failed(guesser)).isEqualTo(Duration.ofSeconds(1));
    }
}
