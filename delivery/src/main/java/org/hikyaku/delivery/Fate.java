package org.hikyaku.delivery;

import java.net.InetSocketAddress;
import java.util.Optional;
import org.hikyaku.smtp.EnhancedStatus;
import org.hikyaku.smtp.Reply;

/** What became of one recipient in one attempt. */
public sealed interface Fate {

    Circumstances circumstances();

    /**
     * The next server has taken responsibility.
     *
     * @param noticesPassedOn false when the next server does not know DSN: a notice of success that was asked for is then
     *     ours to send, as "relayed" (RFC 3461 section 5.2.2)
     */
    record Delivered(Circumstances circumstances, boolean noticesPassedOn) implements Fate {}

    /** Not now: try again later. */
    record Deferred(Circumstances circumstances) implements Fate {}

    /** Not ever: the mail goes back. */
    record Failed(Circumstances circumstances) implements Fate {}

    /**
     * How it came about.
     *
     * @param status the enhanced status code: the other side's where it gave one, else ours
     * @param reply what the other side said, when it was its words that decided
     * @param host the host that decided, in A-labels without a final dot; empty when none was asked
     * @param address its address; empty when no connection was tried
     * @param rule the rule of {@code docs/rules.md} that decided, when one did
     * @param sentence for people: who, what was seen, which rule
     */
    record Circumstances(
            EnhancedStatus status,
            Optional<Reply> reply,
            Optional<String> host,
            Optional<InetSocketAddress> address,
            Optional<String> rule,
            String sentence) {}

    default EnhancedStatus status() {
        return circumstances().status();
    }

    default String sentence() {
        return circumstances().sentence();
    }
}
