package org.hikyaku.check;

import java.net.InetSocketAddress;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import org.hikyaku.check.auth.MailAuth;
import org.hikyaku.dns.Answer;
import org.hikyaku.net.Limit;
import org.hikyaku.policy.DeliveryPlan.Requirement;
import org.hikyaku.policy.DomainObservation;
import org.hikyaku.policy.DomainObservation.HostObservation;
import org.hikyaku.policy.Route;
import org.hikyaku.policy.StsObservation;
import org.hikyaku.policy.StsPolicy;
import org.hikyaku.policy.Verdict;
import org.hikyaku.smtp.SessionOutcome;

/**
 * All that was observed about one domain, and what the one judgement made of it: what findings are drawn from. A pure
 * value.
 *
 * @param observation the look-ups and the MTA-STS policy
 * @param route what follows for a sender that does all that it can
 * @param hosts the hosts of the route, in its order; empty when there is no route
 * @param tlsRpt the answer for {@code _smtp._tls.DOMAIN} TXT; empty when the domain takes no mail
 * @param auth who may send in the domain's name and issue for its hosts; empty when it was not looked at
 * @param at when
 */
public record Evidence(
        DomainObservation observation,
        Route route,
        List<HostEvidence> hosts,
        Optional<Answer> tlsRpt,
        Optional<MailAuth> auth,
        Instant at) {

    public Evidence {
        hosts = List.copyOf(hosts);
    }

    /**
     * One MX host.
     *
     * @param host its place in the route and what it must show
     * @param observed what was looked up for it; empty when it was not looked up
     * @param addresses the attempts at its addresses, IPv6 first; also those of a host that the plan rules out, for
     *     senders that know less go there
     * @param untried addresses that were left alone for a limit
     */
    public record HostEvidence(
            Route.Host host,
            Optional<HostObservation> observed,
            List<AddressEvidence> addresses,
            Optional<Untried> untried) {
        public HostEvidence {
            addresses = List.copyOf(addresses);
        }

        /** The host's name as people write it. */
        public String name() {
            return Words.name(host.plan().host());
        }

        public Requirement requirement() {
            return host.plan().requirement();
        }
    }

    /**
     * Addresses of a host that were not tried.
     *
     * @param addresses how many
     * @param of how many the host has
     * @param limit what stood against it
     */
    public record Untried(int addresses, int of, Limit limit) {}

    /**
     * One attempt at one address.
     *
     * @param address where
     * @param outcome what happened
     * @param verdict what the plan says of it
     */
    public record AddressEvidence(InetSocketAddress address, SessionOutcome outcome, Verdict verdict) {}

    /** Mail authentication, for domains of which something is known: it counts whether or not they take mail. */
    public Optional<MailAuth> judgedAuth() {
        return switch (route) {
            case Route.Unknown _ -> Optional.empty();
            case Route.NoMail none -> none.reason() == Route.NoMail.Reason.NO_SUCH_DOMAIN ? Optional.empty() : auth;
            case Route.Hosts _ -> auth;
        };
    }

    /** The domain as people write it, in A-labels. */
    public String domain() {
        return Words.name(observation.domain());
    }

    /** The MTA-STS policy that is in force, in whatever mode. */
    public Optional<StsPolicy> policyInForce() {
        return observation.sts() instanceof StsObservation.InForce inForce
                ? Optional.of(inForce.policy())
                : Optional.empty();
    }

    /** Whether a policy in mode {@code enforce} is in force. */
    public boolean stsEnforced() {
        return policyInForce().filter(p -> p.mode() == StsPolicy.Mode.ENFORCE).isPresent();
    }

    /** Whether DNSSEC vouches for the MX set. */
    public boolean mxSecure() {
        return observation.mx() instanceof Answer.Secure;
    }
}
