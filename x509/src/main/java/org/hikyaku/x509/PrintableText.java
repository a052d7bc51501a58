package org.hikyaku.x509;

/** Text out of a certificate, made safe for a terminal and a log: whoever made the certificate chose its bytes. */
final class PrintableText {
    private static final int LONGEST = 300;

    private PrintableText() {}

    /** The text with control and direction characters as escapes, cut after 300 characters. */
    static String of(String text) {
        StringBuilder out = new StringBuilder(Math.min(text.length(), LONGEST));
        for (int i = 0; i < text.length(); i++) {
            if (out.length() >= LONGEST) {
                return out.append("...").toString();
            }
            char c = text.charAt(i);
            int type = Character.getType(c);
            if (Character.isISOControl(c)
                    || type == Character.FORMAT
                    || type == Character.LINE_SEPARATOR
                    || type == Character.PARAGRAPH_SEPARATOR
                    || Character.isSurrogate(c)) {
                out.append(String.format("\\u%04x", (int) c));
            } else {
                out.append(c);
            }
        }
        return out.toString();
    }
}
