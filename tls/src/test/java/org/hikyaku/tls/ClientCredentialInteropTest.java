package org.hikyaku.tls;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.hikyaku.net.Deadline;
import org.hikyaku.net.SystemNetwork;
import org.hikyaku.tls.wire.CipherSuite;
import org.hikyaku.tls.wire.NamedGroup;
import org.hikyaku.x509.CertificateMaker;
import org.hikyaku.x509.CertificateTemplate;
import org.hikyaku.x509.Credential;
import org.hikyaku.x509.KeyChoice;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Certificates shown to OpenSSL's server, and what it says of them; suites, groups and resumption by our choice. */
@Tag("interop")
class ClientCredentialInteropTest {
    private static final TlsClientOptions OPTIONS = TlsClientOptions.defaults();
    private static final Keys KEYS = new Keys();

    @TempDir
    Path folder;

    @ParameterizedTest
    @CsvSource({
        "-tls1_3, TLSV1_3, EC_P256",
        "-tls1_3, TLSV1_3, EC_P384",
        "-tls1_3, TLSV1_3, RSA_2048",
        "-tls1_3, TLSV1_3, ED25519",
        "-tls1_2, TLSV1_2, EC_P256",
        "-tls1_2, TLSV1_2, RSA_2048",
        "-tls1_2, TLSV1_2, ED25519",
        "-tls1_1, TLSV1_1, RSA_2048",
        "-tls1, TLSV1_0, EC_P256"
    })
    void theServerVerifiesOurCertificate(String argument, TlsVersion version, KeyChoice choice) throws Exception {
        CertificateMaker maker = CertificateMaker.seeded("client certificates");
        Credential mine = maker.issue(
                CertificateTemplate.server(Keys.FROM, Keys.TO, "client.example")
                        .withPurposes(java.util.Set.of(CertificateTemplate.CLIENT_AUTH)),
                maker.key(choice),
                KEYS.root);
        Path ca = Files.writeString(
                folder.resolve("ca.pem"), KEYS.root.credential().chainPem());
        try (OpenSslServer server = new OpenSslServer(
                        folder,
                        KEYS.server(KeyChoice.RSA_2048),
                        argument,
                        "-cipher",
                        "ALL:@SECLEVEL=0",
                        "-Verify",
                        "3",
                        "-verify_return_error",
                        "-CAfile",
                        ca.toString());
                TlsSession session = Dialled.handshake(
                        server.address(), OPTIONS.withVersions(version, version).withCredential(mine))) {
            assertThat(reversed(session)).isEqualTo("cba");
            assertThat(session.facts().clientChain()).contains(mine.chain());
            assertThat(server.says("Peer certificate")).contains("client.example");
            assertThat(server.says("Verification")).isEqualTo("OK");
        }
    }

    @Test
    void withoutACertificateAnEmptyListIsShown() throws Exception {
        try (OpenSslServer server =
                        new OpenSslServer(folder, KEYS.server(KeyChoice.EC_P256), "-tls1_3", "-verify", "3");
                TlsSession session = Dialled.handshake(server.address(), OPTIONS)) {
            assertThat(reversed(session)).isEqualTo("cba");
            assertThat(session.facts().clientChain()).contains(List.of());
        }
        try (OpenSslServer server = new OpenSslServer(folder, KEYS.server(KeyChoice.EC_P256), "-tls1_3");
                TlsSession session = Dialled.handshake(server.address(), OPTIONS)) {
            assertThat(session.facts().clientChain()).isEmpty();
        }
        try (OpenSslServer server =
                new OpenSslServer(folder, KEYS.server(KeyChoice.EC_P256), "-tls1_2", "-Verify", "3")) {
            HandshakeFailure failure = catchThrowableOfType(
                            HandshakeFailedException.class, () -> Dialled.handshake(server.address(), OPTIONS))
                    .failure();
            assertThat(failure.sentence()).contains("it asks for a client certificate");
        }
    }

    @Test
    void onlyWhatWasChosenIsOffered() throws Exception {
        TlsClientOptions chosen = OPTIONS.withVersions(TlsVersion.TLSV1_2, TlsVersion.TLSV1_2)
                .withSuites(List.of(suite("TLS_RSA_WITH_AES_256_CBC_SHA256")));
        try (OpenSslServer server = new OpenSslServer(folder, KEYS.server(KeyChoice.RSA_2048));
                TlsSession session = Dialled.handshake(server.address(), chosen)) {
            assertThat(session.facts().suite()).isEqualTo("TLS_RSA_WITH_AES_256_CBC_SHA256");
        }
        NamedGroup p384 = NamedGroup.registry().all().stream()
                .filter(g -> g.name().equals("secp384r1"))
                .findFirst()
                .orElseThrow();
        try (OpenSslServer server = new OpenSslServer(folder, KEYS.server(KeyChoice.RSA_2048));
                TlsSession session = Dialled.handshake(server.address(), OPTIONS.withGroups(List.of(p384)))) {
            assertThat(session.facts().group()).contains("secp384r1");
        }
    }

    @Test
    void aSessionOfTls12IsResumedByItsId() throws Exception {
        TlsClientOptions options =
                OPTIONS.withVersions(TlsVersion.TLSV1_2, TlsVersion.TLSV1_2).withSessions(new ClientSessions());
        TlsClient client = new TlsClient(options, new SecureRandom());
        List<Boolean> resumed = new ArrayList<>();
        try (OpenSslServer server = new OpenSslServer(folder, KEYS.server(KeyChoice.EC_P256), "-no_ticket")) {
            for (int i = 0; i < 3; i++) {
                try (TlsSession session = handshake(client, server.address())) {
                    assertThat(reversed(session)).isEqualTo("cba");
                    resumed.add(session.facts().resumed());
                    assertThat(session.facts().chain()).hasSize(i == 0 ? 2 : 0);
                }
            }
        }
        assertThat(resumed).containsExactly(false, true, true);
    }

    private static TlsSession handshake(TlsClient client, InetSocketAddress address) throws IOException {
        Deadline deadline = Deadline.after(Duration.ofSeconds(20));
        return client.handshake(new SystemNetwork().dial(address, deadline), Optional.of("mx.example"), deadline);
    }

    private static CipherSuite suite(String name) {
        return CipherSuite.registry().all().stream()
                .filter(s -> s.name().equals(name))
                .findFirst()
                .orElseThrow();
    }

    private static String reversed(TlsSession session) throws IOException {
        session.output().write("abc\n".getBytes(StandardCharsets.US_ASCII));
        session.output().flush();
        return new BufferedReader(new InputStreamReader(session.input(), StandardCharsets.US_ASCII)).readLine();
    }
}
