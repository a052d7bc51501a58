package org.hikyaku.relay.queue;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.LongSupplier;

/** What is in the queue, and where in the log. All methods but the constructor want the {@link #lock} held. */
final class QueueIndex {
    final ReentrantLock lock = new ReentrantLock();

    final MailTable mails = new MailTable();
    final ParcelTable parcels = new ParcelTable();
    final Handout handout;

    private final Segments segments;
    private final LongSupplier millis;
    private final Map<Long, Hold> holds = new HashMap<>();
    private final UnwrittenStates unwritten = new UnwrittenStates();
    /** Segments that may have stale copies of mails, for compaction is copying or was cut short. */
    private final Set<Integer> stale = new TreeSet<>();

    private long held;

    QueueIndex(Segments segments, LongSupplier millis) {
        this.segments = segments;
        this.millis = millis;
        this.handout = new Handout(lock, mails, parcels, millis);
    }

    /**
     * A hold, or the end of one: the latest, and the latest that is on disk.
     *
     * @param revision and {@code why}: of the latest
     * @param written the revision of the record that is on disk; 0 while there is none
     */
    record Hold(int revision, Optional<String> why, int written, int segment, int offset, int length) {
        static final Hold NONE = new Hold(0, Optional.empty(), 0, 0, 0, 0);
    }

    /** A parcel as the index has it. */
    record ParcelEntry(
            int ordinal,
            String destination,
            long due,
            boolean flushed,
            int revision,
            int segment,
            int offset,
            int length,
            Optional<ParcelState> unwritten) {}

    /** A mail as the index has it. */
    record MailEntry(
            long id,
            int segment,
            int offset,
            int length,
            boolean inBody,
            Optional<String> held,
            List<ParcelEntry> parcels) {}

    long now() {
        return millis.getAsLong();
    }

    Optional<MailEntry> entry(long id) {
        int mail = mails.find(id);
        if (mail == MailTable.NONE) {
            return Optional.empty();
        }
        List<ParcelEntry> list = new ArrayList<>(1);
        int ordinal = 0;
        for (int p = mails.firstParcel[mail]; p != ParcelTable.NONE; p = parcels.next[p]) {
            list.add(new ParcelEntry(
                    ordinal,
                    parcels.destination[p].name,
                    parcels.due[p],
                    parcels.has(p, ParcelTable.FLUSHED),
                    parcels.revision[p],
                    parcels.stateSegment[p],
                    parcels.stateOffset[p],
                    parcels.stateLength[p],
                    parcels.has(p, ParcelTable.UNWRITTEN) ? unwritten.of(id, ordinal) : Optional.empty()));
            ordinal++;
        }
        boolean isHeld = mails.has(mail, MailTable.HELD);
        return Optional.of(new MailEntry(
                id,
                mails.segment[mail],
                mails.offset[mail],
                mails.length[mail],
                mails.has(mail, MailTable.BODY),
                isHeld ? Optional.ofNullable(holds.get(id)).flatMap(Hold::why) : Optional.empty(),
                list));
    }

    private void live(int segment, int change) {
        segments.get(segment).ifPresent(s -> s.live += change);
    }

    /** A mail's record is on disk. */
    void added(MailMeta meta, Segment segment, int offset, int length) {
        int mail = mails.find(meta.id());
        if (mail != MailTable.NONE) {
            // a copy that compaction made before it was cut short: the one in the younger segment is kept
            if (segment.number() > mails.segment[mail]) {
                supersede(mails.segment[mail]);
                moved(meta.id(), mails.segment[mail], mails.offset[mail], segment, offset);
            } else {
                supersede(segment.number());
            }
            return;
        }
        mail = mails.add(meta.id());
        mails.segment[mail] = segment.number();
        mails.offset[mail] = offset;
        mails.length[mail] = length;
        mails.recipients[mail] = meta.recipients();
        mails.set(mail, MailTable.BODY, meta.inBody());
        segment.live += length;
        long now = now();
        int last = ParcelTable.NONE;
        for (String name : meta.destinations()) {
            int parcel = parcels.add(mail, handout.order.enter(name));
            parcels.due[parcel] = now;
            parcels.waiting[parcel] = 1;
            if (last == ParcelTable.NONE) {
                mails.firstParcel[mail] = parcel;
            } else {
                parcels.next[last] = parcel;
            }
            last = parcel;
            handout.order.put(parcel, now);
        }
        handout.due.signal();
    }

    private void supersede(int segment) {
        segments.get(segment).ifPresent(s -> s.superseded = true);
        stale.add(segment);
    }

    int parcel(int mail, int ordinal) {
        int parcel = mails.firstParcel[mail];
        for (int i = 0; i < ordinal && parcel != ParcelTable.NONE; i++) {
            parcel = parcels.next[parcel];
        }
        return parcel;
    }

    /** A parcel's state is on disk. */
    void stated(ParcelState state, long dueAt, Segment segment, int offset, int length) {
        int mail = mails.find(state.id());
        int parcel = mail == MailTable.NONE ? ParcelTable.NONE : parcel(mail, state.ordinal());
        if (parcel == ParcelTable.NONE || parcels.revision[parcel] > state.revision()) {
            return;
        }
        live(parcels.stateSegment[parcel], -parcels.stateLength[parcel]);
        parcels.stateSegment[parcel] = segment.number();
        parcels.stateOffset[parcel] = offset;
        parcels.stateLength[parcel] = length;
        segment.live += length;
        if (parcels.has(parcel, ParcelTable.UNWRITTEN)) {
            parcels.set(parcel, ParcelTable.UNWRITTEN, false);
            unwritten.remove(state.id(), state.ordinal());
        }
        settled(parcel, state, dueAt);
    }

    /** A parcel's state could not be written: it is kept here. */
    void notWritten(ParcelState state, long dueAt) {
        int mail = mails.find(state.id());
        int parcel = mail == MailTable.NONE ? ParcelTable.NONE : parcel(mail, state.ordinal());
        if (parcel != ParcelTable.NONE && parcels.revision[parcel] < state.revision()) {
            unwritten.put(state);
            parcels.set(parcel, ParcelTable.UNWRITTEN, true);
            settled(parcel, state, dueAt);
        }
    }

    /** States that are to be written once that is possible again. */
    List<ParcelState> notWritten() {
        return unwritten.all();
    }

    private void settled(int parcel, ParcelState state, long dueAt) {
        // the same state once more, when it was written late, changes no time
        if (parcels.revision[parcel] < state.revision()) {
            parcels.revision[parcel] = state.revision();
            parcels.waiting[parcel] = state.waiting();
            parcels.set(parcel, ParcelTable.FLUSHED, false);
            handout.schedule(parcel, dueAt);
        }
    }

    /**
     * The mail is to go; from now on it is neither handed out nor copied.
     *
     * @return the record of that; empty when it is going already or not there
     */
    Optional<GoneMeta> leaving(long id) {
        int mail = mails.find(id);
        if (mail == MailTable.NONE || mails.has(mail, MailTable.LEAVING)) {
            return Optional.empty();
        }
        mails.set(mail, MailTable.LEAVING, true);
        long now = now();
        for (int p = mails.firstParcel[mail]; p != ParcelTable.NONE; p = parcels.next[p]) {
            handout.order.take(p, now);
        }
        TreeSet<Integer> targets = new TreeSet<>(stale);
        targets.add(mails.segment[mail]);
        return Optional.of(
                new GoneMeta(id, targets.stream().mapToInt(Integer::intValue).toArray()));
    }

    /**
     * Forgets a mail.
     *
     * @return whether its content is in a body file
     */
    boolean forget(long id) {
        int mail = mails.find(id);
        if (mail == MailTable.NONE) {
            return false;
        }
        boolean body = mails.has(mail, MailTable.BODY);
        long now = now();
        live(mails.segment[mail], -mails.length[mail]);
        for (int p = mails.firstParcel[mail]; p != ParcelTable.NONE; ) {
            int next = parcels.next[p];
            Destination destination = parcels.destination[p];
            handout.order.take(p, now);
            live(parcels.stateSegment[p], -parcels.stateLength[p]);
            if (parcels.has(p, ParcelTable.OUT)) {
                handout.back(destination, now);
            }
            parcels.remove(p);
            handout.order.leave(destination);
            p = next;
        }
        held -= mails.has(mail, MailTable.HELD) ? 1 : 0;
        Optional.ofNullable(holds.remove(id)).ifPresent(hold -> live(hold.segment, -hold.length));
        unwritten.forget(id);
        mails.remove(mail);
        return body;
    }

    /** The record that a mail is gone is in this segment. */
    void buried(GoneMeta gone, Segment segment) {
        for (int target : gone.segments()) {
            if (target != segment.number() && segments.has(target)) {
                segment.tombstones.merge(target, 1, Integer::sum);
            }
        }
    }

    /** A hold's record is on disk. */
    void held(HoldMeta hold, Segment segment, int offset, int length) {
        Hold before = holds.getOrDefault(hold.id(), Hold.NONE);
        if (mails.find(hold.id()) == MailTable.NONE || before.written > hold.revision()) {
            return;
        }
        live(before.segment, -before.length);
        segment.live += length;
        boolean latest = before.revision <= hold.revision();
        holds.put(
                hold.id(),
                new Hold(
                        latest ? hold.revision() : before.revision,
                        latest ? hold.why() : before.why,
                        hold.revision(),
                        segment.number(),
                        offset,
                        length));
        if (latest) {
            follow(hold);
        }
    }

    /** A hold that is not written yet counts at once, and as long as the process lives; what is on disk is needed until it is. */
    void heldInMemory(HoldMeta hold) {
        if (mails.find(hold.id()) != MailTable.NONE) {
            Hold before = holds.getOrDefault(hold.id(), Hold.NONE);
            holds.put(
                    hold.id(),
                    new Hold(
                            hold.revision(), hold.why(), before.written, before.segment, before.offset, before.length));
            follow(hold);
        }
    }

    /** Hands the mail's parcels out, or not any more. */
    private void follow(HoldMeta hold) {
        int mail = mails.find(hold.id());
        boolean on = hold.why().isPresent();
        if (on != mails.has(mail, MailTable.HELD)) {
            mails.set(mail, MailTable.HELD, on);
            held += on ? 1 : -1;
            long now = now();
            for (int p = mails.firstParcel[mail]; p != ParcelTable.NONE; p = parcels.next[p]) {
                if (on) {
                    handout.order.take(p, now);
                } else {
                    handout.offer(p, now);
                }
            }
        }
    }

    int holdRevision(long id) {
        return Optional.ofNullable(holds.get(id)).map(Hold::revision).orElse(0);
    }

    Optional<Hold> holdOf(long id) {
        return Optional.ofNullable(holds.get(id));
    }

    boolean flushMail(long id) {
        int mail = mails.find(id);
        if (mail == MailTable.NONE) {
            return false;
        }
        for (int p = mails.firstParcel[mail]; p != ParcelTable.NONE; p = parcels.next[p]) {
            handout.flush(p);
        }
        return true;
    }

    /** Whoever had the parcel gives it back. */
    void back(long id, int ordinal, long notBefore) {
        int mail = mails.find(id);
        int parcel = mail == MailTable.NONE ? ParcelTable.NONE : parcel(mail, ordinal);
        if (parcel != ParcelTable.NONE) {
            handout.back(parcel, notBefore);
        }
    }

    /** A record of a mail was copied: from now on it is read there. */
    void moved(long id, int from, int fromOffset, Segment to, int toOffset) {
        int mail = mails.find(id);
        if (mail != MailTable.NONE && mails.segment[mail] == from && mails.offset[mail] == fromOffset) {
            live(from, -mails.length[mail]);
            to.live += mails.length[mail];
            mails.segment[mail] = to.number();
            mails.offset[mail] = toOffset;
        }
    }

    void stateMoved(long id, int ordinal, int from, int fromOffset, Segment to, int toOffset) {
        int mail = mails.find(id);
        int parcel = mail == MailTable.NONE ? ParcelTable.NONE : parcel(mail, ordinal);
        if (parcel != ParcelTable.NONE
                && parcels.stateSegment[parcel] == from
                && parcels.stateOffset[parcel] == fromOffset) {
            live(from, -parcels.stateLength[parcel]);
            to.live += parcels.stateLength[parcel];
            parcels.stateSegment[parcel] = to.number();
            parcels.stateOffset[parcel] = toOffset;
        }
    }

    void holdMoved(long id, int from, int fromOffset, Segment to, int toOffset) {
        Hold hold = holds.get(id);
        if (hold != null && hold.segment == from && hold.offset == fromOffset) {
            live(from, -hold.length);
            to.live += hold.length;
            holds.put(id, new Hold(hold.revision, hold.why, hold.written, to.number(), toOffset, hold.length));
        }
    }

    /** From now on copies may stand in this segment that are not the ones of the index. */
    void stale(int segment) {
        stale.add(segment);
    }

    void notStale(int segment) {
        stale.remove(segment);
    }

    /** Segments that are no more: nothing has to be remembered for them. */
    void deleted(List<Segment> gone) {
        for (Segment segment : segments.list()) {
            for (Segment one : gone) {
                segment.tombstones.remove(one.number());
            }
        }
        for (Segment one : gone) {
            stale.remove(one.number());
        }
    }

    long held() {
        return held;
    }
}
