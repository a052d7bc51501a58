package org.hikyaku.relay.queue;

import java.util.HashMap;
import java.util.Map;

/** A segment of the log while the queue is open. */
final class Segment {
    final SegmentHead head;
    final DurableFile file;

    /** Bytes that are written and forced; nothing behind them counts. */
    volatile long length;

    /** Nothing more is written to it. */
    volatile boolean sealed;

    /** Its digest is on disk. */
    volatile boolean digested;

    /** Another segment has copies of some of its mails, from a compaction that was cut short. Guarded by the queue's lock. */
    boolean superseded;

    /** Bytes of records that are still needed, without those that a mail is gone. Guarded by the queue's lock. */
    long live;

    /** Records that a mail is gone, by the segment where records of the mail may still stand. Guarded by the queue's lock. */
    final Map<Integer, Integer> tombstones = new HashMap<>();

    Segment(SegmentHead head, DurableFile file, long length) {
        this.head = head;
        this.file = file;
        this.length = length;
    }

    int number() {
        return head.number();
    }

    boolean dead() {
        return live == 0 && tombstones.isEmpty();
    }

    static String name(int number) {
        return String.format("%08d.log", number);
    }

    static String digestName(int number) {
        return String.format("%08d.digest", number);
    }
}
