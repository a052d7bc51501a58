package org.hikyaku.capture;

import java.io.IOException;
import java.util.List;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import org.hikyaku.capture.file.CaptureReader;
import org.hikyaku.capture.file.Packet;
import org.hikyaku.capture.ip.Segment;
import org.hikyaku.capture.ip.SegmentReader;
import org.jspecify.annotations.Nullable;

/** Reads packets, finds the TCP segment in each, and gives them to the workers by connection, a window at a time. */
final class PacketFeed implements Runnable {
    /** Windows under way: enough that nobody waits, few enough to stay in the processor's cache. */
    private static final int BATCHES = 4;

    private final CaptureReader reader;
    private final List<BlockingQueue<Batch>> workers;
    private final int parts;
    private final BlockingQueue<Batch> free = new ArrayBlockingQueue<>(BATCHES);
    private final SegmentReader segments = new SegmentReader();
    private @Nullable IOException failure;
    private @Nullable RuntimeException bug;
    private Batch batch;
    private long packets;
    private long cutPackets;
    private long longest;
    private long damaged;
    private long unknownLinks;
    private int linkType;

    PacketFeed(CaptureReader reader, List<BlockingQueue<Batch>> workers) {
        this.reader = reader;
        this.workers = workers;
        this.parts = workers.size();
        this.batch = new Batch(free, parts);
        for (int i = 1; i < BATCHES; i++) {
            free.add(new Batch(free, parts));
        }
        reader.windows(this::turn);
    }

    @Override
    public void run() {
        try {
            try {
                read();
            } catch (IOException e) {
                failure = e;
            } catch (Stopped e) {
                throw e;
            } catch (RuntimeException e) {
                bug = e; // told by the thread that called
            }
            batch.last = true;
            publish();
        } catch (InterruptedException | Stopped e) {
            Thread.currentThread().interrupt(); // nobody wants the rest
        }
    }

    private void read() throws IOException {
        Packet packet = new Packet();
        while (reader.next(packet)) {
            packets++;
            linkType = packet.linkType;
            if (packet.captured < packet.original) {
                cutPackets++;
                longest = Math.max(longest, packet.original);
            }
            batch.lastFrame = packet.frame;
            Segment segment = batch.next();
            switch (segments.read(packet, segment)) {
                case SEGMENT -> batch.give(worker(segment));
                case DAMAGED -> damaged++;
                case UNKNOWN_LINK_TYPE -> unknownLinks++;
                case OTHER, FRAGMENT -> {} // nothing for us, or not yet
            }
        }
    }

    /** The same for both directions of a connection. */
    private int worker(Segment s) {
        long mixed = (s.sourceHigh ^ s.destinationHigh) * 0x9e3779b97f4a7c15L
                + (s.sourceLow ^ s.destinationLow) * 0xc2b2ae3d27d4eb4fL
                + (s.sourcePort ^ s.destinationPort) * 0x165667b19e3779f9L;
        return (int) (((mixed ^ mixed >>> 29) >>> 3 & 0x7fffffff) * parts >>> 31);
    }

    /** The window is full, or the input has nothing more at the moment. */
    private byte[] turn(byte[] used) {
        if (batch.isEmpty()) {
            return used;
        }
        try {
            batch.window = used;
            publish();
            batch = free.take();
            return batch.window;
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new Stopped();
        }
    }

    private void publish() throws InterruptedException {
        batch.usedBy(workers.size());
        for (BlockingQueue<Batch> worker : workers) {
            worker.put(batch);
        }
    }

    /** Throws why reading ended before the end, if it did; to be asked when the last batch has come. */
    void check() throws IOException {
        if (failure != null) {
            throw failure;
        }
        if (bug != null) {
            throw bug;
        }
    }

    long packets() {
        return packets;
    }

    /** What was noticed; to be asked when the last batch has come. */
    void warnings(List<String> to) {
        if (cutPackets > 0) {
            to.add(cutPackets + " packets were cut by the snapshot length; " + longest
                    + " bytes would have been enough (tcpdump -s 0 captures whole packets)");
        }
        if (unknownLinks > 0) {
            to.add(unknownLinks + " packets have a link type that is not understood (the last: LINKTYPE " + linkType
                    + ")");
        }
        if (damaged > 0) {
            to.add(damaged + " packets have IP or TCP headers that are cut or make no sense");
        }
        if (segments.datagramsLost() > 0) {
            to.add(
                    segments.datagramsLost()
                            + " packets in fragments are not whole: fragments are missing, cut, or disagree where they overlap");
        }
    }
}
