package org.hikyaku.tls.probe;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.FileInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.file.Path;
import java.security.KeyStore;
import java.security.Provider;
import java.security.SecureRandom;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLServerSocket;
import javax.net.ssl.SSLSocket;
import org.conscrypt.Conscrypt;
import org.hikyaku.net.Connection;
import org.hikyaku.net.Deadline;
import org.hikyaku.net.SystemNetwork;
import org.hikyaku.tls.TlsVersion;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** BoringSSL, through Conscrypt, is the peer for the hybrid key exchange, which OpenSSL 3.0 and GnuTLS 3.7 do not have. */
@Tag("interop")
class HybridGroupTest {
    @TempDir
    private static Path directory;

    @Test
    void aHandshakeWithX25519Mlkem768IsCompleted() throws Exception {
        Assumptions.assumeTrue(Conscrypt.isAvailable(), "no native Conscrypt on this machine");
        try (SSLServerSocket server = server()) {
            InetSocketAddress address = new InetSocketAddress(InetAddress.getLoopbackAddress(), server.getLocalPort());
            Hello hello = Hello.upTo(TlsVersion.TLSV1_3, Optional.of("mx.example"), List.of(0x1301))
                    .groups(List.of(4588))
                    .shares(List.of(4588));
            Connection connection = new SystemNetwork().dial(address, Deadline.after(Duration.ofSeconds(10)));
            ProbeConnection probe = new ProbeConnection(connection, new SecureRandom(), hello);

            HelloAnswer answer = probe.ask();
            assertThat(answer).isInstanceOf(HelloAnswer.Agreed.class);
            FinishedHandshake finished = new Finisher13(probe).finish((HelloAnswer.Agreed) answer);

            assertThat(finished.group()).contains(4588);
            finished.session().send(new byte[] {42});
            assertThat(finished.session().receive()).containsExactly(42);
        }
    }

    @Test
    void theProbeNamesTheHybridGroup() throws Exception {
        Assumptions.assumeTrue(Conscrypt.isAvailable(), "no native Conscrypt on this machine");
        try (SSLServerSocket server = server()) {
            ServerFacts facts = new TlsProber(
                            new SystemNetwork(), ProbeOptions.defaults("probe.example"), new SecureRandom())
                    .probe(
                            new InetSocketAddress(InetAddress.getLoopbackAddress(), server.getLocalPort()),
                            Optional.of("mx.example"),
                            Service.TLS,
                            Depth.JUDGEMENT);

            assertThat(facts.groups()).contains("X25519MLKEM768");
            assertThat(facts.features().largeHello()).isEqualTo(Known.YES);
        }
    }

    /** Echoes every byte. */
    private static SSLServerSocket server() throws Exception {
        List<String> rsa = new Certificates(directory).rsaArguments();
        Path store = directory.resolve("store.p12");
        Certificates.run(List.of(
                "openssl",
                "pkcs12",
                "-export",
                "-passout",
                "pass:test",
                "-in",
                rsa.get(1),
                "-inkey",
                rsa.get(3),
                "-out",
                store.toString()));
        KeyStore keys = KeyStore.getInstance("PKCS12");
        try (InputStream in = new FileInputStream(store.toFile())) {
            keys.load(in, "test".toCharArray());
        }
        KeyManagerFactory managers = KeyManagerFactory.getInstance("SunX509");
        managers.init(keys, "test".toCharArray());
        Provider conscrypt = Conscrypt.newProvider();
        SSLContext context = SSLContext.getInstance("TLS", conscrypt);
        context.init(managers.getKeyManagers(), null, null);
        SSLServerSocket server = (SSLServerSocket)
                context.getServerSocketFactory().createServerSocket(0, 50, InetAddress.getLoopbackAddress());
        Thread.ofPlatform().daemon().start(() -> {
            while (!server.isClosed()) {
                try {
                    SSLSocket socket = (SSLSocket) server.accept();
                    Thread.ofPlatform().daemon().start(() -> echo(socket));
                } catch (IOException e) {
                    return;
                }
            }
        });
        return server;
    }

    private static void echo(SSLSocket socket) {
        try (socket) {
            socket.getInputStream().transferTo(socket.getOutputStream());
        } catch (IOException e) {
            // The probe leaves in the middle of handshakes: expected.
        }
    }
}
