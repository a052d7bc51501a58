package org.hikyaku.policy;

import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.hikyaku.net.Limit;
import org.xbill.DNS.Name;
import org.xbill.DNS.TextParseException;

/** Reads MTA-STS policy files (RFC 8461 section 3.2, S6). */
public final class StsPolicyParser {
    /** S5. */
    public static final Limit MAX_SIZE = new Limit("bytes in an MTA-STS policy", 64 * 1024);

    /** Seconds of the longest life: one year of 365.25 days (S6). */
    public static final long MAX_AGE = 31_557_600;

    private static final int MAX_AGE_DIGITS = 10;

    private StsPolicyParser() {}

    /**
     * A policy, and what should be mended in its text although it is valid.
     *
     * @param warnings sentences
     */
    public record Parsed(StsPolicy policy, List<String> warnings) {
        public Parsed {
            warnings = List.copyOf(warnings);
        }
    }

    private enum Key {
        VERSION("version"),
        MODE("mode"),
        MAX_AGE("max_age");

        private final String token;

        Key(String token) {
            this.token = token;
        }
    }

    /** Reads a policy; throws nothing but its own exception, whatever the bytes. */
    public static Parsed parse(byte[] body) throws StsFormatException {
        if (body.length > MAX_SIZE.value()) {
            throw new StsFormatException(
                    "The policy is larger than the limit of " + MAX_SIZE.value() + " " + MAX_SIZE.name() + ".");
        }
        try {
            return new Reading()
                    .read(StandardCharsets.UTF_8
                            .newDecoder()
                            .decode(ByteBuffer.wrap(body))
                            .toString());
        } catch (CharacterCodingException e) {
            throw new StsFormatException("The policy is not UTF-8 text.");
        }
    }

    /** One pass over one policy. */
    private static final class Reading {
        private final Map<Key, String> values = new EnumMap<>(Key.class);
        private final List<MxPattern> mx = new ArrayList<>();
        private final List<String> lines = new ArrayList<>();
        private final List<String> warnings = new ArrayList<>();
        private final List<String> unknown = new ArrayList<>();

        Parsed read(String text) throws StsFormatException {
            if (text.startsWith("\uFEFF")) {
                throw new StsFormatException(
                        "The policy begins with a byte order mark, which makes its first key unknown;"
                                + " save the file as UTF-8 without it.");
            }
            int number = 0;
            int blankLine = 0;
            for (int start = 0; start < text.length(); ) {
                int feed = text.indexOf('\n', start);
                int end = feed < 0 ? text.length() : feed;
                int next = feed < 0 ? text.length() : feed + 1;
                number++;
                String line = text.substring(start, feed > start && text.charAt(feed - 1) == '\r' ? feed - 1 : end);
                start = next;
                if (TagList.trim(line).isEmpty()) {
                    blankLine = blankLine == 0 ? number : blankLine;
                    continue;
                }
                if (blankLine > 0) {
                    warnings.add("Line " + blankLine + " is empty, which the grammar allows only at the end.");
                    blankLine = 0;
                }
                lines.add(line);
                field(line, number);
            }
            return new Parsed(policy(), warnings);
        }

        private void field(String line, int number) throws StsFormatException {
            int colon = line.indexOf(':');
            if (colon < 0) {
                throw at(number, "has no \":\": \"" + Printable.of(line) + "\"");
            }
            String name = line.substring(0, colon);
            String value = TagList.trim(line.substring(colon + 1));
            if (!TagList.isName(name)) {
                throw at(number, "begins with \"" + Printable.of(name) + "\", which is no key");
            }
            if (!isText(value)) {
                throw at(number, "has " + (value.isEmpty() ? "no value" : "control characters in its value"));
            }
            if (name.equals("mx")) {
                mx.add(pattern(value, number));
                return;
            }
            for (Key key : Key.values()) {
                if (key.token.equals(name)) {
                    // S6: the first of duplicated fields counts
                    if (values.putIfAbsent(key, value) != null) {
                        warnings.add("Line " + number + " says \"" + name + "\" again; only the first counts.");
                    }
                    return;
                }
            }
            unknown.add(name); // S6: unknown keys are ignored
        }

        private StsPolicy policy() throws StsFormatException {
            String version = required(Key.VERSION);
            if (!version.equals("STSv1")) {
                throw new StsFormatException("The version is \"" + Printable.of(version) + "\", not \"STSv1\".");
            }
            StsPolicy.Mode mode = mode(required(Key.MODE));
            Duration maxAge = maxAge(required(Key.MAX_AGE));
            if (mx.isEmpty() && mode != StsPolicy.Mode.NONE) {
                throw new StsFormatException(
                        "The policy has no \"mx\" line; mode \"" + mode.token() + "\" needs at least one.");
            }
            return new StsPolicy(mode, mx, maxAge, lines);
        }

        private String required(Key key) throws StsFormatException {
            String value = values.get(key);
            if (value == null) {
                Optional<String> misspelt =
                        unknown.stream().filter(key.token::equalsIgnoreCase).findFirst();
                throw new StsFormatException("The policy has no \"" + key.token + "\" line"
                        + misspelt.map(m -> "; \"" + m + "\" is not the same: keys are in lower case")
                                .orElse("") + ".");
            }
            return value;
        }

        private Duration maxAge(String value) throws StsFormatException {
            boolean digits = value.length() <= MAX_AGE_DIGITS && value.chars().allMatch(c -> c >= '0' && c <= '9');
            if (!digits) {
                throw new StsFormatException("max_age \"" + Printable.of(value)
                        + "\" is not a number of seconds with 1 to " + MAX_AGE_DIGITS + " digits.");
            }
            long seconds = Long.parseLong(value);
            if (seconds > MAX_AGE) {
                warnings.add("max_age " + seconds + " is more than the longest life of " + MAX_AGE
                        + " seconds, one year; senders cap it.");
            }
            return Duration.ofSeconds(Math.min(seconds, MAX_AGE));
        }
    }

    private static StsPolicy.Mode mode(String value) throws StsFormatException {
        for (StsPolicy.Mode mode : StsPolicy.Mode.values()) {
            if (mode.token().equals(value)) {
                return mode;
            }
        }
        throw new StsFormatException(
                "The mode is \"" + Printable.of(value) + "\"; it can be enforce, testing or none, in lower case.");
    }

    private static MxPattern pattern(String value, int number) throws StsFormatException {
        boolean wildcard = value.startsWith("*.");
        String name = wildcard ? value.substring(2) : value;
        if (!isDomain(name)) {
            String hint = name.chars().anyMatch(c -> c > 0x7e)
                    ? "; letters beyond ASCII are written as A-labels (xn--…)"
                    : name.endsWith(".") ? "; the final dot must go" : "";
            throw at(
                    number,
                    "has the mx \"" + Printable.of(value) + "\", which is neither a host name nor \"*.\" and a"
                            + " domain" + hint);
        }
        try {
            return new MxPattern(wildcard, Name.fromString(name.toLowerCase(java.util.Locale.ROOT) + "."));
        } catch (TextParseException e) {
            throw at(number, "has the mx \"" + Printable.of(value) + "\", which is no domain name: " + e.getMessage());
        }
    }

    /** Domain of RFC 5321 section 4.1.2: labels of letters, digits and inner hyphens. */
    private static boolean isDomain(String name) {
        int label = 0;
        for (int i = 0; i <= name.length(); i++) {
            char c = i < name.length() ? name.charAt(i) : '.';
            if (c == '.') {
                if (label == 0 || label > 63 || name.charAt(i - 1) == '-') {
                    return false;
                }
                label = 0;
            } else if (TagList.isAlphanumeric(c) || (c == '-' && label > 0)) {
                label++;
            } else {
                return false;
            }
        }
        return name.length() <= 253;
    }

    private static boolean isText(String value) {
        return !value.isEmpty() && value.codePoints().noneMatch(Character::isISOControl);
    }

    private static StsFormatException at(int line, String predicate) {
        return new StsFormatException("Line " + line + " " + predicate + ".");
    }
}
