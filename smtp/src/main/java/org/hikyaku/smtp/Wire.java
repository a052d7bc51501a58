package org.hikyaku.smtp;

import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;

/** Text from the other side, made fit to be shown: a server's words must not be able to steer a terminal. */
final class Wire {
    private Wire() {}

    /** As UTF-8 where it is (RFC 6531 section 3.7.4.2), else byte by byte as ISO 8859-1; control characters spelled out. */
    static String text(byte[] bytes) {
        String text;
        try {
            text = StandardCharsets.UTF_8
                    .newDecoder()
                    .decode(ByteBuffer.wrap(bytes))
                    .toString();
        } catch (CharacterCodingException e) {
            text = new String(bytes, StandardCharsets.ISO_8859_1);
        }
        return clean(text);
    }

    /** Control characters as {@code \xNN}; a tab becomes a space. */
    static String clean(String text) {
        int i = 0;
        while (i < text.length() && !isSpecial(text.charAt(i))) {
            i++;
        }
        if (i == text.length()) {
            return text;
        }
        StringBuilder clean = new StringBuilder(text.length() + 16).append(text, 0, i);
        for (; i < text.length(); i++) {
            char c = text.charAt(i);
            if (c == '\t') {
                clean.append(' ');
            } else if (isSpecial(c)) {
                clean.append(c > 0xFF ? String.format("\\u%04x", (int) c) : String.format("\\x%02x", (int) c));
            } else {
                clean.append(c);
            }
        }
        return clean.toString();
    }

    /** C0, DEL, C1, and the marks that turn the direction of writing or hide. */
    private static boolean isSpecial(char c) {
        return c < 0x20
                || (c >= 0x7F && c < 0xA0)
                || (c >= 0x200B && c <= 0x200F)
                || (c >= 0x2028 && c <= 0x202E)
                || (c >= 0x2060 && c <= 0x206F)
                || c == 0xFEFF;
    }

    /** The first words of something long, for a sentence. */
    static String excerpt(byte[] bytes) {
        String text = text(bytes);
        return text.length() > 80 ? text.substring(0, 80) + "…" : text;
    }
}
