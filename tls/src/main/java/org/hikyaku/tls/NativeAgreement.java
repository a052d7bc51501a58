package org.hikyaku.tls;

import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.Provider;
import java.security.PublicKey;
import java.security.spec.ECGenParameterSpec;
import java.security.spec.X509EncodedKeySpec;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.Optional;
import java.util.function.Function;
import javax.crypto.KeyAgreement;
import org.bouncycastle.tls.AlertDescription;
import org.bouncycastle.tls.NamedGroup;
import org.bouncycastle.tls.TlsFatalAlert;
import org.bouncycastle.tls.crypto.TlsAgreement;
import org.bouncycastle.tls.crypto.TlsSecret;

/**
 * One ephemeral Diffie-Hellman exchange on an elliptic curve by a native provider (Conscrypt): half of what a handshake costs
 * is this, and it takes a quarter of the JDK's time. What goes over the wire is the last part of the key's
 * SubjectPublicKeyInfo: the 32 bytes of RFC 7748, or the uncompressed point of RFC 8422 section 5.4.
 */
final class NativeAgreement implements TlsAgreement {
    /** A group that the provider computes with. */
    private enum Curve {
        X25519(NamedGroup.x25519, "XDH", "302a300506032b656e032100", 32),
        SECP256R1(NamedGroup.secp256r1, "EC", "3059301306072a8648ce3d020106082a8648ce3d030107034200", 65),
        SECP384R1(NamedGroup.secp384r1, "EC", "3076301006072a8648ce3d020106052b81040022036200", 97);

        private final int group;
        private final String algorithm;
        private final String head;
        private final int length;

        /** @param head what stands before the wire's bytes in a SubjectPublicKeyInfo, in hexadecimal digits (RFC 8410 section 4, RFC 5480) */
        Curve(int group, String algorithm, String head, int length) {
            this.group = group;
            this.algorithm = algorithm;
            this.head = head;
            this.length = length;
        }
    }

    private final Provider provider;
    private final Curve curve;
    private final Function<byte[], TlsSecret> adopt;

    private Optional<KeyPair> own = Optional.empty();
    private Optional<PublicKey> peer = Optional.empty();

    private NativeAgreement(Provider provider, Curve curve, Function<byte[], TlsSecret> adopt) {
        this.provider = provider;
        this.curve = curve;
        this.adopt = adopt;
    }

    /** Whether this is one of the groups that are worth it. */
    static boolean computes(int group) {
        return curve(group).isPresent();
    }

    /**
     * An exchange in a group.
     *
     * @param group code point of a group that this {@linkplain #computes computes} with
     * @param adopt makes the library's secret of the shared bytes
     */
    static NativeAgreement in(int group, Provider provider, Function<byte[], TlsSecret> adopt) {
        return new NativeAgreement(provider, curve(group).orElseThrow(), adopt);
    }

    private static Optional<Curve> curve(int group) {
        return Arrays.stream(Curve.values()).filter(c -> c.group == group).findFirst();
    }

    @Override
    public byte[] generateEphemeral() throws TlsFatalAlert {
        try {
            KeyPairGenerator generator = KeyPairGenerator.getInstance(curve.algorithm, provider);
            if (curve != Curve.X25519) {
                generator.initialize(new ECGenParameterSpec(NamedGroup.getCurveName(curve.group)));
            }
            KeyPair made = generator.generateKeyPair();
            own = Optional.of(made);
            byte[] encoded = made.getPublic().getEncoded();
            return Arrays.copyOfRange(encoded, encoded.length - curve.length, encoded.length);
        } catch (GeneralSecurityException e) {
            throw new TlsFatalAlert(AlertDescription.internal_error, e);
        }
    }

    @Override
    public void receivePeerValue(byte[] value) throws TlsFatalAlert {
        // RFC 8446 section 4.2.8.2: the uncompressed form only
        if (value.length != curve.length || curve != Curve.X25519 && value[0] != 4) {
            throw new TlsFatalAlert(AlertDescription.illegal_parameter, "a key share of the wrong length or form");
        }
        byte[] head = HexFormat.of().parseHex(curve.head);
        byte[] encoded = Arrays.copyOf(head, head.length + value.length);
        System.arraycopy(value, 0, encoded, head.length, value.length);
        try {
            peer = Optional.of(
                    KeyFactory.getInstance(curve.algorithm, provider).generatePublic(new X509EncodedKeySpec(encoded)));
        } catch (GeneralSecurityException | RuntimeException e) {
            // a point that is not on the curve
            throw new TlsFatalAlert(AlertDescription.illegal_parameter, e);
        }
    }

    @Override
    public TlsSecret calculateSecret() throws TlsFatalAlert {
        try {
            KeyAgreement agreement = KeyAgreement.getInstance(curve == Curve.X25519 ? "XDH" : "ECDH", provider);
            agreement.init(own.orElseThrow().getPrivate());
            agreement.doPhase(peer.orElseThrow(), true);
            return adopt.apply(agreement.generateSecret());
        } catch (GeneralSecurityException | RuntimeException e) {
            // RFC 8446 section 7.4.2: a shared secret of zeros ends the handshake
            throw new TlsFatalAlert(AlertDescription.illegal_parameter, e);
        }
    }
}
