package org.hikyaku.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;

/**
 * What the story says of pre-shared keys, in captures of OpenSSL's {@code s_server} and {@code s_client} 3.0, and that what peers
 * write stays text.
 */
class DecodeStoryTest {
    private static final String KEY = "00112233445566778899aabbccddeeff";
    private static final String KEY_OF_13 = "0102030405060708090a0b0c0d0e0f10";

    private static String decode(String capture, String... more) {
        List<String> args = new ArrayList<>(List.of("decode", TestCaptures.file(capture)));
        args.addAll(Arrays.asList(more));
        return oneLine(new CommandRunner().run(args.toArray(new String[0])).out());
    }

    private static String oneLine(String text) {
        return text.replaceAll("\\s+", " ");
    }

    @Test
    void aPreSharedKeyOfTls12IsNoKeyOfTheServer() {
        assertThat(decode("captures/psk12.pcap", "--story", "1", "--psk", "courier:" + KEY))
                .contains("no certificate: each shows by the pre-shared key that it is the one who was given it")
                .contains("the server gives a hint which pre-shared key it means ('couriers')")
                .contains("the client names the pre-shared key ('courier'): the secret follows from that key alone")
                .contains("we have it from the pre-shared key")
                .doesNotContain("under the server's key");
    }

    @Test
    void withoutThatKeyItIsAskedForByTheIdentity() {
        assertThat(decode("captures/psk12.pcap"))
                .contains("its key exchange is PSK, and the pre-shared key of identity 'courier' was not given (--psk),"
                        + " nor a key log")
                .contains("1 not (1: no key given)");
        assertThat(decode("captures/psk12.pcap", "--psk", "other:" + KEY))
                .contains("the pre-shared key of identity 'courier' was not given");
        assertThat(decode("captures/psk12.pcap", "--keylog", TestCaptures.file("captures/http.keys")))
                .contains("no line for client random")
                .contains("the pre-shared key of identity 'courier' was not given either (--psk)");
    }

    @Test
    void tls13WithoutKeySharesHasItsSecretsFromThePreSharedKeyAlone() {
        assertThat(decode("captures/psk13-ke.pcap", "--story", "--psk", "courier:" + KEY_OF_13))
                .contains("no certificate: each shows by the pre-shared key")
                .contains("the secrets follow from the pre-shared key alone (psk_ke)");
        assertThat(decode("captures/psk13-ke.pcap"))
                .contains("a pre-shared key that was agreed on outside of TLS would open it as well (--psk)");
    }

    @Test
    void tls13MixesAPreSharedKeyWithTheKeyShares() {
        assertThat(decode("captures/psk13-dhe.pcap", "--story", "--psk", "courier:" + KEY_OF_13))
                .contains("both sides derived it from their x25519 shares and the pre-shared key");
    }

    @Test
    void anotherPreSharedKeyIsToldByTheBinder() {
        assertThat(decode("captures/psk13-dhe.pcap", "--psk", "courier:" + KEY))
                .contains("it is another key, and no key log was given");
    }

    /** SNI and ALPN are what anybody put on the wire. */
    @Test
    void namesOfPeersCannotWriteToTheTerminal() throws IOException {
        byte[] capture = Files.readAllBytes(Path.of(TestCaptures.file("tls13.pcap")));
        byte[] name = "mx.example".getBytes(StandardCharsets.US_ASCII);
        int at = 0;
        while (!Arrays.equals(capture, at, at + name.length, name, 0, name.length)) {
            at++;
        }
        capture[at + 2] = 0x1b;
        for (String view : new String[] {"--list", "--story", "--dialogue"}) {
            CommandRunner.Result result =
                    new CommandRunner().input(new ByteArrayInputStream(capture)).run("decode", "-", view);
            assertThat(result.out()).as(view).doesNotContain("\u001b");
            if (!view.equals("--dialogue")) {
                assertThat(oneLine(result.out())).as(view).contains("mx\\x1bexample");
            }
        }
    }
}
