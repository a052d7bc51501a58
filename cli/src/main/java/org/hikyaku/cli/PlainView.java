package org.hikyaku.cli;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.function.Supplier;
import org.hikyaku.capture.Connection;
import org.hikyaku.capture.ConnectionView;
import org.hikyaku.capture.file.PcapNgWriter;
import org.hikyaku.capture.synthetic.TcpWriter;
import org.hikyaku.capture.talk.Protocol;
import org.hikyaku.capture.tcp.Endpoint;
import org.hikyaku.capture.tcp.Side;
import org.jspecify.annotations.Nullable;

/** Writes what was said on one connection as plain TCP. */
final class PlainView implements ConnectionView {
    private final PcapNgWriter to;
    private final Connection connection;
    private final Supplier<Protocol> protocol;
    private @Nullable TcpWriter tcp;
    private String comment = "";
    private long lastNanos;

    PlainView(PcapNgWriter to, Connection connection, Supplier<Protocol> protocol) {
        this.to = to;
        this.connection = connection;
        this.protocol = protocol;
    }

    /**
     * Where a tool that goes by the port looks for the protocol: a decrypted session at port 465 would be taken for TLS.
     */
    private static int plainPort(Protocol protocol, int port) {
        return switch (protocol) {
            case SMTP -> port == 587 ? port : 25;
            case IMAP -> 143;
            case POP3 -> 110;
            case HTTP1, HTTP2 -> port == 8080 ? port : 80;
            case OTHER, UNKNOWN -> port;
        };
    }

    private TcpWriter tcp() {
        TcpWriter present = tcp;
        if (present == null) {
            Endpoint server = connection.server();
            int port = plainPort(protocol.get(), server.port());
            if (port != server.port()) {
                comment = "the server's port was " + server.port() + "; ";
            }
            present = new TcpWriter(to, 0, connection.client(), new Endpoint(server.high(), server.low(), port));
            tcp = present;
        }
        return present;
    }

    @Override
    public void data(Side side, boolean encrypted, byte[] data, int offset, int length, long frame, long nanos) {
        TcpWriter writer = tcp();
        try {
            writer.open(connection.nanos());
            String why = comment.isEmpty() ? "" : comment + "frame " + frame + " of the capture";
            comment = "";
            writer.data(side, data, offset, length, nanos, why);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        lastNanos = nanos;
    }

    @Override
    public void hole(Side side, boolean encrypted, long bytes, long frame) {
        if (tcp != null) {
            tcp.gap(side, bytes);
        }
    }

    @Override
    public void tlsBegins(long frame) {
        comment = "decrypted from here on; ";
    }

    @Override
    public void end() {
        if (tcp != null) {
            try {
                tcp.close(lastNanos);
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }
    }
}
