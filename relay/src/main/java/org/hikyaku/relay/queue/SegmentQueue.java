package org.hikyaku.relay.queue;

import java.io.IOException;
import java.security.SecureRandom;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.LongSupplier;
import java.util.function.Predicate;
import java.util.random.RandomGenerator;
import org.hikyaku.smtp.MailContent;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The queue in the segments of a log; see the description of this package. */
public final class SegmentQueue implements MailQueue {
    private static final Logger LOG = LoggerFactory.getLogger(SegmentQueue.class);

    private final QueueOptions options;
    private final InstantSource clock;
    private final LongSupplier nanos;
    private final Optional<FolderLock> folderLock;
    private final AtomicLong lastId = new AtomicLong();
    private final Segments segments;
    private final QueueIndex index;
    private final MailLoader loader;
    private final Committer committer;
    private final Compaction compaction;
    private final Keeper keeper;
    private final DiskSpace space;
    private final Intake intake;
    private final Removals removals;
    private final Settlements settlements;
    private final Holding holding;

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
        this.folderLock = folderLock;
        this.clock = clock;
        this.nanos = nanos;
        segments = new Segments(files, salts, lastId);
        index = new QueueIndex(segments, () -> nanos.getAsLong() / 1_000_000);
        loader = new MailLoader(files, segments, index, clock);
        space = new DiskSpace(files, options.reserve(), nanos);
        Digests digests = new Digests(files, LOG);
        compaction = new Compaction(segments, index, digests, options.segment());
        keeper = new Keeper(files, segments, index, digests, compaction, options.compactAfter(), this::writeAgain, LOG);
        committer = new Committer(segments, files, options.segment(), index.lock, keeper::wake, LOG);
        LogParts parts = new LogParts(options, clock, files, index, committer);
        intake = new Intake(parts, space, lastId, keeper::orphan);
        removals = new Removals(parts, keeper::orphan);
        settlements = new Settlements(parts, loader, removals, LOG);
        holding = new Holding(parts);
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

    @Override
    public Draft open() throws IOException {
        if (closed) {
            throw new QueueFullException("the queue is being closed");
        }
        return intake.open();
    }

    @Override
    public Optional<QueuedMail> find(QueueId id) {
        return load(id).map(MailLoader.Loaded::mail);
    }

    /** The mail; one that is damaged on disk is held, and one that cannot be read now is not given out now. */
    private Optional<MailLoader.Loaded> load(QueueId id) {
        try {
            return read(id);
        } catch (DamagedRecordException e) {
            return Optional.empty(); // said already
        } catch (IOException e) {
            // the disk, and not the mail: what is there is asked for again
            LOG.error("mail {} cannot be read from the queue now and waits: {}", id, e.getMessage());
            return Optional.empty();
        }
    }

    private Optional<MailLoader.Loaded> read(QueueId id) throws IOException {
        try {
            return loader.load(id.number());
        } catch (DamagedRecordException e) {
            damaged(id, e);
            throw e;
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
                read(id).orElseThrow(() -> new IOException("there is no mail " + id + " in the queue"));
        return content(loaded);
    }

    private MailContent content(MailLoader.Loaded loaded) {
        return new WatchedContent(
                loader.content(loaded), why -> damaged(loaded.mail().id(), why));
    }

    @Override
    public void settle(QueueId id, List<Settlement> what) throws IOException {
        settlements.settle(id, what);
    }

    @Override
    public boolean hold(QueueId id, String why) throws IOException {
        return holding.hold(id, Optional.of(why));
    }

    @Override
    public boolean release(QueueId id) throws IOException {
        return holding.hold(id, Optional.empty());
    }

    @Override
    public boolean remove(QueueId id) throws IOException {
        return removals.remove(id);
    }

    /** Once more what could not be written when it was settled. */
    private void writeAgain() {
        settlements.writeAgain();
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
            return index.handout.flush(domain.toLowerCase(Locale.ROOT));
        } finally {
            index.lock.unlock();
        }
    }

    @Override
    public int flushAll() {
        List<String> names;
        index.lock.lock();
        try {
            names = List.copyOf(index.handout.order.destinations().keySet());
        } finally {
            index.lock.unlock();
        }
        return names.stream().mapToInt(this::flushDestination).sum();
    }

    /** Makes a mail due at once, also after a restart. False when there is no such mail. */
    boolean flushDurably(QueueId id) throws IOException {
        return settlements.flushDurably(id);
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
                            what -> settle(id, what),
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
                    index.handout.out(),
                    index.held(),
                    index.handout.order.destinations().size(),
                    intake.drafts(),
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
            index.handout.close();
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
