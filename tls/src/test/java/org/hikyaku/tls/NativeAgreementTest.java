package org.hikyaku.tls;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.math.BigInteger;
import java.security.AlgorithmParameters;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.Provider;
import java.security.PublicKey;
import java.security.SecureRandom;
import java.security.interfaces.ECPublicKey;
import java.security.interfaces.XECPublicKey;
import java.security.spec.ECGenParameterSpec;
import java.security.spec.ECParameterSpec;
import java.security.spec.ECPoint;
import java.security.spec.ECPublicKeySpec;
import java.security.spec.NamedParameterSpec;
import java.security.spec.XECPublicKeySpec;
import java.util.Arrays;
import java.util.HexFormat;
import javax.crypto.KeyAgreement;
import org.bouncycastle.tls.AlertDescription;
import org.bouncycastle.tls.NamedGroup;
import org.bouncycastle.tls.TlsFatalAlert;
import org.bouncycastle.tls.crypto.TlsSecret;
import org.bouncycastle.tls.crypto.impl.jcajce.JcaTlsCrypto;
import org.bouncycastle.tls.crypto.impl.jcajce.JcaTlsCryptoProvider;
import org.hikyaku.x509.SignatureVerifier;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** The native exchange against the JDK's own arithmetic, and what a hostile peer may send. */
class NativeAgreementTest {
    private final JcaTlsCrypto crypto = new JcaTlsCryptoProvider().create(new SecureRandom());

    @BeforeEach
    void loads() {
        Assumptions.assumeTrue(SignatureVerifier.conscrypt().isPresent(), "the native library does not load here");
    }

    private NativeAgreement agreement(int group) {
        Provider provider = SignatureVerifier.conscrypt().orElseThrow();
        return NativeAgreement.in(group, provider, bytes -> crypto.createSecret(bytes));
    }

    private static byte[] extract(TlsSecret secret) {
        return secret.extract();
    }

    @ParameterizedTest
    @CsvSource({"23, secp256r1, 32", "24, secp384r1, 48"})
    void agreesWithTheJdkOnCurvesOfNist(int group, String name, int size) throws Exception {
        KeyPairGenerator generator = KeyPairGenerator.getInstance("EC", "SunEC");
        generator.initialize(new ECGenParameterSpec(name));
        for (int i = 0; i < 50; i++) {
            KeyPair theirs = generator.generateKeyPair();
            ECPoint point = ((ECPublicKey) theirs.getPublic()).getW();
            byte[] wire = new byte[1 + 2 * size];
            wire[0] = 4;
            put(point.getAffineX(), wire, 1, size);
            put(point.getAffineY(), wire, 1 + size, size);
            NativeAgreement ours = agreement(group);
            byte[] share = ours.generateEphemeral();
            ours.receivePeerValue(wire);

            assertThat(share).hasSize(1 + 2 * size).startsWith(4);
            assertThat(extract(ours.calculateSecret())).isEqualTo(byJdk("ECDH", theirs, onCurve(name, share, size)));
        }
    }

    @Test
    void agreesWithTheJdkOnX25519() throws Exception {
        KeyPairGenerator generator = KeyPairGenerator.getInstance("X25519");
        for (int i = 0; i < 50; i++) {
            KeyPair theirs = generator.generateKeyPair();
            byte[] wire = reversed(bytes(((XECPublicKey) theirs.getPublic()).getU(), 32));
            NativeAgreement ours = agreement(NamedGroup.x25519);
            byte[] share = ours.generateEphemeral();
            ours.receivePeerValue(wire);

            assertThat(share).hasSize(32);
            PublicKey peer = KeyFactory.getInstance("X25519")
                    .generatePublic(
                            new XECPublicKeySpec(NamedParameterSpec.X25519, new BigInteger(1, reversed(share))));
            assertThat(extract(ours.calculateSecret())).isEqualTo(byJdk("X25519", theirs, peer));
        }
    }

    /** RFC 7748 section 6.1: points of small order make a secret of zeros, which RFC 8446 section 7.4.2 forbids. */
    @ParameterizedTest
    @ValueSource(
            strings = {
                "0000000000000000000000000000000000000000000000000000000000000000",
                "0100000000000000000000000000000000000000000000000000000000000000",
                "ecffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f",
                "e0eb7a7c3b41b8ae1656e3faf19fc46ada098deb9c32b1fd866205165f49b800"
            })
    void refusesPointsOfSmallOrder(String value) throws Exception {
        NativeAgreement ours = agreement(NamedGroup.x25519);
        assertThat(ours.generateEphemeral()).hasSize(32);
        assertThatThrownBy(() -> {
                    ours.receivePeerValue(HexFormat.of().parseHex(value));
                    extract(ours.calculateSecret());
                })
                .isInstanceOfSatisfying(
                        TlsFatalAlert.class,
                        e -> assertThat(e.getAlertDescription()).isEqualTo(AlertDescription.illegal_parameter));
    }

    @ParameterizedTest
    @CsvSource({"29, 31", "29, 33", "29, 0", "23, 64", "23, 33", "23, 66", "23, 65", "24, 97", "24, 96"})
    void refusesWrongLengthsAndPointsOffTheCurve(int group, int length) throws Exception {
        byte[] value = new byte[length];
        Arrays.fill(value, (byte) 0x5A);
        if (length > 0) {
            value[0] = 4;
        }
        NativeAgreement ours = agreement(group);
        assertThat(ours.generateEphemeral()).isNotEmpty();
        assertThatThrownBy(() -> {
                    ours.receivePeerValue(value);
                    extract(ours.calculateSecret());
                })
                .isInstanceOfSatisfying(
                        TlsFatalAlert.class,
                        e -> assertThat(e.getAlertDescription()).isEqualTo(AlertDescription.illegal_parameter));
    }

    @Test
    void leavesOtherGroupsToTheLibrary() {
        assertThat(NativeAgreement.computes(NamedGroup.x448)).isFalse();
        assertThat(NativeAgreement.computes(NamedGroup.ffdhe2048)).isFalse();
        assertThat(NativeAgreement.computes(NamedGroup.X25519MLKEM768)).isFalse();
    }

    private static byte[] byJdk(String algorithm, KeyPair own, PublicKey peer) throws GeneralSecurityException {
        KeyAgreement agreement = KeyAgreement.getInstance(algorithm, "SunEC");
        agreement.init(own.getPrivate());
        agreement.doPhase(peer, true);
        return agreement.generateSecret();
    }

    private static PublicKey onCurve(String name, byte[] point, int size) throws GeneralSecurityException {
        AlgorithmParameters parameters = AlgorithmParameters.getInstance("EC");
        parameters.init(new ECGenParameterSpec(name));
        ECPoint w = new ECPoint(
                new BigInteger(1, Arrays.copyOfRange(point, 1, 1 + size)),
                new BigInteger(1, Arrays.copyOfRange(point, 1 + size, point.length)));
        return KeyFactory.getInstance("EC")
                .generatePublic(new ECPublicKeySpec(w, parameters.getParameterSpec(ECParameterSpec.class)));
    }

    private static byte[] bytes(BigInteger number, int size) {
        byte[] made = new byte[size];
        put(number, made, 0, size);
        return made;
    }

    private static void put(BigInteger number, byte[] target, int from, int size) {
        byte[] bytes = number.toByteArray();
        int skip = Math.max(0, bytes.length - size);
        System.arraycopy(bytes, skip, target, from + size - (bytes.length - skip), bytes.length - skip);
    }

    private static byte[] reversed(byte[] bytes) {
        byte[] made = new byte[bytes.length];
        for (int i = 0; i < bytes.length; i++) {
            made[i] = bytes[bytes.length - 1 - i];
        }
        return made;
    }
}
