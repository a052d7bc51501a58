package org.hikyaku.relay.queue;

import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.hikyaku.smtp.EnhancedStatus;

/**
 * The record of how far a parcel is; first what the index needs, then each recipient.
 *
 * @param ordinal which parcel of the mail
 * @param revision counts up with each record of this parcel: where several are found, the highest is right
 * @param waiting recipients that still delay
 * @param since and {@code delay}: those of the recipient that is due first
 * @param recipients by their index in the envelope; empty when only the beginning was read
 */
record ParcelState(
        long id,
        int ordinal,
        int revision,
        int waiting,
        long since,
        long delay,
        Map<Integer, RecipientState> recipients) {
    private static final int LEAST_ROW = 30;
    private static final int LEAST_REASON = 9;

    static ParcelState of(long id, int ordinal, int revision, Map<Integer, RecipientState> recipients) {
        int waiting = 0;
        long since = 0;
        long delay = 0;
        for (RecipientState state : recipients.values()) {
            if (state.waits()) {
                if (waiting++ == 0 || state.since() + state.delay() < since + delay) {
                    since = state.since();
                    delay = state.delay();
                }
            }
        }
        return new ParcelState(id, ordinal, revision, waiting, since, delay, recipients);
    }

    /** A whole record but for what depends on the segment. */
    ByteBuffer record() {
        Packer out = LogRecord.begin(64 + 48 * recipients.size())
                .i64(id)
                .i32(ordinal)
                .i32(revision)
                .i32(waiting)
                .i64(since)
                .i64(delay);
        Map<Reason, Integer> reasons = new LinkedHashMap<>();
        for (RecipientState state : recipients.values()) {
            state.reason().ifPresent(reason -> reasons.putIfAbsent(reason, reasons.size()));
        }
        out.i32(reasons.size());
        reasons.keySet().forEach(reason -> write(out, reason));
        out.i32(recipients.size());
        recipients.forEach((index, state) -> out.i32(index)
                .u8(code(state.standing()))
                .i32(state.attempts())
                .u8(state.delayTold() ? 1 : 0)
                .i64(state.since())
                .i64(state.delay())
                .i32(state.reason().map(reasons::get).orElse(-1)));
        ByteBuffer head = out.done();
        LogRecord.fill(head, LogRecord.Type.STATE, 0, 0);
        return head;
    }

    /** The beginning, which is all that the index needs. */
    static ParcelState begin(Unpacker in) throws DamagedRecordException {
        return new ParcelState(in.i64(), in.i32(), in.i32(), in.i32(), in.i64(), in.i64(), Map.of());
    }

    static ParcelState read(Unpacker in) throws DamagedRecordException {
        ParcelState begin = begin(in);
        int count = in.count(LEAST_REASON);
        List<Reason> reasons = new ArrayList<>(count);
        for (int i = 0; i < count; i++) {
            reasons.add(reason(in));
        }
        int rows = in.count(LEAST_ROW);
        Map<Integer, RecipientState> recipients = LinkedHashMap.newLinkedHashMap(rows);
        for (int i = 0; i < rows; i++) {
            int index = in.i32();
            QueuedRecipient.Standing standing = in.one(QueuedRecipient.Standing.values(), ParcelState::code);
            int attempts = in.i32();
            boolean told = in.flag();
            long since = in.i64();
            long delay = in.i64();
            int reason = in.i32();
            if (reason >= count || delay < 0) {
                throw new DamagedRecordException("it has a number that cannot be");
            }
            recipients.put(
                    index,
                    new RecipientState(
                            standing,
                            attempts,
                            told,
                            since,
                            delay,
                            reason < 0 ? Optional.empty() : Optional.of(reasons.get(reason))));
        }
        return new ParcelState(
                begin.id, begin.ordinal, begin.revision, begin.waiting, begin.since, begin.delay, recipients);
    }

    /** What stands on disk; never to be given another meaning. */
    private static int code(QueuedRecipient.Standing standing) {
        return switch (standing) {
            case WAITING -> 0;
            case DELIVERED -> 1;
            case FAILED -> 2;
        };
    }

    private static void write(Packer out, Reason reason) {
        out.u8(reason.status().isPresent() ? 1 : 0);
        reason.status()
                .ifPresent(status ->
                        out.i32(status.category()).i32(status.subject()).i32(status.detail()));
        out.text(reason.host())
                .text(reason.reply())
                .text(reason.rule())
                .text(reason.sentence())
                .text(reason.remedy());
    }

    private static Reason reason(Unpacker in) throws DamagedRecordException {
        Optional<EnhancedStatus> status =
                in.flag() ? Optional.of(new EnhancedStatus(in.i32(), in.i32(), in.i32())) : Optional.empty();
        return new Reason(
                status, in.optionalText(), in.optionalText(), in.optionalText(), in.text(), in.optionalText());
    }
}
