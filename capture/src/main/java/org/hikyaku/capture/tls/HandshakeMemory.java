package org.hikyaku.capture.tls;

import java.util.concurrent.atomic.AtomicLong;
import org.hikyaku.net.Limit;
import org.hikyaku.tls.wire.RawHandshake;

/**
 * What all connections together keep of handshakes: messages that are not whole, records that wait for the other direction, messages
 * for the story and for the hash over them. Each has its own limits, but a hundred thousand connections that are never ended, each up to its
 * limits, would be more than any heap. Safe for several threads.
 */
final class HandshakeMemory {
    /** What every connection may keep, whatever the others do: an ordinary handshake is not a third of it. */
    static final Limit OF_EACH = new Limit("bytes of handshakes of one TLS connection that are always kept", 12 << 10);

    /** What connections may keep beyond that. */
    static final Limit OF_ALL = new Limit(
            "bytes of handshakes of all TLS connections kept at a time",
            Math.min(256 << 20, Runtime.getRuntime().maxMemory() >> 3));

    /** A message that is longer is passed over when there is no room for it; of shorter ones at least the keys are heeded. */
    private static final int SHORT = 1024;

    /** Types of handshake messages that are told apart here. */
    private static final int TYPES = 32;

    private final AtomicLong ofAll = new AtomicLong();
    private final AtomicLong refused = new AtomicLong();

    /** Of one connection. One thread at a time. */
    final class Share {
        private long kept;
        private boolean shortened;

        /** Of long messages that are kept as the last of their type, the length; made when there is one. */
        private long[] lasts = {};

        /** Whether so much more may be kept; then it counts. */
        boolean take(long bytes) {
            long more = beyond(kept + bytes) - beyond(kept);
            if (more > 0 && ofAll.addAndGet(more) > OF_ALL.value()) {
                ofAll.addAndGet(-more);
                refuse();
                return false;
            }
            kept += bytes;
            return true;
        }

        /** So much is no longer kept. */
        void give(long bytes) {
            long less = beyond(kept) - beyond(kept - bytes);
            kept -= bytes;
            if (less > 0) {
                ofAll.addAndGet(-less);
            }
        }

        /**
         * Whether there is room for what a message leaves behind.
         *
         * @param step whether it will be kept for the story, and counted then; else it takes the place of the last one of its type
         */
        boolean admits(RawHandshake message, boolean step) {
            long length = message.body().length;
            if (length <= SHORT) {
                return true;
            }
            if (step) {
                if (beyond(kept + 2 * length) == 0 || ofAll.get() + 2 * length <= OF_ALL.value()) {
                    return true;
                }
                refuse();
                return false;
            }
            if (lasts.length == 0) {
                lasts = new long[TYPES];
            }
            int type = message.type() % TYPES;
            long more = length - lasts[type];
            if (more > 0) {
                if (!take(more)) {
                    return false;
                }
                lasts[type] = length;
            }
            return true;
        }

        /** The connection has ended. */
        void giveAll() {
            give(kept);
        }

        private void refuse() {
            if (!shortened) {
                shortened = true;
                refused.incrementAndGet();
            }
        }
    }

    private static long beyond(long bytes) {
        return Math.max(0, bytes - OF_EACH.value());
    }

    Share share() {
        return new Share();
    }

    /** Connections of which something was not kept. */
    long refused() {
        return refused.get();
    }
}
