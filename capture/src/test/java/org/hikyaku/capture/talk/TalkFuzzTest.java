package org.hikyaku.capture.talk;

import com.code_intelligence.jazzer.junit.FuzzTest;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import org.hikyaku.capture.tcp.Side;

/**
 * Application protocols take any bytes, in any pieces, with any holes. An input is a run of pieces: a byte whose lowest
 * bit tells the side and whose next two tell a hole when both are set, a byte with the length, and so many bytes.
 */
class TalkFuzzTest {

    @FuzzTest(maxDuration = "60s")
    void smtp(byte[] input) {
        play(input, Side.SERVER, "220 mx ESMTP\r\n");
    }

    @FuzzTest(maxDuration = "60s")
    void imap(byte[] input) {
        play(input, Side.SERVER, "* OK IMAP4rev1\r\n");
    }

    @FuzzTest(maxDuration = "60s")
    void pop3(byte[] input) {
        play(input, Side.SERVER, "+OK POP3\r\n");
    }

    @FuzzTest(maxDuration = "60s")
    void http1(byte[] input) {
        play(input, Side.CLIENT, "GET / HTTP/1.1\r\n");
    }

    @FuzzTest(maxDuration = "60s")
    void http2(byte[] input) {
        play(input, Side.CLIENT, "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n");
    }

    private static void play(byte[] input, Side first, String beginning) {
        Scene scene = new Scene((input.length & 1) == 0);
        byte[] begin = beginning.getBytes(StandardCharsets.US_ASCII);
        scene = first == Side.CLIENT ? scene.client(begin) : scene.server(begin);
        int at = 0;
        while (at + 1 < input.length) {
            Side side = (input[at] & 1) == 0 ? Side.CLIENT : Side.SERVER;
            int length = Math.min(input[at + 1] & 0xff, input.length - at - 2);
            if ((input[at] & 6) == 6) {
                scene.missing(side, 1L + length * 37L);
            } else {
                byte[] piece = Arrays.copyOfRange(input, at + 2, at + 2 + length);
                scene = side == Side.CLIENT ? scene.client(piece) : scene.server(piece);
            }
            at += 2 + length;
        }
        long characters = 0;
        for (String line : scene.end()) {
            characters += line.length();
            if (line.indexOf('\u001b') >= 0) {
                throw new AssertionError("an escape character reached the dialogue");
            }
        }
        // Bombs: what is told stays within the limits, whatever is sent.
        long most = HttpBody.UNPACKED.value()
                + Http2Dialogue.LIST.value() * (1 + input.length / 9L)
                + 64L * input.length
                + 10_000;
        if (characters > most) {
            throw new AssertionError(characters + " characters of " + input.length + " bytes");
        }
    }
}
