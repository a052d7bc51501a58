package org.hikyaku.tls.probe;

import java.io.IOException;
import java.util.List;
import java.util.Optional;
import org.hikyaku.tls.TlsVersion;
import org.hikyaku.tls.wire.CipherSuite;
import org.hikyaku.tls.wire.Extension;
import org.hikyaku.tls.wire.HandshakeMessage.ServerHello;

/**
 * A handshake that was completed, with its open session.
 *
 * @param group of the key exchange
 * @param scheme how the server signed
 * @param encrypted the extensions that TLS 1.3 encrypts
 */
@SuppressWarnings("ArrayRecordComponent") // carried, never compared
record FinishedHandshake(
        TlsVersion version,
        CipherSuite suite,
        ServerHello hello,
        List<byte[]> certificates,
        Optional<Integer> group,
        Optional<Integer> scheme,
        Optional<byte[]> ocsp,
        List<Extension> encrypted,
        boolean certificateRequested,
        Optional<Ticket> ticket,
        Session session) {

    /** A ticket, with what is needed to come back with it. */
    @SuppressWarnings("ArrayRecordComponent") // carried, never compared
    record Ticket(byte[] ticket, byte[] psk, long ageAdd, long maxEarlyData) {}

    /** The open session. */
    interface Session {
        void send(byte[] data) throws IOException;

        /** At least one byte, waiting for it; empty at the end. */
        byte[] receive() throws IOException;

        /** Tickets that came since, TLS 1.3 only. */
        List<Ticket> tickets() throws IOException;

        /** As {@link #tickets}, but waits for the first one, TLS 1.3 only. */
        List<Ticket> awaitTickets() throws IOException;

        /** Asks for a new handshake within the session; only up to TLS 1.2. */
        Renegotiated renegotiate();

        /** Says goodbye. */
        void close() throws IOException;
    }

    /** How a server took a client's wish to renegotiate. */
    enum Renegotiated {
        ACCEPTED,
        REFUSED,
        IGNORED
    }
}
