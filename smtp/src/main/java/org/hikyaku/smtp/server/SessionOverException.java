package org.hikyaku.smtp.server;

import org.hikyaku.smtp.Reply;

/** The session ends with these words. */
final class SessionOverException extends Exception {
    private static final long serialVersionUID = 1L;

    private final transient SessionEnd.Why why;
    private final transient Reply reply;

    SessionOverException(SessionEnd.Why why, Reply reply) {
        super(reply.text(), null, false, false); // how sessions end, not an error of ours: no stack trace
        this.why = why;
        this.reply = reply;
    }

    SessionEnd.Why why() {
        return why;
    }

    Reply reply() {
        return reply;
    }
}
