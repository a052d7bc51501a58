package org.hikyaku.conformance.grade;

import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Consumer;
import java.util.function.Predicate;
import org.hikyaku.conformance.serve.Sighting;

/** Takes the sightings of a run and knows when it is over. */
public final class GradeWatch implements Consumer<Sighting> {
    private final Grader grader;
    private final ReentrantLock lock = new ReentrantLock();
    private final Condition more = lock.newCondition();
    private final List<Sighting> sightings = new ArrayList<>(); // guarded by lock

    public GradeWatch(Grader grader) {
        this.grader = grader;
    }

    @Override
    public void accept(Sighting sighting) {
        lock.lock();
        try {
            sightings.add(sighting);
            more.signalAll();
        } finally {
            lock.unlock();
        }
    }

    /** All sightings so far. */
    public List<Sighting> sightings() {
        lock.lock();
        try {
            return List.copyOf(sightings);
        } finally {
            lock.unlock();
        }
    }

    /**
     * Waits until the run is over: every case that needs something of the sender has been settled and nothing more has been
     * seen for a while, or nothing at all has been seen for long after the first sighting, or the time is over.
     *
     * @param time the time in all
     * @param settled how long nothing must be seen once all is settled
     * @param silence how long nothing must be seen for an end before that
     * @return true unless the time was over first
     */
    public boolean await(Duration time, Duration settled, Duration silence) throws InterruptedException {
        return await(grader::settled, 0, time, settled, silence);
    }

    /**
     * As {@link #await(Duration, Duration, Duration)}, of the second mails.
     *
     * @param probe which of them
     * @param given their recipients that the sender is known to have taken in; when none, somebody else is to make it send
     *     them, and may take all the time for that
     */
    public boolean awaitSecond(Probe probe, Collection<String> given, Duration time, Duration settled, Duration silence)
            throws InterruptedException {
        int known = given.isEmpty() ? sightings().size() : 0;
        return await(now -> grader.settled(now, probe, given), known, time, settled, silence);
    }

    private boolean await(Predicate<List<Sighting>> done, int known, Duration time, Duration settled, Duration silence)
            throws InterruptedException {
        long end = System.nanoTime() + time.toNanos();
        int judged = -1;
        boolean all = false;
        while (true) {
            List<Sighting> now = sightings();
            if (now.size() != judged) {
                judged = now.size();
                all = judged > known && done.test(now);
            }
            long left = end - System.nanoTime();
            if (left <= 0) {
                return false;
            }
            Duration patience = judged <= known ? time : all ? settled : silence;
            if (!changesWithin(judged, Math.min(left, patience.toNanos()))) {
                return end - System.nanoTime() > 0;
            }
        }
    }

    /** Whether more than {@code known} sightings came; gathers for a moment so that not each one is judged alone. */
    private boolean changesWithin(int known, long nanos) throws InterruptedException {
        lock.lock();
        try {
            long left = nanos;
            while (sightings.size() == known && left > 0) {
                left = more.awaitNanos(left);
            }
            boolean changed = sightings.size() != known;
            long gather = TimeUnit.MILLISECONDS.toNanos(200);
            while (changed && gather > 0) {
                gather = more.awaitNanos(gather);
            }
            return changed;
        } finally {
            lock.unlock();
        }
    }
}
