package org.hikyaku.smtp;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ContentScannerTest {

    private static byte[] bytes(String text) {
        return text.getBytes(StandardCharsets.ISO_8859_1);
    }

    private static String text(String escaped) {
        return escaped.replace("/r", "\r").replace("/n", "\n").replace("/0", "\0");
    }

    /** /r, /n and /0 are CR, LF and NUL. */
    @ParameterizedTest
    @CsvSource(textBlock = """
            # content,                                 crLf, bareLf, bareCr, firstBad, nul,   8bit,  header, ended, longest
            '',                                        0,    0,      0,      0,        false, false, false,  true,  0
            'a',                                       0,    0,      0,      0,        false, false, false,  false, 1
            '/r/n',                                    1,    0,      0,      0,        false, false, false,  true,  0
            'Subject: 0123456789/r/n/r/nhello/r/n',    3,    0,      0,      0,        false, false, false,  true,  19
            'Subject: é23456789/r/n/r/nhello/r/n',     3,    0,      0,      0,        false, true,  true,   true,  18
            'Subject: x/r/n/r/n0123456789é123456/r/n', 3,    0,      0,      0,        false, true,  false,  true,  17
            '01234567/n01234567/r/n',                  1,    1,      0,      1,        false, false, false,  true,  8
            '01234567/r/n01234567/r01234567/r/n',      2,    0,      1,      2,        false, false, false,  true,  17
            '01234567/r/n01234567/r',                  1,    0,      1,      2,        false, false, false,  false, 9
            '01234567/r/n0123456701234567/001/r/n',    2,    0,      0,      0,        true,  false, false,  true,  19
            '/r/r/n',                                  1,    0,      1,      1,        false, false, false,  true,  1
            """)
    void aMailIsWhatItsBytesAre(
            String content,
            long crLf,
            long bareLf,
            long bareCr,
            long firstBad,
            boolean nul,
            boolean eightBit,
            boolean eightBitHeader,
            boolean ended,
            long longest)
            throws Exception {
        assertThat(ContentScan.of(MailContent.of(bytes(text(content)))))
                .isEqualTo(
                        new ContentScan(crLf, bareLf, bareCr, firstBad, nul, eightBit, eightBitHeader, ended, longest));
    }

    @Test
    void howTheBytesComeMakesNoDifference() {
        Random random = new Random(3);
        String alphabet = "\r\n\0é" + "abcdefgh".repeat(8);
        for (int i = 0; i < 2_000; i++) {
            StringBuilder mail = new StringBuilder();
            for (int n = random.nextInt(120); n > 0; n--) {
                mail.append(random.nextInt(6) == 0 ? "\r\n" : alphabet.charAt(random.nextInt(alphabet.length())));
            }
            byte[] bytes = bytes(mail.toString());
            ContentScanner one = new ContentScanner();
            for (byte b : bytes) {
                one.update(new byte[] {0, b, 0}, 1, 1);
            }
            ContentScanner parts = new ContentScanner();
            for (int at = 0; at < bytes.length; ) {
                int count = Math.min(bytes.length - at, 1 + random.nextInt(30));
                parts.update(bytes, at, count);
                at += count;
            }
            ContentScanner whole = new ContentScanner();
            whole.update(bytes, 0, bytes.length);
            assertThat(whole.done()).isEqualTo(one.done());
            assertThat(parts.done()).isEqualTo(one.done());
        }
    }
}
