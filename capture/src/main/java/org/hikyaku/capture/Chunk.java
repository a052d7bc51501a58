package org.hikyaku.capture;

import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/** What one worker found, in order, with the bytes: kept until the views are told. Filled by one thread, then read by another. */
final class Chunk {
    /** Bytes; small enough that they are still in the processor's cache when the other thread reads them. */
    static final int ROOM = 256 << 10;

    /** What happened. */
    enum Kind {
        OPENED,
        DATA_CLEAR,
        DATA_ENCRYPTED,
        HOLE_CLEAR,
        HOLE_ENCRYPTED,
        TLS_BEGINS,
        END
    }

    private static final int MOST = 16_384;

    byte[] bytes = new byte[ROOM];
    int used;
    int count;
    Kind[] kinds = new Kind[256];
    RecordedView[] views = new RecordedView[256];
    boolean[] byServer = new boolean[256];
    int[] offsets = new int[256];
    long[] lengths = new long[256];
    long[] frames = new long[256];
    long[] nanos = new long[256];

    /** Where each belongs among what the other workers found. */
    long[] orders = new long[256];

    /** The worker has nothing more to say about anything up to here. */
    long upTo;

    /** A bug: the worker ends with it. */
    @Nullable
    Throwable failure;

    boolean fits(int length) {
        return count < MOST && (used + length <= bytes.length || used == 0);
    }

    void add(Kind kind, RecordedView view, boolean server, int offset, long length, long frame, long time, long order) {
        if (count == kinds.length) {
            grow(count * 2);
        }
        kinds[count] = kind;
        views[count] = view;
        byServer[count] = server;
        offsets[count] = offset;
        lengths[count] = length;
        frames[count] = frame;
        nanos[count] = time;
        orders[count] = order;
        count++;
    }

    /** Copies bytes in; gives where they stand. */
    int put(byte[] data, int offset, int length) {
        if (length > bytes.length) {
            bytes = new byte[length];
        }
        System.arraycopy(data, offset, bytes, used, length);
        used += length;
        return used - length;
    }

    private void grow(int size) {
        kinds = Arrays.copyOf(kinds, size);
        views = Arrays.copyOf(views, size);
        byServer = Arrays.copyOf(byServer, size);
        offsets = Arrays.copyOf(offsets, size);
        lengths = Arrays.copyOf(lengths, size);
        frames = Arrays.copyOf(frames, size);
        nanos = Arrays.copyOf(nanos, size);
        orders = Arrays.copyOf(orders, size);
    }

    void clear() {
        Arrays.fill(views, 0, count, null);
        used = 0;
        count = 0;
        if (bytes.length != ROOM) {
            bytes = new byte[ROOM];
        }
    }
}
