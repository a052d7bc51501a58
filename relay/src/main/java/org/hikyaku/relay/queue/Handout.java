package org.hikyaku.relay.queue;

import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.LongSupplier;

/** Hands out parcels that are due and takes them back. All methods but the constructor want the queue's lock held. */
final class Handout {
    /** Something became due, or will earlier than before. */
    final Condition due;

    final DueOrder order;

    private final MailTable mails;
    private final ParcelTable parcels;
    private final LongSupplier millis;
    private long out;
    private boolean closed;

    Handout(ReentrantLock lock, MailTable mails, ParcelTable parcels, LongSupplier millis) {
        this.due = lock.newCondition();
        this.order = new DueOrder(mails, parcels);
        this.mails = mails;
        this.parcels = parcels;
        this.millis = millis;
    }

    private long now() {
        return millis.getAsLong();
    }

    /** The parcel is due at this time. */
    void schedule(int parcel, long dueAt) {
        long now = now();
        order.take(parcel, now);
        parcels.due[parcel] = dueAt;
        offer(parcel, now);
    }

    /** Has it handed out when it is due, if it may be. */
    void offer(int parcel, long now) {
        if (parcels.waiting[parcel] > 0
                && !parcels.has(parcel, ParcelTable.OUT)
                && parcels.heapIndex[parcel] == ParcelTable.NONE
                && !mails.has(parcels.mail[parcel], MailTable.HELD)
                && !mails.has(parcels.mail[parcel], MailTable.LEAVING)) {
            order.put(parcel, now);
            due.signal();
        }
    }

    /** Makes a parcel due now, whatever its recipients' times. */
    void flush(int parcel) {
        long now = now();
        if (parcels.waiting[parcel] > 0 && parcels.due[parcel] > now) {
            parcels.set(parcel, ParcelTable.FLUSHED, true);
            schedule(parcel, now);
        }
    }

    /** Makes all parcels of a destination due now that are to be handed out; how many were not. */
    int flush(String name) {
        Destination destination = order.destinations().get(name);
        if (destination == null) {
            return 0;
        }
        long now = now();
        int count = 0;
        // all later times become the same: the heap stays one
        for (int i = 0; i < destination.size(); i++) {
            int parcel = destination.at(i);
            if (parcels.due[parcel] > now) {
                parcels.due[parcel] = now;
                parcels.set(parcel, ParcelTable.FLUSHED, true);
                count++;
            }
        }
        order.refile(destination, now);
        due.signal();
        return count;
    }

    /** The next parcel, which is then out. */
    int next(Due.Room room) {
        int parcel = order.next(now(), room);
        if (parcel != ParcelTable.NONE) {
            parcels.set(parcel, ParcelTable.OUT, true);
            out++;
        }
        return parcel;
    }

    /** Whoever had the parcel gives it back; not to be handed out before this time. */
    void back(int parcel, long notBefore) {
        if (parcels.has(parcel, ParcelTable.OUT)) {
            parcels.set(parcel, ParcelTable.OUT, false);
            parcels.due[parcel] = Math.max(parcels.due[parcel], notBefore);
            back(parcels.destination[parcel], now());
            offer(parcel, now());
        }
    }

    /** A parcel of this destination is not out any more. */
    void back(Destination destination, long now) {
        out--;
        destination.out--;
        order.reconsider(destination, now);
        due.signal();
    }

    /** There may be room for more parcels of this destination. */
    void reconsider(String name) {
        Destination destination = order.destinations().get(name);
        if (destination != null) {
            order.reconsider(destination, now());
            due.signal();
        }
    }

    /** Whoever waits for something due waits no longer. */
    void close() {
        closed = true;
        due.signalAll();
    }

    boolean closed() {
        return closed;
    }

    /** How many parcels are out. */
    long out() {
        return out;
    }
}
