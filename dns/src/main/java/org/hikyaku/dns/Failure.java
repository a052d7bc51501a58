package org.hikyaku.dns;

/**
 * Why a look-up came to nothing. None of these says anything about whether the record exists (rule D1).
 *
 * @param kind the cause, for programs
 * @param sentence the cause, for people, with the server that was asked
 */
public record Failure(Kind kind, String sentence) {

    public enum Kind {
        TIMEOUT,
        UNREACHABLE,
        SERVFAIL,
        REFUSED,
        /** No zone could answer this with something signed as a whole: ANY, RRSIG, transfers. Nothing was asked. */
        UNANSWERABLE,
        /** Not a DNS message, or not an answer to our question. */
        MALFORMED,
        /** The resolver leaves DNSSEC records out of its answers: nothing can be validated through it (rule D24). */
        DNSSEC_STRIPPED,
        /** One of the named limits: alias chain, look-ups, signature checks. */
        LIMIT
    }
}
