package org.hikyaku.capture.ip;

import java.util.Arrays;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.Map;
import org.hikyaku.net.Limit;
import org.jspecify.annotations.Nullable;

/**
 * Puts IP fragments together (RFC 791 section 3.2, RFC 8200 section 4.5). Fragments that overlap with other content are
 * an attack, never an accident: the whole datagram is dropped (RFC 5722).
 *
 * <p>Identifications come again, those of IPv4 soon: what has waited for longer than a receiver waits is another datagram.
 * A fragment may pass twice, also when its datagram is whole already (a capture on all interfaces sees each twice): such a
 * one begins no datagram, unless it holds something else.
 */
final class FragmentStore {
    static final Limit DATAGRAMS = new Limit("fragmented datagrams waiting at a time", 256);
    static final Limit WHOLE = new Limit("datagrams put together whose late fragments are known", 32);

    /** RFC 1122 section 3.3.2 (60 to 120 seconds), RFC 8200 section 4.5 (60 seconds). */
    private static final long PATIENCE_NANOS = 60_000_000_000L;

    private static final int LONGEST = 65_535;

    private record Key(long sh, long sl, long dh, long dl, int protocol, int id) {}

    private static final class Datagram {
        final long begun;
        byte[] data = new byte[4096];
        boolean[] held = new boolean[512]; // by units of 8 bytes
        int total = -1;
        int units;

        Datagram(long begun) {
            this.begun = begun;
        }
    }

    private final Map<Key, Datagram> waiting = new LinkedHashMap<>();

    /** The latest that became whole. */
    private final Map<Key, Datagram> whole = new LinkedHashMap<>();

    private long dropped;

    /** Datagrams that were given up, and those that still wait. */
    long lost() {
        return dropped + waiting.size();
    }

    /** Takes a fragment; gives the whole datagram when this was its last missing part. */
    byte @Nullable [] add(
            Segment s,
            int protocol,
            int id,
            int offset,
            boolean more,
            byte[] from,
            int at,
            int length,
            boolean complete) {
        Key key = new Key(s.sourceHigh, s.sourceLow, s.destinationHigh, s.destinationLow, protocol, id);
        if (!complete || length <= 0 || offset + length > LONGEST || more && length % 8 != 0) {
            waiting.remove(key);
            dropped++;
            return null;
        }
        Datagram same = whole.get(key);
        if (same != null && !waiting.containsKey(key) && isPart(same, offset, more, from, at, length)) {
            return null;
        }
        Datagram old = waiting.get(key);
        if (old != null && s.nanos - old.begun > PATIENCE_NANOS) {
            waiting.remove(key);
            dropped++;
        }
        Datagram d = waiting.computeIfAbsent(key, k -> new Datagram(s.nanos));
        if (!put(d, offset, more, from, at, length)) {
            waiting.remove(key);
            dropped++;
            return null;
        }
        if (d.total >= 0 && d.units == (d.total + 7) / 8) {
            waiting.remove(key);
            whole.remove(key);
            whole.put(key, d);
            if (whole.size() > WHOLE.value()) {
                removeEldest(whole);
            }
            return Arrays.copyOf(d.data, d.total);
        }
        if (waiting.size() > DATAGRAMS.value()) {
            removeEldest(waiting);
            dropped++;
        }
        return null;
    }

    private static void removeEldest(Map<Key, Datagram> datagrams) {
        Iterator<Key> eldest = datagrams.keySet().iterator();
        eldest.next();
        eldest.remove();
    }

    private static boolean isPart(Datagram d, int offset, boolean more, byte[] from, int at, int length) {
        int end = offset + length;
        return (more ? end < d.total : end == d.total) && Arrays.equals(d.data, offset, end, from, at, at + length);
    }

    private static boolean put(Datagram d, int offset, boolean more, byte[] from, int at, int length) {
        int end = offset + length;
        if (end > d.data.length) {
            int size = Math.min(65_536, Math.max(end, d.data.length * 2) + 7 & ~7);
            d.data = Arrays.copyOf(d.data, size);
            d.held = Arrays.copyOf(d.held, size / 8);
        }
        if (!more) {
            if (d.total >= 0 && d.total != end) {
                return false;
            }
            d.total = end;
        }
        if (d.total >= 0 && end > d.total) {
            return false;
        }
        for (int unit = offset / 8; unit * 8 < end; unit++) {
            if (d.held[unit]) {
                int first = unit * 8;
                int last = Math.min(first + 8, end);
                if (!Arrays.equals(d.data, first, last, from, at + first - offset, at + last - offset)) {
                    return false;
                }
            } else {
                d.held[unit] = true;
                d.units++;
            }
        }
        System.arraycopy(from, at, d.data, offset, length);
        return true;
    }
}
