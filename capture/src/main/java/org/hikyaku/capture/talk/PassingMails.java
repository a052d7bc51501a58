package org.hikyaku.capture.talk;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import org.hikyaku.net.Limit;
import org.jspecify.annotations.Nullable;

/** The mails of one SMTP session: the envelope as far as it is known, the one that passes, and those that wait for the answer. */
final class PassingMails {
    private static final Limit MAILS = new Limit("mails waiting for the server's answer", 1_000);

    private final Talk talk;
    private String from = "";
    private List<String> recipients = new ArrayList<>();
    private @Nullable PassingMail passing;
    private final Deque<PassingMail> sent = new ArrayDeque<>(4);

    PassingMails(Talk talk) {
        this.talk = talk;
    }

    /** The address of a MAIL or RCPT command that counts. */
    void taken(SmtpVerb verb, String address) {
        if (verb == SmtpVerb.MAIL) {
            from = address;
            recipients = new ArrayList<>();
        } else if (recipients.size() < 10_000) {
            recipients.add(address);
        }
    }

    void forgetEnvelope() {
        from = "";
        recipients = new ArrayList<>();
    }

    /** Whether bytes of a mail have come whose end has not. */
    boolean onePasses() {
        return passing != null;
    }

    /** The mail whose bytes come. */
    PassingMail passing() {
        PassingMail mail = passing;
        if (mail == null) {
            mail = new PassingMail(talk.listener().mail());
            passing = mail;
        }
        return mail;
    }

    void close(long frame, long nanos) {
        PassingMail mail = passing();
        passing = null;
        mail.close(talk.encrypted(), frame, nanos);
        sent.add(mail);
        if (sent.size() > MAILS.value()) {
            answered(false);
        }
    }

    /** A mail in chunks that the client breaks off, or whose end is not in the capture. */
    void abandon(long frame, long nanos) {
        PassingMail mail = passing;
        if (mail != null) {
            mail.broken();
            close(frame, nanos);
            answered(false);
        }
    }

    /** The server took the oldest mail that waits, or did not; nothing when none waits. */
    void answered(boolean accepted) {
        PassingMail mail = sent.poll();
        if (mail != null) {
            mail.end(from, List.copyOf(recipients), accepted);
        }
    }

    /** No answers come any more. */
    void end(long frame, long nanos) {
        while (!sent.isEmpty()) {
            answered(false);
        }
        abandon(frame, nanos);
    }
}
