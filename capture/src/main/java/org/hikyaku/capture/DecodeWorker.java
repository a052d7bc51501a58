package org.hikyaku.capture;

import java.util.List;
import java.util.Optional;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.locks.LockSupport;
import org.hikyaku.capture.ip.Segment;
import org.hikyaku.capture.tcp.Side;
import org.hikyaku.capture.tcp.TcpReassembler;
import org.hikyaku.capture.tls.KeyFinder;
import org.hikyaku.capture.tls.PremastersAhead;
import org.hikyaku.capture.tls.TlsConversation;

/** Reassembles and decrypts its share of the connections, on a thread of its own. */
final class DecodeWorker implements Runnable {
    /** What comes at the end of the capture is ordered behind all packets. */
    private static final long AFTER_ALL = 1L << 62;

    /** Chunks under way to the views. */
    private static final int CHUNKS = 4;

    private final int number;
    private final TcpReassembler tcp;
    private final BlockingQueue<Batch> batches = new ArrayBlockingQueue<>(4);
    private final BlockingQueue<Chunk> full = new ArrayBlockingQueue<>(CHUNKS);
    private final BlockingQueue<Chunk> empty = new ArrayBlockingQueue<>(CHUNKS + 2);
    private final byte[] scratch = new byte[TlsConversation.SCRATCH];
    private final PremastersAhead premasters;
    private final List<DecodeWorker> all;

    /** Everything before this packet is decoded; written by this worker, read by the others. */
    private volatile long progress;

    private Chunk chunk = new Chunk();
    private long order;

    /** @param all the workers, complete before the first runs */
    DecodeWorker(int number, int workers, KeyFinder finder, List<DecodeWorker> all) {
        this.number = number;
        this.all = all;
        KeyFinder mine = finder.ofThread(this::untilEarlierIsKnown);
        this.premasters = mine.premasters();
        this.tcp = new TcpReassembler(
                (client, server, fromStart, frame, nanos) -> {
                    Connection connection = new Connection(client, server, fromStart, frame, nanos);
                    return new ConnectionDecoder(connection, new RecordedView(connection, this), mine, scratch);
                },
                TcpReassembler.CONNECTIONS.value() / workers);
        for (int i = 0; i <= CHUNKS; i++) {
            empty.add(new Chunk());
        }
    }

    BlockingQueue<Batch> batches() {
        return batches;
    }

    /** The next chunk. After the last one, which has the greatest {@link Chunk#upTo}, the counts are right. */
    Chunk take() throws InterruptedException {
        return full.take();
    }

    /** The next chunk, if there is one yet. */
    Optional<Chunk> poll() {
        return Optional.ofNullable(full.poll());
    }

    void giveBack(Chunk used) {
        used.clear();
        empty.add(used);
    }

    long evicted() {
        return tcp.evicted();
    }

    long silent() {
        return tcp.silent();
    }

    @Override
    public void run() {
        try {
            decode();
        } catch (InterruptedException | Stopped e) {
            Thread.currentThread().interrupt(); // nobody wants the rest
        } catch (RuntimeException | Error e) {
            fail(e);
        }
    }

    private void fail(Throwable bug) {
        try {
            chunk.failure = bug;
            full.put(chunk);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private void decode() throws InterruptedException {
        while (true) {
            Batch batch = batches.take();
            decryptAhead(batch);
            Segment[] segments = batch.segments(number);
            int count = batch.count(number);
            for (int i = 0; i < count; i++) {
                Segment segment = segments[i];
                order = segment.frame;
                progress = order;
                tcp.accept(segment);
            }
            boolean last = batch.last;
            order = batch.lastFrame + 1;
            progress = order;
            batch.release();
            if (last) {
                progress = AFTER_ALL;
                tcp.finish(lastFrame -> {
                    order = AFTER_ALL + lastFrame;
                    progress = order;
                });
                progress = Long.MAX_VALUE;
                publish(Long.MAX_VALUE);
                return;
            }
            publish(order - 1);
        }
    }

    /** Premaster secrets under an RSA key take most of such a session's time, and several at once take less. */
    private void decryptAhead(Batch batch) {
        if (!premasters.worthwhile()) {
            return;
        }
        Segment[] segments = batch.segments(number);
        int count = batch.count(number);
        for (int i = 0; i < count; i++) {
            premasters.look(segments[i]);
        }
        Batch next = batches.peek(); // its first sessions, to fill the last eight
        for (int i = 0; next != null && i < next.count(number) && !premasters.full(); i++) {
            premasters.look(next.segments(number)[i]);
        }
        premasters.decrypt();
    }

    /** What this worker found up to a packet goes to the views. */
    private void publish(long upTo) throws InterruptedException {
        chunk.upTo = upTo;
        full.put(chunk);
        chunk = empty.take();
    }

    /** A session resumes another that may be with another worker: what comes before it in the capture is decoded first. */
    private void untilEarlierIsKnown() {
        long here = order;
        try {
            for (DecodeWorker other : all) {
                if (other != this && other.progress < here) {
                    publish(here - 1); // the views may have to go on for the other to go on
                    while (other.progress < here) {
                        if (Thread.interrupted()) {
                            throw new InterruptedException();
                        }
                        LockSupport.parkNanos(20_000);
                    }
                }
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new Stopped();
        }
    }

    void event(Chunk.Kind kind, RecordedView view, Side side, long length, long frame, long nanos) {
        room(0);
        chunk.add(kind, view, side == Side.SERVER, 0, length, frame, nanos, order);
    }

    void data(
            RecordedView view,
            Side side,
            boolean encrypted,
            byte[] data,
            int offset,
            int length,
            long frame,
            long nanos) {
        room(length);
        int at = chunk.put(data, offset, length);
        chunk.add(
                encrypted ? Chunk.Kind.DATA_ENCRYPTED : Chunk.Kind.DATA_CLEAR,
                view,
                side == Side.SERVER,
                at,
                length,
                frame,
                nanos,
                order);
    }

    private void room(int length) {
        if (chunk.fits(length)) {
            return;
        }
        try {
            publish(order - 1);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new Stopped();
        }
    }
}
