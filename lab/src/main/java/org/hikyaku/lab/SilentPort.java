package org.hikyaku.lab;

import java.io.Closeable;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.nio.channels.SocketChannel;
import java.util.ArrayList;
import java.util.List;

/**
 * A port that drops what is sent to it, without a firewall: nobody accepts from its short queue, and what fills that is
 * the lab's own. Linux then throws further SYN packets away in silence.
 */
final class SilentPort implements Closeable {
    /** One that fits and one more: Linux takes a backlog of n to mean n + 1. */
    private static final int FILLING = 2;

    private final ServerSocket port = new ServerSocket();
    private final List<SocketChannel> fillers = new ArrayList<>();

    SilentPort(String name, InetSocketAddress at) throws IOException {
        try {
            port.setReuseAddress(true);
            port.bind(at, 1);
            for (int i = 0; i < FILLING; i++) {
                fillers.add(SocketChannel.open(port.getLocalSocketAddress()));
            }
        } catch (IOException e) {
            close();
            throw LabPorts.named(e, at, name);
        }
    }

    @Override
    public void close() throws IOException {
        for (SocketChannel filler : fillers) {
            filler.close();
        }
        port.close();
    }
}
