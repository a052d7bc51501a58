package org.hikyaku.tls;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.Provider;
import java.time.Duration;
import java.time.Instant;
import java.util.EnumSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import javax.net.ssl.SSLParameters;
import org.hikyaku.net.Deadline;
import org.hikyaku.tls.HandshakeFailure.Stage;
import org.hikyaku.x509.CertificateTemplate;
import org.hikyaku.x509.Credential;
import org.hikyaku.x509.KeyChoice;
import org.hikyaku.x509.KeyUsageBit;
import org.hikyaku.x509.SignatureVerifier;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Sessions with servers in this process: the JDK's, and BoringSSL's by Conscrypt. */
class TlsClientTest {
    private static final TlsClientOptions OPTIONS = TlsClientOptions.defaults();
    private static final Keys KEYS = new Keys();

    @ParameterizedTest
    @CsvSource({
        "TLSv1.3, TLS_CHACHA20_POLY1305_SHA256, x25519, true",
        "TLSv1.2, TLS_ECDHE_ECDSA_WITH_AES_256_GCM_SHA384, secp256r1, true"
    })
    void factsAreWhatTheServerSays(String version, String suite, String group, boolean extendedMasterSecret)
            throws Exception {
        Credential credential = KEYS.server(KeyChoice.EC_P256);
        try (JdkServer server = new JdkServer(credential, Optional.empty(), socket -> {
                    SSLParameters parameters = socket.getSSLParameters();
                    parameters.setProtocols(new String[] {version});
                    parameters.setCipherSuites(new String[] {suite});
                    parameters.setNamedGroups(new String[] {group});
                    parameters.setApplicationProtocols(new String[] {"b", "a"});
                    socket.setSSLParameters(parameters);
                });
                TlsSession session = Dialled.handshake(server.address(), OPTIONS.withAlpn("a", "b"))) {
            SessionFacts facts = session.facts();
            assertThat(facts)
                    .isEqualTo(new SessionFacts(
                            version.equals("TLSv1.3") ? TlsVersion.TLSV1_3 : TlsVersion.TLSV1_2,
                            suite,
                            facts.suiteCode(),
                            256,
                            Optional.of(group),
                            Optional.of("ecdsa_secp256r1_sha256"),
                            credential.chain(),
                            Optional.of("mx.example"),
                            Optional.of("b"),
                            false,
                            extendedMasterSecret,
                            true));
            JdkServer.View view = server.view();
            assertThat(view.version()).isEqualTo(version);
            assertThat(view.suite()).isEqualTo(suite);
            assertThat(view.sni()).contains("mx.example");
            assertThat(view.alpn()).contains("b");
            session.output().write('x');
            session.output().flush();
            session.within(Deadline.after(Duration.ofSeconds(20)));
            assertThat(session.input().read()).isEqualTo('x');
        }
    }

    @Test
    void postQuantumKeyExchangeWithBoringSsl() throws Exception {
        Optional<Provider> boringSsl = SignatureVerifier.conscrypt();
        assumeTrue(boringSsl.isPresent(), "Conscrypt does not load here");
        Credential credential = KEYS.server(KeyChoice.EC_P256);
        for (boolean offered : List.of(true, false)) {
            try (JdkServer server = new JdkServer(credential, boringSsl, socket -> {
                        SSLParameters parameters = socket.getSSLParameters();
                        parameters.setNamedGroups(new String[] {"X25519MLKEM768", "X25519"});
                        socket.setSSLParameters(parameters);
                    });
                    TlsSession session = Dialled.handshake(server.address(), OPTIONS.withPostQuantum(offered))) {
                assertThat(session.facts().group()).contains(offered ? "X25519MLKEM768" : "x25519");
                assertThat(session.facts().version()).isEqualTo(TlsVersion.TLSV1_3);
            }
        }
    }

    @Test
    void theHandshakeIsCompletedWhateverTheCertificateSays() throws Exception {
        CertificateTemplate good = CertificateTemplate.server(Keys.FROM, Keys.TO, "mx.example");
        Instant past = Instant.parse("2020-01-01T00:00:00Z");
        List<Credential> credentials = List.of(
                KEYS.server(good.withDates(past, past.plusSeconds(3600))),
                KEYS.server(good.withDnsNames("other.example").withCommonName("other.example")),
                KEYS.selfSigned(good),
                KEYS.server(good.withPurposes(Set.of(CertificateTemplate.CLIENT_AUTH))),
                KEYS.server(good.withKeyUsage(EnumSet.of(KeyUsageBit.CRL_SIGN))),
                KEYS.server(good.withSignature("SHA1withECDSA")));
        for (Credential credential : credentials) {
            try (JdkServer server = new JdkServer(credential, Optional.empty(), socket -> {});
                    TlsSession session = Dialled.handshake(server.address(), OPTIONS)) {
                assertThat(session.facts().chain()).isEqualTo(credential.chain());
            }
        }
    }

    @Test
    void aChainOfTwoHundredCertificatesEndsTheHandshake() throws Exception {
        Credential credential = KEYS.behindIntermediates(199);
        try (JdkServer server = new JdkServer(credential, Optional.empty(), socket -> {})) {
            HandshakeFailure failure = catchThrowableOfType(
                            HandshakeFailedException.class, () -> Dialled.handshake(server.address(), OPTIONS))
                    .failure();
            assertThat(failure)
                    .isEqualTo(new HandshakeFailure(
                            Stage.AUTHENTICATION,
                            Optional.of("internal_error"),
                            false,
                            "the server sent more than the limit of 32 certificates in a chain;"
                                    + " the handshake was given up after ServerHello"));
        }
    }

    @Test
    void secretsAreLoggedForTheirOwnerOnly(@TempDir Path folder) throws Exception {
        Path file = folder.resolve("keys.log");
        try (KeyLogFile log = new KeyLogFile(file)) {
            for (TlsVersion version : List.of(TlsVersion.TLSV1_2, TlsVersion.TLSV1_3)) {
                TlsClientOptions options =
                        OPTIONS.withVersions(version, version).withKeyLog(log);
                try (JdkServer server = new JdkServer(KEYS.server(KeyChoice.EC_P256), Optional.empty(), socket -> {});
                        TlsSession session = Dialled.handshake(server.address(), options)) {
                    assertThat(session.facts().version()).isEqualTo(version);
                }
            }
        }
        List<String> lines = Files.readAllLines(file);
        assertThat(lines.stream().map(l -> l.substring(0, l.indexOf(' '))))
                .containsExactly(
                        "CLIENT_RANDOM",
                        "CLIENT_HANDSHAKE_TRAFFIC_SECRET",
                        "SERVER_HANDSHAKE_TRAFFIC_SECRET",
                        "CLIENT_TRAFFIC_SECRET_0",
                        "SERVER_TRAFFIC_SECRET_0",
                        "EXPORTER_SECRET");
        assertThat(lines.getFirst()).matches("CLIENT_RANDOM [0-9a-f]{64} [0-9a-f]{96}");
        assertThat(lines.get(1)).matches("[A-Z_]+ [0-9a-f]{64} ([0-9a-f]{64}|[0-9a-f]{96})");
        assertThat(lines.stream().distinct()).hasSize(6);
        assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(file)))
                .isEqualTo("rw-------");
    }
}
