package org.hikyaku.policy;

import java.io.IOException;
import java.util.function.Consumer;
import org.xbill.DNS.Name;

/**
 * Where in the store's file each domain's policy stands. A hash table in plain arrays, 28 bytes a place and at most two
 * thirds full, because a million domains as objects would take most of a gigabyte. Names are not held: that two of them
 * have the same hash is found out by reading the entry. Nothing is ever removed; the store makes a new index when it
 * writes its file anew. Not safe for use by several threads.
 */
final class StsIndex {
    private static final int FIRST_SIZE = 1 << 10;

    private long[] hashes = new long[FIRST_SIZE];
    private long[] positions = new long[FIRST_SIZE]; // 0: free; a file begins with a header, so that no entry is there
    private int[] lengths = new int[FIRST_SIZE];
    private long[] times = new long[FIRST_SIZE]; // Unix seconds of the fetch << LIFE_BITS | seconds of life
    private int count;

    private static final int LIFE_BITS = 26; // S6: a life has at most 31,557,600 seconds, which is less than 1 << 25

    /**
     * An entry.
     *
     * @param position of its first byte in the file
     * @param length in bytes
     * @param fetched Unix seconds
     * @param maxAge seconds
     */
    record Place(long position, int length, long fetched, long maxAge) {
        boolean isLive(long now) {
            return now < fetched + maxAge;
        }
    }

    /** Whether the entry at this place is the one that is meant. */
    @FunctionalInterface
    interface Reader {
        boolean isMeant(long position) throws IOException;
    }

    /** Of the name's bytes in lower case: names that DNS takes for equal have equal hashes. */
    static long hash(Name name) {
        long hash = 0xCBF29CE484222325L; // FNV-1a, 64 bits
        for (byte b : name.toWireCanonical()) {
            hash = (hash ^ (b & 0xFF)) * 0x100000001B3L;
        }
        return hash ^ hash >>> 32;
    }

    int count() {
        return count;
    }

    /** Enters a place, instead of the one that the reader says is meant. */
    void put(long hash, Place place, Reader same) throws IOException {
        if (3L * (count + 1) > 2L * hashes.length) {
            grow();
        }
        int slot = slot(hash, same);
        if (positions[slot] == 0) {
            count++;
        }
        set(slot, hash, place.position(), place.length(), place.fetched() << LIFE_BITS | place.maxAge());
    }

    /** Whether there is such an entry; the reader has read it then. */
    boolean find(long hash, Reader same) throws IOException {
        return positions[slot(hash, same)] != 0;
    }

    void forEach(Consumer<Place> consumer) {
        for (int i = 0; i < positions.length; i++) {
            if (positions[i] != 0) {
                consumer.accept(
                        new Place(positions[i], lengths[i], times[i] >> LIFE_BITS, times[i] & (1L << LIFE_BITS) - 1));
            }
        }
    }

    /** The entry's slot, or the free one where it belongs. */
    private int slot(long hash, Reader same) throws IOException {
        int mask = hashes.length - 1;
        int slot = (int) hash & mask;
        while (positions[slot] != 0 && !(hashes[slot] == hash && same.isMeant(positions[slot]))) {
            slot = slot + 1 & mask;
        }
        return slot;
    }

    private void set(int slot, long hash, long position, int length, long time) {
        hashes[slot] = hash;
        positions[slot] = position;
        lengths[slot] = length;
        times[slot] = time;
    }

    private void grow() {
        long[] oldHashes = hashes;
        long[] oldPositions = positions;
        int[] oldLengths = lengths;
        long[] oldTimes = times;
        int size = Math.multiplyExact(hashes.length, 2);
        hashes = new long[size];
        positions = new long[size];
        lengths = new int[size];
        times = new long[size];
        for (int i = 0; i < oldPositions.length; i++) {
            if (oldPositions[i] != 0) {
                int slot = (int) oldHashes[i] & size - 1;
                while (positions[slot] != 0) {
                    slot = slot + 1 & size - 1;
                }
                set(slot, oldHashes[i], oldPositions[i], oldLengths[i], oldTimes[i]);
            }
        }
    }
}
