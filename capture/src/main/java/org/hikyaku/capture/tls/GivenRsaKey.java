package org.hikyaku.capture.tls;

import java.math.BigInteger;
import java.nio.file.Path;
import java.security.PublicKey;
import java.security.interfaces.RSAPrivateKey;
import java.security.interfaces.RSAPublicKey;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import org.hikyaku.capture.tcp.Endpoint;

/** A private RSA key of a server, and what decrypts with it: looked for beside what else is to be done at the start. */
final class GivenRsaKey {
    private final BigInteger modulus;
    private final CompletableFuture<Optional<MultiBufferRsa>> eight;
    private final CompletableFuture<RsaDecryption> one;
    private final String name;
    private final Optional<Endpoint> server;

    /**
     * @param name of its file, for sentences
     * @param server the one server that it is for; empty for all
     * @param libraries folders of native libraries
     */
    GivenRsaKey(RSAPrivateKey key, String name, Optional<Endpoint> server, List<Path> libraries) {
        this.modulus = key.getModulus();
        this.eight = CompletableFuture.supplyAsync(() -> MultiBufferRsa.of(key, libraries));
        this.one = CompletableFuture.supplyAsync(() -> RsaDecryption.of(key));
        this.name = name;
        this.server = server;
    }

    /** Decrypts several numbers at a time, where this machine can. */
    Optional<MultiBufferRsa> eight() {
        return eight.join();
    }

    /** Decrypts one. */
    RsaDecryption one() {
        return one.join();
    }

    BigInteger modulus() {
        return modulus;
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
        return publicKey instanceof RSAPublicKey rsa && modulus.equals(rsa.getModulus());
    }
}
