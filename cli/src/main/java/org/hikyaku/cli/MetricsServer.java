package org.hikyaku.cli;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.function.Supplier;
import org.hikyaku.check.render.Metrics;

/** Serves metrics at {@code /metrics}, for Prometheus to fetch: those of the last round, or of the moment. */
final class MetricsServer implements AutoCloseable {
    private static final String MOST_SECONDS = "10";
    private static final String MOST_CONNECTIONS = "64";

    private final HttpServer server;
    private final ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor();

    /** Read by the threads of requests, written by the one that checks. */
    private volatile Supplier<String> source = () -> "";

    private MetricsServer(HttpServer server) {
        this.server = server;
    }

    /**
     * Listens.
     *
     * @param address port 0 for any
     * @throws IOException when it is taken, or is no address of this machine
     */
    static MetricsServer start(InetSocketAddress address) throws IOException {
        // The JDK's server has no limits unless it is told so before its first use.
        System.setProperty("sun.net.httpserver.maxReqTime", MOST_SECONDS);
        System.setProperty("sun.net.httpserver.maxRspTime", MOST_SECONDS);
        System.setProperty("jdk.httpserver.maxConnections", MOST_CONNECTIONS);
        MetricsServer metrics = new MetricsServer(HttpServer.create(address, 0));
        metrics.server.setExecutor(metrics.threads);
        metrics.server.createContext("/", metrics::answer);
        metrics.server.start();
        return metrics;
    }

    /**
     * Listens where {@code --metrics-listen} says.
     *
     * @throws UsageException when that does not work
     */
    static MetricsServer listen(String text, int port) {
        HostAndPort place = HostAndPort.parse(text, port);
        if (!place.literal()) {
            throw new UsageException(
                    "--metrics-listen takes an IP address and a port, such as 127.0.0.1:" + port + ", not " + text);
        }
        try {
            return start(new InetSocketAddress(InetAddress.ofLiteral(place.host()), place.port()));
        } catch (IOException e) {
            throw new UsageException("--metrics-listen: nothing can listen at " + text + ": " + e.getMessage(), e);
        }
    }

    /** Where it listens. */
    InetSocketAddress address() {
        return server.getAddress();
    }

    void show(String metrics) {
        source = () -> metrics;
    }

    /** From now on, what this gives at each request. */
    void show(Supplier<String> metrics) {
        source = metrics;
    }

    private void answer(HttpExchange exchange) throws IOException {
        try (exchange) {
            boolean known = exchange.getRequestURI().getPath().equals("/metrics");
            boolean get = exchange.getRequestMethod().equals("GET")
                    || exchange.getRequestMethod().equals("HEAD");
            String text = known ? source.get() : "";
            byte[] body = (known ? text : "See /metrics\n").getBytes(StandardCharsets.UTF_8);
            exchange.getResponseHeaders().set("Content-Type", known ? Metrics.CONTENT_TYPE : "text/plain");
            int status = !get ? 405 : !known ? 404 : text.isEmpty() ? 503 : 200;
            boolean head = exchange.getRequestMethod().equals("HEAD");
            exchange.sendResponseHeaders(status, head || body.length == 0 ? -1 : body.length);
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
