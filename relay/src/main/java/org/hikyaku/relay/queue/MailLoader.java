package org.hikyaku.relay.queue;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.file.NoSuchFileException;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.zip.CRC32C;
import org.hikyaku.smtp.ContentScan;
import org.hikyaku.smtp.MailContent;

/** Reads mails back from the log. */
final class MailLoader {
    /** Recipients of a parcel that are due this soon after the first go with it. */
    private static final long TOGETHER = 30_000;

    /** Records up to this size are read whole, with their content. */
    private static final int WHOLE = 32 << 10;

    private static final int BEGINNING = 4 << 10;

    /** How often a record that has moved is looked for again. */
    private static final int TRIES = 10;

    private final QueueFiles files;
    private final Segments segments;
    private final QueueIndex index;
    private final InstantSource clock;

    MailLoader(QueueFiles files, Segments segments, QueueIndex index, InstantSource clock) {
        this.files = files;
        this.segments = segments;
        this.index = index;
        this.clock = clock;
    }

    /**
     * A mail with all that is known of it.
     *
     * @param states of each parcel, by recipient
     * @param scan what the content asks of a server, where the record says that
     * @param inline the content's bytes, when they came with the record
     */
    record Loaded(
            QueueIndex.MailEntry entry,
            QueuedMail mail,
            List<Map<Integer, RecipientState>> states,
            Optional<ContentScan> scan,
            Optional<byte[]> inline) {

        /** The recipients of one parcel that are due. */
        List<QueuedRecipient> due(int ordinal, long now) {
            QueueIndex.ParcelEntry parcel = entry.parcels().get(ordinal);
            long least = Long.MAX_VALUE;
            for (RecipientState state : states.get(ordinal).values()) {
                least = state.waits() ? Math.min(least, state.remaining(now)) : least;
            }
            List<QueuedRecipient> due = new ArrayList<>();
            for (QueuedRecipient recipient : mail.recipients()) {
                if (recipient.waits() && recipient.destination().equals(parcel.destination())) {
                    long remaining = state(ordinal, recipient.index()).remaining(now);
                    if (parcel.flushed() || least == Long.MAX_VALUE || remaining - least <= TOGETHER) {
                        due.add(recipient);
                    }
                }
            }
            return due;
        }

        RecipientState state(int ordinal, int recipient) {
            return states.get(ordinal).getOrDefault(recipient, RecipientState.FRESH);
        }
    }

    Optional<Loaded> load(long id) throws IOException {
        IOException last = new IOException("no such mail");
        for (int i = 0; i < TRIES; i++) {
            Optional<QueueIndex.MailEntry> entry;
            index.lock.lock();
            try {
                entry = index.entry(id);
            } finally {
                index.lock.unlock();
            }
            if (entry.isEmpty()) {
                return Optional.empty();
            }
            try {
                return Optional.of(load(entry.get()));
            } catch (DamagedRecordException e) {
                throw e;
            } catch (IOException e) {
                // the record was moved meanwhile
                last = e;
            }
        }
        throw last;
    }

    private Loaded load(QueueIndex.MailEntry entry) throws IOException {
        Segment segment = segment(entry.segment());
        int first = entry.length() <= WHOLE ? entry.length() : Math.min(entry.length(), BEGINNING);
        ByteBuffer bytes = read(segment, entry.offset(), first);
        LogRecord record = head(bytes, segment, LogRecord.Type.MAIL);
        int needed = LogRecord.HEAD + record.meta();
        if (needed > bytes.limit()) {
            bytes = read(segment, entry.offset(), needed);
        }
        ByteBuffer meta = bytes.slice(LogRecord.HEAD, record.meta());
        Unpacker in = new Unpacker(sound(meta, record.metaSum()));
        MailMeta mail = MailMeta.read(in);
        QueuedEnvelope envelope = EnvelopeFormat.read(in);
        Optional<ContentScan> scan = ScanFormat.read(in);
        Optional<byte[]> inline = Optional.empty();
        if (!mail.inBody() && bytes.limit() == record.length()) {
            ByteBuffer content = sound(bytes.slice(needed, record.content()), record.contentSum());
            byte[] copy = new byte[content.remaining()];
            content.get(copy);
            inline = Optional.of(copy);
        }
        List<Map<Integer, RecipientState>> states =
                new ArrayList<>(entry.parcels().size());
        for (QueueIndex.ParcelEntry parcel : entry.parcels()) {
            states.add(states(parcel));
        }
        return new Loaded(entry, mail(entry, mail, envelope, states), states, scan, inline);
    }

    private Map<Integer, RecipientState> states(QueueIndex.ParcelEntry parcel) throws IOException {
        if (parcel.unwritten().isPresent()) {
            return parcel.unwritten().get().recipients();
        }
        if (parcel.segment() == 0) {
            return Map.of();
        }
        Segment segment = segment(parcel.segment());
        ByteBuffer bytes = read(segment, parcel.offset(), parcel.length());
        LogRecord record = head(bytes, segment, LogRecord.Type.STATE);
        ByteBuffer meta = bytes.slice(LogRecord.HEAD, record.meta());
        return ParcelState.read(new Unpacker(sound(meta, record.metaSum()))).recipients();
    }

    private QueuedMail mail(
            QueueIndex.MailEntry entry,
            MailMeta meta,
            QueuedEnvelope envelope,
            List<Map<Integer, RecipientState>> states)
            throws DamagedRecordException {
        Map<String, Integer> ordinals = new HashMap<>();
        meta.destinations().forEach(name -> ordinals.put(name, ordinals.size()));
        if (ordinals.size() != entry.parcels().size()) {
            throw new DamagedRecordException("its destinations are not those that it had");
        }
        Instant wall = clock.instant();
        long now = wall.toEpochMilli();
        long monotonic = index.now();
        List<QueuedRecipient> recipients = new ArrayList<>(meta.recipients());
        for (var recipient : envelope.envelope().recipients()) {
            String destination = MailMeta.destination(recipient);
            Integer ordinal = ordinals.get(destination);
            if (ordinal == null) {
                throw new DamagedRecordException("it has a recipient at " + destination + ", which is not in its list");
            }
            QueueIndex.ParcelEntry parcel = entry.parcels().get(ordinal);
            Map<Integer, RecipientState> of = states.get(ordinal);
            RecipientState state = of.getOrDefault(recipients.size(), RecipientState.FRESH);
            Optional<Instant> due = Optional.empty();
            if (state.waits()) {
                long wait = Math.max(0, parcel.due() - monotonic);
                wait += parcel.flushed() ? 0 : state.remaining(now) - least(of, now);
                due = Optional.of(wall.plusMillis(Math.max(0, wait)));
            }
            recipients.add(new QueuedRecipient(
                    recipients.size(),
                    recipient,
                    destination,
                    state.standing(),
                    state.attempts(),
                    due,
                    state.reason(),
                    state.delayTold()));
        }
        return new QueuedMail(new QueueId(entry.id()), envelope, recipients, meta.size(), entry.held());
    }

    private static long least(Map<Integer, RecipientState> states, long now) {
        long least = Long.MAX_VALUE;
        for (RecipientState state : states.values()) {
            least = state.waits() ? Math.min(least, state.remaining(now)) : least;
        }
        return least == Long.MAX_VALUE ? 0 : least;
    }

    /** The content, read when it is opened. */
    MailContent content(Loaded loaded) {
        QueueId id = loaded.mail().id();
        long size = loaded.mail().size();
        Optional<byte[]> inline = loaded.inline();
        return new MailContent() {
            @Override
            public long size() {
                return size;
            }

            @Override
            public Optional<ContentScan> scan() {
                return loaded.scan();
            }

            @Override
            public InputStream open() throws IOException {
                return inline.isPresent() ? new ByteArrayInputStream(inline.get()) : stored(id, size);
            }
        };
    }

    private InputStream stored(QueueId id, long size) throws IOException {
        IOException last = new IOException("there is no mail " + id + " in the queue any more");
        for (int i = 0; i < TRIES; i++) {
            Optional<QueueIndex.MailEntry> entry;
            index.lock.lock();
            try {
                entry = index.entry(id.number());
            } finally {
                index.lock.unlock();
            }
            if (entry.isEmpty()) {
                throw new IOException("there is no mail " + id + " in the queue any more");
            }
            if (entry.get().inBody()) {
                try {
                    return BodyFile.read(files, id, size);
                } catch (NoSuchFileException e) {
                    DamagedRecordException damaged = new DamagedRecordException("the file of its content is not there");
                    damaged.initCause(e);
                    throw damaged;
                }
            }
            try {
                Segment segment = segment(entry.get().segment());
                ByteBuffer bytes =
                        read(segment, entry.get().offset(), entry.get().length());
                LogRecord record = head(bytes, segment, LogRecord.Type.MAIL);
                ByteBuffer content =
                        sound(bytes.slice(LogRecord.HEAD + record.meta(), record.content()), record.contentSum());
                byte[] copy = new byte[content.remaining()];
                content.get(copy);
                return new ByteArrayInputStream(copy);
            } catch (DamagedRecordException e) {
                throw e;
            } catch (IOException e) {
                last = e;
            }
        }
        throw last;
    }

    private Segment segment(int number) throws IOException {
        return segments.get(number).orElseThrow(() -> new IOException("segment " + number + " is no more"));
    }

    private static ByteBuffer read(Segment segment, int offset, int length) throws IOException {
        ByteBuffer bytes = ByteBuffer.allocate(length);
        segment.file.read(bytes, offset);
        if (bytes.hasRemaining()) {
            throw new DamagedRecordException("segment " + segment.number() + " ends within it");
        }
        return bytes.flip();
    }

    private static LogRecord head(ByteBuffer bytes, Segment segment, LogRecord.Type type)
            throws DamagedRecordException {
        return LogRecord.at(bytes, 0, segment.head.salt(), new CRC32C())
                .filter(record -> record.type() == type)
                .orElseThrow(() -> new DamagedRecordException(
                        "in segment " + segment.number() + " there is no record where there was one"));
    }

    private static ByteBuffer sound(ByteBuffer bytes, int sum) throws DamagedRecordException {
        if (!LogRecord.matches(bytes, sum)) {
            throw new DamagedRecordException("its bytes do not fit their CRC32C");
        }
        return bytes;
    }
}
