package org.hikyaku.policy.service;

import org.hikyaku.policy.DeliveryPlan;
import org.hikyaku.policy.DeliveryPlan.Requirement;
import org.xbill.DNS.Name;

/**
 * What one MX host contributes to the answer for its domain.
 *
 * @param host the MX host's name
 * @param role its part
 * @param why the sentence of its plan
 */
public record HostRole(Name host, Role role, String why) {

    public enum Role {
        /** A secure TLSA RRset with a usable record. */
        DANE("DANE"),
        /** A secure TLSA RRset, no record of which is usable: encryption is a must (D9). */
        DANE_UNUSABLE("DANE, no usable record"),
        /** No secure TLSA RRset. */
        NO_DANE("no DANE"),
        /** No secure TLSA RRset, and the enforced policy does not name the host (S7). */
        NOT_IN_POLICY("no DANE, not in the policy"),
        /** Could not be found out (D1). */
        UNDECIDABLE("undecidable"),
        /** Has no address. */
        ABSENT("no address"),
        /** Past the limit of hosts that are looked up (D2). */
        NOT_LOOKED_UP("not looked up");

        private final String words;

        Role(String words) {
            this.words = words;
        }

        public String words() {
            return words;
        }
    }

    static HostRole of(DeliveryPlan plan) {
        return new HostRole(plan.host(), role(plan.requirement()), plan.why());
    }

    private static Role role(Requirement requirement) {
        return switch (requirement) {
            case Requirement.Dane _, Requirement.Both _ -> Role.DANE;
            case Requirement.Encrypt _ -> Role.DANE_UNUSABLE;
            case Requirement.Opportunistic _,
                    Requirement.StsPkix _,
                    Requirement.VerifiedName _,
                    Requirement.Configured _ -> Role.NO_DANE;
            case Requirement.DoNotUse not ->
                switch (not.cause()) {
                    case UNDECIDABLE -> Role.UNDECIDABLE;
                    case NO_ADDRESS -> Role.ABSENT;
                    case NOT_IN_POLICY -> Role.NOT_IN_POLICY;
                    case LIMIT -> Role.NOT_LOOKED_UP;
                    case DANE_REQUIRED, UNCONFIRMED ->
                        throw new IllegalStateException("not asked of the planner: " + not.cause());
                };
        };
    }
}
