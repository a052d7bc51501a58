package org.hikyaku.web;

import io.helidon.common.tls.Tls;
import io.helidon.http.HeaderNames;
import io.helidon.webserver.WebServer;
import io.helidon.webserver.http.HttpRouting;
import io.helidon.webserver.http.ServerRequest;
import io.helidon.webserver.http.ServerResponse;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.security.GeneralSecurityException;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SSLContext;
import org.hikyaku.net.Addresses;
import org.hikyaku.net.Listener;
import org.hikyaku.net.Network;
import org.hikyaku.tlsrpt.receive.ReceivedReports;
import org.hikyaku.tlsrpt.receive.ReportIntake;
import org.hikyaku.x509.Credential;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The pages, and the place where reports are posted. The pages know no users: they listen on loopback unless told
 * otherwise. The place for reports has a listener of its own, inside TLS, which serves nothing else.
 */
public final class HikyakuWeb implements AutoCloseable {
    /** Where reports are posted. */
    public static final String POST_PATH = "/v1/tlsrpt";

    private static final Logger LOG = LoggerFactory.getLogger(HikyakuWeb.class);
    private static final Duration READ = Duration.ofSeconds(10);
    private static final int CONNECTIONS = 500;
    private static final int REQUESTS = 32;

    /** Nothing is loaded from elsewhere, nothing runs, nobody frames it. */
    private static final String CONTENT_POLICY =
            "default-src 'none'; style-src 'self'; base-uri 'none';" + " form-action 'none'; frame-ancestors 'none'";

    private final WebSite site;
    private final PostedReports posted;
    private final Set<String> names;
    private final Network network;
    private final List<WebServer> servers = new ArrayList<>();

    /**
     * @param names under which the pages are asked for, besides addresses and {@code localhost}: a page that somebody else's
     *     name leads to would let that somebody's scripts read it (DNS rebinding)
     * @param network asked whether an address is free to listen at, before a server is started there
     */
    public HikyakuWeb(
            ReceivedReports reports, ReportIntake intake, Set<String> names, Network network, InstantSource clock) {
        this.site = new WebSite(reports, intake, clock);
        this.posted = new PostedReports(intake);
        this.names = Set.copyOf(names);
        this.network = network;
    }

    /** Serves pages, and takes reports at {@link #POST_PATH}; returns the port. */
    public int pages(InetSocketAddress listen) throws IOException {
        return start(
                listen,
                Optional.empty(),
                HttpRouting.builder().get("/*", this::get).post(POST_PATH, this::post));
    }

    /** Takes reports at {@link #POST_PATH}, inside TLS, and nothing else; returns the port. */
    public int reports(InetSocketAddress listen, Credential credential) throws IOException {
        return start(listen, Optional.of(tls(credential)), HttpRouting.builder().post(POST_PATH, this::post));
    }

    private int start(InetSocketAddress listen, Optional<Tls> tls, HttpRouting.Builder routing) throws IOException {
        var config = WebServer.builder()
                .address(listen.getAddress())
                .port(listen.getPort())
                .routing(routing)
                .maxTcpConnections(CONNECTIONS)
                .maxConcurrentRequests(REQUESTS)
                .idleConnectionTimeout(Duration.ofSeconds(30))
                .idleConnectionPeriod(Duration.ofSeconds(5))
                .connectionOptions(o -> o.readTimeout(READ))
                .shutdownHook(false)
                .shutdownGracePeriod(Duration.ofMillis(200));
        tls.ifPresent(config::tls);
        checkFree(listen);
        try {
            WebServer server = config.build().start();
            if (!server.isRunning()) {
                server.stop();
                throw new IOException("nothing can listen at " + Addresses.text(listen));
            }
            servers.add(server);
            return server.port();
        } catch (RuntimeException e) {
            throw new IOException("nothing can listen at " + Addresses.text(listen) + ": " + e.getMessage(), e);
        }
    }

    /** The server would log that it cannot listen, and not throw. */
    private void checkFree(InetSocketAddress listen) throws IOException {
        try (Listener _ = network.listen(listen)) {
            // closed again at once
        } catch (IOException e) {
            throw new IOException("nothing can listen at " + Addresses.text(listen) + ": " + e.getMessage(), e);
        }
    }

    private static Tls tls(Credential credential) throws IOException {
        try {
            char[] password = "keys".toCharArray(); // of a store that never leaves this process
            KeyManagerFactory keys = KeyManagerFactory.getInstance("PKIX");
            keys.init(credential.keyStore(password), password);
            SSLContext context = SSLContext.getInstance("TLS");
            context.init(keys.getKeyManagers(), null, null);
            return Tls.builder()
                    .sslContext(context)
                    .enabledProtocols(List.of("TLSv1.3", "TLSv1.2"))
                    .build();
        } catch (GeneralSecurityException e) {
            throw new IOException("the certificate and its key cannot be used: " + e.getMessage(), e);
        }
    }

    private void get(ServerRequest request, ServerResponse response) {
        try {
            Optional<String> host = request.headers().first(HeaderNames.HOST);
            if (host.isEmpty() || !known(host.get())) {
                send(response, Answered.text(421, "This is not the name of these pages; see --host."));
                return;
            }
            send(
                    response,
                    site.get(
                            request.path().rawPath(),
                            request.query().first("days").asOptional()));
        } catch (IOException e) {
            broken(response, e);
        }
    }

    private void post(ServerRequest request, ServerResponse response) {
        try {
            Answered answer = posted.post(
                    request.headers().first(HeaderNames.CONTENT_TYPE),
                    request.content().inputStream());
            if (answer.status() >= 400) {
                // what is left of the body is not waited for
                response.header(HeaderNames.CONNECTION, "close");
            }
            send(response, answer);
        } catch (IOException e) {
            broken(response, e);
        }
    }

    private static void broken(ServerResponse response, IOException e) {
        LOG.warn("web: {}", e.getMessage());
        send(response, Answered.text(503, "That does not work at the moment; try again later."));
    }

    private static void send(ServerResponse response, Answered answer) {
        response.status(answer.status())
                .header(HeaderNames.CONTENT_TYPE, answer.type())
                .header("Content-Security-Policy", CONTENT_POLICY)
                .header("X-Content-Type-Options", "nosniff")
                .header("Referrer-Policy", "no-referrer")
                .header("Cross-Origin-Resource-Policy", "same-origin")
                .header("Cache-Control", "no-store")
                .send(answer.body());
    }

    private boolean known(String hostAndPort) {
        String host = hostAndPort.toLowerCase(Locale.ROOT);
        int colon = host.startsWith("[") ? host.indexOf(':', host.indexOf(']')) : host.indexOf(':');
        String name = colon < 0 ? host : host.substring(0, colon);
        return name.equals("localhost") || names.contains(name) || literal(name);
    }

    private static boolean literal(String name) {
        try {
            String bare = name.startsWith("[") && name.endsWith("]") ? name.substring(1, name.length() - 1) : name;
            return InetAddress.ofLiteral(bare).getAddress().length > 0;
        } catch (IllegalArgumentException e) {
            return false;
        }
    }

    @Override
    public void close() {
        servers.forEach(WebServer::stop);
        servers.clear();
    }
}
