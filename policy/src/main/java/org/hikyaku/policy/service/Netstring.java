package org.hikyaku.policy.service;

import java.nio.charset.StandardCharsets;
import org.hikyaku.net.Limit;
import org.hikyaku.net.LimitExceededException;

/** Netstrings: {@code 5:hello,}. Strict: no leading zero, no blank, nothing between. */
final class Netstring {
    /** Bytes at the most around a payload within our limits. */
    static final int FRAME = 8;

    private Netstring() {}

    /**
     * Where the payload of a netstring begins; -1 while it is not all there.
     *
     * @param from where the netstring begins
     * @param to where the bytes end that have come
     * @throws MalformedNetstringException when it is none, as soon as that shows
     * @throws LimitExceededException when it says that it is longer than allowed
     */
    static int payload(byte[] bytes, int from, int to, Limit most)
            throws MalformedNetstringException, LimitExceededException {
        if (from >= to) {
            return -1;
        }
        long length = digit(bytes[from]);
        int at = from + 1;
        if (length == 0 && at < to && bytes[at] != ':') {
            throw new MalformedNetstringException("The length of a netstring has no leading zero.");
        }
        for (; at < to && bytes[at] != ':'; at++) {
            length = length * 10 + digit(bytes[at]);
            most.check(length);
        }
        long comma = at + 1 + length;
        if (comma >= to) {
            return -1;
        }
        if (bytes[(int) comma] != ',') {
            throw new MalformedNetstringException("A netstring ends with a comma.");
        }
        return at + 1;
    }

    /** Behind the comma of a netstring that is all there. */
    static int end(byte[] bytes, int from, int payload) {
        int length = 0;
        for (int at = from; at < payload - 1; at++) {
            length = length * 10 + bytes[at] - '0';
        }
        return payload + length + 1;
    }

    private static int digit(byte letter) throws MalformedNetstringException {
        if (letter < '0' || letter > '9') {
            throw new MalformedNetstringException("A netstring begins with its length and a colon.");
        }
        return letter - '0';
    }

    static byte[] of(String ascii) {
        return (ascii.length() + ":" + ascii + ",").getBytes(StandardCharsets.US_ASCII);
    }
}
