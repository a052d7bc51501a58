package org.hikyaku.tls;

import java.io.IOException;
import java.security.SecureRandom;
import java.util.Optional;
import org.bouncycastle.tls.TlsClientProtocol;
import org.hikyaku.net.Connection;
import org.hikyaku.net.Deadline;
import org.hikyaku.tls.FailureReport.Peer;
import org.hikyaku.tls.HandshakeFailure.Stage;

/**
 * Puts TLS on connections as a client. The handshake is completed whatever the server's certificate says; the caller
 * judges the {@link SessionFacts}. Safe for use by many threads when the random source is.
 */
public final class TlsClient {
    private static final int LONGEST_NAME = 253;
    private static final int LONGEST_LABEL = 63;

    private final TlsClientOptions options;
    private final SecureRandom random;
    private final CryptoChoice choice = new CryptoChoice();
    private final SessionCrypto.Abilities abilities = new SessionCrypto.Abilities();

    public TlsClient(TlsClientOptions options, SecureRandom random) {
        this.options = options;
        this.random = random;
    }

    public TlsClientOptions options() {
        return options;
    }

    /**
     * Does one handshake.
     *
     * @param connection where the other side awaits a ClientHello; closed when the handshake fails
     * @param sni the server name to send, in A-labels, with or without the final dot (RFC 6066 section 3); one that no
     *     host can have is not sent
     * @param deadline by when the handshake must be over; it stays the deadline of the session until another is set
     * @throws HandshakeFailedException for every way in which no session comes about
     */
    public TlsSession handshake(Connection connection, Optional<String> sni, Deadline deadline)
            throws HandshakeFailedException {
        connection.within(deadline);
        HandshakeOutput output = new HandshakeOutput(connection.output());
        HandshakeInput input = new HandshakeInput(connection.input(), output);
        Optional<String> name = sni.flatMap(TlsClient::serverName);
        ClientPeer peer = new ClientPeer(
                options,
                new SessionCrypto(choice, abilities, random),
                name,
                connection.remote() + " " + name.orElse(""));
        Protocol protocol = new Protocol(input, output);
        try {
            protocol.connect(peer);
            SessionFacts facts = peer.facts()
                    .orElseThrow(() -> new IllegalStateException("a complete handshake has been announced"));
            output.established();
            input.established();
            return new EstablishedSession(connection, protocol, facts, peer.bindings());
        } catch (IOException | RuntimeException e) {
            Stage progress =
                    protocol.finishing() ? Stage.FINISHED : peer.helloReceived() ? Stage.AUTHENTICATION : Stage.HELLO;
            HandshakeFailure failure = new FailureReport(
                            input,
                            progress,
                            options.min(),
                            options.max(),
                            peer.showedNothing() ? Peer.SERVER_LEFT_WITHOUT_CERTIFICATE : Peer.SERVER)
                    .of(e);
            output.sendLast(e);
            closeQuietly(connection, e);
            throw new HandshakeFailedException(failure, e);
        }
    }

    static void closeQuietly(Connection connection, Exception reason) {
        try {
            connection.close();
        } catch (IOException e) {
            reason.addSuppressed(e);
        }
    }

    /** The names of MX hosts are other people's: they may hold any bytes, and must not end more than their own session. */
    private static Optional<String> serverName(String name) {
        String bare = name.endsWith(".") ? name.substring(0, name.length() - 1) : name;
        if (bare.length() > LONGEST_NAME) {
            return Optional.empty();
        }
        for (String label : bare.split("\\.", -1)) {
            if (label.isEmpty()
                    || label.length() > LONGEST_LABEL
                    || !label.chars().allMatch(TlsClient::isOfHostName)) {
                return Optional.empty();
            }
        }
        return Optional.of(bare);
    }

    private static boolean isOfHostName(int c) {
        return c >= 'a' && c <= 'z' || c >= 'A' && c <= 'Z' || c >= '0' && c <= '9' || c == '-' || c == '_';
    }

    /** The library's state machine, which knows how far it is. */
    private static final class Protocol extends TlsClientProtocol {
        Protocol(HandshakeInput input, HandshakeOutput output) {
            super(input, output);
        }

        /** True once our Finished is on its way. */
        boolean finishing() {
            return connection_state >= CS_CLIENT_FINISHED;
        }
    }
}
