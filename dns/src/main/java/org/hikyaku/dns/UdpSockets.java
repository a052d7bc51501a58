package org.hikyaku.dns;

import java.io.Closeable;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.CancelledKeyException;
import java.nio.channels.ClosedChannelException;
import java.nio.channels.ClosedSelectorException;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReferenceArray;
import java.util.concurrent.atomic.LongAdder;
import java.util.concurrent.locks.ReentrantLock;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;

/**
 * The UDP sockets of one resolver: a few for each server, opened when first needed, replaced before their port has been
 * in use for long, and read by one thread. Each question picks its socket at random, so that a forger must guess
 * the port as well as the id.
 */
final class UdpSockets implements Closeable {
    static final int PER_SERVER = 8;
    private static final int MOST_QUESTIONS = 20_000;
    private static final long MOST_NANOS = TimeUnit.SECONDS.toNanos(60);
    private static final int LARGEST_DATAGRAM = 65_535;

    private final List<InetSocketAddress> servers;
    private final RandomGenerator random;
    private final ReentrantLock opening = new ReentrantLock();
    private final LongAdder strays = new LongAdder();

    /** Written under the lock; read without. */
    private final AtomicReferenceArray<UdpSocket> sockets;

    /** Guarded by the lock; there is none until the first question. */
    private @Nullable Selector selector;

    private boolean closed;

    UdpSockets(List<InetSocketAddress> servers, RandomGenerator random) {
        this.servers = servers;
        this.random = random;
        sockets = new AtomicReferenceArray<>(servers.size() * PER_SERVER);
    }

    /** Sends the exchange's question to one server. */
    void send(UdpExchange exchange, int server) throws IOException {
        int slot = server * PER_SERVER + random.nextInt(PER_SERVER);
        for (int retired = 0; ; retired++) {
            UdpSocket socket = usable(slot, server);
            try {
                exchange.sent(socket, socket.ask(exchange, random));
                return;
            } catch (ClosedChannelException e) {
                // Another question wore the socket out in this very moment.
                if (retired == PER_SERVER) {
                    throw e;
                }
            }
        }
    }

    /** How many datagrams came so far that answer no question in flight: late or forged. */
    long strays() {
        return strays.sum();
    }

    private UdpSocket usable(int slot, int server) throws IOException {
        UdpSocket there = sockets.get(slot);
        if (there != null && there.channel().isOpen() && !there.isWornOut(MOST_QUESTIONS, MOST_NANOS)) {
            return there;
        }
        opening.lock();
        try {
            UdpSocket now = sockets.get(slot);
            if (now != null && now != there) {
                return now;
            }
            UdpSocket fresh = UdpSocket.open(servers.get(server), server, random, strays);
            try {
                listenTo(fresh);
            } catch (IOException e) {
                fresh.close();
                throw e;
            }
            sockets.set(slot, fresh);
            Optional.ofNullable(there).ifPresent(UdpSocket::retire);
            return fresh;
        } finally {
            opening.unlock();
        }
    }

    private void listenTo(UdpSocket socket) throws IOException {
        if (closed) {
            throw new ClosedChannelException();
        }
        Selector reading = selector;
        if (reading == null) {
            reading = Selector.open();
            selector = reading;
            Selector own = reading;
            Thread.ofPlatform().daemon().name("dns-udp-reader").start(() -> readAll(own));
        }
        socket.channel().register(reading, SelectionKey.OP_READ, socket);
        reading.wakeup();
    }

    private static void readAll(Selector selector) {
        ByteBuffer buffer = ByteBuffer.allocateDirect(LARGEST_DATAGRAM);
        try (selector) {
            while (selector.isOpen()) {
                selector.select(key -> {
                    if (key.attachment() instanceof UdpSocket socket) {
                        socket.drain(buffer);
                    }
                });
            }
        } catch (ClosedSelectorException | CancelledKeyException closed) {
            return;
        } catch (IOException e) {
            throw new UncheckedIOException("waiting for DNS answers", e);
        }
    }

    @Override
    public void close() throws IOException {
        opening.lock();
        try {
            closed = true;
            for (int i = 0; i < sockets.length(); i++) {
                Optional.ofNullable(sockets.getAndSet(i, null)).ifPresent(UdpSocket::shutDown);
            }
            if (selector != null) {
                selector.close();
            }
        } finally {
            opening.unlock();
        }
    }
}
