package org.hikyaku.policy;

import java.io.ByteArrayOutputStream;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/** Reads the presentation form of TLSA record data. */
final class TlsaText {
    private static final List<String> USAGES = List.of("PKIX-TA", "PKIX-EE", "DANE-TA", "DANE-EE");
    private static final List<String> SELECTORS = List.of("CERT", "SPKI");
    private static final List<String> MATCHING_TYPES = List.of("FULL", "SHA2-256", "SHA2-512");

    private TlsaText() {}

    static TlsaRecord parse(String text, int maxData) throws TlsaFormatException {
        if (text.length() > 4L * maxData) {
            throw new TlsaFormatException("The TLSA record is longer than a resource record can be.");
        }
        List<String> words = words(text);
        int type = indexOfType(words);
        List<String> fields = words.subList(type + 1, words.size());
        if (fields.size() < 4) {
            throw new TlsaFormatException(
                    "A TLSA record has four fields, usage, selector, matching type and data, as in"
                            + " \"3 1 1 9f86d081…\"; found " + fields.size() + " in \"" + shown(text) + "\".");
        }
        int usage = number("usage", fields.get(0), USAGES);
        int selector = number("selector", fields.get(1), SELECTORS);
        int matchingType = number("matching type", fields.get(2), MATCHING_TYPES);
        return new TlsaRecord(
                usage, selector, matchingType, hex(String.join("", fields.subList(3, fields.size())), maxData));
    }

    /** Parentheses only span lines in a zone file. */
    private static List<String> words(String text) {
        List<String> words = new ArrayList<>();
        StringBuilder word = new StringBuilder();
        for (int i = 0; i <= text.length(); i++) {
            char c = i < text.length() ? text.charAt(i) : ' ';
            if (c == ' ' || c == '\t' || c == '\r' || c == '\n' || c == '(' || c == ')') {
                if (!word.isEmpty()) {
                    words.add(word.toString());
                    word.setLength(0);
                }
            } else {
                word.append(c);
            }
        }
        return words;
    }

    private static int indexOfType(List<String> words) {
        for (int i = 0; i < words.size(); i++) {
            if (words.get(i).equalsIgnoreCase("TLSA")) {
                return i;
            }
        }
        return -1;
    }

    /** A number 0 to 255, or its name of RFC 7218. */
    private static int number(String field, String word, List<String> names) throws TlsaFormatException {
        int named = names.indexOf(word.toUpperCase(Locale.ROOT));
        if (named >= 0) {
            return named;
        }
        int value = 0;
        boolean digits = word.length() <= 3;
        for (int i = 0; digits && i < word.length(); i++) {
            char c = word.charAt(i);
            digits = c >= '0' && c <= '9';
            value = value * 10 + (c - '0');
        }
        if (!digits || value > 255) {
            throw new TlsaFormatException("The " + field + " \"" + shown(word)
                    + "\" is not a number from 0 to 255 nor one of " + names + ".");
        }
        return value;
    }

    private static byte[] hex(String digits, int maxData) throws TlsaFormatException {
        for (int i = 0; i < digits.length() && i < 2 * maxData; i++) {
            int _ = digit(digits, i); // a letter that is no digit says more than their number
        }
        if (digits.length() % 2 != 0) {
            throw new TlsaFormatException(
                    "The data has an odd number of hexadecimal digits, " + digits.length() + ": one is missing.");
        }
        if (digits.length() / 2 > maxData) {
            throw new TlsaFormatException("The data is longer than a resource record can be.");
        }
        ByteArrayOutputStream bytes = new ByteArrayOutputStream(digits.length() / 2);
        for (int i = 0; i < digits.length(); i += 2) {
            bytes.write(digit(digits, i) << 4 | digit(digits, i + 1));
        }
        return bytes.toByteArray();
    }

    private static int digit(String digits, int index) throws TlsaFormatException {
        char c = digits.charAt(index);
        if (c >= '0' && c <= '9') {
            return c - '0';
        }
        if (c >= 'a' && c <= 'f') {
            return c - 'a' + 10;
        }
        if (c >= 'A' && c <= 'F') {
            return c - 'A' + 10;
        }
        throw new TlsaFormatException("The data holds \"" + shown(String.valueOf(c)) + "\" at digit " + (index + 1)
                + ", which is not hexadecimal.");
    }

    private static String shown(String text) {
        String cut = text.length() <= 60 ? text : text.substring(0, 60) + "…";
        StringBuilder printable = new StringBuilder();
        cut.codePoints().forEach(c -> printable.appendCodePoint(Character.isISOControl(c) ? '?' : c));
        return printable.toString();
    }
}
