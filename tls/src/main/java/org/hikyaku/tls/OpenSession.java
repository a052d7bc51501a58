package org.hikyaku.tls;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetSocketAddress;
import java.util.List;
import java.util.Locale;
import org.bouncycastle.tls.AlertDescription;
import org.bouncycastle.tls.TlsFatalAlert;
import org.bouncycastle.tls.TlsFatalAlertReceived;
import org.hikyaku.net.Connection;
import org.hikyaku.net.Deadline;

/**
 * A session after its handshake, whichever library makes its records. Its streams throw nothing but {@link IOException}, whatever
 * the library makes of the bytes.
 */
abstract class OpenSession implements TlsSession {
    private final Connection connection;
    private final SessionFacts facts;
    private final List<ChannelBinding> bindings;
    private final InputStream input = new Input();
    private final OutputStream output = new Output();

    OpenSession(Connection connection, SessionFacts facts, List<ChannelBinding> bindings) {
        this.connection = connection;
        this.facts = facts;
        this.bindings = List.copyOf(bindings);
    }

    /** As {@link InputStream#read(byte[], int, int)}. */
    abstract int read(byte[] into, int offset, int length) throws IOException;

    /** As {@link InputStream#available()}. */
    abstract int available() throws IOException;

    /** As {@link OutputStream#write(byte[], int, int)}. */
    abstract void write(byte[] from, int offset, int length) throws IOException;

    /** As {@link OutputStream#flush()}. */
    abstract void flush() throws IOException;

    /** Tells the other side that nothing more comes; the connection is closed afterwards. */
    abstract void goodbye() throws IOException;

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
            goodbye();
        } catch (RuntimeException e) {
            throw told(e);
        }
    }

    /** An alert after the handshake is the other side's last word; in TLS 1.3 also a server's about the handshake. */
    private static IOException told(Exception e) {
        return switch (e) {
            case TlsFatalAlertReceived alert ->
                new IOException(
                        "the other side ended the TLS session with the alert " + name(alert.getAlertDescription()), e);
            case TlsFatalAlert alert ->
                new IOException(
                        "the TLS session was ended with our alert " + name(alert.getAlertDescription())
                                + ": what came is not what belongs there",
                        e);
            case IOException io -> io;
            default -> new IOException("the TLS session broke: " + e.getMessage(), e);
        };
    }

    private static String name(short description) {
        return AlertDescription.getName(description).toLowerCase(Locale.ROOT);
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
                return OpenSession.this.read(into, offset, length);
            } catch (IOException | RuntimeException e) {
                throw told(e);
            }
        }

        @Override
        public int available() throws IOException {
            return OpenSession.this.available();
        }

        @Override
        public void close() throws IOException {
            OpenSession.this.close();
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
                OpenSession.this.write(from, offset, length);
            } catch (IOException | RuntimeException e) {
                throw told(e);
            }
        }

        @Override
        public void flush() throws IOException {
            OpenSession.this.flush();
        }

        @Override
        public void close() throws IOException {
            OpenSession.this.close();
        }
    }
}
