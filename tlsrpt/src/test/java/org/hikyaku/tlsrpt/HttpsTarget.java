package org.hikyaku.tlsrpt;

import com.sun.net.httpserver.HttpsConfigurator;
import com.sun.net.httpserver.HttpsServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.security.GeneralSecurityException;
import java.time.Instant;
import java.util.concurrent.LinkedBlockingQueue;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SSLContext;
import org.hikyaku.x509.CertificateMaker;
import org.hikyaku.x509.CertificateTemplate;
import org.hikyaku.x509.Credential;
import org.hikyaku.x509.KeyChoice;

/** An HTTPS server with a certificate that nobody vouches for; it answers every POST with one status. */
public final class HttpsTarget implements AutoCloseable {
    private final HttpsServer server;

    /** What a POST was. */
    @SuppressWarnings("ArrayRecordComponent") // read, never compared
    public record Posted(String path, String type, byte[] body) {}

    public final LinkedBlockingQueue<Posted> posts = new LinkedBlockingQueue<>();

    public HttpsTarget(int status) throws IOException, GeneralSecurityException {
        CertificateMaker maker = CertificateMaker.seeded("https target");
        Credential credential = maker.selfSigned(
                CertificateTemplate.authority(
                        Instant.parse("2020-01-01T00:00:00Z"), Instant.parse("2021-01-01T00:00:00Z"), "Nobody"),
                maker.key(KeyChoice.EC_P256));
        char[] password = "x".toCharArray();
        KeyManagerFactory keys = KeyManagerFactory.getInstance("PKIX");
        keys.init(credential.keyStore(password), password);
        SSLContext context = SSLContext.getInstance("TLS");
        context.init(keys.getKeyManagers(), null, null);
        server = HttpsServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        server.setHttpsConfigurator(new HttpsConfigurator(context));
        server.createContext("/", exchange -> {
            posts.add(new Posted(
                    exchange.getRequestURI().toString(),
                    exchange.getRequestHeaders().getFirst("Content-Type"),
                    exchange.getRequestBody().readAllBytes()));
            exchange.sendResponseHeaders(status, -1);
            exchange.close();
        });
        server.start();
    }

    public URI uri(String path) {
        return URI.create("https://reports.example:" + server.getAddress().getPort() + path);
    }

    @Override
    public void close() {
        server.stop(0);
    }
}
