package org.hikyaku.check.render;

/** Text into HTML. */
public final class Html {
    private Html() {}

    /** Safe as content of an element and inside a quoted attribute. */
    public static String escape(String text) {
        StringBuilder safe = new StringBuilder(text.length() + 16);
        text.codePoints().forEach(c -> {
            switch (c) {
                case '&' -> safe.append("&amp;");
                case '<' -> safe.append("&lt;");
                case '>' -> safe.append("&gt;");
                case '"' -> safe.append("&quot;");
                case '\'' -> safe.append("&#39;");
                default -> {
                    // Controls have no place in HTML; what a server sends may hold them.
                    boolean control = Character.isISOControl(c) && c != '\n';
                    safe.appendCodePoint(control || Character.getType(c) == Character.SURROGATE ? '\uFFFD' : c);
                }
            }
        });
        return safe.toString();
    }
}
