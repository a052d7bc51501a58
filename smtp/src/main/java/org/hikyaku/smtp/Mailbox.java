package org.hikyaku.smtp;

import java.nio.charset.StandardCharsets;
import java.util.Optional;

/**
 * An address as it stands in an envelope (RFC 5321 section 4.1.2): {@code local@domain}. Letters beyond ASCII are allowed
 * here and need SMTPUTF8 (RFC 6531); a domain that shall work without it comes in its ASCII form.
 *
 * @param local the part before the last {@code @}, in quotes where it must be; at most 64 bytes
 * @param domain a domain, or an address in brackets; at most 255 bytes
 */
public record Mailbox(String local, String domain) {
    private static final int LONGEST_LOCAL = 64;
    private static final int LONGEST_DOMAIN = 255;
    private static final String ATOM_MARKS = "!#$%&'*+-/=?^_`{|}~";

    public Mailbox {
        Optional<String> wrong = wrong(local, domain);
        if (wrong.isPresent()) {
            throw new IllegalArgumentException(wrong.get());
        }
    }

    /**
     * The address that somebody typed, with or without angle brackets.
     *
     * @throws IllegalArgumentException says what is wrong with it
     */
    public static Mailbox parse(String text) {
        String bare = text.startsWith("<") && text.endsWith(">") ? text.substring(1, text.length() - 1) : text;
        int at = bare.lastIndexOf('@');
        if (at < 0) {
            throw new IllegalArgumentException("\"" + Wire.clean(text) + "\" is no mail address: it has no @");
        }
        return new Mailbox(bare.substring(0, at), bare.substring(at + 1));
    }

    /** The same with another domain: its ASCII form, say. */
    public Mailbox withDomain(String other) {
        return new Mailbox(local, other);
    }

    public boolean ascii() {
        return isAscii(local) && isAscii(domain);
    }

    static boolean isAscii(String text) {
        return text.chars().allMatch(c -> c < 0x80);
    }

    private static Optional<String> wrong(String local, String domain) {
        String shown = "\"" + Wire.clean(local + "@" + domain) + "\" is no mail address: ";
        if (local.isEmpty()) {
            return Optional.of(shown + "nothing stands before the @");
        }
        if (local.getBytes(StandardCharsets.UTF_8).length > LONGEST_LOCAL) {
            return Optional.of(
                    shown + "more than " + LONGEST_LOCAL + " bytes stand before the @ (RFC 5321 section 4.5.3.1.1)");
        }
        if (local.startsWith("\"") ? !isQuoted(local) : !isDotString(local)) {
            return Optional.of(shown + "what stands before the @ needs quotes, or has a character that no address has");
        }
        if (domain.getBytes(StandardCharsets.UTF_8).length > LONGEST_DOMAIN || !isDomain(domain)) {
            return Optional.of(shown + "what stands behind the @ is no domain");
        }
        return Optional.empty();
    }

    private static boolean isDotString(String text) {
        boolean dot = true;
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            if (c == '.' ? dot : !isAtom(c)) {
                return false;
            }
            dot = c == '.';
        }
        return !dot;
    }

    private static boolean isAtom(char c) {
        return c >= 'a' && c <= 'z'
                || c >= 'A' && c <= 'Z'
                || c >= '0' && c <= '9'
                || c >= 0xA0
                || ATOM_MARKS.indexOf(c) >= 0;
    }

    private static boolean isQuoted(String text) {
        int end = text.length() - 1;
        if (end < 1 || text.charAt(end) != '"') {
            return false;
        }
        for (int i = 1; i < end; i++) {
            char c = text.charAt(i);
            if (c == '\\') {
                i++;
                if (i >= end || text.charAt(i) < ' ' || text.charAt(i) > '~') {
                    return false;
                }
            } else if (c == '"' || c < ' ' || c >= 0x7F && c < 0xA0) {
                return false;
            }
        }
        return true;
    }

    private static boolean isDomain(String text) {
        if (text.startsWith("[") && text.endsWith("]")) {
            String inside = text.substring(1, text.length() - 1);
            return !inside.isEmpty()
                    && inside.chars()
                            .allMatch(c -> c > ' ' && c < 0x7F && c != '[' && c != ']' && c != '\\' && c != '>');
        }
        boolean label = false;
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            if (c == '.') {
                if (!label) {
                    return false;
                }
                label = false;
            } else if (c >= 'a' && c <= 'z'
                    || c >= 'A' && c <= 'Z'
                    || c >= '0' && c <= '9'
                    || c == '-'
                    || c == '_'
                    || c >= 0xA0) {
                label = true;
            } else {
                return false;
            }
        }
        return label;
    }

    @Override
    public String toString() {
        return local + "@" + domain;
    }
}
