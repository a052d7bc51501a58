package org.hikyaku.tls;

import java.io.IOException;
import java.security.SecureRandom;
import org.bouncycastle.tls.TlsServerProtocol;
import org.hikyaku.net.Connection;
import org.hikyaku.net.Deadline;
import org.hikyaku.tls.FailureReport.Peer;
import org.hikyaku.tls.HandshakeFailure.Stage;

/**
 * Puts TLS on connections as a server. A client's certificate is proven to be its own and otherwise taken as it is: the
 * caller judges the {@link SessionFacts}. Safe for use by many threads when the random source is.
 */
public final class TlsServer {
    private final TlsServerOptions options;
    private final SecureRandom random;
    private final CryptoChoice choice = new CryptoChoice();
    private final SessionCrypto.Abilities abilities = new SessionCrypto.Abilities();

    public TlsServer(TlsServerOptions options, SecureRandom random) {
        this.options = options;
        this.random = random;
    }

    public TlsServerOptions options() {
        return options;
    }

    /**
     * Does one handshake.
     *
     * @param connection where a ClientHello comes next; closed when the handshake fails
     * @param deadline by when the handshake must be over; it stays the deadline of the session until another is set
     * @throws HandshakeFailedException for every way in which no session comes about
     */
    public TlsSession handshake(Connection connection, Deadline deadline) throws HandshakeFailedException {
        connection.within(deadline);
        HandshakeOutput output = new HandshakeOutput(connection.output());
        HandshakeInput input = new HandshakeInput(connection.input(), output);
        ServerPeer peer = new ServerPeer(options, new SessionCrypto(choice, abilities, random));
        TlsServerProtocol protocol = new TlsServerProtocol(input, output);
        try {
            protocol.accept(peer);
            SessionFacts facts = peer.facts()
                    .orElseThrow(() -> new IllegalStateException("a complete handshake has been announced"));
            output.established();
            input.established();
            if (facts.version() == TlsVersion.TLSV1_3) {
                connection.acknowledge(); // The client's Finished has no answer.
            }
            return new EstablishedSession(connection, protocol, facts, peer.bindings());
        } catch (IOException | RuntimeException e) {
            Stage progress = peer.helloSent() ? Stage.AUTHENTICATION : Stage.HELLO;
            HandshakeFailure failure =
                    new FailureReport(input, progress, options.min(), options.max(), Peer.CLIENT).of(e);
            output.sendLast(e);
            TlsClient.closeQuietly(connection, e);
            throw new HandshakeFailedException(failure, e);
        }
    }
}
