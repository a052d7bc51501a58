package org.hikyaku.policy.service;

import java.util.Arrays;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Answers that were given lately, found by the bytes of the request as they came, without anything made for it. Each request has one
 * place, from which the next one with the same place drives it out: it is then found in the cache behind. For one thread.
 */
final class RecentAnswers {
    private static final int PLACES = 1 << 12;

    /** Longer requests, which nobody sends for a real domain, are not kept. */
    private static final int LONGEST = 300;

    private final @Nullable Recent[] places = new Recent[PLACES];

    private static final class Recent {
        private final byte[] request;
        private final KeptAnswer answer;

        Recent(byte[] request, KeptAnswer answer) {
            this.request = request;
            this.answer = answer;
        }
    }

    /** The answer, which may have come to its end. */
    Optional<KeptAnswer> find(byte[] bytes, int from, int length) {
        Recent recent = places[place(bytes, from, length)];
        return recent != null && Arrays.equals(recent.request, 0, recent.request.length, bytes, from, from + length)
                ? Optional.of(recent.answer)
                : Optional.empty();
    }

    void keep(byte[] bytes, int from, int length, KeptAnswer answer) {
        if (length <= LONGEST) {
            places[place(bytes, from, length)] = new Recent(Arrays.copyOfRange(bytes, from, from + length), answer);
        }
    }

    private static int place(byte[] bytes, int from, int length) {
        int hash = length;
        for (int at = from; at < from + length; at++) {
            hash = 31 * hash + bytes[at];
        }
        hash *= 0x9E3779B9; // 2^32 divided by the golden ratio: every bit of the hash reaches the upper ones
        return hash >>> 20;
    }
}
