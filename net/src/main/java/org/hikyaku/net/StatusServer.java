package org.hikyaku.net;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.function.Supplier;

/** Serves a few pages of text over HTTP that say how a process is: metrics, health. Reading only, bounded in time and number. */
public final class StatusServer implements AutoCloseable {
    /** The text format of Prometheus. */
    public static final String PROMETHEUS = "text/plain; version=0.0.4; charset=utf-8";

    private static final String MOST_SECONDS = "10";
    private static final String MOST_CONNECTIONS = "64";

    private final HttpServer server;
    private final ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor();
    private final Map<String, Supplier<Page>> pages;

    /**
     * What a path gives at the moment.
     *
     * @param status of HTTP
     * @param type the media type
     */
    public record Page(int status, String type, String text) {
        public static Page plain(int status, String text) {
            return new Page(status, "text/plain; charset=utf-8", text);
        }
    }

    private StatusServer(HttpServer server, Map<String, Supplier<Page>> pages) {
        this.server = server;
        this.pages = Map.copyOf(pages);
    }

    /**
     * Listens.
     *
     * @param address port 0 for any
     * @param pages by path
     * @throws IOException when it is taken, or is no address of this machine
     */
    public static StatusServer start(InetSocketAddress address, Map<String, Supplier<Page>> pages) throws IOException {
        // The JDK's server has no limits unless it is told so before its first use.
        System.setProperty("sun.net.httpserver.maxReqTime", MOST_SECONDS);
        System.setProperty("sun.net.httpserver.maxRspTime", MOST_SECONDS);
        System.setProperty("jdk.httpserver.maxConnections", MOST_CONNECTIONS);
        StatusServer status = new StatusServer(HttpServer.create(address, 0), pages);
        status.server.setExecutor(status.threads);
        status.server.createContext("/", status::answer);
        status.server.start();
        return status;
    }

    /** Where it listens. */
    public InetSocketAddress address() {
        return server.getAddress();
    }

    private void answer(HttpExchange exchange) throws IOException {
        try (exchange) {
            boolean head = exchange.getRequestMethod().equals("HEAD");
            Page page = head || exchange.getRequestMethod().equals("GET")
                    ? Optional.ofNullable(pages.get(exchange.getRequestURI().getPath()))
                            .map(Supplier::get)
                            .orElseGet(() -> Page.plain(
                                    404,
                                    "See "
                                            + String.join(
                                                    ", ",
                                                    pages.keySet().stream()
                                                            .sorted()
                                                            .toList()) + "\n"))
                    : Page.plain(405, "");
            byte[] body = page.text().getBytes(StandardCharsets.UTF_8);
            exchange.getResponseHeaders().set("Content-Type", page.type());
            exchange.sendResponseHeaders(page.status(), head || body.length == 0 ? -1 : body.length);
            if (!head && body.length > 0) {
                exchange.getResponseBody().write(body);
            }
        }
    }

    @Override
    public void close() {
        server.stop(0);
        threads.shutdown();
    }
}
