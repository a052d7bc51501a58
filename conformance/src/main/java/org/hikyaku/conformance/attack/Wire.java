package org.hikyaku.conformance.attack;

import java.io.ByteArrayOutputStream;
import java.net.InetSocketAddress;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.LongSupplier;
import org.hikyaku.capture.tcp.Side;
import org.hikyaku.net.Connection;
import org.hikyaku.net.TappedConnection;

/** All bytes of one connection that went through the attacker's hands, as they were on the wire. Safe for two threads. */
final class Wire {

    /** What one side sent at one time. */
    @SuppressWarnings("ArrayRecordComponent") // never compared
    record Chunk(Side side, long nanos, byte[] bytes) {}

    private final Leg leg;
    private final InetSocketAddress client;
    private final InetSocketAddress server;
    private final LongSupplier nanos;
    private final ReentrantLock lock = new ReentrantLock();
    private final List<Chunk> chunks = new ArrayList<>(); // guarded by lock
    private final long opened;

    /** Which part of the way. */
    enum Leg {
        /** From the sender; it ends at the attacker or goes on to the receiver as it is. */
        FROM_SENDER("from the sender"),
        /** From the attacker, who speaks in the sender's name. */
        TO_RECEIVER("to the receiver");

        private final String title;

        Leg(String title) {
            this.title = title;
        }

        String title() {
            return title;
        }
    }

    /** @param nanos the time in nanoseconds since 1970 */
    Wire(Leg leg, InetSocketAddress client, InetSocketAddress server, LongSupplier nanos) {
        this.leg = leg;
        this.client = client;
        this.server = server;
        this.nanos = nanos;
        this.opened = nanos.getAsLong();
    }

    private void passed(Side side, byte[] buffer, int offset, int length) {
        byte[] copy = new byte[length];
        System.arraycopy(buffer, offset, copy, 0, length);
        lock.lock();
        try {
            chunks.add(new Chunk(side, nanos.getAsLong(), copy));
        } finally {
            lock.unlock();
        }
    }

    /**
     * A connection of the attacker's, whose bytes are taken down.
     *
     * @param far who is at the other end
     */
    Connection tapped(Connection real, Side far) {
        return new TappedConnection(real, new TappedConnection.Tap() {
            @Override
            public void received(byte[] bytes, int offset, int length) {
                passed(far, bytes, offset, length);
            }

            @Override
            public void sent(byte[] bytes, int offset, int length) {
                passed(far.other(), bytes, offset, length);
            }
        });
    }

    Leg leg() {
        return leg;
    }

    InetSocketAddress client() {
        return client;
    }

    InetSocketAddress server() {
        return server;
    }

    long opened() {
        return opened;
    }

    List<Chunk> chunks() {
        lock.lock();
        try {
            return List.copyOf(chunks);
        } finally {
            lock.unlock();
        }
    }

    /** All that one side sent, in a row. */
    byte[] sentBy(Side side) {
        ByteArrayOutputStream all = new ByteArrayOutputStream();
        chunks().stream().filter(c -> c.side() == side).forEach(c -> all.writeBytes(c.bytes()));
        return all.toByteArray();
    }
}
