package org.hikyaku.capture.tls;

import java.math.BigInteger;
import java.nio.file.Path;
import java.security.PublicKey;
import java.security.interfaces.RSAPrivateKey;
import java.security.interfaces.RSAPublicKey;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.locks.Lock;
import java.util.concurrent.locks.ReentrantLock;
import org.hikyaku.capture.tcp.Endpoint;
import org.jspecify.annotations.Nullable;

/**
 * A private RSA key of a server, and what decrypts with it: looked for beside what else is to be done at the start. Safe for several
 * threads.
 */
final class GivenRsaKey {
    private final RSAPrivateKey key;
    private final CompletableFuture<Optional<MultiBufferRsa>> eight;
    private final Lock lock = new ReentrantLock();

    /** Made for the first that is not decrypted among others: it wants a library of its own. */
    private @Nullable RsaDecryption one;

    private final String name;
    private final Optional<Endpoint> server;

    /**
     * @param name of its file, for sentences
     * @param server the one server that it is for; empty for all
     * @param libraries folders of native libraries
     */
    GivenRsaKey(RSAPrivateKey key, String name, Optional<Endpoint> server, List<Path> libraries) {
        this.key = key;
        this.eight = CompletableFuture.supplyAsync(() -> {
            Optional<MultiBufferRsa> found = MultiBufferRsa.of(key, libraries);
            if (found.isEmpty()) {
                one();
            }
            return found;
        });
        this.name = name;
        this.server = server;
    }

    /** Decrypts several numbers at a time, where this machine can. */
    Optional<MultiBufferRsa> eight() {
        return eight.join();
    }

    /** Decrypts one. */
    RsaDecryption one() {
        lock.lock();
        try {
            RsaDecryption made = one;
            if (made == null) {
                made = RsaDecryption.of(key);
                one = made;
            }
            return made;
        } finally {
            lock.unlock();
        }
    }

    BigInteger modulus() {
        return key.getModulus();
    }

    String name() {
        return name;
    }

    /** The one server that it is for; empty for all. */
    Optional<Endpoint> server() {
        return server;
    }

    boolean serves(Endpoint end) {
        return server.isEmpty() || server.get().equals(end);
    }

    /** Whether it belongs to a certificate's key. */
    boolean fits(PublicKey publicKey) {
        return publicKey instanceof RSAPublicKey rsa && key.getModulus().equals(rsa.getModulus());
    }
}
