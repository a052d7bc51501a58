package org.hikyaku.policy;

import java.util.ArrayList;
import java.util.List;

/**
 * Reads {@code v=NAME; key=value; …}, the form of the TXT records of MTA-STS and TLS-RPT (RFC 8461 section 3.1, RFC 8460
 * section 3): white space around the semicolons, one more semicolon at the end, no empty fields.
 */
final class TagList {
    private static final int MAX_NAME = 32;

    private TagList() {}

    record Tag(String name, String value) {}

    /** Text that breaks the grammar; the message is a sentence. */
    static final class BrokenTagListException extends Exception {
        private static final long serialVersionUID = 1L;

        private final String sentence;

        BrokenTagListException(String sentence) {
            super(sentence);
            this.sentence = sentence;
        }

        String sentence() {
            return sentence;
        }
    }

    /** Whether a TXT record is of this kind: it begins with the version and a semicolon (S2, T1). */
    static boolean isOf(String version, String text) {
        return text.startsWith(version + ";");
    }

    /** The tags after the version, at least one. */
    static List<Tag> read(String version, String text) throws BrokenTagListException {
        if (!isOf(version, text)) {
            throw new BrokenTagListException("The record does not begin with \"" + version + ";\".");
        }
        List<Tag> tags = new ArrayList<>();
        int start = version.length() + 1;
        while (start <= text.length()) {
            int end = text.indexOf(';', start);
            boolean last = end < 0;
            String field = trim(text.substring(start, last ? text.length() : end));
            if (!field.isEmpty()) {
                tags.add(tag(field));
            } else if (!last) {
                throw new BrokenTagListException("The record has an empty field: two semicolons in a row.");
            }
            start = last ? text.length() + 1 : end + 1;
        }
        if (tags.isEmpty()) {
            throw new BrokenTagListException("The record has nothing after \"" + version + ";\".");
        }
        return tags;
    }

    private static Tag tag(String field) throws BrokenTagListException {
        int equals = field.indexOf('=');
        if (equals < 0) {
            throw new BrokenTagListException("The field \"" + Printable.of(field) + "\" has no \"=\".");
        }
        String name = field.substring(0, equals);
        if (!isName(name)) {
            throw new BrokenTagListException(
                    "\"" + Printable.of(name) + "\" is no field name: it takes letters, digits and"
                            + " \"_\", \"-\", \".\", begins with a letter or digit, and has at most " + MAX_NAME
                            + " characters.");
        }
        return new Tag(name, field.substring(equals + 1));
    }

    static boolean isName(String name) {
        if (name.isEmpty() || name.length() > MAX_NAME || !isAlphanumeric(name.charAt(0))) {
            return false;
        }
        for (int i = 1; i < name.length(); i++) {
            char c = name.charAt(i);
            if (!isAlphanumeric(c) && c != '_' && c != '-' && c != '.') {
                return false;
            }
        }
        return true;
    }

    static boolean isAlphanumeric(char c) {
        return c >= 'a' && c <= 'z' || c >= 'A' && c <= 'Z' || c >= '0' && c <= '9';
    }

    /** Printable ASCII other than {@code =} and {@code ;}: the value of a field that is not known here. */
    static boolean isExtensionValue(String value) {
        return !value.isEmpty() && value.chars().allMatch(c -> c > 0x20 && c < 0x7f && c != '=' && c != ';');
    }

    /** Without spaces and tabs at both ends; other white space is not WSP. */
    static String trim(String text) {
        int start = 0;
        int end = text.length();
        while (start < end && isBlank(text.charAt(start))) {
            start++;
        }
        while (end > start && isBlank(text.charAt(end - 1))) {
            end--;
        }
        return text.substring(start, end);
    }

    static boolean isBlank(char c) {
        return c == ' ' || c == '\t';
    }
}
