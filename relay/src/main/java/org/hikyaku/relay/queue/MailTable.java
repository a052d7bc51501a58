package org.hikyaku.relay.queue;

import java.util.Arrays;

/**
 * The mails of the index: a few numbers for each, in arrays, found by their id through a table of slots with linear probing (Knuth 6.4,
 * algorithms L and R). About 40 bytes a mail. Guarded by the queue's lock.
 */
final class MailTable {
    static final int NONE = -1;
    private static final int FIRST = 64;
    private static final long GOLDEN = 0x9E3779B97F4A7C15L;

    /** In {@link #flags}: the content is in a body file. */
    static final byte BODY = 1;
    /** In {@link #flags}: the mail is held. */
    static final byte HELD = 2;
    /** In {@link #flags}: the record that the mail is gone is being written. */
    static final byte LEAVING = 4;

    long[] id = new long[FIRST];
    int[] segment = new int[FIRST];
    int[] offset = new int[FIRST];
    int[] length = new int[FIRST];
    int[] recipients = new int[FIRST];
    /** Its parcels are a list; of a free slot, the next free one. */
    int[] firstParcel = new int[FIRST];

    byte[] flags = new byte[FIRST];

    private int[] slots = empty(2 * FIRST);
    private int used;
    private int free = NONE;
    private int count;

    private static int[] empty(int size) {
        int[] slots = new int[size];
        Arrays.fill(slots, NONE);
        return slots;
    }

    int count() {
        return count;
    }

    private int home(long key) {
        return (int) ((key * GOLDEN) >>> (64 - Integer.numberOfTrailingZeros(slots.length)));
    }

    /** The mail's slot, or {@link #NONE}. */
    int find(long key) {
        int mask = slots.length - 1;
        for (int at = home(key); ; at = (at + 1) & mask) {
            int slot = slots[at];
            if (slot == NONE || id[slot] == key) {
                return slot;
            }
        }
    }

    /** A slot for a mail that is not there yet; its fields are to be set by the caller. */
    int add(long key) {
        int slot = free;
        if (slot != NONE) {
            free = firstParcel[slot];
        } else {
            if (used == id.length) {
                grow(used + (used >> 1));
            }
            slot = used++;
        }
        id[slot] = key;
        flags[slot] = 0;
        firstParcel[slot] = NONE;
        if (++count > slots.length / 2) {
            int[] old = slots;
            slots = empty(2 * old.length);
            for (int other : old) {
                if (other != NONE) {
                    enter(other);
                }
            }
        }
        enter(slot);
        return slot;
    }

    private void enter(int slot) {
        int mask = slots.length - 1;
        int at = home(id[slot]);
        while (slots[at] != NONE) {
            at = (at + 1) & mask;
        }
        slots[at] = slot;
    }

    void remove(int slot) {
        int mask = slots.length - 1;
        int at = home(id[slot]);
        while (slots[at] != slot) {
            at = (at + 1) & mask;
        }
        for (int next = (at + 1) & mask; slots[next] != NONE; next = (next + 1) & mask) {
            // fill the gap with the next one that may stand there
            if (((next - home(id[slots[next]])) & mask) >= ((next - at) & mask)) {
                slots[at] = slots[next];
                at = next;
            }
        }
        slots[at] = NONE;
        firstParcel[slot] = free;
        flags[slot] = 0;
        recipients[slot] = 0;
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
        id = Arrays.copyOf(id, size);
        segment = Arrays.copyOf(segment, size);
        offset = Arrays.copyOf(offset, size);
        length = Arrays.copyOf(length, size);
        recipients = Arrays.copyOf(recipients, size);
        firstParcel = Arrays.copyOf(firstParcel, size);
        flags = Arrays.copyOf(flags, size);
    }

    /** All ids, in the order of arrival. */
    long[] ids() {
        long[] ids = new long[count];
        int n = 0;
        for (int slot = 0; slot < used; slot++) {
            if (recipients[slot] > 0) {
                ids[n++] = id[slot];
            }
        }
        Arrays.sort(ids);
        return ids;
    }

    /** The smallest id, or 0 without mails. */
    long oldest() {
        long oldest = Long.MAX_VALUE;
        for (int slot = 0; slot < used; slot++) {
            if (recipients[slot] > 0 && id[slot] < oldest) {
                oldest = id[slot];
            }
        }
        return count == 0 ? 0 : oldest;
    }
}
