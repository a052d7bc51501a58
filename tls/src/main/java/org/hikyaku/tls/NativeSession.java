package org.hikyaku.tls;

import java.io.IOException;
import java.io.OutputStream;
import java.util.List;
import org.hikyaku.net.Connection;

/** A session whose records the native library makes. */
final class NativeSession extends OpenSession {
    private final OutputStream sink;
    private final NativeRecords records;

    NativeSession(Connection connection, NativeRecords records, SessionFacts facts, List<ChannelBinding> bindings) {
        super(connection, facts, bindings);
        this.sink = connection.output();
        this.records = records;
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
}
