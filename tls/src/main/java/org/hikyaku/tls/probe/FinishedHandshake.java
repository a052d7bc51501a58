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
 * @param resumed the server took up the session that was offered by a pre-shared key (TLS 1.3)
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
        boolean resumed,
        Optional<Ticket> ticket,
        Session session) {

    /**
     * A ticket, with what is needed to come back with it.
     *
     * @param received on the monotonic clock, in nanoseconds
     */
    @SuppressWarnings("ArrayRecordComponent") // carried, never compared
    record Ticket(byte[] ticket, byte[] psk, long ageAdd, long maxEarlyData, long received) {}

    /** The open session. */
    interface Session {
        void send(byte[] data) throws IOException;

        /** At least one byte, waiting for it; empty at the end. */
        byte[] receive() throws IOException;

        /** Tickets that came since, TLS 1.3 only. */
        List<Ticket> tickets();

        /** Asks for a new handshake within the session; only up to TLS 1.2. */
        Renegotiated renegotiate();

        /** Says goodbye. */
        void close() throws IOException;

        /** Reads on to the server's own goodbye and throws away what comes; tickets are kept. */
        void drain() throws IOException;
    }

    /** How a server took a client's wish to renegotiate. */
    enum Renegotiated {
        ACCEPTED,
        REFUSED,
        IGNORED
    }
}
