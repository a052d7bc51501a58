package org.hikyaku.tls;

import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.util.Optional;
import java.util.function.Supplier;
import org.hikyaku.tls.wire.CipherSuite;
import org.hikyaku.tls.wire.Tls13KeySchedule;
import org.hikyaku.x509.Certificate;

/**
 * Something that both ends of a TLS session know and nobody between two sessions can make equal (RFC 5056): mixed into
 * a login, it ties the login to the session.
 */
public final class ChannelBinding {

    /** The kinds. */
    public enum Type {
        /** Exported keying material (RFC 9266): TLS 1.3, and older versions with an extended master secret. */
        TLS_EXPORTER("tls-exporter"),
        /** The first Finished message (RFC 5929 section 3): up to TLS 1.2. */
        TLS_UNIQUE("tls-unique"),
        /** The hash of the server's certificate (RFC 5929 section 4). */
        TLS_SERVER_END_POINT("tls-server-end-point");

        private final String title;

        Type(String title) {
            this.title = title;
        }

        /** The name registered with IANA. */
        public String title() {
            return title;
        }
    }

    private final Type type;
    private final Supplier<byte[]> data;

    public ChannelBinding(Type type, byte[] data) {
        byte[] copy = data.clone();
        this.type = type;
        this.data = () -> copy;
    }

    private ChannelBinding(Type type, Supplier<byte[]> data) {
        this.type = type;
        this.data = data;
    }

    /**
     * Exported keying material of TLS 1.3 (RFC 9266 section 4), computed when it is asked for: few sessions see a login.
     *
     * @param exporterMaster the session's exporter master secret
     * @param suite of the session, whose hash this goes by
     */
    static ChannelBinding exporter(byte[] exporterMaster, int suite) {
        CipherSuite.Prf prf = CipherSuite.registry().find(suite).orElseThrow().prf();
        return new ChannelBinding(
                Type.TLS_EXPORTER,
                () -> new Tls13KeySchedule(prf).exported(exporterMaster, "EXPORTER-Channel-Binding", new byte[0], 32));
    }

    /**
     * The hash of a server's certificate (RFC 5929 section 4.1): by the hash of its signature, SHA-256 where that is MD5
     * or SHA-1; empty where the signature has no single hash.
     */
    public static Optional<ChannelBinding> serverEndPoint(Certificate certificate) {
        String title = certificate.signatureAlgorithm().title();
        String hash = title.substring(title.lastIndexOf(' ') + 1);
        return switch (hash) {
            case "MD5", "SHA-1" -> Optional.of(serverEndPoint(certificate, "SHA-256"));
            case "SHA-224", "SHA-256", "SHA-384", "SHA-512" -> Optional.of(serverEndPoint(certificate, hash));
            default -> Optional.empty();
        };
    }

    private static ChannelBinding serverEndPoint(Certificate certificate, String hash) {
        try {
            return new ChannelBinding(
                    Type.TLS_SERVER_END_POINT, MessageDigest.getInstance(hash).digest(certificate.der()));
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("every JDK has " + hash, e);
        }
    }

    public Type type() {
        return type;
    }

    public byte[] data() {
        return data.get().clone();
    }

    @Override
    public String toString() {
        return type.title();
    }
}
