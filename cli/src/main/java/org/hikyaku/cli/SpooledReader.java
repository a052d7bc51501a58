package org.hikyaku.cli;

import java.io.IOException;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.hikyaku.capture.file.CaptureReader;
import org.hikyaku.capture.file.Packet;
import org.hikyaku.capture.file.PcapNgWriter;
import org.hikyaku.capture.file.Windows;

/** Passes packets on; remembers when the first was, says how far it is, and keeps them all in a file when they cannot be read twice. */
final class SpooledReader implements CaptureReader {
    /** Packets from one word to the next. */
    private static final int STEP = 1 << 14;

    private final CaptureReader from;
    private final Optional<PcapNgWriter> spool;
    private final String title;
    private final Progress progress;
    private final Map<Integer, Integer> interfaces = new HashMap<>();
    /** Asked for by the thread that shows, written by the one that reads. */
    private volatile long began = Long.MIN_VALUE;

    private long bytes;
    private long packets;

    /** @param title of the capture, for the progress */
    SpooledReader(CaptureReader from, Optional<PcapNgWriter> spool, String title, Progress progress) {
        this.from = from;
        this.spool = spool;
        this.title = title;
        this.progress = progress;
    }

    /** Time of the first packet, in nanoseconds since 1970. */
    long began() {
        return began;
    }

    @Override
    public boolean next(Packet packet) throws IOException {
        if (!from.next(packet)) {
            return false;
        }
        if (began == Long.MIN_VALUE) {
            began = packet.nanos;
        }
        if (spool.isPresent()) {
            keep(packet, spool.get());
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

    private void keep(Packet packet, PcapNgWriter to) throws IOException {
        Integer number = interfaces.get(packet.linkType);
        if (number == null) {
            number = to.addInterface(packet.linkType, 0, "");
            interfaces.put(packet.linkType, number);
        }
        to.packet(number, packet.nanos, packet.data, packet.offset, packet.captured, packet.original);
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
