package org.hikyaku.capture.tls;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.math.BigInteger;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.interfaces.RSAPrivateKey;
import java.security.interfaces.RSAPublicKey;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class RsaDecryptionTest {
    private final Random random = new Random(8017);

    /** What is encrypted by the numbers of RFC 8017 opens by OpenSSL and by Java alike, on several threads. */
    @ParameterizedTest
    @ValueSource(ints = {512, 1024, 1031, 2048})
    void whatIsEncryptedForTheKeyOpens(int bits) throws Exception {
        KeyPair pair = pair(bits);
        for (RsaDecryption decryption : all(pair)) {
            List<byte[]> premasters =
                    IntStream.range(0, 12).mapToObj(_ -> bytes(48)).toList();

            List<Optional<byte[]>> opened = premasters.parallelStream()
                    .map(premaster -> decryption.decrypt(encrypted(pair, premaster)))
                    .toList();

            for (int i = 0; i < premasters.size(); i++) {
                assertThat(opened.get(i).orElseThrow()).isEqualTo(premasters.get(i));
            }
        }
    }

    @Test
    void whatIsForAnotherKeyOrNoCiphertextAtAllGivesNothingOrNoPremaster() throws Exception {
        KeyPair pair = pair(1024);
        KeyPair other = pair(1024);
        byte[] modulus = ((RSAPublicKey) pair.getPublic()).getModulus().toByteArray();
        for (RsaDecryption decryption : all(pair)) {
            for (byte[] bad : List.of(
                    new byte[0],
                    new byte[127],
                    new byte[128],
                    new byte[129],
                    bytes(4096),
                    Arrays.copyOfRange(modulus, modulus.length - 128, modulus.length))) {
                assertThat(decryption.decrypt(bad).filter(plain -> plain.length == 48))
                        .isEmpty();
            }
            for (int i = 0; i < 20; i++) {
                byte[] premaster = bytes(48);
                Optional<byte[]> opened = decryption.decrypt(encrypted(other, premaster));
                assertThat(opened.filter(plain -> Arrays.equals(plain, premaster)))
                        .isEmpty();
            }
        }
    }

    /** RFC 8017 section 7.2.2, step 3. */
    @ParameterizedTest
    @CsvSource({
        "0002 0102030405060708 00 aabb, aabb",
        "0002 010203040506070809 00 aa00bb, aa00bb",
        "0002 0102030405060708 00, ''",
        "0002 01020304050607 00 aabbcc,",
        "0002 0102030405060708 09 aabb,",
        "0001 0102030405060708 00 aabb,",
        "0102 0102030405060708 00 aabb,",
        "0002 00,",
    })
    void paddingIsReadAsRfc8017Says(String block, String message) {
        Optional<byte[]> read = RsaDecryption.unpadded(HexFormat.of().parseHex(block.replace(" ", "")));

        assertThat(read.map(HexFormat.of()::formatHex)).isEqualTo(Optional.ofNullable(message));
    }

    private static List<RsaDecryption> all(KeyPair pair) {
        RSAPrivateKey key = (RSAPrivateKey) pair.getPrivate();
        Optional<RsaDecryption> openSsl = OpenSslRsa.of(key);
        assumeTrue(openSsl.isPresent(), "this machine has a libcrypto");
        return List.of(openSsl.get(), new JcaRsa(key));
    }

    private static KeyPair pair(int bits) throws Exception {
        KeyPairGenerator generator = KeyPairGenerator.getInstance("RSA");
        generator.initialize(bits);
        return generator.generateKeyPair();
    }

    /** RFC 8017 section 7.2.1, by plain arithmetic. */
    private byte[] encrypted(KeyPair pair, byte[] premaster) {
        RSAPublicKey key = (RSAPublicKey) pair.getPublic();
        int length = (key.getModulus().bitLength() + 7) / 8;
        byte[] block = new byte[length];
        Arrays.fill(block, 1, length - premaster.length - 1, (byte) 0x5a);
        block[1] = 2;
        block[length - premaster.length - 1] = 0;
        System.arraycopy(premaster, 0, block, length - premaster.length, premaster.length);
        byte[] power = new BigInteger(1, block)
                .modPow(key.getPublicExponent(), key.getModulus())
                .toByteArray();
        byte[] out = new byte[length];
        int take = Math.min(length, power.length);
        System.arraycopy(power, power.length - take, out, length - take, take);
        return out;
    }

    private byte[] bytes(int length) {
        byte[] bytes = new byte[length];
        random.nextBytes(bytes);
        return bytes;
    }
}
