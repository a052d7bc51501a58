package org.hikyaku.smtp.server;

import org.hikyaku.smtp.Reply;

/** A line that is no command, with what the client gets to hear. */
final class CommandException extends Exception {
    private static final long serialVersionUID = 1L;

    private final transient Reply reply;

    CommandException(int code, String text) {
        super(text, null, false, false); // thrown for every wrong line of a stranger: no stack trace
        reply = Replies.of(code, text);
    }

    Reply reply() {
        return reply;
    }
}
