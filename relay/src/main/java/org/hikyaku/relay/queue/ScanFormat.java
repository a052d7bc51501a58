package org.hikyaku.relay.queue;

import java.util.Optional;
import org.hikyaku.smtp.ContentScan;

/**
 * What the bytes of a mail ask of a server, as bytes behind its envelope: so whoever delivers it need not read it for that first. Records
 * that were written before this was kept end with the envelope.
 */
final class ScanFormat {
    private static final int NUL = 1;
    private static final int EIGHT_BIT = 2;
    private static final int EIGHT_BIT_HEADER = 4;
    private static final int ENDED = 8;
    /** There are line ends that are not CR LF, and three numbers about them follow. */
    private static final int BARE = 16;

    private static final int ALL = 31;

    private ScanFormat() {}

    static void write(Packer out, ContentScan scan) {
        boolean bare = scan.bareLf() > 0 || scan.bareCr() > 0;
        out.u8((scan.nul() ? NUL : 0)
                        | (scan.eightBit() ? EIGHT_BIT : 0)
                        | (scan.eightBitHeader() ? EIGHT_BIT_HEADER : 0)
                        | (scan.ended() ? ENDED : 0)
                        | (bare ? BARE : 0))
                .i64(scan.crLf())
                .i64(scan.longest());
        if (bare) {
            out.i64(scan.bareLf()).i64(scan.bareCr()).i64(scan.firstBad());
        }
    }

    /** Empty where the record has none. */
    static Optional<ContentScan> read(Unpacker in) throws DamagedRecordException {
        if (!in.hasMore()) {
            return Optional.empty();
        }
        int flags = in.u8();
        if (flags > ALL) {
            throw new DamagedRecordException("it says of its content what is not known here");
        }
        long crLf = in.i64();
        long longest = in.i64();
        boolean bare = (flags & BARE) != 0;
        return Optional.of(new ContentScan(
                crLf,
                bare ? in.i64() : 0,
                bare ? in.i64() : 0,
                bare ? in.i64() : 0,
                (flags & NUL) != 0,
                (flags & EIGHT_BIT) != 0,
                (flags & EIGHT_BIT_HEADER) != 0,
                (flags & ENDED) != 0,
                longest));
    }
}
