package org.hikyaku.delivery;

import java.util.List;
import java.util.Optional;
import org.hikyaku.policy.HandshakeTerms;
import org.hikyaku.policy.PlannerOptions;
import org.hikyaku.policy.RequireTlsPolicy;
import org.hikyaku.policy.TlsLevel;

/**
 * How mail to one destination is to be delivered.
 *
 * @param level how much TLS
 * @param match for the levels {@code verify} and {@code secure}: the names that a certificate may carry instead of the
 *     usual ones; one with a dot in front means every name below
 * @param requireTls how strictly a message's REQUIRETLS is kept (Q14)
 * @param terms the oldest version and the suites of TLS (D30)
 * @param nextHop where mail goes instead of to the domain's MX hosts
 */
public record Destination(
        TlsLevel level,
        List<String> match,
        RequireTlsPolicy requireTls,
        HandshakeTerms terms,
        Optional<NextHop> nextHop) {

    public Destination {
        match = List.copyOf(match);
    }

    /** What a destination gets that nothing is configured for: what the domain itself asks for, at its MX hosts. */
    public static Destination auto() {
        return of(TlsLevel.AUTO);
    }

    /** A level, at the domain's MX hosts. */
    public static Destination of(TlsLevel level) {
        return new Destination(level, List.of(), RequireTlsPolicy.ENFORCE, HandshakeTerms.usual(), Optional.empty());
    }

    public Destination withMatch(List<String> names) {
        return new Destination(level, names, requireTls, terms, nextHop);
    }

    public Destination withRequireTls(RequireTlsPolicy policy) {
        return new Destination(level, match, policy, terms, nextHop);
    }

    public Destination withTerms(HandshakeTerms wanted) {
        return new Destination(level, match, requireTls, wanted, nextHop);
    }

    public Destination withNextHop(NextHop hop) {
        return new Destination(level, match, requireTls, terms, Optional.of(hop));
    }

    PlannerOptions plannerOptions() {
        return PlannerOptions.of(level)
                .withMatch(match)
                .withRequireTls(requireTls)
                .withMustEncrypt(nextHop.map(NextHop::implicitTls).orElse(false))
                .withTerms(terms);
    }
}
