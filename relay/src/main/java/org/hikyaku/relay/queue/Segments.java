package org.hikyaku.relay.queue;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.ConcurrentSkipListMap;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.random.RandomGenerator;

/** The segments that there are, by number. */
final class Segments {
    private final QueueFiles files;
    private final RandomGenerator salts;
    private final AtomicLong lastId;
    private final AtomicInteger lastNumber = new AtomicInteger();
    private final ConcurrentSkipListMap<Integer, Segment> all = new ConcurrentSkipListMap<>();

    /** @param lastId the highest id given so far */
    Segments(QueueFiles files, RandomGenerator salts, AtomicLong lastId) {
        this.files = files;
        this.salts = salts;
        this.lastId = lastId;
    }

    /** Makes a segment, durably. */
    Segment create() throws IOException {
        int number = lastNumber.incrementAndGet();
        String name = Segment.name(number);
        DurableFile file = files.create(name, QueueFiles.Forcing.EACH_APPEND);
        try {
            SegmentHead head = new SegmentHead(number, salts.nextLong(), lastId.get() + 1);
            file.append(new ByteBuffer[] {head.bytes()}, 1);
            files.force();
            Segment segment = new Segment(head, file, SegmentHead.BYTES);
            all.put(number, segment);
            return segment;
        } catch (IOException e) {
            file.close();
            files.delete(name);
            throw e;
        }
    }

    /** One that was found on disk. */
    void found(Segment segment) {
        all.put(segment.number(), segment);
        avoid(segment.number());
    }

    /** This number is taken. */
    void avoid(int number) {
        lastNumber.accumulateAndGet(number, Math::max);
    }

    Optional<Segment> get(int number) {
        return Optional.ofNullable(all.get(number));
    }

    boolean has(int number) {
        return all.containsKey(number);
    }

    List<Segment> list() {
        return new ArrayList<>(all.values());
    }

    /** Deletes these for good: when this returns they do not come back after a crash. */
    void delete(List<Segment> dead) throws IOException {
        for (Segment segment : dead) {
            files.delete(Segment.digestName(segment.number()));
            files.delete(Segment.name(segment.number()));
        }
        files.force();
        for (Segment segment : dead) {
            all.remove(segment.number());
            segment.file.close();
        }
    }

    /** Bytes of all. */
    long bytes() {
        long bytes = 0;
        for (Segment segment : all.values()) {
            bytes += segment.length;
        }
        return bytes;
    }

    void close() throws IOException {
        for (Segment segment : all.values()) {
            segment.file.close();
        }
    }
}
