package org.hikyaku.tls;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.net.ConnectException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Duration;
import java.time.Instant;
import java.util.HexFormat;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import org.hikyaku.net.Connection;
import org.hikyaku.net.Deadline;
import org.hikyaku.net.SystemNetwork;
import org.hikyaku.net.TestPorts;
import org.hikyaku.x509.CertificateMaker;
import org.hikyaku.x509.CertificateTemplate;
import org.hikyaku.x509.Credential;
import org.hikyaku.x509.KeyChoice;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What ties a login to a session is the same for OpenSSL, which prints what it exports. */
@Tag("interop")
@Timeout(60)
class ChannelBindingInteropTest {
    private static final Duration PATIENCE = Duration.ofSeconds(20);
    private static final Instant FROM = Instant.parse("2026-01-01T00:00:00Z");
    private static final Instant TO = Instant.parse("2036-01-01T00:00:00Z");

    @TempDir
    private Path folder = Path.of("");

    @ParameterizedTest
    @CsvSource({"-tls1_3, EC_P256, TLS_EXPORTER", "-tls1_2, RSA_2048, TLS_UNIQUE", "-tls1_2, EC_P384, TLS_UNIQUE"})
    void bindings(String version, KeyChoice key, ChannelBinding.Type first) throws Exception {
        CertificateMaker maker = CertificateMaker.seeded("ChannelBindingInteropTest");
        Credential credential = maker.selfSigned(CertificateTemplate.server(FROM, TO, "mail.example"), maker.key(key));
        Files.writeString(folder.resolve("s.pem"), credential.chainPem() + credential.keyPem());
        int port = TestPorts.take();
        Process server = new ProcessBuilder(
                        "openssl",
                        "s_server",
                        "-accept",
                        "127.0.0.1:" + port,
                        "-cert",
                        "s.pem",
                        "-key",
                        "s.pem",
                        version,
                        "-keymatexport",
                        "EXPORTER-Channel-Binding",
                        "-keymatexportlen",
                        "32")
                .directory(folder.toFile())
                .redirectErrorStream(true)
                .start();
        try {
            List<ChannelBinding> bindings;
            try (TlsSession session = new TlsClient(
                            TlsClientOptions.defaults().withVersions(TlsVersion.TLSV1_2, TlsVersion.TLSV1_3),
                            new SecureRandom())
                    .handshake(dial(port, server), Optional.of("mail.example"), Deadline.after(PATIENCE))) {
                bindings = session.bindings();
            }
            assertThat(bindings.getFirst().type()).isEqualTo(first);
            if (first == ChannelBinding.Type.TLS_EXPORTER) {
                // Below TLS 1.3 OpenSSL exports with no context here, which is not an empty one (RFC 5705 section 4).
                assertThat(hex(bindings, ChannelBinding.Type.TLS_EXPORTER)).isEqualTo(exported(server));
            }
            String hash = key == KeyChoice.EC_P384 ? "-sha384" : "-sha256";
            assertThat(hex(bindings, ChannelBinding.Type.TLS_SERVER_END_POINT)).isEqualTo(fingerprint(hash));
        } finally {
            server.destroy();
        }
    }

    private static String hex(List<ChannelBinding> bindings, ChannelBinding.Type type) {
        return bindings.stream()
                .filter(b -> b.type() == type)
                .map(b -> HexFormat.of().formatHex(b.data()))
                .findFirst()
                .orElse("none");
    }

    private static String exported(Process server) throws IOException {
        BufferedReader out =
                new BufferedReader(new InputStreamReader(server.getInputStream(), StandardCharsets.US_ASCII));
        String line = out.readLine();
        while (line != null && !line.contains("Keying material: ")) {
            line = out.readLine();
        }
        return line == null ? "" : line.replaceAll(".*: ", "").toLowerCase(Locale.ROOT);
    }

    private String fingerprint(String hash) throws IOException, InterruptedException {
        Process process = new ProcessBuilder("openssl", "x509", "-in", "s.pem", "-noout", "-fingerprint", hash)
                .directory(folder.toFile())
                .start();
        String out = new String(process.getInputStream().readAllBytes(), StandardCharsets.US_ASCII);
        assertThat(process.waitFor()).isZero();
        return out.strip().replaceAll(".*=", "").replace(":", "").toLowerCase(Locale.ROOT);
    }

    /** Until it listens. */
    private static Connection dial(int port, Process server) throws Exception {
        Deadline deadline = Deadline.after(PATIENCE);
        while (true) {
            try {
                return new SystemNetwork()
                        .dial(new InetSocketAddress(InetAddress.ofLiteral("127.0.0.1"), port), deadline);
            } catch (ConnectException e) {
                if (deadline.passed() || server.waitFor(20, TimeUnit.MILLISECONDS)) {
                    throw e;
                }
            }
        }
    }
}
