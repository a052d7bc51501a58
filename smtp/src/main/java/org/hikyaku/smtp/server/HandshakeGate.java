package org.hikyaku.smtp.server;

import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.InterruptedIOException;
import java.net.SocketTimeoutException;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import org.hikyaku.net.Connection;
import org.hikyaku.net.Deadline;
import org.hikyaku.net.ForwardingConnection;
import org.hikyaku.tls.HandshakeFailedException;
import org.hikyaku.tls.TlsServer;
import org.hikyaku.tls.TlsSession;

/**
 * Lets only so many handshakes compute at one time: they are work for the processors, and more of them at once only make each
 * other late. A handshake that waits for its client computes nothing and holds no place, so that nobody can keep the others
 * out by being slow.
 */
final class HandshakeGate {
    private final Semaphore places;

    HandshakeGate(long places) {
        this.places = new Semaphore(Math.clamp(places, 1, Integer.MAX_VALUE), true);
    }

    TlsSession handshake(TlsServer server, Connection connection, Deadline deadline) throws HandshakeFailedException {
        Gated gated = new Gated(connection, deadline);
        try {
            return server.handshake(gated, deadline);
        } finally {
            gated.over();
        }
    }

    /** A connection that takes a place when bytes have come, and gives it back before it waits for more. */
    private final class Gated extends ForwardingConnection {
        private final InputStream gate;
        private final Deadline deadline;
        private boolean inside;
        private boolean over;

        Gated(Connection connection, Deadline deadline) {
            super(connection);
            this.gate = new Gate(connection.input());
            this.deadline = deadline;
        }

        @Override
        public InputStream input() {
            return gate;
        }

        void over() {
            leave();
            over = true;
        }

        private void leave() {
            if (inside) {
                inside = false;
                places.release();
            }
        }

        private void enter() throws IOException {
            try {
                inside = places.tryAcquire(deadline.remaining().toNanos(), TimeUnit.NANOSECONDS);
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                throw (IOException) new InterruptedIOException("interrupted before a TLS handshake").initCause(e);
            }
            if (!inside) {
                throw new SocketTimeoutException("timed out waiting for other TLS handshakes to end");
            }
        }

        private final class Gate extends FilterInputStream {
            Gate(InputStream in) {
                super(in);
            }

            @Override
            public int read() throws IOException {
                byte[] one = new byte[1];
                return read(one, 0, 1) < 0 ? -1 : one[0] & 0xff;
            }

            @Override
            public int read(byte[] into, int offset, int length) throws IOException {
                if (over) {
                    return in.read(into, offset, length);
                }
                leave();
                int got = in.read(into, offset, length);
                enter();
                return got;
            }
        }
    }
}
