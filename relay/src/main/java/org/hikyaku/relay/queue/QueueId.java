package org.hikyaku.relay.queue;

import java.util.Optional;

/**
 * The name of a mail in the queue; never given twice, and in the order of arrival.
 *
 * @param number at least 0
 */
public record QueueId(long number) implements Comparable<QueueId> {
    /** Crockford's base 32: no I, L, O, U, so that it can be read aloud. */
    private static final String DIGITS = "0123456789ABCDEFGHJKMNPQRSTVWXYZ";

    private static final int SHORTEST = 11;
    private static final int LONGEST = 13;

    public QueueId {
        if (number < 0) {
            throw new IllegalArgumentException("a queue id is not negative");
        }
    }

    /** Reads what {@link #toString} gives, in upper or lower case. */
    public static Optional<QueueId> parse(String text) {
        if (text.length() < SHORTEST || text.length() > LONGEST) {
            return Optional.empty();
        }
        long number = 0;
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            int digit = DIGITS.indexOf(c >= 'a' && c <= 'z' ? (char) (c - 'a' + 'A') : c);
            if (digit < 0 || number > Long.MAX_VALUE >> 5) {
                return Optional.empty();
            }
            number = number << 5 | digit;
        }
        return Optional.of(new QueueId(number));
    }

    @Override
    public int compareTo(QueueId other) {
        return Long.compare(number, other.number);
    }

    /** Eleven letters and digits, or more some time after the year 3000. */
    @Override
    public String toString() {
        char[] text = new char[LONGEST];
        int at = LONGEST;
        for (long rest = number; rest != 0 || at > LONGEST - SHORTEST; rest >>>= 5) {
            text[--at] = DIGITS.charAt((int) (rest & 31));
        }
        return new String(text, at, LONGEST - at);
    }
}
