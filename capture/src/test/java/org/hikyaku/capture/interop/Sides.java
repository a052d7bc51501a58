package org.hikyaku.capture.interop;

import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import org.hikyaku.capture.Connection;
import org.hikyaku.capture.ConnectionView;
import org.hikyaku.capture.DecodeListener;
import org.hikyaku.capture.tcp.Side;

/** What each side of each connection said inside TLS. */
final class Sides implements DecodeListener {

    /** One connection. */
    static final class Talk {
        final Connection connection;
        final ByteArrayOutputStream client = new ByteArrayOutputStream();
        final ByteArrayOutputStream server = new ByteArrayOutputStream();
        final ByteArrayOutputStream both = new ByteArrayOutputStream();

        Talk(Connection connection) {
            this.connection = connection;
        }

        String client() {
            return client.toString(StandardCharsets.ISO_8859_1);
        }

        String server() {
            return server.toString(StandardCharsets.ISO_8859_1);
        }

        /** In the order of the capture. */
        String both() {
            return both.toString(StandardCharsets.ISO_8859_1);
        }

        @Override
        public String toString() {
            return connection.number() + " "
                    + connection.tls().map(t -> t.suiteName() + " " + t.dark()).orElse("no TLS");
        }
    }

    final List<Talk> talks = new ArrayList<>();

    @Override
    public ConnectionView opened(Connection connection) {
        Talk talk = new Talk(connection);
        talks.add(talk);
        return new ConnectionView() {
            @Override
            public void data(Side side, boolean encrypted, byte[] d, int offset, int length, long frame, long nanos) {
                if (encrypted) {
                    (side == Side.CLIENT ? talk.client : talk.server).write(d, offset, length);
                    talk.both.write(d, offset, length);
                }
            }

            @Override
            public void hole(Side side, boolean encrypted, long bytes, long frame) {}

            @Override
            public void tlsBegins(long frame) {}

            @Override
            public void end() {}
        };
    }
}
