package org.hikyaku.tls;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.ByteArrayOutputStream;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.security.SecureRandom;
import java.time.Duration;
import java.util.Optional;
import org.hikyaku.net.Connection;
import org.hikyaku.net.Deadline;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What becomes of the server name, which comes from other people's MX records (RFC 6066 section 3). */
class ServerNameTest {
    private final ByteArrayOutputStream sent = new ByteArrayOutputStream();

    /** The hello, as Latin-1, to a server that hangs up after it. */
    private String hello(String sni) {
        TlsClient client = new TlsClient(TlsClientOptions.defaults(), new SecureRandom());
        assertThatThrownBy(
                        () -> client.handshake(new Silent(), Optional.of(sni), Deadline.after(Duration.ofSeconds(20))))
                .isInstanceOf(HandshakeFailedException.class);
        return sent.toString(StandardCharsets.ISO_8859_1);
    }

    @Test
    void aHostNameIsSentWithoutItsFinalDot() {
        assertThat(hello("mx_1.a-b.example.")).contains("mx_1.a-b.example").doesNotContain("example.");
    }

    /** In a zone file a label may have any bytes; they are shown as \DDD and can be four times as long. */
    @ParameterizedTest
    @ValueSource(strings = {"a\\032b.example", "\\@.example", "a..example", ".", ""})
    void aNameThatNoHostCanHaveIsNotSent(String name) {
        assertThat(hello(name)).doesNotContain("example");
    }

    @Test
    void anOverlongNameIsNotSent() {
        assertThat(hello("\\255".repeat(63) + "." + "\\255".repeat(63) + ".example"))
                .doesNotContain("example");
        assertThat(hello("a".repeat(64) + ".example")).doesNotContain("example");
        assertThat(hello("abc.".repeat(64) + "example")).doesNotContain("example");
    }

    private final class Silent implements Connection {
        @Override
        public InputStream input() {
            return InputStream.nullInputStream();
        }

        @Override
        public OutputStream output() {
            return sent;
        }

        @Override
        public InetSocketAddress remote() {
            return new InetSocketAddress(InetAddress.getLoopbackAddress(), 25);
        }

        @Override
        public InetSocketAddress local() {
            return remote();
        }

        @Override
        public void within(Deadline deadline) {}

        @Override
        public void close() {}
    }
}
