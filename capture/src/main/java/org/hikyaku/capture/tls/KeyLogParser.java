package org.hikyaku.capture.tls;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.Locale;
import java.util.Optional;
import org.hikyaku.net.Limit;

/**
 * Reads key logs: lines of a label, a client random and a secret in hexadecimal (RFC 9850), {@code RSA} lines with the
 * first bytes of an encrypted premaster secret (NSS), and {@code RSA Session-ID:… Master-Key:…}. Lines that are none of
 * these are counted and passed over: people put notes in their logs.
 */
final class KeyLogParser {
    static final Limit LINE = new Limit("bytes in a line of a key log", 64 << 10);

    private final SecretStore store;
    private final String source;
    private byte[] line = new byte[256];
    private int length;
    private boolean tooLong;
    private int number;
    private int secrets;
    private int strange;

    KeyLogParser(SecretStore store, String source) {
        this.store = store;
        this.source = source;
    }

    /** Lines that are neither a secret nor a comment nor of a label that decrypts nothing. */
    int strange() {
        return strange;
    }

    int secrets() {
        return secrets;
    }

    /** Takes more of the log, which may end in the middle of a line. */
    void take(byte[] text, int offset, int count, boolean last) {
        for (int i = offset; i < offset + count; i++) {
            byte b = text[i];
            if (b == '\n' || b == '\r') {
                endLine(b == '\n');
            } else if (length < LINE.value()) {
                if (length == line.length) {
                    line = Arrays.copyOf(line, line.length * 2);
                }
                line[length++] = b;
            } else {
                tooLong = true;
            }
        }
        if (last && length > 0) {
            endLine(true);
        }
    }

    /** Reads a last line that has no line end, when it is one already; it is read again if it grows. */
    void endIfWhole() {
        if (length > 0 && !tooLong) {
            int before = strange;
            parse(new String(line, 0, length, StandardCharsets.ISO_8859_1).strip(), number + 1);
            strange = before;
        }
    }

    private void endLine(boolean counts) {
        if (counts) {
            number++;
        }
        if (tooLong) {
            strange++;
        } else if (length > 0) {
            // A carriage return before the line feed: the line has not been counted yet.
            parse(new String(line, 0, length, StandardCharsets.ISO_8859_1).strip(), counts ? number : number + 1);
        }
        length = 0;
        tooLong = false;
    }

    private void parse(String text, int at) {
        if (text.isEmpty() || text.charAt(0) == '#') {
            return;
        }
        if (text.startsWith("RSA Session-ID:")) {
            session(text, at);
            return;
        }
        int first = text.indexOf(' ');
        int second = text.indexOf(' ', first + 1);
        if (first < 0 || second < 0) {
            strange++;
            return;
        }
        String word = text.substring(0, first);
        Optional<byte[]> name = hex(text.substring(first + 1, second));
        Optional<byte[]> value = hex(text.substring(second + 1).strip());
        Optional<SecretLabel> label = SecretLabel.of(word);
        if (label.isPresent() && !label.get().decrypts()) {
            return;
        }
        if (name.isEmpty() || value.isEmpty() || value.get().length == 0) {
            strange++;
        } else if (word.equals("RSA") && name.get().length == 8) {
            store.putPremaster(name.get(), new Secret(value.get(), source, at));
            secrets++;
        } else if (label.isPresent() && name.get().length == ClientRandom.LENGTH) {
            store.put(label.get(), name.get(), new Secret(value.get(), source, at));
            secrets++;
        } else {
            strange++;
        }
    }

    /** {@code RSA Session-ID:<hex> Master-Key:<hex>}. */
    private void session(String text, int at) {
        int key = text.indexOf(" Master-Key:");
        if (key < 0) {
            strange++;
            return;
        }
        Optional<byte[]> id =
                hex(text.substring("RSA Session-ID:".length(), key).strip());
        Optional<byte[]> master =
                hex(text.substring(key + " Master-Key:".length()).strip());
        if (id.isEmpty() || master.isEmpty() || id.get().length == 0 || master.get().length == 0) {
            strange++;
            return;
        }
        store.putSession(id.get(), new Secret(master.get(), source, at));
        secrets++;
    }

    private static Optional<byte[]> hex(String text) {
        try {
            return Optional.of(HexFormat.of().parseHex(text.toLowerCase(Locale.ROOT)));
        } catch (IllegalArgumentException e) {
            return Optional.empty(); // not hexadecimal: the caller counts the line
        }
    }
}
