package org.hikyaku.smtp;

import org.hikyaku.net.Limit;

/** How much a server may say. RFC 5321 section 4.5.3.1.5 allows 512 bytes in a reply line; servers in the field exceed it. */
public final class SmtpLimits {
    /** Bytes in one line of a reply, without its end: 2,048. */
    public static final Limit REPLY_LINE = new Limit("bytes in an SMTP reply line", 2048);

    /** Lines in one reply: 256. */
    public static final Limit REPLY_LINES = new Limit("lines in an SMTP reply", 256);

    /** Lines that a {@link RecordedTranscript} keeps: 2,000. */
    public static final Limit TRANSCRIPT_LINES = new Limit("lines in a transcript", 2000);

    private SmtpLimits() {}
}
