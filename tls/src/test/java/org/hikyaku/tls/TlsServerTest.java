package org.hikyaku.tls;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.security.KeyStore;
import java.security.SecureRandom;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLSocket;
import javax.net.ssl.TrustManagerFactory;
import org.hikyaku.net.Connection;
import org.hikyaku.net.Deadline;
import org.hikyaku.net.SystemNetwork;
import org.hikyaku.tls.TlsServerOptions.ClientCertificate;
import org.hikyaku.tls.wire.CipherSuite;
import org.hikyaku.x509.CertificateTemplate;
import org.hikyaku.x509.Credential;
import org.hikyaku.x509.KeyChoice;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Our server with our client and with the JDK's. */
class TlsServerTest {
    private static final Keys KEYS = new Keys();
    private static final Credential RSA = KEYS.server(KeyChoice.RSA_2048);
    private static final Credential EC = KEYS.server(KeyChoice.EC_P256);

    @ParameterizedTest
    @CsvSource({
        "TLSV1_3, TLS_AES_128_GCM_SHA256",
        "TLSV1_3, TLS_CHACHA20_POLY1305_SHA256",
        "TLSV1_2, TLS_ECDHE_ECDSA_WITH_AES_128_GCM_SHA256",
        "TLSV1_2, TLS_ECDHE_RSA_WITH_AES_256_CBC_SHA384",
        "TLSV1_2, TLS_DHE_RSA_WITH_AES_128_GCM_SHA256",
        "TLSV1_2, TLS_RSA_WITH_AES_128_GCM_SHA256",
        "TLSV1_1, TLS_RSA_WITH_AES_128_CBC_SHA",
        "TLSV1_0, TLS_ECDHE_ECDSA_WITH_AES_256_CBC_SHA"
    })
    void bothSidesSettleTheSame(TlsVersion version, String suite) throws Exception {
        Set<String> ours = ConcurrentHashMap.newKeySet();
        Set<String> theirs = ConcurrentHashMap.newKeySet();
        TlsServerOptions options = TlsServerOptions.of(EC, RSA)
                .withVersions(TlsVersion.TLSV1_0, TlsVersion.TLSV1_3)
                .withSuites(List.of(suite(suite)))
                .withAlpn("b", "a")
                .withClientCertificate(ClientCertificate.REQUIRED)
                .withKeyLog(log(ours));
        TlsClientOptions client = TlsClientOptions.defaults()
                .withVersions(version, version)
                .withAlpn("a", "b")
                .withCredential(EC)
                .withKeyLog(log(theirs));
        try (EchoServer server = new EchoServer(options);
                TlsSession session = Dialled.handshake(server.address(), client)) {
            assertThat(shouted(session)).isEqualTo("ABC");
            SessionFacts facts = server.facts();
            assertThat(facts).isEqualTo(session.facts());
            assertThat(facts.suite()).isEqualTo(suite);
            assertThat(facts.version()).isEqualTo(version);
            assertThat(facts.alpn()).contains("b");
            assertThat(facts.clientChain()).contains(EC.chain());
            boolean ecdsa = suite.contains("ECDSA") || version == TlsVersion.TLSV1_3;
            assertThat(facts.chain()).isEqualTo((ecdsa ? EC : RSA).chain());
        }
        assertThat(ours).isEqualTo(theirs).hasSize(version == TlsVersion.TLSV1_3 ? 5 : 1);
    }

    private static KeyLog log(Set<String> lines) {
        return (label, random, secret) -> lines.add(label
                + java.util.HexFormat.of().formatHex(random)
                + java.util.HexFormat.of().formatHex(secret));
    }

    @ParameterizedTest
    @CsvSource({"TLSv1.3,ED25519", "TLSv1.3,EC_P384", "TLSv1.2,RSA_2048", "TLSv1.2,EC_P256"})
    void theJdksClientIsServed(String version, KeyChoice key) throws Exception {
        Credential credential = KEYS.server(CertificateTemplate.server(Keys.FROM, Keys.TO, "localhost"), key);
        KeyStore trusted = KeyStore.getInstance("PKCS12");
        trusted.load(null, null);
        trusted.setCertificateEntry(
                "root", KEYS.root.credential().keyStore("x".toCharArray()).getCertificate("key"));
        TrustManagerFactory trust = TrustManagerFactory.getInstance("PKIX");
        trust.init(trusted);
        SSLContext context = SSLContext.getInstance(version);
        context.init(null, trust.getTrustManagers(), null);
        try (EchoServer server = new EchoServer(TlsServerOptions.of(credential));
                SSLSocket socket = (SSLSocket) context.getSocketFactory()
                        .createSocket(
                                server.address().getAddress(), server.address().getPort())) {
            socket.setEnabledProtocols(new String[] {version});
            socket.getOutputStream().write("abc\n".getBytes(StandardCharsets.US_ASCII));
            assertThat(new BufferedReader(new InputStreamReader(socket.getInputStream(), StandardCharsets.US_ASCII))
                            .readLine())
                    .isEqualTo("ABC");
            assertThat(server.facts().version().title()).isEqualTo(version);
        }
    }

    @Test
    void sessionsOfTls12AreResumedByTheirId() throws Exception {
        List<Boolean> resumed = new ArrayList<>();
        TlsClient client = new TlsClient(
                TlsClientOptions.defaults()
                        .withVersions(TlsVersion.TLSV1_2, TlsVersion.TLSV1_2)
                        .withSessions(new ClientSessions()),
                new SecureRandom());
        try (EchoServer server = new EchoServer(TlsServerOptions.of(EC).withSessions(new ServerSessions()))) {
            for (int i = 0; i < 3; i++) {
                Deadline deadline = Deadline.after(Duration.ofSeconds(20));
                Connection connection = new SystemNetwork().dial(server.address(), deadline);
                try (TlsSession session = client.handshake(connection, Optional.of("mx.example"), deadline)) {
                    assertThat(shouted(session)).isEqualTo("ABC");
                    resumed.add(session.facts().resumed());
                    assertThat(server.facts().resumed())
                            .isEqualTo(session.facts().resumed());
                }
            }
        }
        assertThat(resumed).containsExactly(false, true, true);
    }

    @Test
    void failuresAreToldFromTheServersSide() throws Exception {
        TlsClientOptions old = TlsClientOptions.defaults().withVersions(TlsVersion.TLSV1_0, TlsVersion.TLSV1_0);
        assertThat(failure(TlsServerOptions.of(EC), old).sentence())
                .contains("the client offers none of the versions TLSv1.2 to TLSv1.3");
        TlsClientOptions rsaOnly = TlsClientOptions.defaults()
                .withVersions(TlsVersion.TLSV1_2, TlsVersion.TLSV1_2)
                .withSuites(List.of(suite("TLS_RSA_WITH_AES_128_GCM_SHA256")));
        assertThat(failure(TlsServerOptions.of(EC), rsaOnly).sentence())
                .contains("no suite, group or signature algorithm in common");
        assertThat(failure(
                                TlsServerOptions.of(EC).withClientCertificate(ClientCertificate.REQUIRED),
                                TlsClientOptions.defaults().withVersions(TlsVersion.TLSV1_2, TlsVersion.TLSV1_2))
                        .sentence())
                .contains("the client showed no certificate");
        try (EchoServer server = new EchoServer(TlsServerOptions.of(EC));
                Connection plain = new SystemNetwork().dial(server.address(), Deadline.after(Duration.ofSeconds(20)))) {
            plain.output().write("EHLO there\r\n".getBytes(StandardCharsets.US_ASCII));
            assertThat(server.outcome())
                    .isInstanceOfSatisfying(
                            HandshakeFailure.class,
                            failure -> assertThat(failure.sentence())
                                    .isEqualTo(
                                            "the client does not speak TLS here: where its TLS hello should begin it sent"
                                                    + " \"EHLO there\""));
        }
    }

    private static HandshakeFailure failure(TlsServerOptions options, TlsClientOptions client) throws Exception {
        try (EchoServer server = new EchoServer(options)) {
            assertThatThrownBy(() -> Dialled.handshake(server.address(), client))
                    .isInstanceOf(IOException.class);
            return (HandshakeFailure) server.outcome();
        }
    }

    private static CipherSuite suite(String name) {
        return CipherSuite.registry().all().stream()
                .filter(s -> s.name().equals(name))
                .findFirst()
                .orElseThrow();
    }

    private static String shouted(TlsSession session) throws IOException {
        session.output().write("abc\n".getBytes(StandardCharsets.US_ASCII));
        session.output().flush();
        return new BufferedReader(new InputStreamReader(session.input(), StandardCharsets.US_ASCII)).readLine();
    }
}
