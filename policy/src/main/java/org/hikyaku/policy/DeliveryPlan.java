package org.hikyaku.policy;

import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.hikyaku.tls.TlsVersion;
import org.xbill.DNS.Name;

/**
 * What one MX host must show before mail may go to it. Immutable; a connection may be reused only under an equal plan
 * (D26).
 *
 * @param host the MX host's name as it stands in the MX record
 * @param port the port
 * @param requirement what must be shown
 * @param testing a policy in mode {@code testing} that binds nothing but is evaluated and reported (S12)
 * @param sni the server name to send (D17, S9, D31)
 * @param demand what the message demands
 * @param terms what is wanted of the handshake itself
 * @param why how this came about, a sentence
 */
public record DeliveryPlan(
        Name host,
        int port,
        Requirement requirement,
        Optional<StsPolicy> testing,
        Name sni,
        Demand demand,
        HandshakeTerms terms,
        String why) {

    /** With nothing special wanted of the handshake. */
    public DeliveryPlan(
            Name host,
            int port,
            Requirement requirement,
            Optional<StsPolicy> testing,
            Name sni,
            Demand demand,
            String why) {
        this(host, port, requirement, testing, sni, demand, HandshakeTerms.usual(), why);
    }

    /**
     * D30: the oldest version of TLS to offer. Where something is promised or demanded an older one would not count; where nothing
     * is, TLS 1.0 is better than clear text, although it is no protection ({@link Judge#protects}).
     */
    public TlsVersion oldest() {
        return terms.minimum()
                .orElse(requirement instanceof Requirement.Opportunistic ? TlsVersion.TLSV1_0 : Judge.DEFAULT_MINIMUM);
    }

    /** What must be shown. */
    public sealed interface Requirement {

        /** TLS where it is offered; clear text otherwise. */
        record Opportunistic() implements Requirement {}

        /** TLS without authentication: TLSA records are there, secure, and none is usable (D9). */
        record Encrypt(Name base, List<TlsaRecord> unusable) implements Requirement {
            public Encrypt {
                unusable = List.copyOf(unusable);
            }
        }

        /**
         * A TLSA match.
         *
         * @param base the TLSA base domain
         * @param rrset the records, at least one of them usable (D10, D25)
         * @param names the reference identifiers for usage 2 (D15)
         * @param secureMx false for "half DANE" under an insecure MX RRset (D19, D28)
         */
        record Dane(Name base, TlsaRrset rrset, Set<Name> names, boolean secureMx) implements Requirement {
            public Dane {
                names = Set.copyOf(names);
            }

            /** The usable records. */
            public List<TlsaRecord> records() {
                return rrset.usable();
            }
        }

        /** A chain to a public CA with the MX host's name, under an enforced policy (S8, S10). */
        record StsPkix(StsPolicy policy) implements Requirement {}

        /** Both: an enforced policy, and a TLSA RRset behind an insecure MX RRset (S1). */
        record Both(Dane dane, StsPkix sts) implements Requirement {}

        /**
         * A chain to a public CA with the MX host's name, because the message demands it (REQUIRETLS) and neither DANE
         * nor an enforced policy says how to authenticate (Q3).
         */
        record VerifiedName() implements Requirement {}

        /**
         * What the destination is configured to want, where neither DNS nor a policy says anything.
         *
         * @param level {@code NONE}, {@code ENCRYPT}, {@code VERIFY} or {@code SECURE}
         * @param match for the last two: the names that the certificate may carry, in A-labels without final dots; one that
         *     begins with a dot means every name below
         * @param confirmed whether these names are the domain's own, whatever DNS says
         */
        record Configured(TlsLevel level, List<String> match, boolean confirmed) implements Requirement {
            public Configured {
                match = List.copyOf(match);
            }
        }

        /**
         * No connection at all.
         *
         * @param cause the cause, for programs
         * @param refusal the rule and the sentence
         */
        record DoNotUse(Cause cause, Verdict.Refusal refusal) implements Requirement {}
    }

    /** Why a host must not be used. */
    public enum Cause {
        /** Addresses or TLSA records could not be found out: try again later (D1, S1). */
        UNDECIDABLE,
        /** The name has no address, or is none that could have one: this host is not there. */
        NO_ADDRESS,
        /** An enforced MTA-STS policy does not name this host (S11). */
        NOT_IN_POLICY,
        /** DANE is mandatory by configuration and the host has no usable, secure TLSA record (D19). */
        DANE_REQUIRED,
        /** The message demands REQUIRETLS and the host cannot be confirmed as the domain's own (Q3). */
        UNCONFIRMED,
        /** One of the named limits was passed. */
        LIMIT
    }

    /** Whether the host is ruled out before any connection. */
    public boolean ruledOut() {
        return requirement instanceof Requirement.DoNotUse;
    }
}
