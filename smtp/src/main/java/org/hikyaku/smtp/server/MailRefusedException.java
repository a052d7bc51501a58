package org.hikyaku.smtp.server;

import java.io.IOException;
import org.hikyaku.smtp.Reply;

/** A mail is not taken; the client gets this reply. */
public final class MailRefusedException extends IOException {
    private static final long serialVersionUID = 1L;

    private final transient Reply reply;

    /** @param reply 4yz when the client may come again, 5yz when not */
    public MailRefusedException(Reply reply) {
        super(reply.toString());
        this.reply = reply;
    }

    public Reply reply() {
        return reply;
    }
}
