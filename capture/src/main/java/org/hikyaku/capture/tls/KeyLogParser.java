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

    /** Bytes: no hash of TLS is longer; one that is goes the slow way. */
    private static final int LONGEST_SECRET = 64;

    /** Each with the space behind it. */
    private static final byte[][] LABELS = Arrays.stream(SecretLabel.values())
            .map(label -> (label.name() + " ").getBytes(StandardCharsets.US_ASCII))
            .toArray(byte[][]::new);

    /** Of hexadecimal digits; negative for all else. */
    private static final byte[] DIGITS = digits();

    private final SecretStore store;
    private final byte[] name = new byte[ClientRandom.LENGTH];
    private final byte[] value = new byte[LONGEST_SECRET];
    private final String source;

    /** The label that came behind this one, and the length of its line: clients write the same lines for each session. */
    private final int[] following = new int[LABELS.length];

    private final int[] lengths = new int[LABELS.length];
    private int latest;

    /** The random of the session before, as it was written. */
    private final byte[] latestRandom = new byte[2 * ClientRandom.LENGTH];

    /** Its number in the store; 0 before there is one. */
    private int session;

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
        int end = offset + count;
        for (int at = offset; at < end; ) {
            int stop = length == 0 && !tooLong ? expected(text, at, end) : -1;
            if (stop >= 0) {
                at = stop + 1;
                continue;
            }
            stop = at;
            while (stop < end && text[stop] != '\n' && text[stop] != '\r') {
                stop++;
            }
            if (stop == end || length > 0 || tooLong || stop - at > LINE.value()) {
                keep(text, at, stop);
                if (stop < end) {
                    endLine(line, 0, length, text[stop] == '\n');
                }
            } else {
                endLine(text, at, stop, text[stop] == '\n');
            }
            at = stop + 1;
        }
        if (last && length > 0) {
            endLine(line, 0, length, true);
        }
    }

    /** Part of a line whose end is still to come. */
    private void keep(byte[] text, int from, int to) {
        int more = (int) Math.min(to - from, LINE.value() - length);
        tooLong |= more < to - from;
        if (length + more > line.length) {
            line = Arrays.copyOf(line, Math.max(line.length * 2, length + more));
        }
        System.arraycopy(text, from, line, length, more);
        length += more;
    }

    /** Reads a last line that has no line end, when it is one already; it is read again if it grows. */
    void endIfWhole() {
        if (length > 0 && !tooLong) {
            int before = strange;
            parse(line, 0, length, number + 1);
            strange = before;
        }
    }

    private void endLine(byte[] text, int from, int to, boolean counts) {
        if (counts) {
            number++;
        }
        if (tooLong) {
            strange++;
        } else if (to > from) {
            // A carriage return before the line feed: the line has not been counted yet.
            parse(text, from, to, counts ? number : number + 1);
        }
        length = 0;
        tooLong = false;
    }

    private void parse(byte[] text, int from, int to, int at) {
        if (!plain(text, from, to, at)) {
            parse(new String(text, from, to - from, StandardCharsets.ISO_8859_1).strip(), at);
        }
    }

    /**
     * Reads a line as nearly all are: label, random and secret in hexadecimal, one space between them and nothing else. Logs of busy
     * servers have millions of these.
     *
     * @return false when it is another, which has yet to be read
     */
    private boolean plain(byte[] text, int from, int to, int at) {
        for (int i = 0; i < LABELS.length; i++) {
            if (secret(i, text, from, to, at)) {
                following[latest] = i;
                lengths[i] = to - from;
                latest = i;
                return true;
            }
        }
        return false;
    }

    /**
     * Reads a line as long, and with the same label, as the one that followed this one's predecessor before: whoever looks at each of
     * its bytes need not look for its end first.
     *
     * @return where its line feed is; -1 when it is another
     */
    private int expected(byte[] text, int from, int end) {
        int label = following[latest];
        int stop = from + lengths[label];
        if (stop == from || stop >= end || text[stop] != '\n' || !secret(label, text, from, stop, number + 1)) {
            return -1;
        }
        latest = label;
        number++;
        return stop;
    }

    private boolean secret(int i, byte[] text, int from, int to, int at) {
        byte[] word = LABELS[i];
        int random = from + word.length;
        int secret = random + 2 * ClientRandom.LENGTH + 1;
        if (secret >= to
                || (to - secret) % 2 != 0
                || to - secret > 2 * LONGEST_SECRET
                || text[secret - 1] != ' '
                || !Arrays.equals(word, 0, word.length, text, from, random)
                || !hex(text, secret, to, value)) {
            return false;
        }
        boolean same = session > 0 && Arrays.equals(latestRandom, 0, latestRandom.length, text, random, secret - 1);
        if (!same && !hex(text, random, secret - 1, name)) {
            return false;
        }
        SecretLabel label = SecretLabel.of(i);
        if (label.decrypts()) {
            session = store.put(label, name, same ? session : 0, value, (to - secret) / 2, source, at);
            System.arraycopy(text, random, latestRandom, 0, latestRandom.length);
            secrets++;
        }
        return true;
    }

    /** False when something is no hexadecimal digit. */
    private static boolean hex(byte[] text, int from, int to, byte[] out) {
        int wrong = 0;
        for (int i = from, o = 0; i < to; i += 2, o++) {
            int value = DIGITS[text[i] & 0xff] << 4 | DIGITS[text[i + 1] & 0xff];
            wrong |= value;
            out[o] = (byte) value;
        }
        return wrong >= 0;
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
        if (name.isEmpty() || value.isEmpty() || value.get().length == 0 || value.get().length > SecretTable.LONGEST) {
            strange++;
        } else if (word.equals("RSA") && name.get().length == 8) {
            store.putPremaster(name.get(), new Secret(value.get(), source, at));
            secrets++;
        } else if (label.isPresent() && name.get().length == ClientRandom.LENGTH) {
            store.put(label.get(), name.get(), 0, value.get(), value.get().length, source, at);
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

    private static byte[] digits() {
        byte[] digits = new byte[256];
        for (int c = 0; c < digits.length; c++) {
            digits[c] = (byte) Character.digit(c, 16);
        }
        return digits;
    }

    private static Optional<byte[]> hex(String text) {
        try {
            return Optional.of(HexFormat.of().parseHex(text.toLowerCase(Locale.ROOT)));
        } catch (IllegalArgumentException e) {
            return Optional.empty(); // not hexadecimal: the caller counts the line
        }
    }
}
