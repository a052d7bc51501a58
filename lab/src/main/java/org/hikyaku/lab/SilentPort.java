package org.hikyaku.lab;

import java.io.Closeable;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.nio.channels.SocketChannel;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.hikyaku.net.Limit;

/**
 * A port that drops what is sent to it, without a firewall: nobody accepts from its short queue, and what fills that is
 * the lab's own. Linux then throws further SYN packets away in silence. How many fit is the system's business, so it is filled
 * until a connection does not come about.
 */
final class SilentPort implements Closeable {
    /** Linux takes a backlog of 1 to mean 2. */
    private static final int FILLING = 2;

    /** Past it this system has queues that do not fill. */
    private static final Limit MOST = new Limit("connections that fill the queue of a silent port", 64);

    /** On one machine a connection comes about at once or not at all. */
    private static final Duration AT_ONCE = Duration.ofMillis(20);

    private final ServerSocket port = new ServerSocket();
    private final List<SocketChannel> fillers = new ArrayList<>();

    SilentPort(String name, InetSocketAddress at) throws IOException {
        try {
            port.setReuseAddress(true);
            port.bind(at, 1);
            for (int i = 0; i < FILLING; i++) {
                fillers.add(SocketChannel.open(port.getLocalSocketAddress()));
            }
            while (oneMoreFits()) {
                MOST.check(fillers.size());
            }
        } catch (IOException e) {
            close();
            throw LabPorts.named(e, at, name);
        }
    }

    private boolean oneMoreFits() throws IOException {
        SocketChannel next = SocketChannel.open();
        fillers.add(next);
        next.configureBlocking(false);
        if (next.connect(port.getLocalSocketAddress())) {
            return true;
        }
        try (Selector selector = Selector.open()) {
            SelectionKey key = next.register(selector, SelectionKey.OP_CONNECT);
            boolean fits = selector.select(AT_ONCE.toMillis()) > 0 && next.finishConnect();
            key.cancel();
            return fits;
        }
    }

    int filling() {
        return fillers.size();
    }

    @Override
    public void close() throws IOException {
        for (SocketChannel filler : fillers) {
            filler.close();
        }
        port.close();
    }
}
