package org.hikyaku.policy.service;

import java.io.ByteArrayOutputStream;
import java.io.Closeable;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.net.SocketTimeoutException;
import java.time.Duration;
import java.util.Optional;
import java.util.function.BooleanSupplier;
import org.hikyaku.net.ByteReader;
import org.hikyaku.net.Connection;
import org.hikyaku.net.Deadline;
import org.hikyaku.net.Limit;
import org.hikyaku.net.LimitExceededException;
import org.hikyaku.policy.service.PolicyCounts.Event;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** One connection, from top to bottom. */
public final class SocketmapSession implements Closeable {
    /** Postfix's own limit, {@code socketmap_max_query_size}. */
    public static final Limit MAX_QUERY = new Limit("bytes in a socketmap query", 10_000);

    /** Replies are held back for no longer than until there is as much as this. */
    private static final int MOST_TOGETHER = 1 << 16;

    private static final Logger LOG = LoggerFactory.getLogger(SocketmapSession.class);

    private final Connection connection;
    private final PolicyService service;
    private final PolicyCounts counts;
    private final Times times;

    /** Replies that wait to be written: by one write for all requests that came together. */
    private final ByteArrayOutputStream replies = new ByteArrayOutputStream(256);

    /** Written by the session's thread, read by the one that stops the server. */
    private volatile boolean busy;

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

    SocketmapSession(Connection connection, PolicyService service, PolicyCounts counts, Times times) {
        this.connection = connection;
        this.service = service;
        this.counts = counts;
        this.times = times;
    }

    void run(BooleanSupplier stopping) throws InterruptedException {
        try {
            ByteReader in = new ByteReader(new Input(connection.input()));
            while (!stopping.getAsBoolean() && in.peek() >= 0) {
                busy = true;
                answer(Netstring.read(in, MAX_QUERY).orElseThrow());
                busy = in.buffered() > 0 || replies.size() > 0;
            }
            flush();
        } catch (MalformedNetstringException e) {
            refuse(e);
        } catch (LimitExceededException e) {
            refuse(e);
            reply(SocketmapReply.temporary("The query has " + e.getMessage() + "."));
        } catch (SocketTimeoutException | EOFException e) {
            LOG.atDebug().log("{}: {}", connection.remote(), e.getMessage());
        } catch (IOException e) {
            // the other side has hung up, or the server stops
            LOG.atDebug().log("{}: {}", connection.remote(), e.toString());
        }
    }

    private void answer(byte[] request) throws IOException, InterruptedException {
        Optional<byte[]> known = service.known(request);
        if (known.isEmpty()) {
            flush(); // whoever was answered need not wait for this look
        }
        replies.writeBytes(known.isPresent() ? known.get() : service.looked(request));
        if (replies.size() > MOST_TOGETHER) {
            flush();
        }
    }

    private void flush() throws IOException {
        if (replies.size() > 0) {
            connection.within(Deadline.after(times.request()));
            replies.writeTo(connection.output());
            connection.output().flush();
            replies.reset();
        }
    }

    /** What comes in: before anything is waited for, what was answered goes out. */
    private final class Input extends InputStream {
        private final InputStream in;

        Input(InputStream in) {
            this.in = in;
        }

        @Override
        public int read() throws IOException {
            byte[] one = new byte[1];
            return read(one, 0, 1) < 0 ? -1 : one[0] & 0xFF;
        }

        @Override
        public int read(byte[] target, int offset, int length) throws IOException {
            boolean within = busy && replies.size() == 0;
            flush();
            busy = within;
            connection.within(Deadline.after(within ? times.request() : times.idle()));
            return in.read(target, offset, length);
        }
    }

    private void refuse(IOException e) {
        counts.count(Event.REFUSED);
        LOG.atWarn().log("{} does not speak the socketmap protocol: {}", connection.remote(), e.getMessage());
    }

    private void reply(byte[] reply) {
        try {
            connection.output().write(reply);
            connection.output().flush();
        } catch (IOException e) {
            LOG.atDebug().log("{}: {}", connection.remote(), e.toString());
        }
    }

    void closeIfIdle() {
        if (!busy) {
            try {
                close();
            } catch (IOException e) {
                LOG.atDebug().log("{}: {}", connection.remote(), e.toString());
            }
        }
    }

    @Override
    public void close() throws IOException {
        connection.close();
    }
}
