package org.hikyaku.relay.queue;

import java.util.Arrays;

/** A domain that mail waits for: a heap of its parcels that are to be handed out, the one that is due first on top. */
final class Destination {
    /** In the place of the destination of slots that are free. */
    static final Destination NOWHERE = new Destination("");

    /** Where {@link DueOrder} has it. */
    enum Where {
        /** No parcel is to be handed out. */
        IDLE,
        /** Waits for the time of its first parcel. */
        TIMER,
        /** Has a parcel that is due, and its turn comes. */
        TURN,
        /** Has a parcel that is due, and as many out as it may have. */
        FULL
    }

    final String name;
    Where where = Where.IDLE;
    boolean inRing;
    int timerIndex = ParcelTable.NONE;
    /** Parcels that somebody has taken. */
    int out;
    /** Parcels that there are, handed out and held ones among them. */
    int parcels;

    private int[] heap = new int[1];
    private int size;

    Destination(String name) {
        this.name = name;
    }

    int size() {
        return size;
    }

    /** The parcel that is due first; there must be one. */
    int first() {
        return heap[0];
    }

    int at(int index) {
        return heap[index];
    }

    private static boolean before(ParcelTable parcels, MailTable mails, int a, int b) {
        long difference = parcels.due[a] - parcels.due[b];
        return difference < 0 || difference == 0 && mails.id[parcels.mail[a]] < mails.id[parcels.mail[b]];
    }

    void put(ParcelTable parcels, MailTable mails, int parcel) {
        if (size == heap.length) {
            heap = Arrays.copyOf(heap, 2 * size);
        }
        up(parcels, mails, size++, parcel);
    }

    void remove(ParcelTable parcels, MailTable mails, int parcel) {
        int index = parcels.heapIndex[parcel];
        parcels.heapIndex[parcel] = ParcelTable.NONE;
        int last = heap[--size];
        if (last != parcel) {
            up(parcels, mails, index, last);
            down(parcels, mails, parcels.heapIndex[last], last);
        }
        if (heap.length > 64 && size < heap.length / 4) {
            heap = Arrays.copyOf(heap, heap.length / 2);
        }
    }

    private void up(ParcelTable parcels, MailTable mails, int from, int parcel) {
        int index = from;
        while (index > 0) {
            int parent = (index - 1) >>> 1;
            if (!before(parcels, mails, parcel, heap[parent])) {
                break;
            }
            place(parcels, index, heap[parent]);
            index = parent;
        }
        place(parcels, index, parcel);
    }

    private void down(ParcelTable parcels, MailTable mails, int from, int parcel) {
        int index = from;
        while (2 * index + 1 < size) {
            int child = 2 * index + 1;
            if (child + 1 < size && before(parcels, mails, heap[child + 1], heap[child])) {
                child++;
            }
            if (!before(parcels, mails, heap[child], parcel)) {
                break;
            }
            place(parcels, index, heap[child]);
            index = child;
        }
        place(parcels, index, parcel);
    }

    private void place(ParcelTable parcels, int index, int parcel) {
        heap[index] = parcel;
        parcels.heapIndex[parcel] = index;
    }
}
