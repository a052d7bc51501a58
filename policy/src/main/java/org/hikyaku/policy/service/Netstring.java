package org.hikyaku.policy.service;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.Optional;
import org.hikyaku.net.ByteReader;
import org.hikyaku.net.Limit;

/** Netstrings: {@code 5:hello,}. Strict: no leading zero, no blank, nothing between. */
final class Netstring {
    private Netstring() {}

    /**
     * The next one; empty at the end of the stream between two.
     *
     * @throws MalformedNetstringException when it is none
     * @throws org.hikyaku.net.LimitExceededException when it is longer than allowed; nothing of its bytes was read
     */
    static Optional<byte[]> read(ByteReader in, Limit most) throws IOException {
        int next = in.read();
        if (next < 0) {
            return Optional.empty();
        }
        byte[] bytes = in.readExactly((int) length(next, in, most));
        if (in.read() != ',') {
            throw new MalformedNetstringException("A netstring ends with a comma.");
        }
        return Optional.of(bytes);
    }

    private static long length(int first, ByteReader in, Limit most) throws IOException {
        long length = digit(first);
        int next = in.read();
        if (length == 0 && next != ':') {
            throw new MalformedNetstringException("The length of a netstring has no leading zero.");
        }
        while (next != ':') {
            length = length * 10 + digit(next);
            most.check(length);
            next = in.read();
        }
        return length;
    }

    private static int digit(int letter) throws MalformedNetstringException {
        if (letter < '0' || letter > '9') {
            throw new MalformedNetstringException("A netstring begins with its length and a colon.");
        }
        return letter - '0';
    }

    static byte[] of(String ascii) {
        return (ascii.length() + ":" + ascii + ",").getBytes(StandardCharsets.US_ASCII);
    }
}
