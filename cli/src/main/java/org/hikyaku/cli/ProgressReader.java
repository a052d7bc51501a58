package org.hikyaku.cli;

import java.io.IOException;
import java.util.List;
import org.hikyaku.capture.file.CaptureReader;
import org.hikyaku.capture.file.Packet;
import org.hikyaku.capture.file.Windows;

/** Passes packets on until it is told to end; remembers when the first was, and says how far it is. */
final class ProgressReader implements CaptureReader {
    /** Packets from one word to the next. */
    private static final int STEP = 1 << 14;

    private final CaptureReader from;
    private final String title;
    private final Progress progress;
    /** Asked for by the thread that shows, written by the one that reads. */
    private volatile long began = Long.MIN_VALUE;

    private volatile boolean ended;
    private long bytes;
    private long packets;

    /** @param title of the capture, for the progress */
    ProgressReader(CaptureReader from, String title, Progress progress) {
        this.from = from;
        this.title = title;
        this.progress = progress;
    }

    /** Time of the first packet, in nanoseconds since 1970. */
    long began() {
        return began;
    }

    /** There are no more packets from here on; from any thread. */
    void end() {
        ended = true;
    }

    @Override
    public boolean next(Packet packet) throws IOException {
        if (ended || !from.next(packet)) {
            return false;
        }
        if (began == Long.MIN_VALUE) {
            began = packet.nanos;
        }
        bytes += packet.captured;
        if (++packets % STEP == 0) {
            progress.say("decoding " + title + ": " + packets + " packets, " + (bytes >> 20) + " MB");
        }
        return true;
    }

    @Override
    public void windows(Windows windows) {
        from.windows(windows);
    }

    @Override
    public List<String> warnings() {
        return from.warnings();
    }

    @Override
    public void close() throws IOException {
        from.close();
    }
}
