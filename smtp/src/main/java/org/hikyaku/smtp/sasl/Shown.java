package org.hikyaku.smtp.sasl;

import java.nio.charset.StandardCharsets;

/** A server's bytes for people: what is not printable ASCII becomes {@code ?}, and no more than 300 characters. */
final class Shown {
    private static final int LONGEST = 300;

    private Shown() {}

    static String text(byte[] bytes) {
        String text = new String(bytes, StandardCharsets.UTF_8);
        StringBuilder shown = new StringBuilder();
        for (int i = 0; i < text.length() && i < LONGEST; i++) {
            char c = text.charAt(i);
            shown.append(c < ' ' || c > '~' ? '?' : c);
        }
        return text.length() > LONGEST ? shown + "…" : shown.toString();
    }
}
