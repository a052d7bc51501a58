package org.hikyaku.cli;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import org.hikyaku.check.render.Metrics;

/** Serves the metrics of the last round at {@code /metrics}, for Prometheus to fetch. */
final class MetricsServer implements AutoCloseable {
    private static final String MOST_SECONDS = "10";
    private static final String MOST_CONNECTIONS = "64";

    private final HttpServer server;
    private final ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor();

    /** Read by the threads of requests, written by the one that checks. */
    private volatile String text = "";

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

    /** Where it listens. */
    InetSocketAddress address() {
        return server.getAddress();
    }

    void show(String metrics) {
        text = metrics;
    }

    private void answer(HttpExchange exchange) throws IOException {
        try (exchange) {
            boolean known = exchange.getRequestURI().getPath().equals("/metrics");
            boolean get = exchange.getRequestMethod().equals("GET")
                    || exchange.getRequestMethod().equals("HEAD");
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
