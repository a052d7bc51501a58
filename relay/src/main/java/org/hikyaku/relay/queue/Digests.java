package org.hikyaku.relay.queue;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.Optional;
import org.slf4j.Logger;

/** The digests of sealed segments: read, or made from the segment. */
final class Digests {
    private final QueueFiles files;
    private final Logger log;

    Digests(QueueFiles files, Logger log) {
        this.files = files;
        this.log = log;
    }

    Optional<SegmentDigest> read(Segment segment) {
        try (DurableFile file = files.open(Segment.digestName(segment.number()))) {
            return SegmentDigest.read(file, segment.head, segment.length);
        } catch (IOException _) {
            // there is none, or none that can be read: it is made anew
            return Optional.empty();
        }
    }

    /** Reads the whole segment, holds all of it against its sums, and writes the digest if that is possible. */
    SegmentDigest make(Segment segment) throws IOException {
        SegmentDigest.Maker maker = new SegmentDigest.Maker(segment.head, segment.length);
        new SegmentScan(segment.file, segment.head.salt()).scan(new Complaining(segment, maker));
        SegmentDigest digest = maker.done();
        segment.digested = write(segment, digest.bytes());
        return digest;
    }

    private boolean write(Segment segment, ByteBuffer bytes) {
        String name = Segment.digestName(segment.number());
        try {
            files.delete(name);
            try (DurableFile file = files.create(name, QueueFiles.Forcing.ON_DEMAND)) {
                file.append(new ByteBuffer[] {bytes}, 1);
            }
            return true;
        } catch (IOException e) {
            log.warn(
                    "the digest of segment {} could not be written ({}); the next start takes longer",
                    segment.number(),
                    e.getMessage());
            return false;
        }
    }

    /** Passes records on, and says in the log what is damaged. */
    private final class Complaining implements SegmentScan.Visitor {
        private final Segment segment;
        private final SegmentScan.Visitor to;

        Complaining(Segment segment, SegmentScan.Visitor to) {
            this.segment = segment;
            this.to = to;
        }

        @Override
        public void record(LogRecord record, long offset, ByteBuffer meta) throws IOException {
            to.record(record, offset, meta);
        }

        @Override
        public void damaged(long from, long until, String how) {
            if (until == segment.length) {
                log.warn(
                        "segment {} of the queue: its last {} bytes, from {} on, are no whole record: {}. After a crash"
                                + " this is mail that nobody was told we have",
                        segment.number(),
                        until - from,
                        from,
                        how);
            } else {
                log.error(
                        "segment {} of the queue is damaged from byte {} to {}: {}. What stood there is lost, the rest"
                                + " is served",
                        segment.number(),
                        from,
                        until,
                        how);
            }
        }
    }
}
