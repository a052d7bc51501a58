package org.hikyaku.tls;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.hikyaku.tls.SessionsOneByOne.PATIENCE;

import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.security.KeyStore;
import java.security.SecureRandom;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.concurrent.LinkedBlockingQueue;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLSession;
import javax.net.ssl.SSLSocket;
import javax.net.ssl.TrustManagerFactory;
import org.hikyaku.net.Connection;
import org.hikyaku.net.Deadline;
import org.hikyaku.tls.wire.CipherSuite;
import org.hikyaku.tls.wire.NamedGroup;
import org.hikyaku.x509.CertificateTemplate;
import org.hikyaku.x509.Credential;
import org.hikyaku.x509.KeyChoice;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Handshakes that the native library does, against our own client (which is the other library), the JDK's and broken ones. */
class NativeServerTest {
    private static final Keys KEYS = new Keys();

    private static TlsServerOptions options(KeyChoice key) {
        return TlsServerOptions.of(KEYS.server(key))
                .withNativeHandshakes()
                .withSuites(suites(
                        "TLS_AES_128_GCM_SHA256", "TLS_AES_256_GCM_SHA384", "TLS_ECDHE_ECDSA_WITH_AES_128_GCM_SHA256"));
    }

    private static List<CipherSuite> suites(String... names) {
        return Arrays.stream(names)
                .map(name -> CipherSuite.registry().all().stream()
                        .filter(s -> s.name().equals(name))
                        .findFirst()
                        .orElseThrow())
                .toList();
    }

    private static NamedGroup group(String name) {
        return NamedGroup.registry().all().stream()
                .filter(g -> g.name().equals(name))
                .findFirst()
                .orElseThrow();
    }

    @ParameterizedTest
    @CsvSource({
        "EC_P256, X25519MLKEM768, ecdsa_secp256r1_sha256",
        "EC_P256, x25519, ecdsa_secp256r1_sha256",
        "EC_P384, secp256r1, ecdsa_secp384r1_sha384",
        "RSA_2048, secp384r1, rsa_pss_rsae_sha256"
    })
    void bothLibrariesTellTheSame(KeyChoice key, String group, String scheme) throws Exception {
        TlsClientOptions client = TlsClientOptions.defaults().withGroups(List.of(group(group)));
        try (SessionsOneByOne server = new SessionsOneByOne(options(key), PATIENCE);
                TlsSession theirs = Dialled.handshake(server.address(), client);
                TlsSession ours = server.session()) {
            assertThat(ours).isInstanceOf(NativeSession.class);
            assertThat(ours.facts()).isEqualTo(theirs.facts());
            assertThat(ours.facts().group()).contains(group);
            assertThat(ours.facts().signatureScheme()).contains(scheme);
            // our client has it first
            assertThat(ours.facts().suite()).isEqualTo("TLS_AES_256_GCM_SHA384");
            assertThat(ours.facts().sni()).contains("mx.example");
            assertThat(data(ours)).isEqualTo(data(theirs)).hasSize(2);
        }
    }

    private static List<String> data(TlsSession session) {
        return session.bindings().stream()
                .map(b -> b + " " + java.util.HexFormat.of().formatHex(b.data()))
                .toList();
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 2_000, 10_000, 40_000})
    void bytesArriveAsTheyWereSentBothWays(int portion) throws Exception {
        byte[] sent = new byte[300_000];
        new Random(7).nextBytes(sent);
        try (SessionsOneByOne server = new SessionsOneByOne(options(KeyChoice.EC_P256), PATIENCE);
                TlsSession theirs = Dialled.handshake(server.address(), TlsClientOptions.defaults());
                TlsSession ours = server.session()) {
            int many = portion == 1 ? 3_000 : sent.length;
            carry(theirs.output(), ours.input(), sent, many, portion);
            carry(ours.output(), theirs.input(), sent, many, portion);
            end(theirs);
            assertThat(ours.input().read()).isEqualTo(-1);
        }
    }

    private static void end(TlsSession session) throws IOException {
        session.close();
    }

    private static void carry(OutputStream out, InputStream in, byte[] sent, int many, int portion) throws Exception {
        Thread writer = Thread.ofVirtual().start(() -> {
            try {
                for (int i = 0; i < many; i += portion) {
                    out.write(sent, i, Math.min(portion, many - i));
                    out.flush();
                }
            } catch (IOException e) {
                // the reader finds too little
            }
        });
        byte[] got = new byte[many];
        int length = 0;
        for (int n = 0; n >= 0 && length < many; length += n) {
            n = in.read(got, length, Math.min(portion, many - length));
        }
        writer.join();
        assertThat(got).isEqualTo(Arrays.copyOf(sent, many));
    }

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void theJdksClientResumesWhereSessionsAreKept(boolean kept) throws Exception {
        Credential credential =
                KEYS.server(CertificateTemplate.server(Keys.FROM, Keys.TO, "localhost"), KeyChoice.EC_P256);
        TlsServerOptions options = TlsServerOptions.of(credential).withNativeHandshakes();
        SSLContext context = trusting();
        List<Boolean> resumed = new ArrayList<>();
        List<byte[]> bindings = new ArrayList<>();
        try (SessionsOneByOne server =
                new SessionsOneByOne(kept ? options.withSessions(new ServerSessions()) : options, PATIENCE)) {
            for (int i = 0; i < 3; i++) {
                try (SSLSocket socket = (SSLSocket) context.getSocketFactory()
                        .createSocket("localhost", server.address().getPort())) {
                    socket.startHandshake();
                    socket.getOutputStream().write('a');
                    try (TlsSession ours = server.session()) {
                        assertThat(ours.input().read()).isEqualTo('a');
                        ours.output().write('b');
                        assertThat(socket.getInputStream().read()).isEqualTo('b');
                        resumed.add(ours.facts().resumed());
                        assertThat(ours.facts().chain().isEmpty())
                                .isEqualTo(ours.facts().resumed());
                        assertThat(ours.facts().group()).isPresent();
                        bindings.add(ours.bindings().getFirst().data());
                        SSLSession session = socket.getSession();
                        assertThat(session.getCipherSuite())
                                .isEqualTo(ours.facts().suite());
                        // a change of keys on both sides, in the middle
                        socket.startHandshake();
                        socket.getOutputStream().write('c');
                        assertThat(ours.input().read()).isEqualTo('c');
                        ours.output().write('d');
                        assertThat(socket.getInputStream().read()).isEqualTo('d');
                    }
                }
            }
        }
        assertThat(resumed).containsExactly(false, kept, kept);
        assertThat(bindings.get(0)).isNotEqualTo(bindings.get(1));
    }

    private static SSLContext trusting() throws Exception {
        KeyStore trusted = KeyStore.getInstance("PKCS12");
        trusted.load(null, null);
        trusted.setCertificateEntry(
                "root", KEYS.root.credential().keyStore("x".toCharArray()).getCertificate("key"));
        TrustManagerFactory trust = TrustManagerFactory.getInstance("PKIX");
        trust.init(trusted);
        SSLContext context = SSLContext.getInstance("TLSv1.3");
        context.init(null, trust.getTrustManagers(), null);
        return context;
    }

    @Test
    void clientsThatWantSomethingElseAreServedByTheOtherLibrary() throws Exception {
        TlsClientOptions usual = TlsClientOptions.defaults();
        TlsServerOptions options = options(KeyChoice.EC_P256);
        assertOther(options, usual.withVersions(TlsVersion.TLSV1_2, TlsVersion.TLSV1_2));
        assertOther(
                options.withSuites(suites("TLS_CHACHA20_POLY1305_SHA256")),
                usual.withSuites(suites("TLS_CHACHA20_POLY1305_SHA256", "TLS_AES_256_GCM_SHA384")));
        assertOther(options, usual.withGroups(List.of(group("secp521r1"))));
        // Of two that both take, ours is the second of theirs, without a key share.
        assertOther(options, usual.withGroups(List.of(group("secp256r1"), group("x25519"))));
        assertOther(options.withAlpn("a"), usual);
        assertOther(options.withKeyLog((label, random, secret) -> {}), usual);
        assertOther(options.withClientCertificate(TlsServerOptions.ClientCertificate.ASKED), usual);
        // The client has AES-256 first, which we do not take.
        assertOther(options.withSuites(suites("TLS_AES_128_GCM_SHA256")), usual);
        assertOther(TlsServerOptions.of(KEYS.server(KeyChoice.EC_P256)), usual);
        assertOther(options(KeyChoice.ED25519), usual);
    }

    private static void assertOther(TlsServerOptions options, TlsClientOptions client) throws Exception {
        try (SessionsOneByOne server = new SessionsOneByOne(options, PATIENCE);
                TlsSession theirs = Dialled.handshake(server.address(), client);
                TlsSession ours = server.session()) {
            assertThat(ours).isInstanceOf(EstablishedSession.class);
            assertThat(ours.facts()).isEqualTo(theirs.facts());
        }
    }

    private static HandshakeFailure failure(SpoiledConnection.Spoiler spoiler) throws Exception {
        try (SessionsOneByOne server = new SessionsOneByOne(options(KeyChoice.EC_P256), PATIENCE);
                Connection connection = server.dialled()) {
            Thread.ofVirtual().start(() -> {
                try {
                    var _ = new TlsClient(TlsClientOptions.defaults(), new SecureRandom())
                            .handshake(
                                    new SpoiledConnection(connection, spoiler),
                                    Optional.empty(),
                                    Deadline.after(PATIENCE));
                } catch (IOException e) {
                    // The server's view is what counts.
                }
            });
            return server.failure();
        }
    }

    @Test
    void failuresAreToldLikeThoseOfTheOtherLibrary() throws Exception {
        // the client's Finished with one bit changed
        HandshakeFailure spoiled = failure((flight, bytes) -> {
            if (flight > 0) {
                bytes[bytes.length - 1] ^= 1;
            }
            return bytes;
        });
        assertThat(spoiled.stage()).isEqualTo(HandshakeFailure.Stage.AUTHENTICATION);
        assertThat(spoiled.alert()).contains("bad_record_mac");
        assertThat(spoiled.byPeer()).isFalse();
        assertThat(spoiled.sentence())
                .isEqualTo(
                        "the TLS handshake was ended after ServerHello with our alert bad_record_mac: a record cannot be"
                                + " decrypted");

        // an alert in clear behind the ServerHello: no protected one was possible
        HandshakeFailure alert = failure((flight, bytes) -> flight == 0 ? bytes : new byte[] {21, 3, 3, 0, 2, 2, 47});
        assertThat(alert.alert()).contains("illegal_parameter");
        assertThat(alert.byPeer()).isTrue();
        assertThat(alert.sentence())
                .isEqualTo("the client ended the TLS handshake after ServerHello with the alert illegal_parameter");

        HandshakeFailure gone = failure((flight, bytes) -> {
            if (flight > 0) {
                throw new EOFException("gone");
            }
            return bytes;
        });
        assertThat(gone.stage()).isEqualTo(HandshakeFailure.Stage.CLOSED);
        assertThat(gone.sentence()).isEqualTo("the client closed the connection after ServerHello, without an alert");

        HandshakeFailure noise = failure(
                (flight, bytes) -> flight == 0 ? bytes : "EHLO too early\r\n".getBytes(StandardCharsets.US_ASCII));
        assertThat(noise.alert()).contains("unexpected_message");
    }

    /** A protected alert, as the JDK's client sends it about a certificate that it does not trust. */
    @Test
    void theClientsReasonIsTold() throws Exception {
        SSLContext context = SSLContext.getInstance("TLSv1.3");
        context.init(null, null, null);
        try (SessionsOneByOne server = new SessionsOneByOne(options(KeyChoice.EC_P256), PATIENCE);
                SSLSocket socket = (SSLSocket) context.getSocketFactory()
                        .createSocket(
                                server.address().getAddress(), server.address().getPort())) {
            assertThatThrownBy(socket::startHandshake).isInstanceOf(IOException.class);
            HandshakeFailure failure = server.failure();
            assertThat(failure.alert()).contains("certificate_unknown");
            assertThat(failure.sentence())
                    .isEqualTo("the client ended the TLS handshake after ServerHello with the alert"
                            + " certificate_unknown: it does not trust our certificate");
        }
    }

    @Test
    void aClientThatStopsInTheMiddleOfItsHelloIsNotWaitedFor() throws Exception {
        try (SessionsOneByOne server = new SessionsOneByOne(options(KeyChoice.EC_P256), Duration.ofMillis(200));
                Connection connection = server.dialled()) {
            connection.output().write(new byte[] {22, 3, 1, 2, 0, 1});
            assertThat(server.failure().stage()).isEqualTo(HandshakeFailure.Stage.TIMEOUT);
        }
    }

    /** A hello in pieces of one byte, and one that is cut into records of its own. */
    @ParameterizedTest
    @EnumSource(Cut.class)
    void aHelloMayComeInPieces(Cut cut) throws Exception {
        try (SessionsOneByOne server = new SessionsOneByOne(options(KeyChoice.EC_P256), PATIENCE);
                Connection connection = server.dialled();
                TlsSession theirs = new TlsClient(TlsClientOptions.defaults(), new SecureRandom())
                        .handshake(
                                new SpoiledConnection(
                                        connection,
                                        (flight, bytes) -> flight == 0 ? cut.cut(connection, bytes) : bytes),
                                Optional.empty(),
                                Deadline.after(PATIENCE));
                TlsSession ours = server.session()) {
            assertThat(ours.facts().version()).isEqualTo(TlsVersion.TLSV1_3);
            theirs.output().write('x');
            assertThat(ours.input().read()).isEqualTo('x');
        }
    }

    enum Cut {
        BYTES {
            @Override
            byte[] cut(Connection to, byte[] hello) throws IOException {
                for (int i = 0; i < hello.length - 1; i++) {
                    to.output().write(hello, i, 1);
                }
                return Arrays.copyOfRange(hello, hello.length - 1, hello.length);
            }
        },
        RECORDS {
            @Override
            byte[] cut(Connection to, byte[] hello) throws IOException {
                to.output().write(new byte[] {22, 3, 1, 0, 3, hello[5], hello[6], hello[7]});
                int rest = hello.length - 8;
                byte[] second = new byte[5 + rest];
                second[0] = 22;
                second[1] = 3;
                second[2] = 1;
                second[3] = (byte) (rest >> 8);
                second[4] = (byte) rest;
                System.arraycopy(hello, 8, second, 5, rest);
                return second;
            }
        };

        abstract byte[] cut(Connection to, byte[] hello) throws IOException;
    }

    @Test
    void aSessionIsClosedFromAnotherThreadWhileItWaits() throws Exception {
        try (SessionsOneByOne server = new SessionsOneByOne(options(KeyChoice.EC_P256), PATIENCE);
                TlsSession theirs = Dialled.handshake(server.address(), TlsClientOptions.defaults());
                TlsSession ours = server.session()) {
            LinkedBlockingQueue<Object> ends = new LinkedBlockingQueue<>();
            Thread reader = Thread.ofVirtual().start(() -> {
                try {
                    ends.add(ours.input().read());
                } catch (IOException e) {
                    ends.add(e);
                }
            });
            ours.output().write('y');
            assertThat(theirs.input().read()).isEqualTo('y');
            end(ours);
            reader.join();
            assertThat(ends.take()).isInstanceOfAny(IOException.class, Integer.class);
            assertThat(theirs.input().read()).isEqualTo(-1);
            assertThatThrownBy(() -> ours.output().write('z')).isInstanceOf(IOException.class);
        }
    }

    /** Records that the other side spoils end the session; nothing of them is handed out. */
    @Test
    void aSpoiledRecordIsAnError() throws Exception {
        boolean[] spoil = {false};
        try (SessionsOneByOne server = new SessionsOneByOne(options(KeyChoice.EC_P256), PATIENCE);
                Connection connection = server.dialled();
                TlsSession theirs = new TlsClient(TlsClientOptions.defaults(), new SecureRandom())
                        .handshake(
                                new SpoiledConnection(connection, (flight, bytes) -> {
                                    if (spoil[0]) {
                                        bytes[bytes.length - 3] ^= 1;
                                    }
                                    return bytes;
                                }),
                                Optional.empty(),
                                Deadline.after(PATIENCE));
                TlsSession ours = server.session()) {
            spoil[0] = true;
            theirs.output().write("MAIL".getBytes(StandardCharsets.US_ASCII));
            theirs.output().flush();
            assertThatThrownBy(() -> ours.input().read())
                    .isInstanceOf(IOException.class)
                    .hasMessageContaining("our alert bad_record_mac");
        }
    }
}
