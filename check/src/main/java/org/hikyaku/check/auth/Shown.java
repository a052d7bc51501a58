package org.hikyaku.check.auth;

/** Text from the DNS as it may be shown: short, and without anything that a terminal would act on. */
public final class Shown {
    private static final int LONGEST = 60;

    private Shown() {}

    /** In quotation marks; octets outside printable ASCII as {@code \ddd}, as in master files; long texts cut. */
    public static String quoted(String text) {
        return '"' + plain(text) + '"';
    }

    /** Without quotation marks. */
    public static String plain(String text) {
        StringBuilder shown = new StringBuilder();
        int used = 0;
        for (int i = 0; i < text.length(); i++) {
            if (used == LONGEST && text.length() > LONGEST + 3) {
                return shown + "...";
            }
            append(shown, text.charAt(i));
            used++;
        }
        return shown.toString();
    }

    /** One character as words speak of it. */
    public static String character(char c) {
        return c == ' ' ? "a space" : "the character " + quoted(String.valueOf(c));
    }

    /** A TXT record's data in master-file form: one or more quoted strings of at most 255 octets. */
    public static String txt(String text) {
        StringBuilder data = new StringBuilder();
        for (int start = 0; start == 0 || start < text.length(); start += MOST_OCTETS) {
            data.append(start == 0 ? "\"" : " \"");
            for (int i = start; i < Math.min(text.length(), start + MOST_OCTETS); i++) {
                char c = text.charAt(i);
                if (c == '"' || c == '\\') {
                    data.append('\\');
                }
                append(data, c);
            }
            data.append('"');
        }
        return data.toString();
    }

    /** Octets in one character-string (RFC 1035 section 3.3). */
    private static final int MOST_OCTETS = 255;

    private static void append(StringBuilder shown, char c) {
        if (c >= ' ' && c < 0x7F) {
            shown.append(c);
        } else {
            shown.append(String.format("\\%03d", (int) c & 0xFF));
        }
    }
}
