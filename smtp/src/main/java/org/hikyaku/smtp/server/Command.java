package org.hikyaku.smtp.server;

import java.util.Optional;
import org.hikyaku.smtp.Envelope;
import org.hikyaku.smtp.Mailbox;

/** One line of a client, understood. */
sealed interface Command {
    record Ehlo(String name) implements Command {}

    record Helo(String name) implements Command {}

    record Mail(Sender sender) implements Command {}

    record Rcpt(Envelope.Recipient recipient) implements Command {}

    record Data() implements Command {}

    /** @param size bytes of the chunk */
    record Bdat(long size, boolean last) implements Command {}

    record Rset() implements Command {}

    record Noop() implements Command {}

    record Quit() implements Command {}

    record StartTls() implements Command {}

    /** @param initial what was said with the command, in Base64, {@code =} for nothing */
    record Auth(String mechanism, Optional<String> initial) implements Command {}

    record Vrfy() implements Command {}

    record Expn() implements Command {}

    record Help() implements Command {}

    /** A path in MAIL or RCPT; empty for {@code <>}. */
    record Path(Optional<Mailbox> mailbox, int end) {}
}
