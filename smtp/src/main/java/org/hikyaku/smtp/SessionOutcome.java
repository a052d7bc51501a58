package org.hikyaku.smtp;

import java.net.InetSocketAddress;
import java.util.Optional;
import org.hikyaku.tls.HandshakeFailure;
import org.hikyaku.tls.SessionFacts;

/** What came of one attempt to open a mail session to one address of one MX host. */
public sealed interface SessionOutcome {

    InetSocketAddress address();

    /**
     * No SMTP session: no connection, no greeting, or a greeting or EHLO reply that refuses us. Not a TLS event.
     *
     * @param reason the cause, for programs
     * @param sentence the cause, for people, with the server's words where there are any
     */
    record NotReached(InetSocketAddress address, Reason reason, String sentence) implements SessionOutcome {
        public enum Reason {
            REFUSED,
            TIMEOUT,
            NO_ROUTE,
            /** The other side hung up or sent something that is not SMTP. */
            BROKEN,
            /** {@code 4xx} to the connection or to EHLO: come back later. */
            TURNED_AWAY_FOR_NOW,
            /** {@code 5xx} to the connection or to EHLO. */
            TURNED_AWAY,
            LIMIT
        }
    }

    /**
     * SMTP works, TLS was not to be had.
     *
     * @param ehlo what the server offered in clear
     * @param refusal the reply to STARTTLS when it was offered and then refused; empty when it was not offered, or not asked for
     */
    record NoStartTls(InetSocketAddress address, EhloReply ehlo, Optional<String> refusal) implements SessionOutcome {}

    /** STARTTLS was agreed on (or TLS was implicit), and the handshake failed. */
    record HandshakeFailed(InetSocketAddress address, HandshakeFailure failure) implements SessionOutcome {}

    /**
     * A session inside TLS.
     *
     * @param facts what the handshake settled
     * @param ehlo what the server offers inside TLS
     */
    record Established(InetSocketAddress address, SessionFacts facts, EhloReply ehlo) implements SessionOutcome {}
}
