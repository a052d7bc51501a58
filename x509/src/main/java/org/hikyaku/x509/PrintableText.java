package org.hikyaku.x509;

/** Text out of a certificate, made safe for a terminal and a log: whoever made the certificate chose its bytes. */
public final class PrintableText {
    private static final int LONGEST = 300;

    private PrintableText() {}

    /** The text with control and direction characters as escapes, cut after 300 characters. */
    public static String of(String text) {
        StringBuilder out = new StringBuilder(Math.min(text.length(), LONGEST));
        for (int i = 0; i < text.length(); i++) {
            if (out.length() >= LONGEST) {
                return out.append("...").toString();
            }
            char c = text.charAt(i);
            if (steers(c) || Character.isSurrogate(c)) {
                out.append(String.format("\\u%04x", (int) c));
            } else {
                out.append(c);
            }
        }
        return out.toString();
    }

    /** Whether a character does something to a terminal instead of showing itself: control, direction and separators of lines. */
    public static boolean steers(char c) {
        if (c >= ' ' && c < 0x7f) {
            return false;
        }
        int type = Character.getType(c);
        return type == Character.CONTROL
                || type == Character.FORMAT
                || type == Character.LINE_SEPARATOR
                || type == Character.PARAGRAPH_SEPARATOR;
    }
}
