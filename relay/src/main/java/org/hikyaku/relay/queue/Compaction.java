package org.hikyaku.relay.queue;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.zip.CRC32C;

/**
 * Copies what is still needed of a segment into one for such copies, so that the segment can be deleted. Mails that wait long gather
 * there and are not copied again before half of their segment is gone.
 */
final class Compaction {
    private static final int BATCH = 1 << 20;

    private final Segments segments;
    private final QueueIndex index;
    private final Digests digests;
    private final long segmentSize;
    private final CRC32C sum = new CRC32C();
    private Optional<Segment> target = Optional.empty();

    Compaction(Segments segments, QueueIndex index, Digests digests, long segmentSize) {
        this.segments = segments;
        this.index = index;
        this.digests = digests;
        this.segmentSize = segmentSize;
    }

    /** A record that is copied, and what the index is to be told. */
    private record Copy(int offset, int length, Moved then) {
        @FunctionalInterface
        private interface Moved {
            void to(Segment segment, int offset);
        }
    }

    /**
     * Copies what is needed of this segment.
     *
     * @throws DamagedRecordException when some of it cannot be read
     */
    void run(Segment from) throws IOException {
        Segment to = room(from);
        index.lock.lock();
        try {
            // a mail that goes meanwhile may have its copy already
            index.stale(from.number());
            index.stale(to.number());
        } finally {
            index.lock.unlock();
        }
        boolean copied = false;
        try {
            List<Copy> needed = needed(from);
            List<Integer> places = copy(from, to, needed);
            index.lock.lock();
            try {
                for (int i = 0; i < places.size(); i++) {
                    needed.get(i).then().to(to, places.get(i));
                }
                from.tombstones.clear();
                from.superseded = false;
                index.notStale(to.number());
            } finally {
                index.lock.unlock();
            }
            copied = true;
        } finally {
            if (!copied) {
                // what was copied counts for nothing; the file goes when it is found to be of no use
                to.sealed = true;
                target = Optional.empty();
            }
        }
    }

    private Segment room(Segment from) throws IOException {
        if (target.isPresent() && target.get().length + from.live > 2 * segmentSize) {
            close();
        }
        if (target.isEmpty()) {
            target = Optional.of(segments.create());
        }
        return target.get();
    }

    private List<Copy> needed(Segment from) throws IOException {
        Optional<SegmentDigest> digest = digests.read(from);
        List<Copy> needed = new ArrayList<>();
        (digest.isPresent() ? digest.get() : digests.make(from)).visit(new SegmentScan.Visitor() {
            @Override
            public void record(LogRecord record, long offset, ByteBuffer meta) throws IOException {
                index.lock.lock();
                try {
                    needed(from, record, (int) offset, meta)
                            .ifPresent(then -> needed.add(new Copy((int) offset, record.length(), then)));
                } finally {
                    index.lock.unlock();
                }
            }

            @Override
            public void damaged(long begin, long end, String how) {
                throw new AssertionError("a digest has sound records only");
            }
        });
        return needed;
    }

    private Optional<Copy.Moved> needed(Segment from, LogRecord record, int offset, ByteBuffer meta)
            throws IOException {
        Unpacker in = new Unpacker(meta);
        int number = from.number();
        return switch (record.type()) {
            case MAIL -> {
                long id = MailMeta.read(in).id();
                int mail = index.mails.find(id);
                yield mail != MailTable.NONE
                                && index.mails.segment[mail] == number
                                && index.mails.offset[mail] == offset
                                && !index.mails.has(mail, MailTable.LEAVING)
                        ? Optional.of((to, at) -> index.moved(id, number, offset, to, at))
                        : Optional.empty();
            }
            case STATE -> {
                ParcelState state = ParcelState.begin(in);
                int mail = index.mails.find(state.id());
                int parcel = mail == MailTable.NONE ? ParcelTable.NONE : index.parcel(mail, state.ordinal());
                yield parcel != ParcelTable.NONE
                                && index.parcels.stateSegment[parcel] == number
                                && index.parcels.stateOffset[parcel] == offset
                        ? Optional.of((to, at) -> index.stateMoved(state.id(), state.ordinal(), number, offset, to, at))
                        : Optional.empty();
            }
            case HOLD -> {
                HoldMeta hold = HoldMeta.read(in);
                yield index.holdOf(hold.id())
                                .filter(latest -> latest.segment() == number && latest.offset() == offset)
                                .isPresent()
                        ? Optional.of((to, at) -> index.holdMoved(hold.id(), number, offset, to, at))
                        : Optional.empty();
            }
            case GONE -> {
                GoneMeta gone = GoneMeta.read(in);
                boolean needed = false;
                for (int target : gone.segments()) {
                    needed |= target != number && segments.has(target);
                }
                yield needed ? Optional.of((to, at) -> index.buried(gone, to)) : Optional.empty();
            }
        };
    }

    /** Copies the records, forced; where each went. */
    private List<Integer> copy(Segment from, Segment to, List<Copy> records) throws IOException {
        List<Integer> places = new ArrayList<>(records.size());
        ByteBuffer batch = ByteBuffer.allocate(BATCH);
        long at = to.length;
        for (Copy copy : records) {
            if (copy.length() > batch.remaining()) {
                write(to, batch);
                if (copy.length() > batch.capacity()) {
                    batch = ByteBuffer.allocate(copy.length());
                }
            }
            int begin = batch.position();
            batch.limit(begin + copy.length());
            from.file.read(batch, copy.offset());
            verify(batch, begin, copy.length(), from, to);
            batch.limit(batch.capacity());
            places.add((int) at);
            at += copy.length();
        }
        write(to, batch);
        return places;
    }

    private void verify(ByteBuffer batch, int begin, int length, Segment from, Segment to)
            throws DamagedRecordException {
        ByteBuffer record = batch.slice(begin, length);
        boolean sound = LogRecord.at(record, 0, from.head.salt(), sum)
                .filter(found -> found.length() == length
                        && LogRecord.matches(record.slice(LogRecord.HEAD, found.meta()), found.metaSum())
                        && LogRecord.matches(
                                record.slice(LogRecord.HEAD + found.meta(), found.content()), found.contentSum()))
                .isPresent();
        if (!sound) {
            throw new DamagedRecordException(
                    "a record in segment " + from.number() + " does not fit its CRC32C any more");
        }
        ByteBuffer stamped = ByteBuffer.allocate(LogRecord.HEAD);
        stamped.put(record.slice(0, LogRecord.HEAD)).flip();
        LogRecord.stamp(stamped, to.head.salt(), sum);
        batch.put(begin, stamped, 0, LogRecord.HEAD);
    }

    private void write(Segment to, ByteBuffer batch) throws IOException {
        batch.flip();
        int count = batch.remaining();
        if (count > 0) {
            to.file.append(new ByteBuffer[] {batch}, 1);
            long before = to.length;
            to.length = before + count;
        }
        batch.clear();
    }

    /** Ends the segment of copies. */
    void close() {
        target.ifPresent(segment -> segment.sealed = true);
        target = Optional.empty();
    }
}
