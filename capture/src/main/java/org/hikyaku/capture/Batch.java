package org.hikyaku.capture;

import java.util.Arrays;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.atomic.AtomicInteger;
import org.hikyaku.capture.file.Windows;
import org.hikyaku.capture.ip.Segment;

/** One window of the capture with the TCP segments found in it. Each worker reads those of its own connections. */
final class Batch {
    private final BlockingQueue<Batch> home;
    private final AtomicInteger users = new AtomicInteger();
    byte[] window = new byte[Windows.SIZE];

    /** Of each worker; the first so many hold. */
    private final Segment[][] segments;

    private final int[] counts;

    /** To be filled next. */
    private Segment spare = new Segment();

    /** The last packet in it. */
    long lastFrame;

    /** No more will come. */
    boolean last;

    /** @param home where it waits to be filled */
    Batch(BlockingQueue<Batch> home, int workers) {
        this.home = home;
        this.segments = new Segment[workers][1024 / workers];
        this.counts = new int[workers];
    }

    /** Room for the next segment; {@link #give} counts it when it is one. */
    Segment next() {
        return spare;
    }

    /** The next segment is this worker's: another is filled from now on. */
    void give(int worker) {
        int count = counts[worker];
        Segment[] of = segments[worker];
        if (count == of.length) {
            of = Arrays.copyOf(of, count * 2); // at most one in 56 bytes of the window
            segments[worker] = of;
        }
        Segment used = of[count];
        of[count] = spare;
        spare = used == null ? new Segment() : used;
        counts[worker] = count + 1;
    }

    boolean isEmpty() {
        for (int count : counts) {
            if (count > 0) {
                return false;
            }
        }
        return true;
    }

    /** A worker's segments in the order of the capture, of which {@link #count} hold. */
    Segment[] segments(int worker) {
        return segments[worker];
    }

    int count(int worker) {
        return counts[worker];
    }

    void usedBy(int workers) {
        users.set(workers);
    }

    /** A worker has done with it; after the last of them it is filled again. */
    void release() {
        if (users.decrementAndGet() == 0) {
            clear();
            home.add(this);
        }
    }

    private void clear() {
        Arrays.fill(counts, 0);
        lastFrame = 0;
        if (window.length != Windows.SIZE) {
            window = new byte[Windows.SIZE]; // there was a packet larger than a window
        }
    }
}
