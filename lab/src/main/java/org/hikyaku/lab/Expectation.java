package org.hikyaku.lab;

import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import org.xbill.DNS.Name;

/**
 * What a correct judgement of a domain is, by hand, for a sender that sees the domain for the first time.
 *
 * @param route what becomes of mail
 * @param dnssec status of the answer for MX
 * @param extendedError the RFC 8914 code when that is bogus
 * @param sts the MTA-STS policy
 * @param hosts what each MX host must show and does show, by its name as in the MX record, in order of preference
 * @param errors ids of all findings with severity error
 * @param warnings ids of all findings with severity warning
 * @param unknowns ids of all findings that say "could not find out"
 * @param notices ids of notices that are among those given
 * @param requireTls what becomes of a mail with REQUIRETLS; empty where the catalogue does not say
 * @param tlsRequiredNo what becomes of a mail with the header {@code TLS-Required: No}; empty where it does not say
 */
public record Expectation(
        Route route,
        Status dnssec,
        OptionalInt extendedError,
        Sts sts,
        Map<Name, Host> hosts,
        List<String> errors,
        List<String> warnings,
        List<String> unknowns,
        List<String> notices,
        Optional<Fate> requireTls,
        Optional<Fate> tlsRequiredNo) {

    /** What becomes of one mail. */
    public enum Fate {
        DELIVERED,
        /** Returned to its sender. */
        BOUNCED,
        /** Kept, to be tried again. */
        WAITS
    }

    /** What becomes of mail. */
    public enum Route {
        DELIVER,
        NO_MAIL,
        WAIT
    }

    /** DNSSEC status of an answer; {@code FAILED}: could not be found out. */
    public enum Status {
        SECURE,
        INSECURE,
        BOGUS,
        FAILED
    }

    /** The MTA-STS policy, or why there is none. */
    public enum Sts {
        ABSENT,
        ENFORCE,
        TESTING,
        NONE,
        RECORD_INVALID,
        FETCH_ERROR,
        POLICY_INVALID,
        WEBPKI_INVALID,
        UNKNOWN
    }

    /** What one MX host must show. */
    public enum Requirement {
        OPPORTUNISTIC,
        ENCRYPT,
        DANE,
        STS,
        BOTH,
        REFUSE
    }

    /** What comes of a session with one address. */
    public enum Verdict {
        AUTHENTICATED_DANE,
        AUTHENTICATED_STS,
        AUTHENTICATED_BOTH,
        UNAUTHENTICATED_TLS,
        CLEAR,
        REFUSED,
        NOT_REACHED
    }

    /**
     * One MX host.
     *
     * @param dnssec status of its addresses
     * @param requirement what it must show
     * @param verdicts one for all its addresses, or one for each in the order of the catalogue
     * @param rule the broken rule, when refused
     * @param shortfall under MTA-STS {@code testing}: the rule that would be broken under {@code enforce}
     * @param resultType the TLS-RPT result type of the refusal or shortfall
     */
    public record Host(
            Status dnssec,
            Requirement requirement,
            List<Verdict> verdicts,
            Optional<String> rule,
            Optional<String> shortfall,
            Optional<String> resultType) {}
}
