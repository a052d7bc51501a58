package org.hikyaku.policy.service;

import java.io.Closeable;
import java.io.IOException;
import java.time.Duration;
import java.util.Arrays;
import java.util.Optional;
import java.util.function.BiConsumer;
import org.hikyaku.net.Limit;
import org.hikyaku.net.LimitExceededException;
import org.hikyaku.net.poll.PollBuffer;
import org.hikyaku.net.poll.PollSocket;
import org.hikyaku.policy.service.PolicyCounts.Event;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** One connection: requests out of what comes in, replies in their order. For the server's thread alone. */
public final class SocketmapSession implements Closeable {
    /** Postfix's own limit, {@code socketmap_max_query_size}. */
    public static final Limit MAX_QUERY = new Limit("bytes in a socketmap query", 10_000);

    private static final Logger LOG = LoggerFactory.getLogger(SocketmapSession.class);
    private static final byte[] NOTHING = {};
    private static final PollBuffer NO_BYTES = new PollBuffer(0);

    private final PollSocket socket;
    private final BiConsumer<SocketmapSession, byte[]> looks;
    private final PolicyService service;
    private final PolicyCounts counts;
    private final Times times;

    /** What came and is not answered yet: a request that is not whole, or those behind one that is looked for. */
    private byte[] rest = NOTHING;

    /** Replies that the other side does not take as fast as they are made; nothing is read meanwhile. */
    private Unsent unsent = new Unsent(NO_BYTES, 0, 0);

    private boolean looking;

    /** The other side has broken the protocol: nothing more is read. */
    private boolean ending;

    /** Since when it waits for what it waits for, {@link System#nanoTime}. */
    private long since = System.nanoTime();

    /**
     * How long a session waits.
     *
     * @param idle for the next request; Postfix closes a connection itself after 10 s of silence
     * @param request for the rest of a request that has begun, and for the other side to take a reply
     */
    public record Times(Duration idle, Duration request) {
        public static Times defaults() {
            return new Times(Duration.ofSeconds(120), Duration.ofSeconds(10));
        }
    }

    private record Unsent(PollBuffer bytes, int at, int left) {
        boolean any() {
            return left > 0;
        }
    }

    /** @param looks takes requests whose answer is not known; it is given to {@link #answered} */
    SocketmapSession(
            PollSocket socket,
            BiConsumer<SocketmapSession, byte[]> looks,
            PolicyService service,
            PolicyCounts counts,
            Times times) {
        this.socket = socket;
        this.looks = looks;
        this.service = service;
        this.counts = counts;
        this.times = times;
    }

    /** Bytes have come, or some can be sent again. */
    void ready(SocketmapBuffers buffers, Moment now) throws IOException {
        if (unsent.any()) {
            int sent = socket.send(unsent.bytes(), unsent.at(), unsent.left());
            unsent = new Unsent(unsent.bytes(), unsent.at() + sent, unsent.left() - sent);
            if (sent > 0) {
                since = now.nanos();
            }
            if (!unsent.any()) {
                byte[] waiting = rest;
                answer(waiting, waiting.length, buffers, now);
            }
        } else if (!looking) {
            read(buffers, now);
        }
        listen();
    }

    private void read(SocketmapBuffers buffers, Moment now) throws IOException {
        int count = socket.receive(buffers.in);
        if (count == PollSocket.END) {
            close();
            return;
        }
        if (count > 0) {
            byte[] bytes = buffers.bytes;
            int kept = rest.length;
            System.arraycopy(rest, 0, bytes, 0, kept);
            buffers.in.get(0, bytes, kept, count);
            answer(bytes, kept + count, buffers, now);
        }
    }

    /** What a look came to. */
    void answered(byte[] reply, SocketmapBuffers buffers, Moment now) throws IOException {
        if (closed()) {
            return;
        }
        looking = false;
        since = now.nanos();
        buffers.add(reply);
        send(buffers);
        byte[] waiting = rest;
        answer(waiting, waiting.length, buffers, now);
        listen();
    }

    /** Answers as many whole requests as it can without waiting, with as few writes as it can, and keeps the rest. */
    private void answer(byte[] bytes, int length, SocketmapBuffers buffers, Moment now) throws IOException {
        int at = 0;
        int known = 0;
        try {
            while (!looking && !unsent.any() && !ending) {
                int payload = Netstring.payload(bytes, at, length, MAX_QUERY);
                if (payload < 0) {
                    break;
                }
                int end = Netstring.end(bytes, at, payload);
                Optional<byte[]> reply = service.known(buffers.recent, bytes, payload, end - 1 - payload, now.millis());
                if (reply.isPresent()) {
                    buffers.add(reply.get());
                    known++;
                } else {
                    counts.count(Event.QUERY);
                    looking = true;
                    looks.accept(this, Arrays.copyOfRange(bytes, payload, end - 1));
                }
                at = end;
                if (!buffers.room()) {
                    send(buffers);
                }
            }
        } catch (MalformedNetstringException e) {
            refuse(e);
        } catch (LimitExceededException e) {
            refuse(e);
            buffers.add(SocketmapReply.temporary("The query has " + e.getMessage() + "."));
        }
        if (known > 0) {
            counts.count(Event.QUERY, known);
            counts.count(Event.CACHED, known);
        }
        if (buffers.filled() > 0) {
            send(buffers);
        }
        if (at > 0 || rest.length == 0) {
            since = now.nanos();
        }
        rest = at == length || ending ? NOTHING : Arrays.copyOfRange(bytes, at, length);
        if (ending && !unsent.any()) {
            close();
        }
    }

    private void refuse(IOException e) {
        counts.count(Event.REFUSED);
        ending = true;
        LOG.atWarn().log("{} does not speak the socketmap protocol: {}", this, e.getMessage());
    }

    /** Sends what there is; what cannot be sent now is kept. */
    private void send(SocketmapBuffers buffers) throws IOException {
        int filled = buffers.filled();
        int sent = socket.send(buffers.out(), 0, filled);
        if (sent < filled) {
            unsent = kept(buffers.out(), sent, filled - sent);
        }
        buffers.empty();
    }

    private static Unsent kept(PollBuffer from, int at, int length) {
        byte[] bytes = new byte[length];
        from.get(at, bytes, 0, length);
        PollBuffer kept = new PollBuffer(length);
        kept.put(0, bytes, 0, length);
        return new Unsent(kept, 0, length);
    }

    /** Waits for what can be gone on with. */
    private void listen() throws IOException {
        if (!closed()) {
            socket.want(
                    unsent.any() ? PollSocket.Want.WRITE : looking ? PollSocket.Want.NOTHING : PollSocket.Want.READ);
        }
    }

    /** Whether the other side is out of its time. */
    boolean late(long now) {
        boolean begun = rest.length > 0 || unsent.any();
        return !looking && now - since > (begun ? times.request() : times.idle()).toNanos();
    }

    /** Whether nothing is being answered. */
    boolean idle() {
        return !looking && !unsent.any();
    }

    boolean closed() {
        return !socket.isOpen();
    }

    @Override
    public void close() {
        socket.close();
    }

    @Override
    public String toString() {
        return socket.toString();
    }
}
