package org.hikyaku.policy.service;

import java.io.Closeable;
import java.io.IOException;
import java.net.StandardSocketOptions;
import java.nio.ByteBuffer;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.nio.channels.SocketChannel;
import java.time.Duration;
import java.util.Arrays;
import java.util.Optional;
import java.util.function.BiConsumer;
import org.hikyaku.net.Limit;
import org.hikyaku.net.LimitExceededException;
import org.hikyaku.policy.service.PolicyCounts.Event;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** One connection: requests out of what comes in, replies in their order. For the server's thread alone. */
public final class SocketmapSession implements Closeable {
    /** Postfix's own limit, {@code socketmap_max_query_size}. */
    public static final Limit MAX_QUERY = new Limit("bytes in a socketmap query", 10_000);

    private static final Logger LOG = LoggerFactory.getLogger(SocketmapSession.class);
    private static final byte[] NOTHING = {};

    private final SocketChannel channel;
    private final SelectionKey key;
    private final BiConsumer<SocketmapSession, byte[]> looks;
    private final PolicyService service;
    private final PolicyCounts counts;
    private final Times times;

    /** What came and is not answered yet: a request that is not whole, or those behind one that is looked for. */
    private byte[] rest = NOTHING;

    /** Replies that the other side does not take as fast as they are made; nothing is read meanwhile. */
    private ByteBuffer unsent = ByteBuffer.wrap(NOTHING);

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

    /** @param looks takes requests whose answer is not known; it is given to {@link #answered} */
    SocketmapSession(
            SocketChannel channel,
            Selector selector,
            BiConsumer<SocketmapSession, byte[]> looks,
            PolicyService service,
            PolicyCounts counts,
            Times times)
            throws IOException {
        this.channel = channel;
        this.looks = looks;
        this.service = service;
        this.counts = counts;
        this.times = times;
        try {
            channel.configureBlocking(false);
            if (channel.supportedOptions().contains(StandardSocketOptions.TCP_NODELAY)) {
                channel.setOption(StandardSocketOptions.TCP_NODELAY, true);
            }
            this.key = channel.register(selector, SelectionKey.OP_READ);
        } catch (IOException e) {
            channel.close();
            throw e;
        }
        key.attach(this);
    }

    /** Bytes have come, or some can be sent again. */
    void ready(SocketmapBuffers buffers, long now) throws IOException {
        if (unsent.hasRemaining()) {
            channel.write(unsent);
            if (!unsent.hasRemaining()) {
                byte[] waiting = rest;
                answer(waiting, waiting.length, buffers, now);
            }
        } else if (!looking) {
            read(buffers, now);
        }
        listen();
    }

    private void read(SocketmapBuffers buffers, long now) throws IOException {
        int count = channel.read(buffers.in.clear());
        if (count < 0) {
            close();
            return;
        }
        byte[] bytes = buffers.bytes;
        int kept = rest.length;
        System.arraycopy(rest, 0, bytes, 0, kept);
        buffers.in.flip().get(bytes, kept, count);
        answer(bytes, kept + count, buffers, now);
    }

    /** What a look came to. */
    void answered(byte[] reply, SocketmapBuffers buffers, long now) throws IOException {
        if (closed()) {
            return;
        }
        looking = false;
        since = now;
        send(buffers.out.clear().put(reply).flip());
        byte[] waiting = rest;
        answer(waiting, waiting.length, buffers, now);
        listen();
    }

    /** Answers as many whole requests as it can without waiting, with as few writes as it can, and keeps the rest. */
    private void answer(byte[] bytes, int length, SocketmapBuffers buffers, long now) throws IOException {
        int at = 0;
        ByteBuffer out = buffers.out.clear();
        try {
            while (!looking && !unsent.hasRemaining() && !ending) {
                int payload = Netstring.payload(bytes, at, length, MAX_QUERY);
                if (payload < 0) {
                    break;
                }
                int end = Netstring.end(bytes, at, payload);
                Optional<byte[]> known = service.known(bytes, payload, end - 1 - payload);
                if (known.isPresent()) {
                    out.put(known.get());
                } else {
                    looking = true;
                    looks.accept(this, Arrays.copyOfRange(bytes, payload, end - 1));
                }
                at = end;
                if (!buffers.room()) {
                    send(out.flip());
                    out.clear();
                }
            }
        } catch (MalformedNetstringException e) {
            refuse(e);
        } catch (LimitExceededException e) {
            refuse(e);
            out.put(SocketmapReply.temporary("The query has " + e.getMessage() + "."));
        }
        if (out.flip().hasRemaining()) {
            send(out);
        }
        if (at > 0 || rest.length == 0) {
            since = now;
        }
        rest = at == length || ending ? NOTHING : Arrays.copyOfRange(bytes, at, length);
        if (ending && !unsent.hasRemaining()) {
            close();
        }
    }

    private void refuse(IOException e) {
        counts.count(Event.REFUSED);
        ending = true;
        LOG.atWarn().log("{} does not speak the socketmap protocol: {}", this, e.getMessage());
    }

    /** What cannot be sent now is kept. */
    private void send(ByteBuffer replies) throws IOException {
        channel.write(replies);
        if (replies.hasRemaining()) {
            unsent = ByteBuffer.allocate(replies.remaining()).put(replies).flip();
        }
    }

    /** Waits for what can be gone on with. */
    private void listen() {
        if (key.isValid()) {
            int wanted = unsent.hasRemaining() ? SelectionKey.OP_WRITE : looking ? 0 : SelectionKey.OP_READ;
            if (key.interestOps() != wanted) {
                key.interestOps(wanted);
            }
        }
    }

    /** Whether the other side is out of its time. */
    boolean late(long now) {
        boolean begun = rest.length > 0 || unsent.hasRemaining();
        return !looking && now - since > (begun ? times.request() : times.idle()).toNanos();
    }

    /** Whether nothing is being answered. */
    boolean idle() {
        return !looking && !unsent.hasRemaining();
    }

    boolean closed() {
        return !channel.isOpen();
    }

    @Override
    public void close() {
        try {
            channel.close();
        } catch (IOException e) {
            LOG.atDebug().log("{}: {}", this, e.toString());
        }
    }

    @Override
    public String toString() {
        try {
            return String.valueOf(channel.getRemoteAddress());
        } catch (IOException e) {
            return "a connection that is closed";
        }
    }
}
