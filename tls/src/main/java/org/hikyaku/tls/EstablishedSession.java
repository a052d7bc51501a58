package org.hikyaku.tls;

import java.io.IOException;
import java.util.List;
import org.bouncycastle.tls.TlsProtocol;
import org.hikyaku.net.Connection;

/** A session as a client or as a server whose records BouncyCastle makes. */
final class EstablishedSession extends OpenSession {
    private final TlsProtocol protocol;

    EstablishedSession(Connection connection, TlsProtocol protocol, SessionFacts facts, List<ChannelBinding> bindings) {
        super(connection, facts, bindings);
        this.protocol = protocol;
    }

    @Override
    int read(byte[] into, int offset, int length) throws IOException {
        return protocol.readApplicationData(into, offset, length);
    }

    @Override
    int available() {
        return protocol.applicationDataAvailable();
    }

    @Override
    void write(byte[] from, int offset, int length) throws IOException {
        protocol.writeApplicationData(from, offset, length);
    }

    @Override
    void flush() throws IOException {
        protocol.flush();
    }

    @Override
    void goodbye() throws IOException {
        protocol.close();
    }
}
