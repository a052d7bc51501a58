package org.hikyaku.smtp;

import java.util.Optional;
import org.hikyaku.smtp.sasl.SaslException;

/** What came of an AUTH dialogue (RFC 4954). */
public sealed interface LoginOutcome {

    /** The server knows us. */
    record Accepted(Reply reply) implements LoginOutcome {}

    /**
     * The server said no.
     *
     * @param reason what it said inside the mechanism, when it did
     */
    record Refused(Reply reply, Optional<String> reason) implements LoginOutcome {}

    /** We ended it: the server said something wrong or did not prove itself, or the password cannot be said. */
    record GivenUp(SaslException.Kind kind, String sentence) implements LoginOutcome {}

    /** The connection ended in between. */
    record Broken(String sentence) implements LoginOutcome {}
}
