package org.hikyaku.relay.queue;

import java.time.Duration;
import java.util.Locale;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;
import java.util.function.LongSupplier;

/** Waits at the index for what is due. */
final class LogDue implements Due {
    private final QueueIndex index;
    private final Room room;
    private final LongSupplier nanos;
    private final Function<Taken, Optional<Parcel>> open;

    /** @param open reads the parcel, or gives it back */
    LogDue(QueueIndex index, Room room, LongSupplier nanos, Function<Taken, Optional<Parcel>> open) {
        this.index = index;
        this.room = room;
        this.nanos = nanos;
        this.open = open;
    }

    /** Which parcel was taken. */
    record Taken(long id, int ordinal) {}

    @Override
    public Optional<Parcel> take(Duration wait) throws InterruptedException {
        long end = nanos.getAsLong() + wait.toNanos();
        while (true) {
            Optional<Taken> taken = taken(end);
            if (taken.isEmpty()) {
                return Optional.empty();
            }
            Optional<Parcel> parcel = open.apply(taken.get());
            if (parcel.isPresent()) {
                return parcel;
            }
        }
    }

    private Optional<Taken> taken(long end) throws InterruptedException {
        index.lock.lockInterruptibly();
        try {
            while (!index.handout.closed()) {
                int parcel = index.handout.next(room);
                if (parcel != ParcelTable.NONE) {
                    // there may be more for the next one who waits
                    index.handout.due.signal();
                    return Optional.of(taken(parcel));
                }
                long left = end - nanos.getAsLong();
                if (left <= 0) {
                    return Optional.empty();
                }
                long timer = index.handout.order.nextTimer();
                if (timer != Long.MAX_VALUE) {
                    left = Math.min(left, TimeUnit.MILLISECONDS.toNanos(Math.max(1, timer - index.now())));
                }
                index.handout.due.awaitNanos(left);
            }
            return Optional.empty();
        } finally {
            index.lock.unlock();
        }
    }

    private Taken taken(int parcel) {
        int mail = index.parcels.mail[parcel];
        int ordinal = 0;
        for (int p = index.mails.firstParcel[mail]; p != parcel; p = index.parcels.next[p]) {
            ordinal++;
        }
        return new Taken(index.mails.id[mail], ordinal);
    }

    @Override
    public void reconsider(String destination) {
        index.lock.lock();
        try {
            index.handout.reconsider(destination.toLowerCase(Locale.ROOT));
        } finally {
            index.lock.unlock();
        }
    }
}
