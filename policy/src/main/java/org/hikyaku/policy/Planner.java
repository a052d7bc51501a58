package org.hikyaku.policy;

import java.net.InetAddress;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.hikyaku.dns.Answer;
import org.hikyaku.dns.Content;
import org.hikyaku.policy.DomainObservation.HostObservation;
import org.xbill.DNS.MXRecord;
import org.xbill.DNS.Name;

/** Turns what was observed about a domain into a route. Pure: the same observation and demand give the same route. */
public final class Planner {
    private final PlannerOptions options;

    public Planner(PlannerOptions options) {
        this.options = options;
    }

    /** The route for mail to the observed domain. */
    public Route plan(DomainObservation observation, Demand demand) {
        return new Planner(options.under(demand)).planned(observation, binding(demand));
    }

    /** Q14: a demand that is relaxed here is none any more; the keyword is passed on where it can be. */
    private Demand binding(Demand demand) {
        return demand == Demand.REQUIRE_TLS && options.requireTls() != RequireTlsPolicy.ENFORCE
                ? Demand.ORDINARY
                : demand;
    }

    private Route planned(DomainObservation observation, Demand demand) {
        return switch (observation.mx()) {
            // D1, D2: an MX set that cannot be known delays everything
            case Answer.Bogus bogus -> new Route.Unknown(bogus, AnswerText.sentence(bogus));
            case Answer.Failed failed -> new Route.Unknown(failed, AnswerText.sentence(failed));
            case Answer.Definite definite -> plan(observation, definite, demand);
        };
    }

    private Route plan(DomainObservation observation, Answer.Definite mx, Demand demand) {
        Name domain = observation.domain();
        return switch (mx.content()) {
            // D20: no such domain, no MX, and a null MX are three different things
            case Content.NxDomain _ ->
                new Route.NoMail(
                        Route.NoMail.Reason.NO_SUCH_DOMAIN,
                        "The domain " + AnswerText.name(domain) + " does not exist.");
            case Content.NoData _ -> route(observation, mx, Map.of(domain, 0), true, demand);
            case Content.Records records -> {
                Map<Name, Integer> exchanges = exchanges(records);
                if (exchanges.isEmpty()) {
                    yield new Route.NoMail(
                            Route.NoMail.Reason.NULL_MX,
                            AnswerText.name(domain) + " takes no mail: it has a null MX record (RFC 7505).");
                }
                yield route(observation, mx, exchanges, false, demand);
            }
        };
    }

    /**
     * The exchanges of an MX RRset, best first, each once with its best preference. A root exchange beside others is
     * left out: it names no host (RFC 7505 section 3).
     */
    static Map<Name, Integer> exchanges(Content.Records records) {
        Map<Name, Integer> exchanges = new LinkedHashMap<>();
        records.records().stream()
                .filter(MXRecord.class::isInstance)
                .map(MXRecord.class::cast)
                .sorted(Comparator.comparingInt(MXRecord::getPriority))
                .filter(r -> !r.getTarget().equals(Name.root))
                .forEach(r -> exchanges.putIfAbsent(r.getTarget(), r.getPriority()));
        return exchanges;
    }

    private Route route(
            DomainObservation observation,
            Answer.Definite mx,
            Map<Name, Integer> exchanges,
            boolean implicit,
            Demand demand) {
        HostPlanner planner = new HostPlanner(options, observation, names(observation, mx, implicit), demand);
        List<Route.Host> hosts = new ArrayList<>();
        // D18: in the order of preference, whatever each host promises
        exchanges.forEach((name, preference) -> hosts.add(planner.plan(name, preference)));
        Optional<String> nowhere = nowhere(hosts);
        return nowhere.isPresent()
                ? new Route.NoMail(
                        Route.NoMail.Reason.NO_ADDRESS,
                        implicit
                                ? AnswerText.name(observation.domain()) + " has neither MX records nor addresses."
                                : "No MX host of " + AnswerText.name(observation.domain()) + " has an address. "
                                        + nowhere.get())
                : new Route.Hosts(hosts);
    }

    /** Why there is nowhere to go: when every host is known to have no address. */
    private static Optional<String> nowhere(List<Route.Host> hosts) {
        List<String> why = new ArrayList<>();
        for (Route.Host host : hosts) {
            if (host.plan().requirement() instanceof DeliveryPlan.Requirement.DoNotUse not
                    && not.cause() == DeliveryPlan.Cause.NO_ADDRESS) {
                why.add(not.refusal().sentence());
            } else {
                return Optional.empty();
            }
        }
        return Optional.of(String.join(" ", why));
    }

    /**
     * What the domain's own names are worth as reference identifiers (D15).
     *
     * @param secure whether DNSSEC vouches for the MX set, or for there being none
     * @param implicit whether the domain has no MX
     * @param nextHop the domain and, when it is an alias, the name that it stands for; empty when insecure
     */
    record MxSet(boolean secure, boolean implicit, Set<Name> nextHop) {}

    private static MxSet names(DomainObservation observation, Answer.Definite mx, boolean implicit) {
        boolean secure = mx instanceof Answer.Secure;
        Set<Name> names = new LinkedHashSet<>();
        if (secure && !implicit) {
            names.add(observation.domain());
            names.add(mx.content().canonicalName(mx.question()));
        }
        return new MxSet(secure, implicit, names);
    }

    /**
     * The route to an address that stands in place of a domain (RFC 5321 section 4.1.3): it has neither DANE (D22) nor
     * MTA-STS (S14), and no name to hold a certificate against but one that is configured.
     */
    public Route.Hosts planAddress(InetAddress address, int port, Demand demand) {
        PlannerOptions effective = options.under(demand);
        DeliveryPlan plan = AddressPlan.of(effective, address, port, binding(demand));
        return new Route.Hosts(List.of(new Route.Host(0, plan.ruledOut() ? List.of() : List.of(address), plan)));
    }

    /** Whether an observation covers this host. */
    static Optional<HostObservation> observed(DomainObservation observation, Name host) {
        return Optional.ofNullable(observation.hosts().get(host));
    }
}
