package org.hikyaku.capture.talk;

import org.hikyaku.capture.tcp.Side;

/** Takes a dialogue. */
public interface TalkListener {

    /** Whether lines are wanted at all; without them the protocol and the mails are all that counts. */
    boolean wantsLines();

    /** A line, without its end; control characters made visible, secrets masked. */
    void line(Side side, boolean encrypted, String text, long frame, long nanos);

    /** Something that is not a line: {@code TLS begins}, {@code 1448 bytes are missing}. */
    void remark(String text, long frame);

    /** A mail begins: who takes its bytes. */
    MailSink mail();
}
