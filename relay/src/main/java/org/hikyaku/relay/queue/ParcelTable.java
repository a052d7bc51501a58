package org.hikyaku.relay.queue;

import java.util.Arrays;

/** The parcels of the index: a few numbers for each, in arrays; about 60 bytes a parcel. Guarded by the queue's lock. */
final class ParcelTable {
    static final int NONE = -1;
    private static final int FIRST = 64;

    /** In {@link #flags}: somebody has taken it. */
    static final byte OUT = 1;
    /** In {@link #flags}: all its waiting recipients are due, whatever their own times say. */
    static final byte FLUSHED = 2;
    /** In {@link #flags}: what was settled last could not be written yet. */
    static final byte UNWRITTEN = 4;

    int[] mail = new int[FIRST];
    Destination[] destination = new Destination[FIRST];
    /** Milliseconds of monotonic time. */
    long[] due = new long[FIRST];
    /** Its place in its destination's heap, or {@link #NONE}. */
    int[] heapIndex = new int[FIRST];
    /** The mail's next parcel, or {@link #NONE}; of a free slot, the next free one. */
    int[] next = new int[FIRST];
    /** Recipients that wait. */
    int[] waiting = new int[FIRST];

    int[] revision = new int[FIRST];
    /** Where its latest state is; 0 when there is none yet. */
    int[] stateSegment = new int[FIRST];

    int[] stateOffset = new int[FIRST];
    int[] stateLength = new int[FIRST];
    byte[] flags = new byte[FIRST];

    private int used;
    private int free = NONE;
    private int count;

    int count() {
        return count;
    }

    int add(int ofMail, Destination to) {
        int slot = free;
        if (slot != NONE) {
            free = next[slot];
        } else {
            if (used == mail.length) {
                grow(used + (used >> 1));
            }
            slot = used++;
        }
        mail[slot] = ofMail;
        destination[slot] = to;
        heapIndex[slot] = NONE;
        next[slot] = NONE;
        revision[slot] = 0;
        stateSegment[slot] = 0;
        stateLength[slot] = 0;
        flags[slot] = 0;
        count++;
        return slot;
    }

    void remove(int slot) {
        destination[slot] = Destination.NOWHERE;
        next[slot] = free;
        free = slot;
        count--;
    }

    boolean has(int slot, byte flag) {
        return (flags[slot] & flag) != 0;
    }

    void set(int slot, byte flag, boolean on) {
        flags[slot] = (byte) (on ? flags[slot] | flag : flags[slot] & ~flag);
    }

    private void grow(int size) {
        mail = Arrays.copyOf(mail, size);
        destination = Arrays.copyOf(destination, size);
        due = Arrays.copyOf(due, size);
        heapIndex = Arrays.copyOf(heapIndex, size);
        next = Arrays.copyOf(next, size);
        waiting = Arrays.copyOf(waiting, size);
        revision = Arrays.copyOf(revision, size);
        stateSegment = Arrays.copyOf(stateSegment, size);
        stateOffset = Arrays.copyOf(stateOffset, size);
        stateLength = Arrays.copyOf(stateLength, size);
        flags = Arrays.copyOf(flags, size);
    }
}
