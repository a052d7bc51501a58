package org.hikyaku.policy;

import java.util.Optional;

/** What a plan says of an outcome. */
public sealed interface Verdict {

    /** A sentence for people, with the rule. */
    String sentence();

    /** Mail may go over this session (or, where nothing was promised and TLS failed, over a new one in clear). */
    sealed interface Deliver extends Verdict {

        /** Under MTA-STS {@code testing}: what would have held the mail back under {@code enforce} (S12). */
        Optional<Refusal> shortfall();
    }

    /**
     * The peer was authenticated as the plan demands: by a TLSA record, or by name under a policy, or by both.
     *
     * @param by who vouched
     * @param secureMx whether the host itself was vouched for as the domain's: by DNSSEC or an enforced policy; without
     *     that the session must not be logged as secure (D28)
     */
    record Authenticated(By by, boolean secureMx, Optional<Refusal> shortfall, String sentence) implements Deliver {}

    /**
     * Mail may go: inside TLS without authentication, or in clear.
     *
     * @param encrypted whether inside TLS
     */
    record Unauthenticated(boolean encrypted, Optional<Refusal> shortfall, String sentence) implements Deliver {}

    /** Mail must not go over this session, or to this host at all; try the next host, then wait (D21, S11). */
    record Refused(Refusal refusal) implements Verdict {
        @Override
        public String sentence() {
            return refusal.sentence();
        }
    }

    /** Nothing to judge: the host was not reached; an ordinary delivery problem. */
    record NotJudged(String sentence) implements Verdict {}

    /**
     * One broken rule.
     *
     * @param rule number in {@code docs/rules.md}: {@code D11}, {@code S8}
     * @param type what TLS-RPT calls it (T7); empty when it is no event of TLS-RPT
     * @param reasonCode failure-reason-code of the report; empty when the type says all
     * @param sentence for people
     */
    record Refusal(String rule, Optional<ResultType> type, Optional<String> reasonCode, String sentence) {}

    /** Who vouched for the peer. */
    sealed interface By {
        /** A TLSA record matched the certificate at this depth, 0 for the server's own. */
        record Dane(TlsaRecord record, int depth) implements By {}

        /** Public CAs vouch for the name, as the domain's enforced MTA-STS policy demands. */
        record MtaSts(StsPolicy policy) implements By {}

        /** Both (S1, second half). */
        record Both(Dane dane, MtaSts sts) implements By {}

        /** Public CAs vouch for the name, as the message demands (Q3). */
        record Pkix() implements By {}
    }
}
