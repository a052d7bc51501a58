package org.hikyaku.tls;

import java.io.IOException;
import java.security.SecureRandom;
import java.util.Optional;
import java.util.concurrent.locks.ReentrantLock;
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

    /** Guards the native half while it is made. */
    private final ReentrantLock lock = new ReentrantLock();

    /** Empty until the first handshake; then the native library's half, where there is one. */
    private Optional<Optional<NativeServer>> nativeServer = Optional.empty();

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
        Optional<NativeServer> nativeServer = nativeServer();
        if (nativeServer.isPresent()) {
            Optional<NativeServer.Handshake> usual = usual(nativeServer.get(), connection, input, output);
            if (usual.isPresent()) {
                return natively(usual.get(), connection, input, output);
            }
        }
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
            throw failed(peer.helloSent(), connection, input, output, e);
        }
    }

    private HandshakeFailedException failed(
            boolean helloSent, Connection connection, HandshakeInput input, HandshakeOutput output, Exception e) {
        Stage progress = helloSent ? Stage.AUTHENTICATION : Stage.HELLO;
        HandshakeFailure failure = new FailureReport(input, progress, options.min(), options.max(), Peer.CLIENT).of(e);
        output.sendLast(e);
        TlsClient.closeQuietly(connection, e);
        return new HandshakeFailedException(failure, e);
    }

    /** Made by the first handshake, since many servers never see one. */
    private Optional<NativeServer> nativeServer() {
        lock.lock();
        try {
            if (nativeServer.isEmpty()) {
                nativeServer = Optional.of(NativeServer.of(options));
            }
            return nativeServer.get();
        } finally {
            lock.unlock();
        }
    }

    private Optional<NativeServer.Handshake> usual(
            NativeServer server, Connection connection, HandshakeInput input, HandshakeOutput output)
            throws HandshakeFailedException {
        try {
            return server.usual(input.firstRecord()).map(usual -> new NativeServer.Handshake(usual, output));
        } catch (IOException | RuntimeException e) {
            throw failed(false, connection, input, output, e);
        }
    }

    private TlsSession natively(
            NativeServer.Handshake handshake, Connection connection, HandshakeInput input, HandshakeOutput output)
            throws HandshakeFailedException {
        try {
            TlsSession session = handshake.run(connection, input);
            output.established();
            connection.acknowledge(); // The client's Finished has no answer.
            return session;
        } catch (IOException | RuntimeException e) {
            throw failed(handshake.helloSent(), connection, input, output, e);
        }
    }
}
