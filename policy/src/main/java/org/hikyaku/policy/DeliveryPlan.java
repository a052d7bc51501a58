package org.hikyaku.policy;

import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.xbill.DNS.Name;

/**
 * What one MX host must show before mail may go to it. Immutable; a connection may be reused only under an equal plan
 * (D26).
 *
 * @param host the MX host's name as it stands in the MX record
 * @param port the port
 * @param requirement what must be shown
 * @param sni the server name to send (D17, S9, D31)
 * @param demand what the message demands
 * @param why how this came about, a sentence
 */
public record DeliveryPlan(Name host, int port, Requirement requirement, Name sni, Demand demand, String why) {

    /** What must be shown. */
    public sealed interface Requirement {

        /** TLS where it is offered; clear text otherwise. */
        record Opportunistic(Optional<StsPolicy> testing) implements Requirement {}

        /** TLS without authentication: TLSA records are there, secure, and none is usable (D9). */
        record Encrypt(List<TlsaRecord> unusable) implements Requirement {
            public Encrypt {
                unusable = List.copyOf(unusable);
            }
        }

        /**
         * A TLSA match.
         *
         * @param base the TLSA base domain
         * @param records the usable records, after digest agility (D10, D25)
         * @param names the reference identifiers for usage 2 (D15)
         * @param secureMx false for "half DANE" under an insecure MX RRset (D19, D28)
         */
        record Dane(Name base, List<TlsaRecord> records, Set<Name> names, boolean secureMx) implements Requirement {
            public Dane {
                records = List.copyOf(records);
                names = Set.copyOf(names);
            }
        }

        /** A chain to a public CA with the MX host's name, under an enforced policy (S8, S10). */
        record StsPkix(StsPolicy policy) implements Requirement {}

        /** Both: an enforced policy, and a TLSA RRset behind an insecure MX RRset (S1). */
        record Both(Dane dane, StsPkix sts) implements Requirement {}

        /** No connection at all: not in the policy, undecidable, or no addresses. */
        record DoNotUse(Verdict.Refusal refusal) implements Requirement {}
    }
}
