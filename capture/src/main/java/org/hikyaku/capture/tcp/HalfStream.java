package org.hikyaku.capture.tcp;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.hikyaku.capture.ip.Segment;
import org.hikyaku.net.Limit;

/**
 * One direction of a TCP connection. Sequence numbers are compared by their signed difference, so that their wrap
 * needs no special case (RFC 9293 section 3.4).
 */
final class HalfStream {
    /** More than the largest window in use on the Internet; what waits longer waits for something that is lost. */
    static final Limit WAITING = new Limit("bytes of one TCP stream waiting for a missing segment", 8 << 20);

    /** Packets on two CPUs overtake each other by a few dozen at the most. */
    private static final int OVERTAKING = 256;

    /** A jump further than any window is another connection's packet, or made up. */
    private static final int FARTHEST = 1 << 30;

    @SuppressWarnings("ArrayRecordComponent") // never compared
    private record Late(int sequence, byte[] data, int cut, long frame, long nanos) {
        int end() {
            return sequence + data.length + cut;
        }
    }

    /** Where the bytes go; asked for when there are any. */
    interface Outlet {
        StreamSink sink();

        void ended();
    }

    private final Outlet outlet;
    private final WaitingBytes ofAll;
    private List<Late> late = List.of(); // most streams never need one
    private long waiting;
    private boolean started;
    private int next;
    private int firstSequence;
    private boolean finSeen;
    private int finAt;
    private boolean ended;
    private int sinceHole;
    private long lastFrame;
    private boolean acknowledged;
    private int acknowledgedTo;

    HalfStream(Outlet outlet, WaitingBytes ofAll) {
        this.outlet = outlet;
        this.ofAll = ofAll;
    }

    boolean ended() {
        return ended;
    }

    /** Whether this SYN begins another connection than the one that we follow. */
    boolean isAnotherSyn(Segment s) {
        return started && s.sequence + 1 != firstSequence;
    }

    void accept(Segment s) {
        if (ended) {
            return;
        }
        lastFrame = s.frame;
        int sequence = s.sequence;
        if (s.has(Segment.SYN)) {
            sequence++;
        }
        if (!started) {
            started = true;
            next = sequence;
            firstSequence = sequence;
        }
        int size = s.length + s.cut;
        int ahead = sequence - next;
        if (Math.abs((long) ahead) <= FARTHEST) {
            if (s.has(Segment.FIN) && !finSeen) {
                finSeen = true;
                finAt = sequence + size;
            }
            if (size > 0) {
                if (ahead <= 0) {
                    deliver(s.data, s.offset, s.length, s.cut, -ahead, s.frame, s.nanos);
                } else {
                    keep(s, sequence);
                }
            }
        }
        drain();
        if (s.has(Segment.RST)) {
            finish();
        }
    }

    /** The other side has everything before this. */
    void acknowledge(int to) {
        if (ended || !started) {
            return;
        }
        if (!acknowledged || to - acknowledgedTo > 0) {
            acknowledged = true;
            acknowledgedTo = to;
        }
        if (!late.isEmpty()) {
            sinceHole++;
            drain();
        }
    }

    /** Gives out what is left, with holes, and ends the stream. */
    void finish() {
        if (ended) {
            return;
        }
        while (!late.isEmpty()) {
            jump();
        }
        // What was lost right before the end shows by the FIN behind it, or by what the other side acknowledged (one
        // more than was sent may be a FIN that we did not see).
        int unseen = finSeen ? finAt - next : acknowledged ? acknowledgedTo - next : 0;
        if (started && unseen > (finSeen ? 0 : 1) && unseen <= FARTHEST) {
            outlet.sink().gap(unseen, false, lastFrame);
            next += unseen;
        }
        ended = true;
        outlet.ended();
    }

    private void deliver(byte[] data, int offset, int length, int cut, int already, long frame, long nanos) {
        if (already < length) {
            outlet.sink().data(data, offset + already, length - already, frame, nanos);
            next += length - already;
            already = length;
        }
        if (cut > 0 && already < length + cut) {
            int missing = length + cut - already;
            outlet.sink().gap(missing, true, frame);
            next += missing;
        }
    }

    private void keep(Segment s, int sequence) {
        if (late.isEmpty()) {
            sinceHole = 0;
        }
        sinceHole++;
        Late one =
                new Late(sequence, Arrays.copyOfRange(s.data, s.offset, s.offset + s.length), s.cut, s.frame, s.nanos);
        int i = late.size();
        while (i > 0 && late.get(i - 1).sequence() - sequence > 0) {
            i--;
        }
        if (i > 0 && late.get(i - 1).sequence() == sequence && late.get(i - 1).end() - one.end() >= 0) {
            return; // seen before
        }
        if (late.isEmpty() && !(late instanceof ArrayList)) {
            late = new ArrayList<>();
        }
        late.add(i, one);
        waiting += s.length;
        ofAll.add(s.length);
    }

    private void drain() {
        while (!late.isEmpty()) {
            Late first = late.getFirst();
            int ahead = first.sequence() - next;
            if (ahead > 0) {
                boolean lost = acknowledged && acknowledgedTo - first.sequence() >= 0 && sinceHole > OVERTAKING;
                if (!lost && waiting <= WAITING.value() && !ofAll.full()) {
                    return;
                }
                outlet.sink().gap(ahead, false, first.frame());
                next = first.sequence();
                sinceHole = 0;
            }
            take();
        }
        if (finSeen && next - finAt >= 0) {
            ended = true;
            outlet.ended();
        }
    }

    private void jump() {
        Late first = late.getFirst();
        int ahead = first.sequence() - next;
        if (ahead > 0) {
            outlet.sink().gap(ahead, false, first.frame());
            next = first.sequence();
        }
        take();
    }

    private void take() {
        Late first = late.removeFirst();
        waiting -= first.data().length;
        ofAll.remove(first.data().length);
        deliver(
                first.data(),
                0,
                first.data().length,
                first.cut(),
                next - first.sequence(),
                first.frame(),
                first.nanos());
    }
}
