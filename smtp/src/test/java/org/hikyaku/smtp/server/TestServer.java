package org.hikyaku.smtp.server;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.security.SecureRandom;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import org.hikyaku.net.Deadline;
import org.hikyaku.net.Listener;
import org.hikyaku.tls.TlsServer;
import org.hikyaku.tls.TlsServerOptions;
import org.hikyaku.x509.CertificateMaker;
import org.hikyaku.x509.CertificateTemplate;
import org.hikyaku.x509.Credential;
import org.hikyaku.x509.KeyChoice;

/** A server on a network in memory. */
final class TestServer implements AutoCloseable {
    final RecordingParts parts = new RecordingParts();
    final MemoryNetwork network = new MemoryNetwork();
    final SmtpServer server;
    private final InetSocketAddress address;

    TestServer() {
        this(SmtpServerOptions.of("mx.example"), ServerTls.none());
    }

    TestServer(SmtpServerOptions options, ServerTls tls) {
        server = new SmtpServer(options.limits(), System::nanoTime);
        Listener listener = network.listen(new InetSocketAddress(InetAddress.ofLiteral("192.0.2.25"), 0));
        address = listener.local();
        server.serve(options, parts.with(tls), listener);
    }

    static TestServer withTls() {
        return new TestServer(SmtpServerOptions.of("mx.example"), tls());
    }

    static ServerTls tls() {
        TlsServer tls = new TlsServer(TlsServerOptions.of(Certificates.SERVER), new SecureRandom());
        return () -> Optional.of(tls);
    }

    TestClient client() {
        return clientFrom("192.0.2.7");
    }

    TestClient clientFrom(String ip) {
        try {
            return new TestClient(network.dialFrom(new InetSocketAddress(InetAddress.ofLiteral(ip), 40_000), address));
        } catch (IOException e) {
            throw new IllegalStateException(e);
        }
    }

    /** How the next session ended; waits for it. */
    SessionEnd end() throws InterruptedException {
        SessionEnd end = parts.ends.poll(20, TimeUnit.SECONDS);
        if (end == null) {
            throw new AssertionError("no session has ended");
        }
        return end;
    }

    @Override
    public void close() {
        try {
            var _ = server.stop(Deadline.after(Duration.ofSeconds(5)));
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        if (!parts.faults.isEmpty() && parts.commitFault.isEmpty() && parts.commitError.isEmpty()) {
            throw new AssertionError("the server broke", parts.faults.getFirst());
        }
    }

    /** Made once: keys take their time. */
    private static final class Certificates {
        static final Credential SERVER = make();

        private static Credential make() {
            CertificateMaker maker = CertificateMaker.seeded("smtp server tests");
            return maker.selfSigned(
                    CertificateTemplate.server(
                            Instant.parse("2026-01-01T00:00:00Z"), Instant.parse("2046-01-01T00:00:00Z"), "mx.example"),
                    maker.key(KeyChoice.EC_P256));
        }
    }
}
