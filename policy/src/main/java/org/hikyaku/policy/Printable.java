package org.hikyaku.policy;

/** Text from the network, made fit to stand in a sentence: cut short, without control characters. */
final class Printable {
    private static final int LONGEST = 80;

    private Printable() {}

    static String of(String text) {
        StringBuilder shown = new StringBuilder();
        int end = text.offsetByCodePoints(0, Math.min(LONGEST, text.codePointCount(0, text.length())));
        text.substring(0, end)
                .codePoints()
                .forEach(c -> shown.appendCodePoint(
                        Character.isISOControl(c)
                                        || Character.getType(c) == Character.FORMAT
                                        || Character.getType(c) == Character.SURROGATE
                                ? '?'
                                : c));
        return end < text.length() ? shown + "…" : shown.toString();
    }
}
