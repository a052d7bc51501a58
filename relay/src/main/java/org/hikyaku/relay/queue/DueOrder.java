package org.hikyaku.relay.queue;

import java.util.ArrayDeque;
import java.util.Arrays;
import java.util.HashMap;
import java.util.Map;

/**
 * Which parcel is next. Destinations with a parcel that is due stand in a ring and take turns; those that have none yet are in a heap
 * by the time of their first; those that may have no more parcels out are in neither until one comes back. So handing out a parcel
 * costs the same however many mails wait for a destination that is down. Guarded by the queue's lock.
 */
final class DueOrder {
    private final MailTable mails;
    private final ParcelTable parcels;
    private final Map<String, Destination> destinations = new HashMap<>();
    private final ArrayDeque<Destination> ring = new ArrayDeque<>();
    private Destination[] timers = new Destination[16];
    private int timerCount;

    DueOrder(MailTable mails, ParcelTable parcels) {
        this.mails = mails;
        this.parcels = parcels;
    }

    Map<String, Destination> destinations() {
        return destinations;
    }

    /** The destination of this name, made when it is new, for one parcel more. */
    Destination enter(String name) {
        Destination destination = destinations.computeIfAbsent(name, Destination::new);
        destination.parcels++;
        return destination;
    }

    /** One of its parcels is no more. */
    void leave(Destination destination) {
        if (--destination.parcels == 0) {
            unfile(destination);
            destinations.remove(destination.name);
        }
    }

    /** From now on the parcel is to be handed out when it is due. */
    void put(int parcel, long now) {
        Destination destination = parcels.destination[parcel];
        destination.put(parcels, mails, parcel);
        refile(destination, now);
    }

    /** It is not to be handed out. */
    void take(int parcel, long now) {
        if (parcels.heapIndex[parcel] != ParcelTable.NONE) {
            Destination destination = parcels.destination[parcel];
            destination.remove(parcels, mails, parcel);
            refile(destination, now);
        }
    }

    /** Puts the destination where it belongs now; its turn in the ring it keeps. */
    void refile(Destination destination, long now) {
        boolean due = destination.size() > 0 && parcels.due[destination.first()] <= now;
        if (due) {
            if (destination.where != Destination.Where.TURN && destination.where != Destination.Where.FULL) {
                unfile(destination);
                destination.where = Destination.Where.TURN;
                if (!destination.inRing) {
                    destination.inRing = true;
                    ring.add(destination);
                }
            }
        } else {
            unfile(destination);
            if (destination.size() > 0) {
                destination.where = Destination.Where.TIMER;
                if (timerCount == timers.length) {
                    timers = Arrays.copyOf(timers, 2 * timerCount);
                }
                up(timerCount++, destination);
            }
        }
    }

    /** There may be room again: it gets its turn. */
    void reconsider(Destination destination, long now) {
        if (destination.where == Destination.Where.FULL) {
            destination.where = Destination.Where.IDLE;
            refile(destination, now);
        }
    }

    private void unfile(Destination destination) {
        switch (destination.where) {
            // it may stay in the ring, where it is passed over
            case IDLE, FULL, TURN -> {}
            case TIMER -> removeTimer(destination);
        }
        destination.where = Destination.Where.IDLE;
    }

    /** The next parcel, which is then out; or {@link ParcelTable#NONE}. */
    int next(long now, Due.Room room) {
        while (timerCount > 0 && parcels.due[timers[0].first()] <= now) {
            refile(timers[0], now);
        }
        for (Destination turn = ring.poll(); turn != null; turn = ring.poll()) {
            turn.inRing = false;
            if (turn.where != Destination.Where.TURN) {
                continue;
            }
            turn.where = Destination.Where.IDLE;
            if (parcels.due[turn.first()] > now) {
                refile(turn, now);
            } else if (turn.out >= room.parcels(turn.name)) {
                turn.where = Destination.Where.FULL;
            } else {
                int parcel = turn.first();
                turn.remove(parcels, mails, parcel);
                turn.out++;
                refile(turn, now);
                return parcel;
            }
        }
        return ParcelTable.NONE;
    }

    /** When the first destination in the heap is due; {@link Long#MAX_VALUE} when none is there. */
    long nextTimer() {
        return timerCount == 0 ? Long.MAX_VALUE : parcels.due[timers[0].first()];
    }

    private long due(Destination destination) {
        return parcels.due[destination.first()];
    }

    private void removeTimer(Destination destination) {
        int index = destination.timerIndex;
        destination.timerIndex = ParcelTable.NONE;
        Destination last = timers[--timerCount];
        timers[timerCount] = Destination.NOWHERE;
        if (last != destination) {
            up(index, last);
            down(last.timerIndex, last);
        }
    }

    private void up(int from, Destination destination) {
        int index = from;
        while (index > 0 && due(destination) < due(timers[(index - 1) >>> 1])) {
            place(index, timers[(index - 1) >>> 1]);
            index = (index - 1) >>> 1;
        }
        place(index, destination);
    }

    private void down(int from, Destination destination) {
        int index = from;
        while (2 * index + 1 < timerCount) {
            int child = 2 * index + 1;
            if (child + 1 < timerCount && due(timers[child + 1]) < due(timers[child])) {
                child++;
            }
            if (due(destination) <= due(timers[child])) {
                break;
            }
            place(index, timers[child]);
            index = child;
        }
        place(index, destination);
    }

    private void place(int index, Destination destination) {
        timers[index] = destination;
        destination.timerIndex = index;
    }
}
