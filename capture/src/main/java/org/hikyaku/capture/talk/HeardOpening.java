package org.hikyaku.capture.talk;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import org.hikyaku.net.Limit;

/** What a server says before mails come: its greeting, its replies to EHLO, and its no to STARTTLS. */
final class HeardOpening {
    private static final Limit REPLY = new Limit("lines of one SMTP reply", 200);

    private byte[] greeting = {};
    private List<byte[]> lines = new ArrayList<>(4);
    private Optional<HeardEhlo> inClear = Optional.empty();
    private Optional<HeardEhlo> inside = Optional.empty();
    private Optional<String> refusal = Optional.empty();

    /** A line of the greeting or of a reply to EHLO. */
    void line(byte[] line, int length) {
        if (lines.size() < REPLY.value()) {
            lines.add(Arrays.copyOf(line, length));
        }
    }

    /** The lines so far were the greeting. */
    void greeted() {
        greeting = lines.getFirst();
        lines.clear();
    }

    /** The lines so far were another reply: they begin no later one. */
    void otherReply() {
        lines.clear();
    }

    /** The lines so far were the reply to an EHLO that was taken. */
    void offered(boolean encrypted) {
        Optional<HeardEhlo> offered = Optional.of(new HeardEhlo(greeting, lines));
        lines = new ArrayList<>(4);
        if (encrypted) {
            inside = offered;
        } else {
            inClear = offered;
        }
    }

    /** @param refused the reply to STARTTLS when it was no */
    void startTls(Optional<String> refused) {
        refusal = refused;
    }

    SmtpOpening read() {
        return new SmtpOpening(inClear.map(HeardEhlo::read), inside.map(HeardEhlo::read), refusal);
    }
}
