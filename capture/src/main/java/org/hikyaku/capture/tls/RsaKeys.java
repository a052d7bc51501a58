package org.hikyaku.capture.tls;

import java.io.IOException;
import java.math.BigInteger;
import java.nio.file.Path;
import java.security.PrivateKey;
import java.security.PublicKey;
import java.security.interfaces.RSAPrivateKey;
import java.security.interfaces.RSAPublicKey;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import org.hikyaku.capture.tcp.Endpoint;
import org.hikyaku.tls.TlsVersion;
import org.hikyaku.x509.Pem;

/** Private RSA keys of servers: they open the premaster secret of sessions whose key exchange is RSA (RFC 5246 section 7.4.7.1). */
public final class RsaKeys {
    /** Bytes. */
    private static final int PREMASTER = 48;

    /**
     * @param decrypting who decrypts with it: looked for beside what else is to be done at the start
     * @param server the one server that it is for; empty for all
     */
    private record Entry(
            RSAPrivateKey key, CompletableFuture<RsaDecryption> decrypting, String name, Optional<Endpoint> server) {
        boolean serves(Endpoint end) {
            return server.isEmpty() || server.get().equals(end);
        }
    }

    private final List<Entry> keys = new CopyOnWriteArrayList<>();

    /**
     * Takes the key of a PEM file, for all servers.
     *
     * @throws IOException when there is no RSA key in it
     */
    public void add(Path file) throws IOException {
        add(file, Pem.privateKey(file), Optional.empty());
    }

    /**
     * Takes a key.
     *
     * @param file where it was read from, for sentences
     * @param server the only server whose sessions it may open; empty for all
     * @throws IOException when it is no RSA key
     */
    public void add(Path file, PrivateKey key, Optional<Endpoint> server) throws IOException {
        if (!(key instanceof RSAPrivateKey rsa)) {
            throw new IOException(file + " holds a key of type " + key.getAlgorithm()
                    + ": only RSA keys decrypt, since no other key exchange sends the secret under the server's key");
        }
        CompletableFuture<RsaDecryption> decrypting = CompletableFuture.supplyAsync(() -> RsaDecryption.of(rsa));
        keys.add(new Entry(rsa, decrypting, String.valueOf(file.getFileName()), server));
    }

    /** Whether there is a key that may open sessions with this server. */
    boolean given(Endpoint server) {
        return keys.stream().anyMatch(entry -> entry.serves(server));
    }

    /** Names of the key files that are for this server, for sentences. */
    String names(Endpoint server) {
        return String.join(
                ", ",
                keys.stream()
                        .filter(entry -> entry.serves(server))
                        .map(entry -> entry.name()
                                + entry.server()
                                        .map(end -> ", given for " + end)
                                        .orElse(""))
                        .toList());
    }

    /** Whether one of the keys for this server belongs to this certificate's key. */
    boolean has(Endpoint server, PublicKey publicKey) {
        return keys.stream().anyMatch(entry -> entry.serves(server) && fits(entry, publicKey));
    }

    private static boolean fits(Entry entry, PublicKey publicKey) {
        return publicKey instanceof RSAPublicKey rsa && entry.key().getModulus().equals(rsa.getModulus());
    }

    /**
     * Keys that were given for this very server, when none of them belongs to its certificate.
     *
     * @param shown the certificate's key when it is RSA
     */
    Optional<String> misplaced(Endpoint server, Optional<PublicKey> shown) {
        List<Entry> meant = keys.stream()
                .filter(entry -> entry.server().equals(Optional.of(server)))
                .toList();
        return meant.isEmpty() || shown.isPresent() && meant.stream().anyMatch(entry -> fits(entry, shown.get()))
                ? Optional.empty()
                : Optional.of("the RSA key "
                        + String.join(", ", meant.stream().map(Entry::name).toList())
                        + " was given for " + server
                        + (shown.isPresent()
                                ? " but does not belong to the certificate that this server showed"
                                : " but the certificate that this server showed has no RSA key"));
    }

    /** A key that belongs to the certificate but was given for another server. */
    Optional<String> elsewhere(Endpoint server, PublicKey shown) {
        return keys.stream()
                .filter(entry -> !entry.serves(server) && fits(entry, shown))
                .findFirst()
                .map(entry -> entry.name() + " belongs to the certificate that the server showed, but was given for "
                        + entry.server().map(Endpoint::toString).orElse("all") + " and not for " + server);
    }

    /**
     * Decrypts the premaster secret of a ClientKeyExchange.
     *
     * @param server whose session it is
     * @param modulus of the certificate's key, where it was seen; else every key is tried
     * @param exchange the message's body
     */
    Optional<Secret> premaster(Endpoint server, Optional<BigInteger> modulus, TlsVersion version, byte[] exchange) {
        byte[] encrypted = exchange;
        // SSLv3 sends no length (RFC 6101 section 5.6.7), TLS does.
        if (version != TlsVersion.SSLV3 && exchange.length > 2) {
            int length = (exchange[0] & 0xff) << 8 | exchange[1] & 0xff;
            if (length == exchange.length - 2) {
                encrypted = Arrays.copyOfRange(exchange, 2, exchange.length);
            }
        }
        for (Entry entry : keys) {
            if (entry.serves(server)
                    && (modulus.isEmpty() || entry.key().getModulus().equals(modulus.get()))) {
                Optional<byte[]> plain = entry.decrypting().join().decrypt(encrypted);
                if (plain.isPresent() && plain.get().length == PREMASTER) {
                    return Optional.of(new Secret(plain.get(), entry.name(), 0));
                }
            }
        }
        return Optional.empty();
    }
}
