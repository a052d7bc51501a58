package org.hikyaku.capture.tls;

import java.math.BigInteger;
import java.security.PublicKey;
import java.security.interfaces.RSAPublicKey;
import java.util.Optional;
import org.hikyaku.capture.tcp.Endpoint;
import org.hikyaku.net.Limit;
import org.hikyaku.tls.TlsVersion;
import org.hikyaku.tls.wire.CipherSuite;
import org.hikyaku.tls.wire.CipherSuite.KeyExchange;
import org.hikyaku.tls.wire.HandshakeMessage.ClientHello;
import org.hikyaku.tls.wire.HandshakeMessage.ServerHello;
import org.hikyaku.tls.wire.Tls12KeySchedule.KeyBlock;
import org.jspecify.annotations.Nullable;

/** Where one handshake stands; a renegotiation begins another. */
final class Handshake {
    static final Limit TRANSCRIPT = new Limit("bytes of handshake messages of one connection", 512 << 10);

    /** Whom the client speaks to. */
    final Endpoint server;

    @Nullable
    ClientHello clientHello;

    @Nullable
    ServerHello serverHello;

    @Nullable
    TlsVersion version;

    @Nullable
    CipherSuite suite;

    boolean retry;

    /** The server sent a key of its own for this handshake. */
    boolean serverKeyExchange;

    /** A ClientHello came after the HelloRetryRequest. */
    boolean helloAgain;

    boolean serverHelloDone;
    boolean serverFinished;
    boolean clientFinished;
    boolean clientChanged;
    boolean serverChanged;
    boolean earlyData;

    /** TLS 1.3: the server's EncryptedExtensions came, which say whether it takes early data. */
    boolean extensionsSeen;

    boolean extendedMasterSecret;
    boolean encryptThenMac;
    boolean keysSought;

    @Nullable
    PublicKey serverKey;

    /** All messages up to the last ClientHello, when it offers pre-shared keys and we have one. */
    byte @Nullable [] helloTranscript;

    byte @Nullable [] clientKeyExchange;
    byte @Nullable [] sessionHash;
    byte @Nullable [] ticket;

    @Nullable
    Secret master;

    @Nullable
    KeyBlock keys;

    private final HandshakeMemory.Share memory;
    private @Nullable Transcript transcript = new Transcript();

    /** What counts of the transcript, also when it was lost: who compares a Finished may hold it still. */
    private long counted;

    /** What counts of {@link #helloTranscript}. */
    private long helloCounted;

    Handshake(Endpoint server, HandshakeMemory.Share memory) {
        this.server = server;
        this.memory = memory;
    }

    /** Another takes its place, for the same server. */
    Handshake renegotiated() {
        memory.give(counted + helloCounted);
        return new Handshake(server, memory);
    }

    boolean tls13() {
        return version == TlsVersion.TLSV1_3;
    }

    /** Both sides know the version and the suite. */
    boolean settled() {
        return serverHello != null;
    }

    boolean complete() {
        return clientFinished && serverFinished || clientChanged && serverChanged;
    }

    /** The premaster secret travels under the key of the certificate: export suites may have a short one of their own. */
    boolean underServersKey() {
        return suite != null && suite.keyExchange() == KeyExchange.RSA && !(suite.export() && serverKeyExchange);
    }

    Optional<BigInteger> modulus() {
        return serverKey instanceof RSAPublicKey rsa ? Optional.of(rsa.getModulus()) : Optional.empty();
    }

    /** Up to TLS 1.2: nothing of a full handshake came from the server before it changed its cipher. */
    boolean abbreviated() {
        return !serverHelloDone && clientKeyExchange == null;
    }

    /** Bytes are missing: what is hashed over the messages cannot be known. */
    void loseTranscript() {
        transcript = null;
    }

    void append(byte[] message) {
        if (transcript != null) {
            if (transcript.size() + message.length > TRANSCRIPT.value() || !memory.take(message.length)) {
                transcript = null;
            } else {
                counted += message.length;
                transcript.append(message);
            }
        }
    }

    void replaceTranscript(byte[] by) {
        if (transcript != null) {
            memory.give(counted);
            counted = 0;
            transcript = new Transcript();
            append(by);
        }
    }

    /** In the place of what was kept of an earlier ClientHello. */
    void keepHelloTranscript() {
        memory.give(helloCounted);
        helloTranscript = transcript().filter(all -> memory.take(all.length)).orElse(null);
        helloCounted = helloTranscript == null ? 0 : helloTranscript.length;
    }

    Optional<byte[]> transcript() {
        return messages().map(all -> all.first(all.size()));
    }

    /** All messages so far, unless some are missing. */
    Optional<Transcript> messages() {
        return Optional.ofNullable(transcript);
    }
}
