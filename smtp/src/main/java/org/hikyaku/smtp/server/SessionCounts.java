package org.hikyaku.smtp.server;

import org.hikyaku.net.Limit;

/** What one session has had of the server so far, and the end of it when that is more than one may have. */
final class SessionCounts {
    private final ServerLimits limits;
    private int commands;
    private int commandsSinceMail;
    private int mails;
    private int errors;

    SessionCounts(ServerLimits limits) {
        this.limits = limits;
    }

    /** A line came, good or not. */
    void command() throws SessionOverException {
        commands++;
        if (++commandsSinceMail > limits.commands().value()) {
            throw tooMuch(limits.commands());
        }
    }

    /** A command was refused, or a login. */
    void error() throws SessionOverException {
        errors++;
        if (errors > limits.errors().value()) {
            throw tooMuch(limits.errors());
        }
    }

    /** Another mail is to begin. */
    void beforeMail() throws SessionOverException {
        if (mails >= limits.mails().value()) {
            throw tooMuch(limits.mails());
        }
    }

    /** What became of a mail; only one that was taken counts. */
    void mail(MailTransaction.Outcome outcome) {
        if (outcome == MailTransaction.Outcome.TAKEN) {
            mails++;
            commandsSinceMail = 0;
        }
    }

    SessionEnd end(SessionEnd.Why why, String sentence) {
        return new SessionEnd(why, sentence, commands, mails, errors);
    }

    private static SessionOverException tooMuch(Limit limit) {
        return new SessionOverException(
                SessionEnd.Why.REFUSED,
                Replies.of(421, "4.7.0 more than the limit of " + limit.value() + " " + limit.name() + "; goodbye"));
    }
}
