package org.hikyaku.relay.queue;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.security.SecureRandom;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.LongSupplier;
import java.util.function.Predicate;
import java.util.random.RandomGenerator;
import org.hikyaku.net.Limit;
import org.hikyaku.smtp.MailContent;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The queue in the segments of a log; see the description of this package. */
public final class SegmentQueue implements MailQueue {
    private static final Logger LOG = LoggerFactory.getLogger(SegmentQueue.class);
    private static final int STRIPES = 256;

    private final QueueOptions options;
    private final InstantSource clock;
    private final LongSupplier nanos;
    private final Optional<FolderLock> folderLock;
    private final QueueFiles files;
    private final AtomicLong lastId = new AtomicLong();
    private final AtomicInteger drafts = new AtomicInteger();
    private final Segments segments;
    private final QueueIndex index;
    private final MailLoader loader;
    private final Committer committer;
    private final Compaction compaction;
    private final Keeper keeper;
    private final DiskSpace space;
    private final ChunkPool pool;
    private final LogDraft.Home home = new Home();
    private final Removals removals;
    /** One at a time settles a mail. */
    private final ReentrantLock[] stripes = new ReentrantLock[STRIPES];

    private Optional<QueueControl> control = Optional.empty();
    private volatile boolean closed;

    private SegmentQueue(
            QueueOptions options,
            QueueFiles files,
            Optional<FolderLock> folderLock,
            InstantSource clock,
            LongSupplier nanos,
            RandomGenerator salts)
            throws IOException {
        this.options = options;
        this.files = files;
        this.folderLock = folderLock;
        this.clock = clock;
        this.nanos = nanos;
        for (int i = 0; i < STRIPES; i++) {
            stripes[i] = new ReentrantLock();
        }
        segments = new Segments(files, salts, lastId);
        index = new QueueIndex(segments, () -> nanos.getAsLong() / 1_000_000);
        loader = new MailLoader(files, segments, index, clock);
        pool = new ChunkPool(options.draftMemory());
        space = new DiskSpace(files, options.reserve(), nanos);
        Digests digests = new Digests(files, LOG);
        compaction = new Compaction(segments, index, digests, options.segment());
        keeper = new Keeper(files, segments, index, digests, compaction, options.compactAfter(), this::writeAgain, LOG);
        committer = new Committer(segments, files, options.segment(), index.lock, keeper::wake, LOG);
        removals = new Removals(index, committer, options.patience(), keeper::orphan);
        index.lock.lock();
        try {
            lastId.set(new Recovery(files, segments, index, digests, clock, LOG).run());
        } catch (IOException | RuntimeException e) {
            segments.close();
            throw e;
        } finally {
            index.lock.unlock();
        }
        try {
            committer.start();
        } catch (IOException e) {
            segments.close();
            throw new IOException("the queue's folder cannot be written: " + e.getMessage(), e);
        }
        keeper.start();
    }

    /**
     * Opens the queue in its folder, which takes some seconds for a million mails.
     *
     * @throws QueueInUseException when another process has it
     * @throws IOException when the folder cannot be read or written
     */
    public static MailQueue open(QueueOptions options, InstantSource clock) throws IOException {
        FolderLock lock =
                FolderLock.take(options.folder()).orElseThrow(() -> new QueueInUseException(options.folder()));
        try {
            SegmentQueue queue = new SegmentQueue(
                    options,
                    new FolderFiles(options.folder()),
                    Optional.of(lock),
                    clock,
                    System::nanoTime,
                    new SecureRandom());
            queue.listen();
            return queue;
        } catch (IOException | RuntimeException e) {
            lock.close();
            throw e;
        }
    }

    /** Lets {@code hikyaku queue} reach this queue; without that it is a queue all the same. */
    private void listen() {
        try {
            control = Optional.of(QueueControl.start(options.folder(), this));
        } catch (IOException | UnsupportedOperationException e) {
            LOG.warn(
                    "'hikyaku queue' cannot reach this queue while it is open: its socket in {} cannot be made: {}",
                    options.folder(),
                    e.getMessage());
        }
    }

    /** The same over any files and clocks. */
    static MailQueue open(
            QueueOptions options, QueueFiles files, InstantSource clock, LongSupplier nanos, RandomGenerator salts)
            throws IOException {
        return new SegmentQueue(options, files, Optional.empty(), clock, nanos, salts);
    }

    /** What drafts need. */
    private final class Home implements LogDraft.Home {
        @Override
        public ChunkPool pool() {
            return pool;
        }

        @Override
        public QueueFiles files() {
            return files;
        }

        @Override
        public DiskSpace space() {
            return space;
        }

        @Override
        public void commit(ByteBuffer head, ByteBuffer[] content, MailMeta meta, Commit.Release release)
                throws IOException {
            int length = head.limit();
            for (ByteBuffer chunk : content) {
                length += chunk.remaining();
            }
            LogEntry entry = new LogEntry(
                    head, content, length, (segment, offset, size) -> index.added(meta, segment, offset, size));
            Commit commit = new Commit(List.of(entry), meta.inBody(), release);
            try {
                if (head.limit() - LogRecord.HEAD > LogRecord.MOST_META) {
                    throw new IOException("the envelope has more than the " + LogRecord.MOST_META
                            + " bytes that the queue keeps of one");
                }
                space.claim(length);
                committer.submit(commit);
            } catch (IOException e) {
                release.after(false);
                throw e;
            }
            commit.await(options.patience());
        }

        @Override
        public void closed() {
            drafts.decrementAndGet();
        }

        @Override
        public void orphan(QueueId id) {
            keeper.orphan(id);
        }
    }

    @Override
    public Draft open() throws IOException {
        if (closed) {
            throw new QueueFullException("the queue is being closed");
        }
        space.claim(0);
        if (drafts.incrementAndGet() > options.drafts().value()) {
            drafts.decrementAndGet();
            throw full(options.drafts());
        }
        int mails;
        index.lock.lock();
        try {
            mails = index.mails.count();
        } finally {
            index.lock.unlock();
        }
        if (mails >= options.mails().value()) {
            drafts.decrementAndGet();
            throw full(options.mails());
        }
        // by the clock, so that it says when; and never twice, whatever the clock does
        long micros = TimeUnit.MILLISECONDS.toMicros(clock.millis());
        return new LogDraft(new QueueId(lastId.updateAndGet(last -> Math.max(last + 1, micros))), home);
    }

    private static QueueFullException full(Limit limit) {
        return new QueueFullException("the limit of " + limit.value() + " " + limit.name() + " is reached");
    }

    @Override
    public Optional<QueuedMail> find(QueueId id) {
        return load(id).map(MailLoader.Loaded::mail);
    }

    /** The mail; one that is damaged on disk is held, and not given out. */
    private Optional<MailLoader.Loaded> load(QueueId id) {
        try {
            return loader.load(id.number());
        } catch (IOException e) {
            damaged(id, e);
            return Optional.empty();
        }
    }

    /** Keeps a mail that cannot be read from being tried again and again. */
    private void damaged(QueueId id, IOException why) {
        LOG.error("mail {} cannot be read from the queue and is held: {}", id, why.getMessage());
        try {
            hold(id, "it cannot be read from the disk: " + why.getMessage());
        } catch (IOException e) {
            LOG.error("that mail {} is held could not be written: {}", id, e.getMessage());
        }
    }

    @Override
    public MailContent content(QueueId id) throws IOException {
        MailLoader.Loaded loaded =
                load(id).orElseThrow(() -> new IOException("there is no mail " + id + " in the queue"));
        return content(loaded);
    }

    private MailContent content(MailLoader.Loaded loaded) {
        return new WatchedContent(
                loader.content(loaded), why -> damaged(loaded.mail().id(), why));
    }

    @Override
    public void settle(QueueId id, List<Settlement> settlements) throws IOException {
        ReentrantLock stripe = stripe(id);
        stripe.lock();
        try {
            if (settlesAll(id, settlements)) {
                remove(id);
            } else {
                Optional<MailLoader.Loaded> loaded = loader.load(id.number());
                if (loaded.isPresent()) {
                    settle(loaded.get(), settlements);
                } else {
                    // gone in memory is not yet gone on disk
                    removals.await(id);
                }
            }
        } finally {
            stripe.unlock();
        }
    }

    private ReentrantLock stripe(QueueId id) {
        return stripes[(int) (id.number() & (STRIPES - 1))];
    }

    /** Whether nothing of the mail need be read to know that no recipient waits any more. */
    private boolean settlesAll(QueueId id, List<Settlement> settlements) {
        int recipients;
        index.lock.lock();
        try {
            int mail = index.mails.find(id.number());
            recipients = mail == MailTable.NONE ? 0 : index.mails.recipients[mail];
        } finally {
            index.lock.unlock();
        }
        if (recipients == 0 || settlements.size() < recipients) {
            return false;
        }
        BitSet done = new BitSet(recipients);
        for (Settlement settlement : settlements) {
            switch (settlement) {
                case Settlement.Delivered delivered -> done.set(delivered.recipient());
                case Settlement.Failed failed -> done.set(failed.recipient());
                case Settlement.Deferred _, Settlement.DelayTold _ -> {
                    return false;
                }
            }
        }
        return done.cardinality() == recipients;
    }

    private void settle(MailLoader.Loaded loaded, List<Settlement> settlements) throws IOException {
        long now = clock.millis();
        List<QueuedRecipient> recipients = loaded.mail().recipients();
        Map<String, Integer> ordinals = new LinkedHashMap<>();
        List<QueueIndex.ParcelEntry> parcels = loaded.entry().parcels();
        parcels.forEach(parcel -> ordinals.put(parcel.destination(), parcel.ordinal()));
        Map<Integer, Map<Integer, RecipientState>> changed = new LinkedHashMap<>();
        for (Settlement settlement : settlements) {
            QueuedRecipient recipient = recipients.get(settlement.recipient());
            Integer ordinal = ordinals.get(recipient.destination());
            if (ordinal == null) {
                throw new DamagedRecordException("mail " + loaded.mail().id() + " has a recipient without a parcel");
            }
            Map<Integer, RecipientState> states =
                    changed.computeIfAbsent(ordinal, o -> states(loaded, o, recipient.destination()));
            states.computeIfPresent(
                    settlement.recipient(), (_, state) -> state.waits() ? state.after(settlement, now) : state);
        }
        int waiting = 0;
        for (QueueIndex.ParcelEntry parcel : parcels) {
            Map<Integer, RecipientState> states = changed.get(parcel.ordinal());
            for (QueuedRecipient recipient : recipients) {
                if (recipient.destination().equals(parcel.destination())) {
                    RecipientState state = states == null
                            ? loaded.state(parcel.ordinal(), recipient.index())
                            : states.getOrDefault(recipient.index(), RecipientState.FRESH);
                    waiting += state.waits() ? 1 : 0;
                }
            }
        }
        if (waiting == 0) {
            remove(loaded.mail().id());
            return;
        }
        List<ParcelState> states = new ArrayList<>();
        changed.forEach((ordinal, of) -> states.add(ParcelState.of(
                loaded.entry().id(), ordinal, parcels.get(ordinal).revision() + 1, of)));
        write(states);
    }

    /** The states of all recipients of a parcel. */
    private static Map<Integer, RecipientState> states(MailLoader.Loaded loaded, int ordinal, String destination) {
        Map<Integer, RecipientState> states = new LinkedHashMap<>();
        for (QueuedRecipient recipient : loaded.mail().recipients()) {
            if (recipient.destination().equals(destination)) {
                states.put(recipient.index(), loaded.state(ordinal, recipient.index()));
            }
        }
        return states;
    }

    private long dueAt(ParcelState state) {
        return index.now() + RecipientState.remaining(state.since(), state.delay(), clock.millis());
    }

    private void write(List<ParcelState> states) throws IOException {
        List<LogEntry> entries = new ArrayList<>(states.size());
        for (ParcelState state : states) {
            entries.add(LogEntry.of(
                    state.record(),
                    (segment, offset, length) -> index.stated(state, dueAt(state), segment, offset, length)));
        }
        try {
            write(new Commit(entries, false, _ -> {}));
        } catch (IOException e) {
            index.lock.lock();
            try {
                states.forEach(state -> index.notWritten(state, dueAt(state)));
            } finally {
                index.lock.unlock();
            }
            throw e;
        }
    }

    private void write(Commit commit) throws IOException {
        committer.submit(commit);
        commit.await(options.patience());
    }

    @Override
    public boolean hold(QueueId id, String why) throws IOException {
        return hold(id, Optional.of(why));
    }

    @Override
    public boolean release(QueueId id) throws IOException {
        return hold(id, Optional.empty());
    }

    private boolean hold(QueueId id, Optional<String> why) throws IOException {
        HoldMeta hold;
        index.lock.lock();
        try {
            if (index.mails.find(id.number()) == MailTable.NONE) {
                return false;
            }
            hold = new HoldMeta(id.number(), index.holdRevision(id.number()) + 1, why);
            // at once, so that it is not handed out while this is being written
            index.heldInMemory(hold);
        } finally {
            index.lock.unlock();
        }
        write(new Commit(
                List.of(LogEntry.of(
                        hold.record(), (segment, offset, length) -> index.held(hold, segment, offset, length))),
                false,
                _ -> {}));
        return true;
    }

    @Override
    public boolean remove(QueueId id) throws IOException {
        return removals.remove(id);
    }

    /** Once more what could not be written when it was settled. */
    private void writeAgain() {
        List<ParcelState> states;
        index.lock.lock();
        try {
            states = index.notWritten();
        } finally {
            index.lock.unlock();
        }
        List<LogEntry> entries = removals.unwritten();
        for (ParcelState state : states) {
            entries.add(LogEntry.of(
                    state.record(),
                    (segment, offset, length) -> index.stated(state, dueAt(state), segment, offset, length)));
        }
        if (!entries.isEmpty()) {
            try {
                write(new Commit(entries, false, _ -> {}));
                LOG.info("{} settlements that could not be written before are written now", entries.size());
            } catch (IOException e) {
                LOG.warn("{} settlements still cannot be written: {}", entries.size(), e.getMessage());
            }
        }
    }

    @Override
    public boolean flush(QueueId id) {
        index.lock.lock();
        try {
            return index.flushMail(id.number());
        } finally {
            index.lock.unlock();
        }
    }

    @Override
    public int flushDestination(String domain) {
        index.lock.lock();
        try {
            return index.flush(domain.toLowerCase(Locale.ROOT));
        } finally {
            index.lock.unlock();
        }
    }

    @Override
    public int flushAll() {
        List<String> names;
        index.lock.lock();
        try {
            names = List.copyOf(index.order.destinations().keySet());
        } finally {
            index.lock.unlock();
        }
        return names.stream().mapToInt(this::flushDestination).sum();
    }

    /** Makes a mail due at once, also after a restart. False when there is no such mail. */
    boolean flushDurably(QueueId id) throws IOException {
        ReentrantLock stripe = stripe(id);
        stripe.lock();
        try {
            Optional<MailLoader.Loaded> loaded = loader.load(id.number());
            if (loaded.isPresent()) {
                flushDurably(loaded.get());
            }
            return loaded.isPresent();
        } finally {
            stripe.unlock();
        }
    }

    private void flushDurably(MailLoader.Loaded loaded) throws IOException {
        List<ParcelState> states = new ArrayList<>();
        for (QueueIndex.ParcelEntry parcel : loaded.entry().parcels()) {
            Map<Integer, RecipientState> of = states(loaded, parcel.ordinal(), parcel.destination());
            of.replaceAll((_, state) -> state.dueNow());
            ParcelState state = ParcelState.of(loaded.entry().id(), parcel.ordinal(), parcel.revision() + 1, of);
            if (state.waiting() > 0) {
                states.add(state);
            }
        }
        write(states);
    }

    /** The same with all mail for a destination, or with all where the name is empty; how many. */
    int flushDurably(String destination) throws IOException {
        List<QueueId> ids = new ArrayList<>();
        each(mail -> {
            if (mail.recipients().stream()
                    .anyMatch(r -> r.waits()
                            && (destination.isEmpty() || r.destination().equals(destination)))) {
                ids.add(mail.id());
            }
        });
        for (QueueId id : ids) {
            flushDurably(id);
        }
        return ids.size();
    }

    @Override
    public boolean eachWhile(Predicate<QueuedMail> to) {
        long[] ids;
        index.lock.lock();
        try {
            ids = index.mails.ids();
        } finally {
            index.lock.unlock();
        }
        for (long id : ids) {
            Optional<QueuedMail> mail = find(new QueueId(id));
            if (mail.isPresent() && !to.test(mail.get())) {
                return false;
            }
        }
        return true;
    }

    @Override
    public Due due(Due.Room room) {
        return new LogDue(index, room, nanos, this::taken);
    }

    /** The parcel that the index gave out; empty when the mail is gone or damaged. */
    private Optional<Parcel> taken(LogDue.Taken taken) {
        QueueId id = new QueueId(taken.id());
        Optional<Parcel> parcel = load(id).flatMap(loaded -> {
            List<QueuedRecipient> recipients = loaded.due(taken.ordinal(), clock.millis());
            return recipients.isEmpty()
                    ? Optional.empty()
                    : Optional.of(new LogParcel(
                            loaded.mail(),
                            loaded.entry().parcels().get(taken.ordinal()).destination(),
                            recipients,
                            content(loaded),
                            settlements -> settle(id, settlements),
                            wait -> back(taken, wait)));
        });
        if (parcel.isEmpty()) {
            back(taken, LogParcel.AGAIN);
        }
        return parcel;
    }

    private void back(LogDue.Taken taken, Duration wait) {
        index.lock.lock();
        try {
            index.back(taken.id(), taken.ordinal(), wait.isZero() ? Long.MIN_VALUE : index.now() + wait.toMillis());
        } finally {
            index.lock.unlock();
        }
    }

    @Override
    public QueueFigures figures() {
        long usable;
        try {
            usable = space.usable();
        } catch (IOException e) {
            LOG.warn("the room on the queue's disk cannot be told: {}", e.getMessage());
            usable = 0;
        }
        index.lock.lock();
        try {
            long oldest = index.mails.oldest();
            return new QueueFigures(
                    index.mails.count(),
                    index.parcels.count(),
                    index.out(),
                    index.held(),
                    index.order.destinations().size(),
                    drafts.get(),
                    segments.bytes(),
                    usable,
                    oldest == 0 ? 0 : Math.max(0, clock.millis() / 1000 - TimeUnit.MICROSECONDS.toSeconds(oldest)));
        } finally {
            index.lock.unlock();
        }
    }

    private static void close(QueueControl control) {
        try {
            control.close();
        } catch (IOException e) {
            LOG.warn("the queue's control socket could not be taken away: {}", e.getMessage());
        }
    }

    @Override
    public void close() throws IOException {
        if (closed) {
            return;
        }
        closed = true;
        control.ifPresent(SegmentQueue::close);
        index.lock.lock();
        try {
            index.close();
        } finally {
            index.lock.unlock();
        }
        writeAgain();
        committer.close();
        keeper.close();
        compaction.close();
        try {
            keeper.tidy();
        } finally {
            segments.close();
            if (folderLock.isPresent()) {
                folderLock.get().close();
            }
        }
    }
}
