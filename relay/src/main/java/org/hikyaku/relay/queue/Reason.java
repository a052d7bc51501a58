package org.hikyaku.relay.queue;

import java.util.Optional;
import org.hikyaku.smtp.EnhancedStatus;

/**
 * Why a recipient waits or was given up.
 *
 * @param status as RFC 3463 has it
 * @param host the server that it came to nothing with
 * @param reply what that server said last
 * @param rule the rule of transport security that decided, such as {@code D9}
 * @param sentence what was seen, for people
 * @param remedy what must change, and at whose side, for people
 */
public record Reason(
        Optional<EnhancedStatus> status,
        Optional<String> host,
        Optional<String> reply,
        Optional<String> rule,
        String sentence,
        Optional<String> remedy) {

    /** A reason that needs no more than a sentence. */
    public static Reason of(String sentence) {
        return new Reason(
                Optional.empty(), Optional.empty(), Optional.empty(), Optional.empty(), sentence, Optional.empty());
    }
}
