package org.hikyaku.policy.service;

import java.util.Optional;
import org.hikyaku.policy.StsPolicy;
import org.hikyaku.policy.StsProblem;
import org.xbill.DNS.Name;

/** What Postfix is told about one next hop. */
public sealed interface PolicyAnswer {

    /** The number in {@code docs/rules.md} of the rule that decided. */
    String rule();

    /** Why, a sentence. */
    String why();

    /** How the answer is called where people read it: {@code dane}, {@code TEMP}. */
    default String word() {
        return switch (this) {
            case Dane _ -> "dane";
            case DaneOnly _ -> "dane-only";
            case Secure _ -> "secure";
            case NotFound _ -> "NOTFOUND";
            case Temp _ -> "TEMP";
        };
    }

    /**
     * DANE where a host has it, opportunistic TLS elsewhere.
     *
     * @param unavailable an MTA-STS policy that is announced and could not be had, for the report (T7, S17)
     */
    record Dane(Optional<UnavailablePolicy> unavailable, String rule, String why) implements PolicyAnswer {}

    /** Hosts with DANE, and no others. */
    record DaneOnly(String rule, String why) implements PolicyAnswer {}

    /**
     * A certificate that public CAs vouch for, under an enforced MTA-STS policy.
     *
     * @param domain whose policy it is
     */
    record Secure(Name domain, StsPolicy policy, String rule, String why) implements PolicyAnswer {}

    /** Nothing to say: Postfix goes by its own settings. */
    record NotFound(String rule, String why) implements PolicyAnswer {}

    /** It could not be found out: Postfix keeps the mail and asks again. */
    record Temp(String rule, String why) implements PolicyAnswer {}

    /** An announced policy that could not be had. */
    record UnavailablePolicy(Name domain, StsProblem problem) {}
}
