package org.hikyaku.relay.receive;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.util.Locale;

/**
 * Lets a mail's bytes pass, and at the end of its header writes the fields that it did not have. A mail that has no header, but begins
 * with what is no field, passes as it is. Lines end with CR LF.
 */
final class HeaderCompleter extends OutputStream {
    /** Of a line this much is looked at: more than the longest name wanted, with its colon. */
    private static final int LOOKED_AT = 16;

    private final OutputStream out;
    private final String date;
    private final String messageId;
    private final StringBuilder start = new StringBuilder(LOOKED_AT);
    private final ByteArrayOutputStream passed = new ByteArrayOutputStream(1024);

    private boolean inHeader = true;
    private boolean hasDate;
    private boolean hasId;
    private boolean anyField;
    private boolean heldCr;
    private int inLine;

    /**
     * Of one mail.
     *
     * @param date for a mail without one
     * @param messageId with its angle brackets, for a mail without one
     */
    HeaderCompleter(OutputStream out, String date, String messageId) {
        this.out = out;
        this.date = date;
        this.messageId = messageId;
    }

    @Override
    public void write(int b) throws IOException {
        write(new byte[] {(byte) b}, 0, 1);
    }

    @Override
    public void write(byte[] bytes, int offset, int length) throws IOException {
        int i = offset;
        while (inHeader && i < offset + length) {
            take(bytes[i++]);
        }
        passed.writeTo(out);
        passed.reset();
        if (i < offset + length) {
            out.write(bytes, i, offset + length - i);
        }
    }

    private void take(byte b) {
        if (inLine == 0 && b == '\r' && !heldCr) {
            heldCr = true; // perhaps the empty line: what is missing goes before it
            return;
        }
        if (heldCr) {
            heldCr = false;
            if (b == '\n') {
                complete();
                inHeader = false;
            }
            passed.write('\r');
        }
        passed.write(b);
        if (b == '\n') {
            lineEnds();
        } else {
            inLine++;
            if (start.length() < LOOKED_AT) {
                start.append((char) (b & 0xff));
            }
        }
    }

    private void lineEnds() {
        inLine = 0;
        String line = start.toString().toLowerCase(Locale.ROOT);
        start.setLength(0);
        boolean goesOn = line.startsWith(" ") || line.startsWith("\t");
        hasDate |= is(line, "date");
        hasId |= is(line, "message-id");
        if (!anyField && (goesOn || !couldBeField(line))) {
            inHeader = false; // no header at all
        }
        anyField = true;
    }

    /** Blanks before the colon are of RFC 822. */
    private static boolean is(String line, String name) {
        int colon = line.indexOf(':');
        return colon >= 0 && line.substring(0, colon).stripTrailing().equals(name);
    }

    private static boolean couldBeField(String line) {
        int colon = line.indexOf(':');
        String name = colon >= 0 ? line.substring(0, colon).stripTrailing() : line;
        return (colon > 0 || line.length() == LOOKED_AT) && name.chars().allMatch(c -> c > ' ' && c < 0x7F);
    }

    /** Nothing more comes: a mail may end with its header. */
    void end() throws IOException {
        if (inHeader && anyField && inLine == 0) {
            complete();
            inHeader = false;
        }
        passed.writeTo(out);
        passed.reset();
        if (heldCr) {
            out.write('\r');
        }
    }

    private void complete() {
        if (!hasDate) {
            field("Date", date);
        }
        if (!hasId) {
            field("Message-ID", messageId);
        }
    }

    private void field(String name, String value) {
        passed.writeBytes((name + ": " + value + "\r\n").getBytes(StandardCharsets.US_ASCII));
    }
}
