package org.hikyaku.tls.wire;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.Random;
import javax.crypto.Mac;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class HmacTest {

    /** RFC 4231 section 4.2. */
    @ParameterizedTest
    @CsvSource({
        "SHA-256, b0344c61d8db38535ca8afceaf0bf12b881dc200c9833da726e9376c2e32cff7",
        "SHA-384, afd03944d84895626b0825f4ab46907f15f9dadbe4101ec682aa034c7cebc59cfaea9ea9076ede7f4af152e8b2fa9cb6",
        "SHA-512, 87aa7cdea5ef619d4ff0b4241a1d6cb02379f4e2ce4ec2787ad0b30545e17cde"
                + "daa833b7d6b8a702038b274eaea3f4e4be9d914eeb61f1702e696c203a126854"
    })
    void aShortKeyGivesTheValueOfRfc4231(String digest, String expected) {
        byte[] key = new byte[20];
        Arrays.fill(key, (byte) 0x0b);

        assertThat(new Hmac(digest).key(key).of(bytes("Hi There")))
                .isEqualTo(HexFormat.of().parseHex(expected));
    }

    /** RFC 4231 section 4.7. */
    @ParameterizedTest
    @CsvSource({
        "SHA-256, 60e431591ee0b67f0d8a26aacbf5b77f8e0bc6213728c5140546040f0ee37f54",
        "SHA-384, 4ece084485813e9088d2c63a041bc5b44f9ef1012a2b588f3cd11f05033ac4c60c2ef6ab4030fe8296248df163f44952",
        "SHA-512, 80b24263c7c1a3ebb71493c1dd7be8b49b46d1f41b4aeec1121b013783f8f352"
                + "6b56d037e05f2598bd0fd2215d6a1e5295e64f73f63f0aec8b915a985d786598"
    })
    void aKeyLongerThanABlockGivesTheValueOfRfc4231(String digest, String expected) {
        byte[] key = new byte[131];
        Arrays.fill(key, (byte) 0xaa);

        assertThat(new Hmac(digest).key(key).of(bytes("Test Using Larger Than Block-Size Key - Hash Key First")))
                .isEqualTo(HexFormat.of().parseHex(expected));
    }

    /** RFC 2202 sections 2 and 3, the first case of each. */
    @Test
    void theOldDigestsGiveTheValuesOfRfc2202() {
        byte[] key = new byte[20];
        Arrays.fill(key, (byte) 0x0b);

        assertThat(new Hmac("MD5").key(Arrays.copyOf(key, 16)).of(bytes("Hi There")))
                .isEqualTo(HexFormat.of().parseHex("9294727a3638bb1c13f48ef8158bfc9d"));
        assertThat(new Hmac("SHA-1").key(key).of(bytes("Hi There")))
                .isEqualTo(HexFormat.of().parseHex("b617318655057264e28bc0b6fb378c8ef146be00"));
    }

    /** One object, one key after the other, lengths around the block and around the buffer: nothing stays behind. */
    @ParameterizedTest
    @ValueSource(strings = {"MD5", "SHA-1", "SHA-256", "SHA-384", "SHA-512"})
    void itAgreesWithTheJdkWhateverCameBefore(String digest) throws Exception {
        Random random = new Random(4231);
        Hmac hmac = new Hmac(digest);
        Mac jdk = Mac.getInstance("Hmac" + digest.replace("-", ""), "SunJCE");
        int[] lengths = {0, 1, 20, 48, 63, 64, 65, 111, 127, 128, 129, 200, 511, 512, 513, 5000};
        for (int round = 0; round < 200; round++) {
            byte[] key = random(random, lengths[random.nextInt(lengths.length - 2)]);
            byte[] message = random(random, lengths[random.nextInt(lengths.length)]);
            int length = random.nextInt(message.length + 1);
            jdk.init(new Digests.RawKey(key, "RAW"));

            hmac.key(key);

            assertThat(hmac.of(message)).as("round %d", round).isEqualTo(jdk.doFinal(message));
            assertThat(hmac.of(message, length)).isEqualTo(jdk.doFinal(Arrays.copyOf(message, length)));
        }
    }

    private static byte[] random(Random random, int length) {
        byte[] bytes = new byte[length];
        random.nextBytes(bytes);
        return bytes;
    }

    private static byte[] bytes(String text) {
        return text.getBytes(StandardCharsets.US_ASCII);
    }
}
