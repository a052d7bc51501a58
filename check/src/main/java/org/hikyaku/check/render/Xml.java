package org.hikyaku.check.render;

/** Text into XML 1.0. */
final class Xml {
    private Xml() {}

    /** Without the characters that XML 1.0 cannot hold even escaped (section 2.2); what a server says may have them. */
    static String text(String text) {
        StringBuilder clean = new StringBuilder(text.length());
        text.codePoints().forEach(c -> clean.appendCodePoint(isAllowed(c) ? c : '\uFFFD'));
        return clean.toString();
    }

    private static boolean isAllowed(int c) {
        return c == '\t'
                || c == '\n'
                || c >= 0x20 && c <= 0xD7FF && c != 0x7F
                || c >= 0xE000 && c <= 0xFFFD
                || c >= 0x10000;
    }
}
