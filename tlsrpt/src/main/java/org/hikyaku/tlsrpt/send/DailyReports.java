package org.hikyaku.tlsrpt.send;

import java.io.Closeable;
import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import java.util.random.RandomGenerator;
import org.hikyaku.tlsrpt.count.SessionCounts;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Sends the reports of each day in the night after it, for a process that runs all the time. {@link #step} does what is
 * due and says when to come again; {@link #start} begins to do that.
 */
public final class DailyReports implements Closeable {
    private static final Logger LOG = LoggerFactory.getLogger(DailyReports.class);

    /** Until then the last sessions of the day are written down, those of other relays on the same store too. */
    static final Duration EARLIEST = Duration.ofMinutes(5);

    /** Until then it is found out who wants a report; not all the world asks at once, either. */
    static final Duration PLANNED = Duration.ofMinutes(30);

    /** Counts and reports are kept that long, for whoever asks what was sent. */
    static final int KEEP_DAYS = 10;

    private static final Duration STEP = Duration.ofMinutes(1);
    private static final Duration ASK_AGAIN = Duration.ofMinutes(30);

    /** What is under way may take so long when it is ended. */
    private static final Duration ENDING = Duration.ofSeconds(2);

    private final ReportSender sender;
    private final SessionCounts counts;
    private final Outbox outbox;
    private final InstantSource clock;
    private final RandomGenerator random;

    /** When each day's reports are made, or asked for again. */
    private final Map<LocalDate, Instant> plans = new HashMap<>();

    private final Set<LocalDate> done = new HashSet<>();

    /** Guards all below. */
    private final ReentrantLock lock = new ReentrantLock();

    private final Condition changed = lock.newCondition();
    private Optional<Thread> thread = Optional.empty();
    private boolean wanted;
    private boolean closed;

    public DailyReports(
            ReportSender sender, SessionCounts counts, Outbox outbox, InstantSource clock, RandomGenerator random) {
        this.sender = sender;
        this.counts = counts;
        this.outbox = outbox;
        this.clock = clock;
        this.random = random;
    }

    /** Begins to send, on a thread of its own, until {@link #close}. */
    public void start() {
        lock.lock();
        try {
            if (!closed && thread.isEmpty()) {
                thread = Optional.of(Thread.ofVirtual().name("tlsrpt-reports").start(this::run));
            }
        } finally {
            lock.unlock();
        }
    }

    private void run() {
        try {
            Duration pause = Duration.ZERO;
            while (await(pause)) {
                try {
                    Instant next = step();
                    pause = Duration.between(clock.instant(), next);
                } catch (IOException | RuntimeException e) {
                    LOG.warn("tlsrpt: reports wait: {}", e.getMessage(), e instanceof RuntimeException ? e : null);
                    pause = STEP;
                }
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    /** Waits so long, or until somebody wants a look; false at the end. */
    private boolean await(Duration pause) throws InterruptedException {
        lock.lock();
        try {
            long left = pause.toNanos();
            while (!closed && !wanted && left > 0) {
                left = changed.awaitNanos(left);
            }
            wanted = false;
            return !closed;
        } finally {
            lock.unlock();
        }
    }

    /** Looks at once at what is due, instead of at the next minute. */
    public void look() {
        lock.lock();
        try {
            wanted = true;
            changed.signalAll();
        } finally {
            lock.unlock();
        }
    }

    /** Ends the thread. A report that is on its way is tried again by whoever comes next. */
    @Override
    public void close() {
        Optional<Thread> running;
        lock.lock();
        try {
            closed = true;
            changed.signalAll();
            running = thread;
        } finally {
            lock.unlock();
        }
        try {
            if (running.isPresent() && !running.get().join(ENDING)) {
                running.get().interrupt();
                running.get().join();
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    /** Does what is due now; returns when the next step is. */
    public Instant step() throws IOException, InterruptedException {
        counts.flush();
        Instant now = clock.instant();
        LocalDate today = LocalDate.ofInstant(now, ZoneOffset.UTC);
        for (LocalDate day : counts.days()) {
            if (day.isBefore(today.minusDays(KEEP_DAYS))) {
                counts.forgetBefore(today.minusDays(KEEP_DAYS));
                outbox.forgetBefore(today.minusDays(KEEP_DAYS));
            } else if (day.isBefore(today) && !done.contains(day)) {
                Instant at = plans.computeIfAbsent(day, this::jittered);
                if (!now.isBefore(at)) {
                    plan(day, now);
                }
            }
        }
        sender.trySending();
        done.removeIf(d -> d.isBefore(today.minusDays(KEEP_DAYS)));
        plans.keySet().removeIf(d -> d.isBefore(today.minusDays(KEEP_DAYS)));
        return now.plus(STEP);
    }

    private Instant jittered(LocalDate day) {
        return day.plusDays(1)
                .atStartOfDay(ZoneOffset.UTC)
                .toInstant()
                .plusSeconds(random.nextLong(EARLIEST.toSeconds(), PLANNED.toSeconds()));
    }

    private void plan(LocalDate day, Instant now) throws IOException {
        ReportPlan plan = sender.plan(counts, day);
        Instant end = day.plusDays(1).atStartOfDay(ZoneOffset.UTC).toInstant();
        sender.prepare(day, plan, end.plus(ReportSender.WINDOW));
        // T18: for a day
        if (plan.undecided().isEmpty() || now.isAfter(end.plus(ReportSender.GIVE_UP))) {
            done.add(day);
        } else {
            plans.put(day, now.plus(ASK_AGAIN));
        }
        LOG.info(
                "tlsrpt: {}: {} reports made, {} domains could not be asked whether they want one",
                day,
                plan.reports().size(),
                plan.undecided().size());
    }
}
