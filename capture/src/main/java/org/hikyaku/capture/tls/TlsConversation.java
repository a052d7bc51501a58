package org.hikyaku.capture.tls;

import java.util.List;
import java.util.Optional;
import org.hikyaku.capture.tcp.Endpoint;
import org.hikyaku.capture.tcp.Side;
import org.hikyaku.net.Limit;
import org.hikyaku.tls.wire.ContentType;
import org.hikyaku.tls.wire.HandshakeReassembler;
import org.hikyaku.tls.wire.TlsFormatException;

/**
 * Follows both directions of one TLS connection. Records are handled in the order in which they came, except that one
 * waits when it needs something of the other direction that has not come yet (packets overtake each other).
 */
public final class TlsConversation {
    static final Limit WAITING = new Limit("bytes of one direction of TLS waiting for the other", 1 << 20);

    /** Room for the plaintext of one record; may be shared by conversations of one thread. */
    public static final int SCRATCH = RecordAssembler.LONGEST + 1024;

    private final TlsListener listener;
    private final TlsReport report;
    private final RecordOpener opener;
    private final HandshakeFollower follower;
    private final Direction client;
    private final Direction server;
    private final SecretStore store;
    private final SealedRecords sealed;
    private final RecordContents contents;
    private final HandshakeMemory.Share memory;

    /**
     * @param address the server's, for keys that are given for it alone
     * @param scratch {@link #SCRATCH} bytes
     * @param nanos when TLS begins
     */
    public TlsConversation(KeyFinder finder, Endpoint address, TlsListener listener, byte[] scratch, long nanos) {
        this.listener = listener;
        this.memory = finder.handshakes().share();
        this.report = new TlsReport(nanos, memory);
        this.store = finder.store();
        this.sealed = finder.sealedRecords();
        this.opener = new RecordOpener(scratch, finder.trials());
        this.client = new Direction(
                Side.CLIENT, new Records(Side.CLIENT), finder.records().share());
        this.server = new Direction(
                Side.SERVER, new Records(Side.SERVER), finder.records().share());
        this.follower = new HandshakeFollower(finder, report, address, memory, client, server);
        this.contents = new RecordContents(listener, report, follower, sealed, memory);
    }

    public TlsReport report() {
        return report;
    }

    /** The capture lacks the beginning of this direction. */
    public void beginInTheMiddle(Side side) {
        Direction d = direction(side);
        d.assembler.beginInTheMiddle();
        d.broken = true;
    }

    public void data(Side side, byte[] data, int offset, int length, long frame, long nanos) {
        direction(side).assembler.data(data, offset, length, frame, nanos);
    }

    /** A snapshot length cut packets; the longest had so many bytes on the wire. */
    public void cut(long wire) {
        report.longestCut = wire;
    }

    /** The other side began TLS, and this one says something that is none. */
    public void clear(Side side, byte[] data, int offset, int length, long frame) {
        follower.clear(direction(side), data, offset, length, frame);
    }

    public void gap(Side side, long length, boolean cut, long frame) {
        direction(side).assembler.gap(length, cut, frame);
    }

    public void end(Side side) {
        Direction d = direction(side);
        if (d.ended) {
            return;
        }
        unseal();
        d.ended = true;
        d.assembler.release();
        drain(d);
        drain(other(d));
        if (client.ended && server.ended) {
            follower.finish();
            client.seal();
            server.seal();
            sealed.giveUp();
            memory.giveAll();
        }
    }

    /** Opens what was sealed, when its keys have come since. */
    private void unseal() {
        if (!sealed.waiting() || !sealed.worthATry(store) || !follower.unseal()) {
            return;
        }
        List<SealedRecords.Kept> kept = sealed.take();
        report.unopened -= kept.size();
        for (SealedRecords.Kept one : kept) {
            byte[] fragment = one.fragment();
            arrived(
                    direction(one.side()),
                    one.type(),
                    fragment,
                    0,
                    fragment.length,
                    one.frame(),
                    one.nanos(),
                    Optional.empty());
        }
    }

    private Direction direction(Side side) {
        return side == Side.CLIENT ? client : server;
    }

    private Direction other(Direction d) {
        return d == client ? server : client;
    }

    private void arrived(
            Direction d,
            int type,
            byte[] data,
            int offset,
            int length,
            long frame,
            long nanos,
            Optional<RecordSink.Loss> damage) {
        if (sealed.waiting()) {
            unseal();
        }
        if (!d.queue.isEmpty() || !follower.ready(d, type)) {
            boolean room = memory.take(length + 64L);
            if (room) {
                byte[] copy = new byte[length];
                System.arraycopy(data, offset, copy, 0, length);
                d.queue.add(new Direction.Waiting(type, copy, frame, nanos, damage));
                d.queuedBytes += length + 64L;
            }
            if (!room || d.queuedBytes > WAITING.value()) {
                other(d).broken = true; // waits no longer
            }
            drain(d);
            if (!room) {
                handle(d, type, data, offset, length, frame, nanos, damage);
            }
        } else {
            handle(d, type, data, offset, length, frame, nanos, damage);
        }
        Direction other = other(d);
        if (!other.queue.isEmpty()) {
            drain(other);
        }
        if (!d.queue.isEmpty()) {
            drain(d);
        }
    }

    private void drain(Direction d) {
        while (!d.queue.isEmpty() && follower.ready(d, d.queue.getFirst().type())) {
            Direction.Waiting w = d.queue.removeFirst();
            d.queuedBytes -= w.fragment().length + 64L;
            memory.give(w.fragment().length + 64L);
            handle(d, w.type(), w.fragment(), 0, w.fragment().length, w.frame(), w.nanos(), w.damage());
        }
    }

    private void handle(
            Direction d,
            int type,
            byte[] data,
            int offset,
            int length,
            long frame,
            long nanos,
            Optional<RecordSink.Loss> damage) {
        follower.beforeRecord(d, type, length);
        if (damage.isPresent()) {
            damagedRecord(d, type, data, offset, length, damage.get());
            return;
        }
        if (follower.refusedEarlyData(d, type)) {
            follower.sealedRecord();
            return;
        }
        boolean clearIn13 = follower.tls13() && type != ContentType.APPLICATION_DATA.code();
        if (d.phase == Direction.Phase.CLEAR && follower.tls13() && !clearIn13) {
            follower.sealedRecord(); // never in clear, and the ServerHello that would say how has not come
            listener.hole(d.side, length, frame);
            return;
        }
        if (d.phase == Direction.Phase.CLEAR || clearIn13) {
            contents.read(d, type, data, offset, length - Math.min(length, d.macOnly), frame, nanos, false);
            return;
        }
        if (d.phase == Direction.Phase.SEALED) {
            sealed.keep(d.side, type, data, offset, length, frame, nanos);
            follower.sealedRecord();
            return;
        }
        int n = opener.open(d, type, data, offset, length);
        if (n < 0 && follower.tls13()) {
            n = opener.search(d, type, data, offset, length, 0, follower.later(d));
        }
        if (n < 0) {
            if (!follower.unopened(d, data, offset, length)) {
                listener.hole(d.side, length, frame);
            }
            return;
        }
        contents.opened(d, opener.out(), n, frame, nanos);
    }

    private void damagedRecord(Direction d, int type, byte[] data, int offset, int length, RecordSink.Loss loss) {
        follower.lost(d, loss);
        sealed.giveUp();
        if (d.protection != null) {
            d.protection.skip(data, offset, length);
        }
        if (type == ContentType.APPLICATION_DATA.code()) {
            listener.hole(d.side, length, loss.frame());
        } else if (type == ContentType.HANDSHAKE.code()) {
            d.messages = new HandshakeReassembler();
        }
    }

    static String word(Side side) {
        return side == Side.CLIENT ? "client" : "server";
    }

    /** The records of one direction. */
    private final class Records implements RecordSink {
        private final Side side;

        Records(Side side) {
            this.side = side;
        }

        @Override
        public void record(int type, int version, byte[] data, int offset, int length, long frame, long nanos) {
            arrived(direction(side), type, data, offset, length, frame, nanos, Optional.empty());
        }

        @Override
        public void ssl2Hello(byte[] message, long frame, long nanos) {
            Direction d = direction(side);
            try {
                follower.ssl2Hello(d, message, frame, nanos);
            } catch (TlsFormatException e) {
                follower.malformedHello(d, frame, e);
                d.broken = true;
            }
            drain(other(d));
        }

        @Override
        public void damaged(int type, int version, byte[] data, int offset, int length, Loss loss) {
            arrived(direction(side), type, data, offset, length, loss.frame(), 0, Optional.of(loss));
        }

        @Override
        public void lost(Loss loss) {
            Direction d = direction(side);
            follower.lost(d, loss);
            sealed.giveUp();
            d.messages = new HandshakeReassembler();
            listener.hole(side, loss.bytes(), loss.frame());
            drain(other(d));
        }

        @Override
        public boolean isRecord(
                int type, int version, byte[] data, int offset, int length, long skipped, boolean another) {
            Direction d = direction(side);
            if (!d.queue.isEmpty()) {
                other(d).broken = true;
                drain(d);
            }
            follower.beforeRecord(d, type, length);
            if (d.protection == null || follower.tls13() && type != ContentType.APPLICATION_DATA.code()) {
                return another;
            }
            long before = d.protection.sequence();
            int n = opener.search(d, type, data, offset, length, skipped, follower.later(d));
            if (n >= 0 && d.protection != null) {
                // The record comes once more by record(): it must open again.
                d.protection.sequence(d.protection.sequence() - 1);
                d.opened--;
                return true;
            }
            if (another && follower.chained(d)) {
                d.protection.sequence(before);
                d.protection.skip(data, offset, length);
                return true;
            }
            return false;
        }
    }
}
