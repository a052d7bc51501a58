package org.hikyaku.relay.queue;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.time.InstantSource;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.zip.CRC32C;
import org.slf4j.Logger;

/**
 * Rebuilds the index from the segments. The order in which they are read does not matter: that a mail is gone counts wherever it stands,
 * of states and holds the highest revision counts, and of two copies of a mail the one in the younger segment.
 */
final class Recovery {
    private static final String SUFFIX = ".log";

    private final QueueFiles files;
    private final Segments segments;
    private final QueueIndex index;
    private final Digests digests;
    private final InstantSource clock;
    private final Logger log;

    private final LongSet gone = new LongSet();
    private final Set<Segment> withStates = new HashSet<>();
    /** Of segments whose digest could not be written. */
    private final Map<Segment, SegmentDigest> kept = new HashMap<>();

    private long lastId;

    Recovery(QueueFiles files, Segments segments, QueueIndex index, Digests digests, InstantSource clock, Logger log) {
        this.files = files;
        this.segments = segments;
        this.index = index;
        this.digests = digests;
        this.clock = clock;
        this.log = log;
    }

    /** Does it; the highest id given so far. */
    long run() throws IOException {
        List<String> names = files.list();
        // what is found may not be on disk yet, and must be before anything is built on it
        files.force();
        for (String name : names) {
            Optional<Integer> number = number(name);
            if (number.isPresent()) {
                segments.avoid(number.get());
                open(name, number.get());
            }
        }
        for (Segment segment : segments.list()) {
            lastId = Math.max(lastId, segment.head.nextId() - 1);
            digest(segment).visit(new Mails(segment));
        }
        for (Segment segment : segments.list()) {
            if (withStates.contains(segment)) {
                digest(segment).visit(new States(segment));
            }
        }
        for (String name : names) {
            Optional<QueueId> owner = BodyFile.owner(name);
            if (owner.isPresent() && index.mails.find(owner.get().number()) == MailTable.NONE) {
                files.delete(name);
            }
        }
        return lastId;
    }

    private static Optional<Integer> number(String name) {
        if (name.length() != 8 + SUFFIX.length() || !name.endsWith(SUFFIX)) {
            return Optional.empty();
        }
        int number = 0;
        for (int i = 0; i < 8; i++) {
            int digit = name.charAt(i) - '0';
            if (digit < 0 || digit > 9) {
                return Optional.empty();
            }
            number = 10 * number + digit;
        }
        return Optional.of(number);
    }

    private void open(String name, int number) throws IOException {
        DurableFile file = files.open(name);
        try {
            long size = file.size();
            Optional<SegmentHead> head = head(file, size, number);
            if (head.isPresent()) {
                Segment segment = new Segment(head.get(), file, size);
                segment.sealed = true;
                segments.found(segment);
                return;
            }
            file.close();
            if (size <= SegmentHead.BYTES) {
                // made just before a crash; nothing was ever written to it
                files.delete(name);
            } else {
                log.error(
                        "{} of the queue cannot be read: neither its head nor its first record is sound. It is left as"
                                + " it is",
                        name);
            }
        } catch (IOException e) {
            file.close();
            throw new IOException("the queue's file " + name + " cannot be read: " + e.getMessage(), e);
        }
    }

    private Optional<SegmentHead> head(DurableFile file, long size, int number) throws IOException {
        ByteBuffer bytes = ByteBuffer.allocate((int) Math.min(size, SegmentHead.BYTES + LogRecord.HEAD));
        file.read(bytes, 0);
        bytes.flip();
        Optional<SegmentHead> head = SegmentHead.of(bytes).filter(sound -> sound.number() == number);
        if (head.isEmpty() && bytes.limit() >= SegmentHead.BYTES + LogRecord.HEAD) {
            // the first record has the salt, too
            long salt = bytes.getLong(SegmentHead.BYTES);
            if (LogRecord.at(bytes, SegmentHead.BYTES, salt, new CRC32C()).isPresent()) {
                log.error("the head of segment {} of the queue is damaged; its records are read all the same", number);
                return Optional.of(new SegmentHead(number, salt, 0));
            }
        }
        return head;
    }

    private SegmentDigest digest(Segment segment) throws IOException {
        SegmentDigest inMemory = kept.get(segment);
        if (inMemory != null) {
            return inMemory;
        }
        Optional<SegmentDigest> onDisk = digests.read(segment);
        if (onDisk.isPresent()) {
            segment.digested = true;
            return onDisk.get();
        }
        // what was read from it may be in memory only, and must be on disk before anything is built on it
        segment.file.force();
        SegmentDigest made = digests.make(segment);
        if (!segment.digested) {
            kept.put(segment, made);
        }
        return made;
    }

    private void senseless(Segment segment, long offset, DamagedRecordException why) {
        log.error(
                "the record at byte {} of segment {} of the queue makes no sense and is passed over: {}",
                offset,
                segment.number(),
                why.getMessage());
    }

    /** One time through the records of a segment, as its digest has them. */
    private abstract class Pass implements SegmentScan.Visitor {
        final Segment segment;

        Pass(Segment segment) {
            this.segment = segment;
        }

        abstract void read(LogRecord record, long offset, ByteBuffer meta) throws DamagedRecordException;

        @Override
        public void record(LogRecord record, long offset, ByteBuffer meta) {
            try {
                read(record, offset, meta);
            } catch (DamagedRecordException e) {
                senseless(segment, offset, e);
            }
        }

        @Override
        public void damaged(long from, long to, String how) {
            throw new AssertionError("a digest has sound records only");
        }
    }

    /** First all mails, and which are gone. */
    private final class Mails extends Pass {
        Mails(Segment segment) {
            super(segment);
        }

        @Override
        void read(LogRecord record, long offset, ByteBuffer meta) throws DamagedRecordException {
            switch (record.type()) {
                case MAIL -> {
                    MailMeta mail = MailMeta.read(new Unpacker(meta));
                    lastId = Math.max(lastId, mail.id());
                    if (!gone.contains(mail.id())) {
                        index.added(mail, segment, (int) offset, record.length());
                    }
                }
                case GONE -> {
                    GoneMeta mail = GoneMeta.read(new Unpacker(meta));
                    lastId = Math.max(lastId, mail.id());
                    gone.add(mail.id());
                    index.forget(mail.id());
                    index.buried(mail, segment);
                }
                case STATE, HOLD -> withStates.add(segment);
            }
        }
    }

    /** Then how far they are. */
    private final class States extends Pass {
        States(Segment segment) {
            super(segment);
        }

        @Override
        void read(LogRecord record, long offset, ByteBuffer meta) throws DamagedRecordException {
            switch (record.type()) {
                case STATE -> {
                    ParcelState state = ParcelState.begin(new Unpacker(meta));
                    long wait = RecipientState.remaining(state.since(), state.delay(), clock.millis());
                    index.stated(state, index.now() + wait, segment, (int) offset, record.length());
                }
                case HOLD -> index.held(HoldMeta.read(new Unpacker(meta)), segment, (int) offset, record.length());
                case MAIL, GONE -> {}
            }
        }
    }
}
