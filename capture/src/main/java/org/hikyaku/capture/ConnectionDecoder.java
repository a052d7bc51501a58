package org.hikyaku.capture;

import java.util.Arrays;
import org.hikyaku.capture.tcp.ConnectionSink;
import org.hikyaku.capture.tcp.Side;
import org.hikyaku.capture.tcp.StreamSink;
import org.hikyaku.capture.tls.KeyFinder;
import org.hikyaku.capture.tls.TlsConversation;
import org.hikyaku.capture.tls.TlsListener;
import org.jspecify.annotations.Nullable;

/**
 * One connection: first in clear, until TLS is found by its content: at the very beginning, or later when a hello stands
 * at the start of a segment or of a line (STARTTLS in whichever protocol).
 */
final class ConnectionDecoder implements ConnectionSink {
    private final Connection connection;
    private final ConnectionView view;
    private final KeyFinder finder;
    private final byte[] scratch;
    private final Clear fromClient = new Clear(Side.CLIENT);
    private final Clear fromServer = new Clear(Side.SERVER);
    private @Nullable TlsConversation tls;
    private boolean over;

    ConnectionDecoder(Connection connection, ConnectionView view, KeyFinder finder, byte[] scratch) {
        this.connection = connection;
        this.view = view;
        this.finder = finder;
        this.scratch = scratch;
    }

    @Override
    public StreamSink fromClient() {
        return fromClient;
    }

    @Override
    public StreamSink fromServer() {
        return fromServer;
    }

    @Override
    public void cut(long wire) {
        connection.longestCut = Math.max(connection.longestCut, wire);
        TlsConversation conversation = tls;
        if (conversation != null) {
            conversation.cut(connection.longestCut);
        }
    }

    private Clear of(Side side) {
        return side == Side.CLIENT ? fromClient : fromServer;
    }

    private TlsConversation beginTls(Side side, long frame, long nanos) {
        TlsConversation present = tls;
        if (present != null) {
            return present;
        }
        TlsConversation conversation =
                new TlsConversation(finder, connection.server(), new Decrypted(), scratch, nanos);
        tls = conversation;
        connection.tls = conversation.report();
        conversation.cut(connection.longestCut);
        view.tlsBegins(frame);
        if (side == Side.SERVER) {
            // Nobody answers a ClientHello that was not sent: it is missing.
            fromClient.follow(conversation);
            conversation.beginInTheMiddle(Side.CLIENT);
            conversation.gap(Side.CLIENT, fromClient.missing, fromClient.missingCut, frame);
            if (fromClient.ended) {
                conversation.end(Side.CLIENT);
            }
        }
        if (fromServer.ended) {
            conversation.end(Side.SERVER);
        }
        return conversation;
    }

    private void ended() {
        if (fromClient.ended && fromServer.ended && !over) {
            over = true;
            TlsConversation conversation = tls;
            if (conversation != null) {
                conversation.end(Side.CLIENT);
                conversation.end(Side.SERVER);
            }
            view.end();
        }
    }

    /** What TLS carried. */
    private final class Decrypted implements TlsListener {
        @Override
        public void application(Side side, byte[] data, int offset, int length, long frame, long nanos) {
            view.data(side, true, data, offset, length, frame, nanos);
        }

        @Override
        public void hole(Side side, long bytes, long frame) {
            view.hole(side, true, bytes, frame);
        }
    }

    /** One direction, in clear at first. */
    private final class Clear implements StreamSink {
        private final Side side;
        private byte[] held = new byte[0];
        private boolean any;
        private boolean ended;
        private long missing;
        private boolean missingCut;
        private @Nullable TlsConversation followed;

        Clear(Side side) {
            this.side = side;
        }

        void follow(TlsConversation conversation) {
            followed = conversation;
            held = new byte[0];
        }

        @Override
        public void data(byte[] d, int offset, int length, long frame, long nanos) {
            TlsConversation conversation = followed;
            if (conversation != null) {
                conversation.data(side, d, offset, length, frame, nanos);
                return;
            }
            if (held.length == 0) {
                clear(d, offset, offset + length, frame, nanos);
            } else {
                byte[] both = Arrays.copyOf(held, held.length + length);
                System.arraycopy(d, offset, both, held.length, length);
                held = new byte[0];
                clear(both, 0, both.length, frame, nanos);
            }
        }

        private void clear(byte[] d, int from, int end, long frame, long nanos) {
            boolean first = !any;
            any = true;
            if (first && (missing > 0 || !connection.fromStart()) && TlsStart.record(d, from, end) && tls == null) {
                middle(d, from, end, frame, nanos);
                return;
            }
            for (int at = from; at < end; at++) {
                // A negative byte may begin a ClientHello in the shape of SSL 2.0.
                if (d[at] > 22 || d[at] < 21 && d[at] >= 0 || at > from && d[at - 1] != '\n') {
                    continue;
                }
                TlsStart.Match match = TlsStart.hello(side, d, at, end);
                if (side == Side.SERVER && match == TlsStart.Match.YES && tls == null && d[at] == 21) {
                    match = TlsStart.Match.NO; // an alert answers something
                }
                if (match == TlsStart.Match.YES) {
                    plain(d, from, at, frame, nanos);
                    TlsConversation conversation = beginTls(side, frame, nanos);
                    follow(conversation);
                    conversation.data(side, d, at, end - at, frame, nanos);
                    return;
                }
                if (match == TlsStart.Match.PERHAPS) {
                    plain(d, from, at, frame, nanos);
                    held = Arrays.copyOfRange(d, at, end);
                    return;
                }
            }
            plain(d, from, end, frame, nanos);
        }

        /** The capture begins behind this connection's handshake. */
        private void middle(byte[] d, int from, int end, long frame, long nanos) {
            if (TlsStart.hello(side, d, from, end) == TlsStart.Match.YES) {
                TlsConversation conversation = beginTls(side, frame, nanos);
                follow(conversation);
                conversation.data(side, d, from, end - from, frame, nanos);
                return;
            }
            TlsConversation conversation = beginTls(side, frame, nanos);
            for (Side each : Side.values()) {
                if (!of(each).any || each == side) {
                    of(each).follow(conversation);
                    conversation.beginInTheMiddle(each);
                }
            }
            conversation.gap(Side.CLIENT, fromClient.missing, fromClient.missingCut, frame);
            conversation.data(side, d, from, end - from, frame, nanos);
        }

        private void plain(byte[] d, int from, int to, long frame, long nanos) {
            if (to <= from) {
                return;
            }
            if (side == Side.CLIENT) {
                connection.clientPlain += to - from;
            } else {
                connection.serverPlain += to - from;
            }
            TlsConversation conversation = tls;
            if (conversation != null && missing == 0) {
                conversation.clear(side, d, from, to - from, frame);
            }
            view.data(side, false, d, from, to - from, frame, nanos);
        }

        private void flush(long frame) {
            byte[] rest = held;
            held = new byte[0];
            plain(rest, 0, rest.length, frame, 0);
        }

        @Override
        public void gap(long length, boolean cut, long frame) {
            TlsConversation conversation = followed;
            if (conversation != null) {
                conversation.gap(side, length, cut, frame);
                return;
            }
            flush(frame);
            missing += length;
            missingCut |= cut;
            connection.lostInClear += length;
            connection.cut |= cut;
            view.hole(side, false, length, frame);
        }

        @Override
        public void end() {
            if (ended) {
                return;
            }
            flush(0);
            ended = true;
            TlsConversation conversation = tls;
            if (conversation != null) {
                conversation.end(side);
            }
            ended();
        }
    }
}
