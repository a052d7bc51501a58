package org.hikyaku.capture.talk;

import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.hikyaku.x509.PrintableText;

/** Bytes from the wire as text that a terminal can bear. */
public final class TalkText {
    private TalkText() {}

    /** UTF-8 where it is, else ISO 8859-1; control characters as {@code \x1b}. */
    static String of(byte[] bytes, int length) {
        if (plain(bytes, length)) {
            return new String(bytes, 0, length, StandardCharsets.ISO_8859_1);
        }
        String text;
        try {
            text = StandardCharsets.UTF_8
                    .newDecoder()
                    .decode(ByteBuffer.wrap(bytes, 0, length))
                    .toString();
        } catch (CharacterCodingException e) {
            text = new String(bytes, 0, length, StandardCharsets.ISO_8859_1);
        }
        return visible(text);
    }

    /** Printable ASCII, as nearly all that is said is. */
    private static boolean plain(byte[] bytes, int length) {
        for (int i = 0; i < length; i++) {
            if (bytes[i] < ' ' || bytes[i] == 0x7f) {
                return false;
            }
        }
        return true;
    }

    /** The lines of a run of bytes. */
    static List<String> lines(byte[] bytes) {
        List<String> lines = new ArrayList<>();
        int from = 0;
        for (int i = 0; i <= bytes.length; i++) {
            if (i == bytes.length ? i > from : bytes[i] == '\n') {
                int end = i > from && bytes[i - 1] == '\r' ? i - 1 : i;
                byte[] line = Arrays.copyOfRange(bytes, from, end);
                lines.add(of(line, line.length));
                from = i + 1;
            }
        }
        return lines;
    }

    /** A hostile peer must not be able to write escape sequences to somebody's terminal: control characters as {@code \x1b}. */
    public static String visible(String text) {
        boolean clean = true;
        for (int i = 0; i < text.length() && clean; i++) {
            clean = harmless(text.charAt(i));
        }
        if (clean) {
            return text;
        }
        StringBuilder out = new StringBuilder(text.length() + 16);
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            if (harmless(c)) {
                out.append(c);
            } else {
                out.append(c < 256 ? String.format("\\x%02x", (int) c) : String.format("\\u%04x", (int) c));
            }
        }
        return out.toString();
    }

    private static boolean harmless(char c) {
        return c == '\t' || !PrintableText.steers(c);
    }
}
