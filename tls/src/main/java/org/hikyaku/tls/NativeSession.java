package org.hikyaku.tls;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetSocketAddress;
import java.util.List;
import java.util.concurrent.atomic.AtomicBoolean;
import org.hikyaku.net.Connection;
import org.hikyaku.net.Deadline;

/** A session whose records the native library makes. Its streams throw nothing but {@link IOException}. */
final class NativeSession implements TlsSession {
    private final Connection connection;
    private final NativeRecords records;
    private final SessionFacts facts;
    private final List<ChannelBinding> bindings;
    private final Runnable over;
    private final AtomicBoolean closed = new AtomicBoolean();
    private final InputStream input = new Input();
    private final OutputStream output = new Output();

    /** @param over is told once, when the session is closed */
    NativeSession(
            Connection connection,
            NativeRecords records,
            SessionFacts facts,
            List<ChannelBinding> bindings,
            Runnable over) {
        this.connection = connection;
        this.records = records;
        this.facts = facts;
        this.bindings = List.copyOf(bindings);
        this.over = over;
    }

    @Override
    public SessionFacts facts() {
        return facts;
    }

    @Override
    public List<ChannelBinding> bindings() {
        return bindings;
    }

    @Override
    public InputStream input() {
        return input;
    }

    @Override
    public OutputStream output() {
        return output;
    }

    @Override
    public InetSocketAddress remote() {
        return connection.remote();
    }

    @Override
    public InetSocketAddress local() {
        return connection.local();
    }

    @Override
    public void within(Deadline deadline) {
        connection.within(deadline);
    }

    @Override
    public void close() throws IOException {
        try (connection) {
            records.close(connection.output());
        } catch (RuntimeException e) {
            throw EstablishedSession.told(e);
        } finally {
            if (closed.compareAndSet(false, true)) {
                over.run();
            }
        }
    }

    private final class Input extends InputStream {
        @Override
        public int read() throws IOException {
            byte[] one = new byte[1];
            return read(one, 0, 1) < 0 ? -1 : one[0] & 0xff;
        }

        @Override
        public int read(byte[] into, int offset, int length) throws IOException {
            try {
                return records.read(into, offset, length);
            } catch (IOException | RuntimeException e) {
                throw EstablishedSession.told(e);
            }
        }

        @Override
        public int available() throws IOException {
            return records.ready() ? 1 : 0;
        }

        @Override
        public void close() throws IOException {
            NativeSession.this.close();
        }
    }

    private final class Output extends OutputStream {
        @Override
        public void write(int b) throws IOException {
            write(new byte[] {(byte) b}, 0, 1);
        }

        @Override
        public void write(byte[] from, int offset, int length) throws IOException {
            try {
                records.write(connection.output(), from, offset, length);
            } catch (IOException | RuntimeException e) {
                throw EstablishedSession.told(e);
            }
        }

        @Override
        public void flush() throws IOException {
            connection.output().flush();
        }

        @Override
        public void close() throws IOException {
            NativeSession.this.close();
        }
    }
}
