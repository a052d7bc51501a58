package org.hikyaku.tlsrpt.summary;

/** Text from reports, made fit to be seen: without control characters and marks that turn the writing round, cut. */
public final class Shown {
    private static final int LONGEST = 300;

    private Shown() {}

    public static String text(String text) {
        StringBuilder shown = new StringBuilder();
        text.strip().codePoints().limit(LONGEST + 1L).forEach(c -> {
            int type = Character.getType(c);
            boolean hidden = Character.isISOControl(c)
                    || type == Character.FORMAT
                    || type == Character.SURROGATE
                    || type == Character.LINE_SEPARATOR
                    || type == Character.PARAGRAPH_SEPARATOR;
            shown.appendCodePoint(hidden ? (c == '\n' || c == '\r' || c == '\t' ? ' ' : '?') : c);
        });
        return shown.codePointCount(0, shown.length()) > LONGEST
                ? shown.substring(0, shown.offsetByCodePoints(0, LONGEST)) + "\u2026"
                : shown.toString();
    }
}
