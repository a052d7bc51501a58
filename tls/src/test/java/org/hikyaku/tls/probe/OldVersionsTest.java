package org.hikyaku.tls.probe;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import org.hikyaku.net.Connection;
import org.hikyaku.net.Deadline;
import org.hikyaku.net.SystemNetwork;
import org.hikyaku.tls.TlsVersion;
import org.hikyaku.tls.wire.CipherSuite;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** SSLv3, export, NULL, DES and RC4, with the JDK as the other side. */
@Tag("interop")
class OldVersionsTest {
    @TempDir
    private static Path directory;

    private static RealServer server;

    @BeforeAll
    static void start() throws Exception {
        server = OldJdkServer.start(directory);
    }

    @AfterAll
    static void stop() {
        if (server != null) {
            server.close();
        }
    }

    @ParameterizedTest(name = "{0} {2}")
    @CsvSource({
        "SSLV3,   000a, RSA with 3DES",
        "SSLV3,   0005, RSA with RC4",
        "SSLV3,   0009, RSA with DES",
        "SSLV3,   0002, RSA with NULL",
        "SSLV3,   002f, RSA with AES",
        "SSLV3,   0016, DHE with 3DES",
        "SSLV3,   0003, RSA export with RC4 of 40 bits",
        "SSLV3,   0008, RSA export with DES of 40 bits",
        "SSLV3,   0014, DHE export with DES of 40 bits",
        "TLSV1_0, 0003, RSA export with RC4 of 40 bits",
        "TLSV1_0, 0008, RSA export with DES of 40 bits",
        "TLSV1_0, 0014, DHE export with DES of 40 bits",
        "TLSV1_0, 0001, RSA with NULL and MD5",
        "TLSV1_1, 0009, RSA with DES",
        "TLSV1_2, 003b, RSA with NULL and SHA-256",
        "TLSV1_2, 0004, RSA with RC4 and MD5",
    })
    void aSessionIsCompletedAndUsed(TlsVersion version, String suite, String words) throws Exception {
        Hello all = Hello.upTo(version, Optional.empty(), List.of(Integer.parseInt(suite, 16)));
        Hello hello = version == TlsVersion.SSLV3 ? all.withoutExtensions() : all;
        try (Connection connection =
                new SystemNetwork().dial(server.address(), Deadline.after(Duration.ofSeconds(20)))) {
            ProbeConnection probe = new ProbeConnection(connection, new SecureRandom(), hello);
            HelloAnswer answer = probe.ask();
            assertThat(answer).as(words).isInstanceOf(HelloAnswer.Agreed.class);
            HelloAnswer.Agreed agreed = (HelloAnswer.Agreed) answer;
            assertThat(Finisher12.possible(agreed)).isTrue();

            FinishedHandshake finished = new Finisher12(probe).finish(agreed);
            finished.session().send("abc\n".getBytes(StandardCharsets.US_ASCII));
            String echo = "";
            while (!echo.endsWith("\n")) {
                echo += new String(finished.session().receive(), StandardCharsets.US_ASCII);
            }

            assertThat(finished.version()).isEqualTo(version);
            assertThat(echo).isEqualTo("abc\n");
        }
    }

    @Test
    void everythingOldIsInTheFacts() {
        ServerFacts facts = Probes.probe(server.address(), Service.TLS, Depth.ALL);

        assertThat(facts.versions().stream()
                        .filter(v -> v.offered() == Known.YES)
                        .map(ServerFacts.VersionFacts::version))
                .containsExactly(
                        TlsVersion.TLSV1_3,
                        TlsVersion.TLSV1_2,
                        TlsVersion.TLSV1_1,
                        TlsVersion.TLSV1_0,
                        TlsVersion.SSLV3);
        // What the JDK has below TLS 1.2 for an RSA key; it does ECDHE without extensions, too.
        assertThat(facts.version(TlsVersion.SSLV3).orElseThrow().accepted().stream()
                        .map(CipherSuite::name))
                .containsExactlyInAnyOrder(
                        "TLS_DHE_RSA_WITH_AES_256_CBC_SHA",
                        "TLS_DHE_RSA_WITH_AES_128_CBC_SHA",
                        "TLS_DHE_RSA_WITH_3DES_EDE_CBC_SHA",
                        "TLS_DHE_RSA_WITH_DES_CBC_SHA",
                        "TLS_DHE_RSA_EXPORT_WITH_DES40_CBC_SHA",
                        "TLS_RSA_WITH_AES_256_CBC_SHA",
                        "TLS_RSA_WITH_AES_128_CBC_SHA",
                        "TLS_RSA_WITH_3DES_EDE_CBC_SHA",
                        "TLS_RSA_WITH_RC4_128_SHA",
                        "TLS_RSA_WITH_RC4_128_MD5",
                        "TLS_RSA_WITH_DES_CBC_SHA",
                        "TLS_RSA_EXPORT_WITH_DES40_CBC_SHA",
                        "TLS_RSA_EXPORT_WITH_RC4_40_MD5",
                        "TLS_RSA_WITH_NULL_SHA",
                        "TLS_RSA_WITH_NULL_MD5",
                        "TLS_DH_anon_WITH_AES_256_CBC_SHA",
                        "TLS_DH_anon_WITH_AES_128_CBC_SHA",
                        "TLS_DH_anon_WITH_3DES_EDE_CBC_SHA",
                        "TLS_DH_anon_WITH_DES_CBC_SHA",
                        "TLS_DH_anon_WITH_RC4_128_MD5",
                        "TLS_DH_anon_EXPORT_WITH_DES40_CBC_SHA",
                        "TLS_DH_anon_EXPORT_WITH_RC4_40_MD5",
                        "TLS_ECDHE_RSA_WITH_AES_256_CBC_SHA",
                        "TLS_ECDHE_RSA_WITH_AES_128_CBC_SHA",
                        "TLS_ECDHE_RSA_WITH_3DES_EDE_CBC_SHA",
                        "TLS_ECDHE_RSA_WITH_RC4_128_SHA",
                        "TLS_ECDHE_RSA_WITH_NULL_SHA",
                        "TLS_ECDH_anon_WITH_AES_256_CBC_SHA",
                        "TLS_ECDH_anon_WITH_AES_128_CBC_SHA",
                        "TLS_ECDH_anon_WITH_3DES_EDE_CBC_SHA",
                        "TLS_ECDH_anon_WITH_RC4_128_SHA",
                        "TLS_ECDH_anon_WITH_NULL_SHA");
    }
}
