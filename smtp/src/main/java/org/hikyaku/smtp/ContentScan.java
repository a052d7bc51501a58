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

    /** Reads all of it. */
    public static ContentScan of(MailContent content) throws IOException {
        ContentScanner scanner = new ContentScanner();
        byte[] buffer = new byte[1 << 16];
        try (InputStream in = content.open()) {
            for (int n = in.read(buffer); n >= 0; n = in.read(buffer)) {
                scanner.update(buffer, 0, n);
            }
        }
        return scanner.done();
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
