package org.hikyaku.capture.talk;

/** Takes the bytes of one mail while they pass, so that a mail of any size needs no memory. */
public interface MailSink {
    /** More of the message, with dots unstuffed; the array changes afterwards. */
    void bytes(byte[] d, int offset, int length);

    /** The mail is over, and answered or never to be: the last call. */
    void end(Mail mail);
}
