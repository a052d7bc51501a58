package org.hikyaku.check.auth.spf;

import java.util.ArrayList;
import java.util.List;
import org.hikyaku.check.auth.Shown;
import org.hikyaku.check.auth.spf.DomainSpec.Part;

/** Reads macro strings and domains with macros (RFC 7208 sections 7.1 and 12). */
final class MacroReader {
    private static final String LETTERS = "slodiphv";
    private static final String EXPLANATION_LETTERS = "crt";
    private static final String DELIMITERS = ".-+,/_=";

    /** More than a name has labels is as good as all. */
    private static final int MOST_PARTS = 128;

    private MacroReader() {}

    /**
     * A domain-spec: a macro string that ends in a macro or in a dot and a top label.
     *
     * @param text of the domain
     * @param offset where it begins in its term
     */
    static DomainSpec domain(String text, int offset) throws BadTermException {
        if (text.isEmpty()) {
            throw new BadTermException(offset, "a domain is missing here.");
        }
        List<Part> parts = parts(text, offset, false);
        checkEnd(text, offset, parts);
        checkLabels(text, offset, parts);
        return new DomainSpec(text, parts);
    }

    /** The value of an unknown modifier. */
    static void macroString(String text, int offset) throws BadTermException {
        parts(text, offset, true);
    }

    private static List<Part> parts(String text, int offset, boolean explanation) throws BadTermException {
        List<Part> parts = new ArrayList<>();
        StringBuilder literal = new StringBuilder();
        int i = 0;
        while (i < text.length()) {
            if (text.charAt(i) != '%') {
                literal.append(text.charAt(i++));
                continue;
            }
            char next = i + 1 < text.length() ? text.charAt(i + 1) : 0;
            switch (next) {
                case '%' -> literal.append('%');
                case '_' -> literal.append(' ');
                case '-' -> literal.append("%20");
                case '{' -> {
                    if (!literal.isEmpty()) {
                        parts.add(new Part.Literal(literal.toString()));
                        literal.setLength(0);
                    }
                    int end = text.indexOf('}', i);
                    if (end < 0) {
                        throw new BadTermException(offset + i, "the macro that begins here has no \"}\".");
                    }
                    parts.add(macro(text.substring(i + 2, end), offset + i + 2, explanation));
                    i = end - 1;
                }
                default ->
                    throw new BadTermException(
                            offset + i,
                            "after \"%\" comes \"{\", \"%\", \"_\" or \"-\"; a percent sign itself is written \"%%\".");
            }
            i += 2;
        }
        if (!literal.isEmpty()) {
            parts.add(new Part.Literal(literal.toString()));
        }
        return parts;
    }

    private static Part macro(String inside, int offset, boolean explanation) throws BadTermException {
        if (inside.isEmpty()) {
            throw new BadTermException(offset, "the macro is empty: a letter such as \"d\" or \"i\" belongs here.");
        }
        char letter = Character.toLowerCase(inside.charAt(0));
        if (EXPLANATION_LETTERS.indexOf(letter) >= 0 && !explanation) {
            throw new BadTermException(
                    offset, "the macro letter \"" + letter + "\" is allowed in explanations only, not in a domain.");
        }
        if (LETTERS.indexOf(letter) < 0 && EXPLANATION_LETTERS.indexOf(letter) < 0) {
            throw new BadTermException(
                    offset,
                    Shown.quoted(inside.substring(0, 1)) + " is no macro letter; there are s, l, o, d, i, p, v and h.");
        }
        int i = 1;
        int keep = 0;
        while (i < inside.length() && Character.digit(inside.charAt(i), 10) >= 0 && inside.charAt(i) < 0x80) {
            keep = Math.min(MOST_PARTS, keep * 10 + Character.digit(inside.charAt(i), 10));
            i++;
        }
        if (i > 1 && keep == 0) {
            throw new BadTermException(offset + 1, "a macro keeps at least one part of its value, not 0.");
        }
        boolean reversed = i < inside.length() && (inside.charAt(i) == 'r' || inside.charAt(i) == 'R');
        if (reversed) {
            i++;
        }
        String delimiters = inside.substring(i);
        for (int d = 0; d < delimiters.length(); d++) {
            if (DELIMITERS.indexOf(delimiters.charAt(d)) < 0) {
                throw new BadTermException(
                        offset + i + d,
                        Shown.character(delimiters.charAt(d))
                                + " cannot stand here in a macro: after the letter come a number, \"r\" and delimiters"
                                + " out of " + DELIMITERS + ".");
            }
        }
        return new Part.Macro(letter, keep, reversed, delimiters);
    }

    /** domain-end: a macro, or a dot, a top label, and perhaps another dot. */
    private static void checkEnd(String text, int offset, List<Part> parts) throws BadTermException {
        if (parts.getLast() instanceof Part.Macro || endsInEscape(text)) {
            return;
        }
        String bare = text.endsWith(".") ? text.substring(0, text.length() - 1) : text;
        int dot = bare.lastIndexOf('.');
        int brace = bare.lastIndexOf('}');
        if (dot < 0 || dot < brace) {
            throw new BadTermException(
                    offset,
                    Shown.quoted(text) + " is not a whole domain name: one such as \"mail.example.com\" belongs here.");
        }
        String top = bare.substring(dot + 1);
        if (!isTopLabel(top)) {
            boolean digits = !top.isEmpty() && top.chars().allMatch(c -> c >= '0' && c <= '9');
            throw new BadTermException(
                    offset + dot + 1,
                    digits
                            ? "no domain ends in a number; an address is written with ip4: or ip6:."
                            : Shown.quoted(top) + " is no top-level domain.");
        }
    }

    /** {@code %%}, {@code %_} and {@code %-} are macro expansions too, and so end a domain by the letter of the grammar. */
    private static boolean endsInEscape(String text) {
        int percents = 0;
        for (int i = text.length() - 1; i > 0 && text.charAt(i - 1) == '%'; i--) {
            percents++;
        }
        char last = text.charAt(text.length() - 1);
        return percents % 2 == 1 && (last == '%' || last == '_' || last == '-');
    }

    private static boolean isTopLabel(String label) {
        boolean letterOrHyphen = false;
        for (int i = 0; i < label.length(); i++) {
            char c = label.charAt(i);
            boolean letter = c >= 'a' && c <= 'z' || c >= 'A' && c <= 'Z';
            boolean hyphen = c == '-' && i > 0 && i < label.length() - 1;
            if (!letter && !hyphen && !(c >= '0' && c <= '9')) {
                return false;
            }
            letterOrHyphen |= letter || hyphen;
        }
        return letterOrHyphen;
    }

    /** Names that no DNS query can be made of; RFC 7208 section 4.3 leaves the result open, so it is said. */
    private static void checkLabels(String text, int offset, List<Part> parts) throws BadTermException {
        if (parts.stream().anyMatch(Part.Macro.class::isInstance) || text.indexOf('%') >= 0) {
            return;
        }
        String bare = text.endsWith(".") ? text.substring(0, text.length() - 1) : text;
        int start = 0;
        for (String label : bare.split("\\.", -1)) {
            if (label.isEmpty()) {
                throw new BadTermException(offset + start, "two dots follow each other, or one begins the name.");
            }
            if (label.length() > LONGEST_LABEL) {
                throw new BadTermException(
                        offset + start,
                        "a part of a name has at most " + LONGEST_LABEL + " characters, this one has " + label.length()
                                + ".");
            }
            start += label.length() + 1;
        }
    }

    private static final int LONGEST_LABEL = 63;
}
