package org.hikyaku.smtp.server;

import java.nio.charset.StandardCharsets;
import java.util.EnumSet;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import org.hikyaku.smtp.Envelope;

/** The words behind RCPT (RFC 3461 section 4, RFC 6533 section 3). */
final class RecipientParameters extends Parameters {
    /** RFC 3461 section 4.2 allows 500 characters, encoded. */
    private static final int LONGEST_ORIGINAL = 500;

    private Optional<Set<Envelope.Notify>> when = Optional.empty();
    private Optional<Envelope.Original> original = Optional.empty();

    RecipientParameters(boolean extended) {
        super(extended);
    }

    Optional<Set<Envelope.Notify>> when() {
        return when;
    }

    Optional<Envelope.Original> original() {
        return original;
    }

    @Override
    boolean take(String keyword, Optional<String> value) throws CommandException {
        switch (keyword) {
            case "NOTIFY" -> when = Optional.of(notify(needed(keyword, value)));
            case "ORCPT" -> original = Optional.of(original(needed(keyword, value)));
            default -> {
                return false;
            }
        }
        return true;
    }

    private static Set<Envelope.Notify> notify(String words) throws CommandException {
        if (words.equalsIgnoreCase("NEVER")) {
            return Set.of();
        }
        Set<Envelope.Notify> all = EnumSet.noneOf(Envelope.Notify.class);
        for (String word : words.split(",", -1)) {
            boolean fresh = switch (word.toUpperCase(Locale.ROOT)) {
                case "SUCCESS" -> all.add(Envelope.Notify.SUCCESS);
                case "FAILURE" -> all.add(Envelope.Notify.FAILURE);
                case "DELAY" -> all.add(Envelope.Notify.DELAY);
                default -> false;
            };
            if (!fresh) {
                throw wrong("NOTIFY is NEVER, or some of SUCCESS, FAILURE and DELAY, each once (RFC 3461 section 4.1)");
            }
        }
        return all;
    }

    private static Envelope.Original original(String value) throws CommandException {
        int semicolon = value.indexOf(';');
        if (value.getBytes(StandardCharsets.UTF_8).length > LONGEST_ORIGINAL) {
            throw wrong("ORCPT has more than " + LONGEST_ORIGINAL + " characters (RFC 3461 section 4.2)");
        }
        if (semicolon < 1 || semicolon == value.length() - 1 || !isType(value.substring(0, semicolon))) {
            throw wrong("ORCPT is a type and an address: rfc822;user+40host (RFC 3461 section 4.2)");
        }
        String type = value.substring(0, semicolon);
        String address = value.substring(semicolon + 1);
        return new Envelope.Original(type, type.equalsIgnoreCase("utf-8") ? unitext(address) : xtext("ORCPT", address));
    }

    private static boolean isType(String type) {
        return type.chars()
                .allMatch(c -> c >= 'a' && c <= 'z' || c >= 'A' && c <= 'Z' || c >= '0' && c <= '9' || c == '-');
    }

    /** RFC 6533 section 3: letters as they are, and {@code \x{HEX}} for those that must not stand there. */
    private static String unitext(String text) throws CommandException {
        StringBuilder decoded = new StringBuilder();
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            if (c == '\\') {
                int end = text.indexOf('}', i);
                if (!text.startsWith("\\x{", i) || end < 0 || end - i > 9) {
                    throw unitextWrong();
                }
                decoded.appendCodePoint(codePoint(text.substring(i + 3, end)));
                i = end;
            } else if (c > ' ' && c != 0x7F && c != '+' && c != '=') {
                decoded.append(c);
            } else {
                throw unitextWrong();
            }
        }
        return decoded.toString();
    }

    private static int codePoint(String hex) throws CommandException {
        try {
            int code = Integer.parseUnsignedInt(hex, 16);
            if (Character.isValidCodePoint(code)
                    && code >= ' '
                    && code != 0x7F
                    && Character.getType(code) != Character.SURROGATE) {
                return code;
            }
        } catch (NumberFormatException e) {
            // Told below.
        }
        throw unitextWrong();
    }

    private static CommandException unitextWrong() {
        return wrong("ORCPT has something that is no utf-8 address as RFC 6533 section 3 writes it");
    }
}
