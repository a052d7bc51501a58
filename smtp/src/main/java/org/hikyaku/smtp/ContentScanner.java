package org.hikyaku.smtp;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;

/**
 * Finds out what the bytes of a mail ask of a server while they come by, in parts of any size. Eight bytes at a time are looked at
 * together, and one by one only where a line ends or a zero stands. For one thread at a time.
 */
public final class ContentScanner {
    private static final VarHandle WORDS = MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.LITTLE_ENDIAN);
    private static final int WORD = Long.BYTES;
    private static final long ONES = 0x0101010101010101L;
    private static final long HIGHS = 0x8080808080808080L;

    private long crLf;
    private long bareLf;
    private long bareCr;
    private long firstBad;
    private boolean nul;
    private boolean eightBit;
    private boolean eightBitHeader;
    private long longest;
    private boolean header = true;
    private long line = 1;
    /** Bytes of the line so far. */
    private long length;

    private int before = '\n';

    /** The next bytes. */
    public void update(byte[] bytes, int offset, int count) {
        int end = offset + count;
        int at = offset;
        while (at < end) {
            int text = before == '\r' ? at : text(bytes, at, end);
            if (text > at) {
                length += text - at;
                before = bytes[text - 1] & 0xff;
                at = text;
            }
            for (int stop = Math.min(end, at + WORD); at < stop; at++) {
                one(bytes[at] & 0xff);
            }
        }
    }

    /** Passes over whole words that no line ends in and no zero is in; where they end. */
    private int text(byte[] bytes, int from, int end) {
        long all = 0;
        int at = from;
        for (; end - at >= WORD; at += WORD) {
            long word = (long) WORDS.get(bytes, at);
            if ((zero(word) | zero(word ^ '\n' * ONES) | zero(word ^ '\r' * ONES)) != 0) {
                break;
            }
            all |= word;
        }
        if ((all & HIGHS) != 0) {
            eightBit = true;
            eightBitHeader |= header;
        }
        return at;
    }

    /** Not 0 when one of the eight bytes is 0. */
    private static long zero(long word) {
        return (word - ONES) & ~word & HIGHS;
    }

    private void one(int b) {
        if (before == '\r' && b != '\n') {
            bareCr++;
            firstBad = firstBad == 0 ? line : firstBad;
        }
        if (b == '\n') {
            boolean strict = before == '\r';
            long text = strict ? length - 1 : length;
            longest = Math.max(longest, text);
            header &= text > 0;
            crLf += strict ? 1 : 0;
            bareLf += strict ? 0 : 1;
            firstBad = !strict && firstBad == 0 ? line : firstBad;
            line++;
            length = 0;
        } else {
            length++;
            nul |= b == 0;
            eightBit |= b > 127;
            eightBitHeader |= header && b > 127;
        }
        before = b;
    }

    /** What was found, when the bytes so far are all. */
    public ContentScan done() {
        boolean openCr = before == '\r';
        return new ContentScan(
                crLf,
                bareLf,
                openCr ? bareCr + 1 : bareCr,
                openCr && firstBad == 0 ? line : firstBad,
                nul,
                eightBit,
                eightBitHeader,
                before == '\n',
                Math.max(longest, length));
    }
}
