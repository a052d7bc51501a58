package org.hikyaku.capture;

import java.util.Arrays;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.atomic.AtomicInteger;
import org.hikyaku.capture.file.Windows;
import org.hikyaku.capture.ip.Segment;

/** One window of the capture with the TCP segments found in it. Read by all workers; each takes its own connections'. */
final class Batch {
    private final BlockingQueue<Batch> home;
    private final AtomicInteger users = new AtomicInteger();
    byte[] window = new byte[Windows.SIZE];

    /** The first {@link #count} hold. */
    Segment[] segments = new Segment[1024];

    int count;

    /** The last packet in it. */
    long lastFrame;

    /** No more will come. */
    boolean last;

    /** @param home where it waits to be filled */
    Batch(BlockingQueue<Batch> home) {
        this.home = home;
    }

    /** Room for the next segment; {@link #count} counts it when it is one. */
    Segment next() {
        if (count == segments.length) {
            segments = Arrays.copyOf(segments, count * 2); // at most one in 56 bytes of the window
        }
        Segment segment = segments[count];
        if (segment == null) {
            segment = new Segment();
            segments[count] = segment;
        }
        return segment;
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
        count = 0;
        lastFrame = 0;
        if (window.length != Windows.SIZE) {
            window = new byte[Windows.SIZE]; // there was a packet larger than a window
        }
    }
}
