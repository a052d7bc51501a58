package org.hikyaku.relay.queue;

/** Numbers above 0, without a box for each; open addressing with linear probing. */
final class LongSet {
    private static final long GOLDEN = 0x9E3779B97F4A7C15L;

    private long[] table = new long[1024];
    private int count;

    boolean contains(long value) {
        return table[place(table, value)] == value;
    }

    void add(long value) {
        int at = place(table, value);
        if (table[at] != value) {
            table[at] = value;
            if (++count > table.length / 2) {
                long[] larger = new long[2 * table.length];
                for (long one : table) {
                    if (one != 0) {
                        larger[place(larger, one)] = one;
                    }
                }
                table = larger;
            }
        }
    }

    private static int place(long[] table, long value) {
        int at = (int) ((value * GOLDEN) >>> (64 - Integer.numberOfTrailingZeros(table.length)));
        while (table[at] != 0 && table[at] != value) {
            at = (at + 1) & (table.length - 1);
        }
        return at;
    }
}
