package org.hikyaku.capture.tls;

import java.util.Arrays;
import org.hikyaku.tls.wire.TlsRecord;

/**
 * Cuts one direction into records. A record that lies whole in what came is handed on without a copy. A hole inside a
 * record costs that record only; a hole that hides a header makes us look for the next one.
 */
final class RecordAssembler {
    /** A record's plaintext is at most 2^14 bytes, and protection adds at most 2048 (RFC 5246 section 6.2.3). */
    static final int LONGEST = 16384 + 2048;

    private static final byte[] NONE = new byte[0];

    private final RecordSink sink;
    private final RecordMemory.Share memory;
    private byte[] buffer = NONE;
    private int have;

    /** Bytes still to come of a record for which there is no room: it is passed over. */
    private int passing;

    private int passedLength;
    /** Bytes of the record at hand that are missing, standing as if they were there. */
    private long missing;

    private long missingAt;
    private long passed;

    private boolean missingCut;
    private boolean searching;
    private long skipped;
    private boolean anyRecord;

    /** @param memory counts what is held of records that are not whole */
    RecordAssembler(RecordSink sink, RecordMemory.Share memory) {
        this.sink = sink;
        this.memory = memory;
    }

    /** The capture does not hold this direction's beginning: where a record begins is not known. */
    void beginInTheMiddle() {
        searching = true;
    }

    /** Whether the way is lost at the moment. */
    boolean searching() {
        return searching;
    }

    /** Bytes of a record that has not come to its end. */
    int waiting() {
        return have;
    }

    void data(byte[] d, int offset, int length, long frame, long nanos) {
        passed += length;
        int at = offset;
        int end = offset + length;
        while (at < end) {
            if (passing > 0) {
                int take = Math.min(passing, end - at);
                at += take;
                passOver(take, false, frame);
                continue;
            }
            if (searching) {
                if (!append(d, at, end - at)) {
                    memory.gaveUp();
                    skipped += have + end - at; // the way is looked for in what comes next
                    release();
                    return;
                }
                search(frame, nanos);
                return;
            }
            if (!anyRecord && ssl2(have == 0 ? d[at] : buffer[0])) {
                at = ssl2Hello(d, at, end, frame, nanos);
                continue;
            }
            if (have == 0) {
                at = whole(d, at, end, frame, nanos);
                if (at >= end || searching) {
                    continue;
                }
            }
            if (have < TlsRecord.HEADER) {
                int take = Math.min(TlsRecord.HEADER - have, end - at);
                if (have == 0) {
                    boolean _ = room(Math.min(TlsRecord.HEADER + LONGEST, 2 * (end - at)));
                }
                append(d, at, take); // there is always room for a header
                at += take;
                if (have < TlsRecord.HEADER) {
                    return;
                }
                if (!header(buffer, 0)) {
                    bad(frame);
                    continue;
                }
            }
            int need = TlsRecord.HEADER + length(buffer, 0);
            int take = Math.min(need - have, end - at);
            // Mostly all of it at once, but no more than came because of a length that lies.
            if (!room(Math.min(need, 4 * (have + take)))) {
                beginToPassOver(need, passed - (end - at), frame);
                continue;
            }
            append(d, at, take);
            at += take;
            finishRecord(need, frame, nanos);
        }
    }

    /** A type of TLS has never this bit; the two-byte length of SSL 2.0 has it (RFC 6101 appendix E.1). */
    private static boolean ssl2(byte first) {
        return (first & 0x80) != 0;
    }

    /** Takes a little more of a first record in the shape of SSL 2.0; gives where the rest begins. */
    private int ssl2Hello(byte[] d, int at, int end, long frame, long nanos) {
        int need = have < 2 ? 2 : 2 + ((buffer[0] & 0x7f) << 8 | buffer[1] & 0xff);
        int take = Math.min(need - have, end - at);
        if (!append(d, at, take)) {
            memory.gaveUp();
            release();
            bad(frame);
            return at + take;
        }
        if (have > 2 && have == need) {
            byte[] message = Arrays.copyOfRange(buffer, 2, need);
            have = 0;
            anyRecord = true;
            sink.ssl2Hello(message, frame, nanos);
        } else if (have == 2 && (buffer[0] & 0x7f) == 0 && buffer[1] == 0) {
            bad(frame);
        }
        return at + take;
    }

    /** Hands on the records that lie whole in the window; gives where the first partial one begins. */
    private int whole(byte[] d, int from, int end, long frame, long nanos) {
        int at = from;
        while (end - at >= TlsRecord.HEADER) {
            if (!header(d, at)) {
                bad(frame);
                return at;
            }
            int length = length(d, at);
            if (end - at < TlsRecord.HEADER + length) {
                return at;
            }
            deliver(d, at, length, frame, nanos);
            at += TlsRecord.HEADER + length;
            if (searching) {
                return at;
            }
        }
        return at;
    }

    private void finishRecord(int need, long frame, long nanos) {
        if (have < need) {
            return;
        }
        int length = need - TlsRecord.HEADER;
        have = 0;
        if (missing > 0) {
            RecordSink.Loss loss = new RecordSink.Loss(missing, missingCut, frame, missingAt);
            missing = 0;
            missingCut = false;
            sink.damaged(buffer[0] & 0xff, version(buffer, 0), buffer, TlsRecord.HEADER, length, loss);
        } else {
            deliver(buffer, 0, length, frame, nanos);
        }
        if (have == 0 && buffer.length > 4096 && (length < 1024 || memory.scarce())) {
            release(); // a connection that is quiet should not hold a large buffer
        }
    }

    /** There is no room for the record whose header stands in the buffer. */
    private void beginToPassOver(int need, long offset, long frame) {
        memory.gaveUp();
        passing = need - have;
        passedLength = need - TlsRecord.HEADER;
        missingAt = missing == 0 ? offset : missingAt;
        buffer = Arrays.copyOf(buffer, TlsRecord.HEADER);
        have = TlsRecord.HEADER;
        boolean _ = memory.hold(buffer.length);
        passOver(0, false, frame);
    }

    /** So much of the record that is passed over has come, or is missing. */
    private void passOver(int length, boolean cut, long frame) {
        passing -= length;
        missingCut |= cut;
        if (passing == 0) {
            RecordSink.Loss loss = new RecordSink.Loss(passedLength, missingCut, frame, missingAt);
            byte[] header = buffer;
            missing = 0;
            missingCut = false;
            release();
            sink.damaged(header[0] & 0xff, version(header, 0), new byte[passedLength], 0, passedLength, loss);
        }
    }

    /** The connection has ended, or what stands in the buffer is given up. */
    void release() {
        have = 0;
        buffer = NONE;
        boolean _ = memory.hold(0);
    }

    private void deliver(byte[] d, int at, int length, long frame, long nanos) {
        anyRecord = true;
        sink.record(d[at] & 0xff, version(d, at), d, at + TlsRecord.HEADER, length, frame, nanos);
    }

    /** No header stands where one should: the framing broke without a hole that we know of. What follows may still be found again. */
    private void bad(long frame) {
        sink.lost(new RecordSink.Loss(0, false, frame, passed));
        searching = true;
        skipped = 0;
    }

    void gap(long length, boolean cut, long frame) {
        long at = passed;
        passed += length;
        if (passing > 0 && length <= passing) {
            passOver((int) length, cut, frame);
            return;
        }
        if (passing > 0) {
            passing = 0;
            release();
        }
        if (searching) {
            skipped += length + have;
            have = 0;
            sink.lost(new RecordSink.Loss(length, cut, frame, at));
            return;
        }
        if (have >= TlsRecord.HEADER && (anyRecord || !ssl2(buffer[0]))) {
            int need = TlsRecord.HEADER + length(buffer, 0);
            if (length <= need - have) {
                if (!room(need)) {
                    beginToPassOver(need, at, frame);
                    passOver((int) length, cut, frame);
                    return;
                }
                have += (int) length;
                missingAt = missing == 0 ? at : missingAt;
                missing += length;
                missingCut |= cut;
                finishRecord(need, frame, 0);
                return;
            }
        }
        skipped = length + have;
        have = 0;
        missing = 0;
        missingCut = false;
        searching = true;
        sink.lost(new RecordSink.Loss(length, cut, frame, at));
    }

    /** Looks for a header, the record behind it, and the next header or a record that opens. */
    private void search(long frame, long nanos) {
        int at = 0;
        while (have - at >= TlsRecord.HEADER) {
            if (!header(buffer, at)) {
                at++;
                skipped++;
                continue;
            }
            int length = length(buffer, at);
            int next = at + TlsRecord.HEADER + length;
            if (have < next) {
                // Not whole yet. What stands inside it may be a header as well, but one at a time: it is right nearly
                // always, for three of its five bytes are fixed.
                break;
            }
            boolean another = have - next >= TlsRecord.HEADER && header(buffer, next);
            boolean contradicted = have - next >= TlsRecord.HEADER && !another;
            if (!contradicted
                    && sink.isRecord(
                            buffer[at] & 0xff,
                            version(buffer, at),
                            buffer,
                            at + TlsRecord.HEADER,
                            length,
                            skipped,
                            another)) {
                searching = false;
                skipped = 0;
                byte[] rest = Arrays.copyOfRange(buffer, at, have);
                release();
                data(rest, 0, rest.length, frame, nanos);
                return;
            }
            at++;
            skipped++;
        }
        System.arraycopy(buffer, at, buffer, 0, have - at);
        have -= at;
    }

    /** A type that exists, a version 3.x, and a length that may be. */
    static boolean header(byte[] d, int at) {
        int type = d[at] & 0xff;
        int length = length(d, at);
        return type >= 20
                && type <= 24
                && d[at + 1] == 3
                && d[at + 2] >= 0
                && d[at + 2] <= 4
                && length <= LONGEST
                && (length > 0 || type == 23);
    }

    static int length(byte[] d, int at) {
        return (d[at + 3] & 0xff) << 8 | d[at + 4] & 0xff;
    }

    private static int version(byte[] d, int at) {
        return (d[at + 1] & 0xff) << 8 | d[at + 2] & 0xff;
    }

    /** Whether there was room for it. */
    private boolean append(byte[] d, int at, int length) {
        if (!room(have + length)) {
            return false;
        }
        System.arraycopy(d, at, buffer, have, length);
        have += length;
        return true;
    }

    private boolean room(int size) {
        if (size > buffer.length) {
            int larger = Math.max(size, Math.min(buffer.length * 2, TlsRecord.HEADER + LONGEST));
            if (!memory.hold(larger)) {
                return false;
            }
            buffer = Arrays.copyOf(buffer, larger);
        }
        return true;
    }
}
