package org.hikyaku.delivery;

import java.io.IOException;
import org.hikyaku.policy.Verdict;
import org.hikyaku.smtp.SmtpSession;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** A session that mail may go over, judged once when it was opened. For one thread at a time. */
final class OpenSession {
    private static final Logger LOG = LoggerFactory.getLogger(OpenSession.class);

    private final SmtpSession smtp;
    private final Verdict.Deliver verdict;
    private final DeliveryLine.Tls tls;
    private final long opened;
    private long idleSince;
    private int mails;

    /** @param opened by the monotonic clock, in nanoseconds */
    OpenSession(SmtpSession smtp, Verdict.Deliver verdict, DeliveryLine.Tls tls, long opened) {
        this.smtp = smtp;
        this.verdict = verdict;
        this.tls = tls;
        this.opened = opened;
        this.idleSince = opened;
    }

    SmtpSession smtp() {
        return smtp;
    }

    Verdict.Deliver verdict() {
        return verdict;
    }

    DeliveryLine.Tls tls() {
        return tls;
    }

    long opened() {
        return opened;
    }

    long idleSince() {
        return idleSince;
    }

    void idleSince(long now) {
        idleSince = now;
    }

    /** How many mails were offered over it. */
    int mails() {
        return mails;
    }

    void another() {
        mails++;
    }

    /** Says goodbye without making anybody wait. */
    void leave() {
        leave(smtp);
    }

    /** The same for a session that never carried anything. */
    static void leave(SmtpSession smtp) {
        Thread.ofVirtual().name("quit " + smtp.address()).start(() -> {
            try {
                smtp.quit();
            } catch (IOException e) {
                LOG.debug("a session with {} did not end well: {}", smtp.address(), e.getMessage());
            }
        });
    }

    /** Hangs up: it is of no use any more. */
    void drop() {
        try {
            smtp.close();
        } catch (IOException e) {
            LOG.debug("a connection with {} did not close well: {}", smtp.address(), e.getMessage());
        }
    }
}
