package org.hikyaku.smtp;

import java.io.IOException;
import java.io.InputStream;
import java.util.Optional;

/**
 * What the bytes of a mail ask of a server, found in one pass.
 *
 * @param crLf lines that end with CR LF
 * @param bareLf lines that end with LF alone
 * @param bareCr CRs without LF behind them
 * @param firstBad the number of the first line with one of these two; 0 when there is none
 * @param nul whether a byte of zero is in it
 * @param eightBit whether a byte above 127 is in it
 * @param eightBitHeader whether one is in the header, which takes SMTPUTF8 (RFC 6532)
 * @param ended whether it ends with a line end, or is empty
 * @param longest the longest line in bytes, without its end
 */
public record ContentScan(
        long crLf,
        long bareLf,
        long bareCr,
        long firstBad,
        boolean nul,
        boolean eightBit,
        boolean eightBitHeader,
        boolean ended,
        long longest) {

    /** RFC 5321 section 4.5.3.1.6: 1000 bytes with the line end. */
    public static final int LONGEST_LINE = 998;

    public static ContentScan of(MailContent content) throws IOException {
        long crLf = 0;
        long bareLf = 0;
        long bareCr = 0;
        long firstBad = 0;
        boolean nul = false;
        boolean eightBit = false;
        boolean eightBitHeader = false;
        long longest = 0;
        boolean header = true;
        long line = 1;
        long length = 0;
        int before = '\n';
        byte[] buffer = new byte[1 << 16];
        try (InputStream in = content.open()) {
            for (int n = in.read(buffer); n >= 0; n = in.read(buffer)) {
                for (int i = 0; i < n; i++) {
                    int b = buffer[i] & 0xff;
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
            }
        }
        if (before == '\r') {
            bareCr++;
            firstBad = firstBad == 0 ? line : firstBad;
        }
        return new ContentScan(
                crLf,
                bareLf,
                bareCr,
                firstBad,
                nul,
                eightBit,
                eightBitHeader,
                before == '\n',
                Math.max(longest, length));
    }

    /** Why these bytes are no mail that SMTP may carry (RFC 5321 section 2.3.8: line ends are CR LF and nothing else). */
    public Optional<String> unfit() {
        if (bareLf > 0 || bareCr > 0) {
            return Optional.of("line " + firstBad + " of the mail has "
                    + (bareLf > 0 ? "an LF without a CR before it" : "a CR without an LF behind it")
                    + "; lines end with CR LF and with nothing else (RFC 5321 section 2.3.8)");
        }
        return nul ? Optional.of("the mail has a byte of zero in it (RFC 5322 section 2.2)") : Optional.empty();
    }
}
