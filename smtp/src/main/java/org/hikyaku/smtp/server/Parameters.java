package org.hikyaku.smtp.server;

import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.HashSet;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;

/** The words behind an address in MAIL and RCPT: {@code KEYWORD} or {@code KEYWORD=value}, each once (RFC 5321 section 4.1.2). */
abstract sealed class Parameters permits MailParameters, RecipientParameters {
    private final boolean extended;
    private final Set<String> seen = new HashSet<>();

    Parameters(boolean extended) {
        this.extended = extended;
    }

    /** Takes one; false when it is not known. */
    abstract boolean take(String keyword, Optional<String> value) throws CommandException;

    final void read(String text) throws CommandException {
        int start = 0;
        while (start < text.length()) {
            int end = text.indexOf(' ', start);
            end = end < 0 ? text.length() : end;
            if (end > start) {
                word(text.substring(start, end));
            }
            start = end + 1;
        }
    }

    private void word(String word) throws CommandException {
        int equals = word.indexOf('=');
        String keyword = (equals < 0 ? word : word.substring(0, equals)).toUpperCase(Locale.ROOT);
        Optional<String> value = equals < 0 ? Optional.empty() : Optional.of(word.substring(equals + 1));
        if (!extended) {
            // RFC 5321 section 4.1.1.11: parameters belong to extensions, which begin with EHLO.
            throw new CommandException(555, "5.5.4 parameters belong to EHLO; you said HELO");
        }
        if (!seen.add(keyword)) {
            throw new CommandException(501, "5.5.4 a parameter is said twice");
        }
        if (!take(keyword, value)) {
            throw new CommandException(555, "5.5.4 a parameter is not known here");
        }
    }

    static String needed(String keyword, Optional<String> value) throws CommandException {
        return value.filter(v -> !v.isEmpty()).orElseThrow(() -> wrong(keyword + " needs a value"));
    }

    static void none(String keyword, Optional<String> value) throws CommandException {
        if (value.isPresent()) {
            throw wrong(keyword + " takes no value");
        }
    }

    static CommandException wrong(String what) {
        return new CommandException(501, "5.5.4 " + what);
    }

    /** RFC 3461 section 4: {@code +XX} is the byte of that number. */
    static String xtext(String keyword, String text) throws CommandException {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            if (c == '+') {
                int value =
                        i + 2 < text.length() ? upperHex(text.charAt(i + 1)) << 4 | upperHex(text.charAt(i + 2)) : -1;
                if (value < 0) {
                    throw wrong(keyword + " has a + without two digits of a hexadecimal number behind it");
                }
                bytes.write(value);
                i += 2;
            } else if (c > ' ' && c < 0x7F && c != '=') {
                bytes.write(c);
            } else {
                throw wrong(keyword + " has a character that must be written as + and its number (RFC 3461 section 4)");
            }
        }
        try {
            String decoded = StandardCharsets.UTF_8
                    .newDecoder()
                    .decode(ByteBuffer.wrap(bytes.toByteArray()))
                    .toString();
            if (decoded.chars().anyMatch(c -> c < ' ' || c == 0x7F)) {
                throw wrong(keyword + " has a control character in it");
            }
            return decoded;
        } catch (CharacterCodingException e) {
            throw wrong(keyword + " has bytes that are no UTF-8");
        }
    }

    private static int upperHex(char c) {
        return c >= '0' && c <= '9'
                ? c - '0'
                : c >= 'A' && c <= 'F' ? c - 'A' + 10 : c >= 'a' && c <= 'f' ? c - 'a' + 10 : -256;
    }
}
