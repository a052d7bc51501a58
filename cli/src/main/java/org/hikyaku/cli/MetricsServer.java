package org.hikyaku.cli;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.Map;
import java.util.function.Supplier;
import org.hikyaku.net.StatusServer;

/** Serves metrics at {@code /metrics}, for Prometheus to fetch: those of the last round, or of the moment. */
final class MetricsServer implements AutoCloseable {
    private final StatusServer server;

    /** Read by the threads of requests, written by the one that checks. */
    private volatile Supplier<String> source = () -> "";

    private MetricsServer(InetSocketAddress address) throws IOException {
        this.server = StatusServer.start(address, Map.of("/metrics", this::page));
    }

    private StatusServer.Page page() {
        String text = source.get();
        return new StatusServer.Page(text.isEmpty() ? 503 : 200, StatusServer.PROMETHEUS, text);
    }

    /**
     * Listens.
     *
     * @param address port 0 for any
     * @throws IOException when it is taken, or is no address of this machine
     */
    static MetricsServer start(InetSocketAddress address) throws IOException {
        return new MetricsServer(address);
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
        return server.address();
    }

    void show(String metrics) {
        source = () -> metrics;
    }

    /** From now on, what this gives at each request. */
    void show(Supplier<String> metrics) {
        source = metrics;
    }

    @Override
    public void close() {
        server.close();
    }
}
