package org.hikyaku.capture.tls;

import java.io.IOException;
import java.math.BigInteger;
import java.nio.file.Path;
import java.security.PrivateKey;
import java.security.PublicKey;
import java.security.interfaces.RSAPrivateKey;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CopyOnWriteArrayList;
import org.hikyaku.capture.tcp.Endpoint;
import org.hikyaku.tls.TlsVersion;
import org.hikyaku.x509.Pem;

/** Private RSA keys of servers: they open the premaster secret of sessions whose key exchange is RSA (RFC 5246 section 7.4.7.1). */
public final class RsaKeys {
    /** Bytes. */
    private static final int PREMASTER = 48;

    private final List<GivenRsaKey> keys = new CopyOnWriteArrayList<>();
    private final List<Path> libraries;

    public RsaKeys() {
        this(MultiBufferRsa.libraryPath());
    }

    /** @param libraries folders of native libraries, for the one that decrypts several sessions at a time */
    public RsaKeys(List<Path> libraries) {
        this.libraries = List.copyOf(libraries);
    }

    /** Why the library that decrypts several sessions at a time is not used although it is there: a sentence without its end. */
    public static Optional<String> refusal() {
        return MultiBufferRsa.refusal(MultiBufferRsa.libraryPath());
    }

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
        keys.add(new GivenRsaKey(rsa, String.valueOf(file.getFileName()), server, libraries));
    }

    boolean isEmpty() {
        return keys.isEmpty();
    }

    /** Whether there is a key that may open sessions with this server. */
    boolean given(Endpoint server) {
        return keys.stream().anyMatch(key -> key.serves(server));
    }

    /** Names of the key files that are for this server, for sentences. */
    String names(Endpoint server) {
        return String.join(
                ", ",
                keys.stream()
                        .filter(key -> key.serves(server))
                        .map(key -> key.name()
                                + key.server().map(end -> ", given for " + end).orElse(""))
                        .toList());
    }

    /** Whether one of the keys for this server belongs to this certificate's key. */
    boolean has(Endpoint server, PublicKey publicKey) {
        return keys.stream().anyMatch(key -> key.serves(server) && key.fits(publicKey));
    }

    /**
     * Keys that were given for this very server, when none of them belongs to its certificate.
     *
     * @param shown the certificate's key when it is RSA
     */
    Optional<String> misplaced(Endpoint server, Optional<PublicKey> shown) {
        List<GivenRsaKey> meant = keys.stream()
                .filter(key -> key.server().equals(Optional.of(server)))
                .toList();
        return meant.isEmpty() || shown.isPresent() && meant.stream().anyMatch(key -> key.fits(shown.get()))
                ? Optional.empty()
                : Optional.of("the RSA key "
                        + String.join(
                                ", ", meant.stream().map(GivenRsaKey::name).toList())
                        + " was given for " + server
                        + (shown.isPresent()
                                ? " but does not belong to the certificate that this server showed"
                                : " but the certificate that this server showed has no RSA key"));
    }

    /** A key that belongs to the certificate but was given for another server. */
    Optional<String> elsewhere(Endpoint server, PublicKey shown) {
        return keys.stream()
                .filter(key -> !key.serves(server) && key.fits(shown))
                .findFirst()
                .map(key -> key.name() + " belongs to the certificate that the server showed, but was given for "
                        + key.server().map(Endpoint::toString).orElse("all") + " and not for " + server);
    }

    /** The only key that may open sessions with this server; empty when there are several, or none. */
    Optional<GivenRsaKey> only(Endpoint server) {
        List<GivenRsaKey> serving =
                keys.stream().filter(key -> key.serves(server)).toList();
        return serving.size() == 1 ? Optional.of(serving.getFirst()) : Optional.empty();
    }

    /**
     * Decrypts the premaster secret of a ClientKeyExchange.
     *
     * @param server whose session it is
     * @param modulus of the certificate's key, where it was seen; else every key is tried
     * @param exchange the message's body
     * @param ahead what was decrypted ahead of need; hears which key is the server's
     */
    Optional<Secret> premaster(
            Endpoint server, Optional<BigInteger> modulus, TlsVersion version, byte[] exchange, PremastersAhead ahead) {
        byte[] encrypted = encrypted(exchange, version == TlsVersion.SSLV3);
        for (GivenRsaKey key : keys) {
            if (key.serves(server) && (modulus.isEmpty() || key.modulus().equals(modulus.get()))) {
                Optional<byte[]> plain = ahead.decrypt(key, encrypted);
                if (plain.isPresent() && plain.get().length == PREMASTER) {
                    ahead.opened(server, key);
                    return Optional.of(new Secret(plain.get(), key.name(), 0));
                }
            }
        }
        ahead.notOpened(server);
        return Optional.empty();
    }

    /** The number in a ClientKeyExchange: SSLv3 sends no length before it (RFC 6101 section 5.6.7), TLS does. */
    static byte[] encrypted(byte[] exchange, boolean sslv3) {
        if (!sslv3 && exchange.length > 2) {
            int length = (exchange[0] & 0xff) << 8 | exchange[1] & 0xff;
            if (length == exchange.length - 2) {
                return Arrays.copyOfRange(exchange, 2, exchange.length);
            }
        }
        return exchange;
    }
}
