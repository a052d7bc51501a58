package org.hikyaku.tls;

import java.io.IOException;
import java.io.OutputStream;
import java.util.List;
import java.util.concurrent.atomic.AtomicBoolean;
import org.hikyaku.net.Connection;

/** A session whose records the native library makes. */
final class NativeSession extends OpenSession {
    private final OutputStream sink;
    private final NativeRecords records;
    private final Runnable over;
    private final AtomicBoolean closed = new AtomicBoolean();

    /** @param over is told once, when the session is closed */
    NativeSession(
            Connection connection,
            NativeRecords records,
            SessionFacts facts,
            List<ChannelBinding> bindings,
            Runnable over) {
        super(connection, facts, bindings);
        this.sink = connection.output();
        this.records = records;
        this.over = over;
    }

    @Override
    int read(byte[] into, int offset, int length) throws IOException {
        return records.read(into, offset, length);
    }

    @Override
    int available() throws IOException {
        return records.ready() ? 1 : 0;
    }

    @Override
    void write(byte[] from, int offset, int length) throws IOException {
        records.write(sink, from, offset, length);
    }

    @Override
    void flush() throws IOException {
        sink.flush();
    }

    @Override
    void goodbye() throws IOException {
        records.close(sink);
    }

    @Override
    public void close() throws IOException {
        try {
            super.close();
        } finally {
            if (closed.compareAndSet(false, true)) {
                over.run();
            }
        }
    }
}
