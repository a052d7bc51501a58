package org.hikyaku.dns;

import java.text.Normalizer;
import java.util.Optional;
import java.util.StringJoiner;
import org.xbill.DNS.Name;
import org.xbill.DNS.TextParseException;

/**
 * Domain names as people type and read them. Letters beyond ASCII are brought into the form of IDNA 2008 (RFC 5891):
 * lower case, composed, with the four letters that the older standard replaced ({@code ß}, {@code ς} and the two
 * joiners) kept as they are, as browsers do (UTS 46, non-transitional).
 */
public final class DomainNames {
    private static final String ACE = "xn--";
    private static final int LONGEST_LABEL = 63;
    private static final int LONGEST_NAME = 253;

    /** Longer text is never a name; it is not even looked at. */
    private static final int LONGEST_TEXT = 2_000;

    private DomainNames() {}

    /**
     * The absolute name that somebody typed, with or without the last dot. Letters, digits, {@code -} and {@code _} in
     * any place, letters of other scripts, and {@code *} as the first label.
     *
     * @throws BadNameException says what is wrong with it
     */
    public static Name parse(String text) throws BadNameException {
        if (text.isBlank()) {
            throw new BadNameException("An empty text is no domain name.");
        }
        if (text.length() > LONGEST_TEXT) {
            throw new BadNameException(
                    "A domain name has at most 253 characters; this text has " + text.length() + ".");
        }
        if (text.equals(".")) {
            return Name.root;
        }
        // Dots of other scripts separate labels too (UTS 46 section 2.3).
        String dotted = text.replace('\u3002', '.').replace('\uFF0E', '.').replace('\uFF61', '.');
        String bare = dotted.endsWith(".") ? dotted.substring(0, dotted.length() - 1) : dotted;
        StringJoiner ascii = new StringJoiner(".", "", ".");
        for (String label : bare.split("\\.", -1)) {
            ascii.add(asciiLabel(label, text));
        }
        if (ascii.length() - 1 > LONGEST_NAME) {
            throw new BadNameException("\"" + shown(text) + "\" is no domain name: it has " + (ascii.length() - 1)
                    + " characters, and a name has at most 253.");
        }
        try {
            return Name.fromString(ascii.toString());
        } catch (TextParseException e) {
            throw new BadNameException("\"" + shown(text) + "\" is no domain name: " + e.getMessage() + ".");
        }
    }

    /** The name in the letters of its language, without the last dot; empty when that is no other than its ASCII form. */
    public static Optional<String> inOwnLetters(Name name) {
        String ascii = name.toString(true);
        if (!ascii.contains(ACE)) {
            return Optional.empty();
        }
        StringJoiner own = new StringJoiner(".");
        for (String label : ascii.split("\\.", -1)) {
            own.add(ownLetters(label));
        }
        return own.toString().equals(ascii) ? Optional.empty() : Optional.of(own.toString());
    }

    /** The name without the last dot; with its form in other letters before it when there is one. */
    public static String shown(Name name) {
        String ascii = name.equals(Name.root) ? "." : name.toString(true);
        return inOwnLetters(name).map(own -> own + " (" + ascii + ")").orElse(ascii);
    }

    private static String ownLetters(String label) {
        if (!label.startsWith(ACE)) {
            return label;
        }
        // Only a form that leads back to the same bytes is shown: others could pass for a name that they are not.
        return Punycode.decode(label.substring(ACE.length()))
                .filter(own -> own.codePoints().allMatch(DomainNames::isAllowed))
                .filter(own -> own.codePoints().anyMatch(c -> c >= 0x80))
                .filter(own -> own.equals(mapped(own)) && label.equals(ACE + Punycode.encode(own)))
                .orElse(label);
    }

    private static String asciiLabel(String label, String text) throws BadNameException {
        if (label.isEmpty()) {
            throw new BadNameException(
                    "\"" + shown(text) + "\" is no domain name: two dots follow each other, or one begins it.");
        }
        String letters = label.codePoints().allMatch(c -> c < 0x80) ? label : mapped(label);
        int wrong = letters.codePoints()
                .filter(c -> !isAllowed(c))
                .findFirst()
                .orElse(letters.equals("*") || letters.indexOf('*') < 0 ? -1 : '*');
        if (wrong >= 0) {
            throw new BadNameException(
                    "\"" + shown(text) + "\" is no domain name: " + character(wrong) + " cannot be part of one.");
        }
        boolean plain = letters.codePoints().allMatch(c -> c < 0x80);
        if (!plain && isMark(letters.codePointAt(0))) {
            // RFC 5891 section 4.2.3.2
            throw new BadNameException("\"" + shown(text) + "\" is no domain name: a label cannot begin with "
                    + character(letters.codePointAt(0)) + ", which belongs to a letter before it.");
        }
        String ascii = plain ? letters : ACE + Punycode.encode(letters);
        if (ascii.length() > LONGEST_LABEL) {
            throw new BadNameException(
                    "\"" + shown(text) + "\" is no domain name: the part \"" + shown(label) + "\" has " + ascii.length()
                            + " characters" + (plain ? "" : " in its ASCII form") + ", and a part has at most 63.");
        }
        return ascii;
    }

    /** Lower case and composed; letters that only look different (full width, ligatures) become the usual ones. */
    private static String mapped(String label) {
        String folded = lower(Normalizer.normalize(lower(label), Normalizer.Form.NFKC));
        return Normalizer.normalize(folded, Normalizer.Form.NFC);
    }

    /** Letter by letter, so that a capital sigma becomes the same small one wherever it stands. */
    private static String lower(String text) {
        StringBuilder lower = new StringBuilder(text.length());
        text.codePoints().map(Character::toLowerCase).forEach(lower::appendCodePoint);
        return lower.toString();
    }

    private static boolean isAllowed(int c) {
        if (c < 0x80) {
            return (c >= 'a' && c <= 'z')
                    || (c >= 'A' && c <= 'Z')
                    || (c >= '0' && c <= '9')
                    || c == '-'
                    || c == '_'
                    || c == '*';
        }
        return switch (c) {
            // Joiners and the dots within words of Catalan and Japanese, and letters that Unicode calls symbols
            // (RFC 5892 sections 2.6 and 2.7).
            case 0x200C, 0x200D, 0x00B7, 0x0375, 0x05F3, 0x05F4, 0x30FB, 0x06FD, 0x06FE, 0x0F0B, 0x3007 -> true;
            default ->
                switch (Character.getType(c)) {
                    case Character.LOWERCASE_LETTER,
                            Character.OTHER_LETTER,
                            Character.MODIFIER_LETTER,
                            Character.DECIMAL_DIGIT_NUMBER,
                            Character.NON_SPACING_MARK,
                            Character.COMBINING_SPACING_MARK -> true;
                    default -> false;
                };
        };
    }

    private static boolean isMark(int c) {
        int type = Character.getType(c);
        return type == Character.NON_SPACING_MARK || type == Character.COMBINING_SPACING_MARK;
    }

    private static String character(int c) {
        if (c == ' ') {
            return "a space";
        }
        String number = String.format("U+%04X", c);
        return c > ' ' && c < 0x7F ? "the character \"" + (char) c + "\"" : "the character " + number;
    }

    /** Text that somebody typed, short enough and without control characters. */
    private static String shown(String text) {
        StringBuilder safe = new StringBuilder();
        text.codePoints()
                .limit(80)
                .map(c -> Character.isISOControl(c) ? '?' : c)
                .forEach(safe::appendCodePoint);
        return text.codePointCount(0, text.length()) > 80 ? safe + "..." : safe.toString();
    }
}
