package org.hikyaku.conformance.grade;

import java.net.InetAddress;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.BiFunction;
import java.util.function.UnaryOperator;
import org.hikyaku.dns.Answer;
import org.hikyaku.dns.Content;
import org.hikyaku.dns.Lookup;
import org.hikyaku.policy.DeliveryPlan;
import org.hikyaku.policy.DeliveryPlan.Cause;
import org.hikyaku.policy.DeliveryPlan.Requirement;
import org.hikyaku.policy.Demand;
import org.hikyaku.policy.DomainObservation;
import org.hikyaku.policy.DomainObservation.HostObservation;
import org.hikyaku.policy.Planner;
import org.hikyaku.policy.ResultType;
import org.hikyaku.policy.Route;
import org.hikyaku.policy.StsObservation;
import org.hikyaku.policy.TlsaRecord;
import org.hikyaku.policy.Verdict.Refusal;
import org.hikyaku.smtp.SessionOutcome;
import org.xbill.DNS.Name;
import org.xbill.DNS.Type;

/** Senders that draw the wrong conclusions from the DNS. */
final class BentRoutes {
    /** In the lab on loopback the first of its mail servers, as 192.0.2.2 is in the lab's own network. */
    private static final InetAddress FIRST = InetAddress.ofLiteral("127.25.0.2");

    private BentRoutes() {}

    private static Conscience routes(BiFunction<DomainObservation, Route, Route> change) {
        return new Conscience() {
            @Override
            Route route(Planner planner, DomainObservation seen, Demand demand) {
                return change.apply(seen, super.route(planner, seen, demand));
            }
        };
    }

    /** Waits with a mail when one of several hosts cannot be looked up (D2). */
    static Conscience waitsForEveryHost() {
        return routes((seen, route) -> route instanceof Route.Hosts hosts
                        && hosts.hosts().stream()
                                .anyMatch(h -> h.plan().requirement() instanceof Requirement.DoNotUse not
                                        && (not.cause() == Cause.UNDECIDABLE || not.cause() == Cause.NO_ADDRESS))
                ? new Route.Unknown(seen.mx(), "bent")
                : route);
    }

    /** Sends mail back where there is no MX record (D20). */
    static Conscience wantsMxRecords() {
        return routes((seen, route) -> route instanceof Route.Hosts
                        && seen.mx() instanceof Answer.Definite d
                        && d.content().recordsOrNone().isEmpty()
                ? new Route.NoMail(Route.NoMail.Reason.NO_ADDRESS, "bent")
                : route);
    }

    /** Takes an address in an MX record for an address (D22). */
    static Conscience takesAddressesInMx(int port) {
        return routes((seen, route) -> seen.domain().toString(true).equals("mx-address-literal.example")
                ? new Route.Hosts(List.of(new Route.Host(
                        10,
                        List.of(FIRST),
                        new DeliveryPlan(
                                seen.domain(),
                                port,
                                new Requirement.Opportunistic(),
                                Optional.empty(),
                                seen.domain(),
                                Demand.ORDINARY,
                                "bent"))))
                : route);
    }

    /** Waits when a policy host cannot be reached (S17). */
    static Conscience waitsForThePolicy() {
        return routes((seen, route) -> seen.sts() instanceof StsObservation.Unavailable u
                        && u.problem().type() == ResultType.STS_POLICY_FETCH_ERROR
                ? new Route.Unknown(seen.mx(), "bent")
                : route);
    }

    /** Holds mail back where TLSA records stand behind unsigned MX records (D19). */
    static Conscience wantsSecureMx() {
        return Bent.requires(r -> r instanceof Requirement.Dane d && !d.secureMx()
                ? new Requirement.DoNotUse(
                        Cause.DANE_REQUIRED, new Refusal("D19", Optional.empty(), Optional.empty(), "bent"))
                : r);
    }

    /** Knows no name but the host's under DANE-TA (D15). */
    static Conscience knowsTheHostsNameAlone() {
        return Bent.refuses((plan, e) -> plan.requirement() instanceof Requirement.Dane d
                && d.rrset().usable().stream().allMatch(r -> r.usage() == TlsaRecord.DANE_TA)
                && !e.facts().chain().getFirst().dnsNames().contains(d.base().toString(true)));
    }

    /** Looks for TLSA records in fewer places, and names no server where it finds none. */
    private abstract static class LooksElsewhere extends Conscience {
        @Override
        Optional<String> serverName(DeliveryPlan plan) {
            return plan.requirement() instanceof Requirement.Opportunistic ? Optional.empty() : super.serverName(plan);
        }
    }

    private static Conscience sees(UnaryOperator<HostObservation> change) {
        return new LooksElsewhere() {
            @Override
            DomainObservation seen(DomainObservation honest) {
                Map<Name, HostObservation> hosts = new LinkedHashMap<>();
                honest.hosts().forEach((name, host) -> hosts.put(name, change.apply(host)));
                return new DomainObservation(
                        honest.domain(), honest.port(), honest.mx(), hosts, honest.sts(), honest.at());
            }
        };
    }

    /** Does not look under the original name of a host that is an insecure alias (D5). */
    static Conscience knowsNoInsecureAliases() {
        return sees(
                h -> h.cname().isPresent() ? new HostObservation(h.host(), h.a(), h.aaaa(), h.cname(), List.of()) : h);
    }

    /** Does not look under the original name when there is nothing under the expanded one (D6). */
    static Conscience triesTheExpandedNameAlone() {
        return sees(h -> h.tlsa().size() > 1
                ? new HostObservation(
                        h.host(), h.a(), h.aaaa(), h.cname(), h.tlsa().subList(0, 1))
                : h);
    }

    /** Does not follow an alias at the name of the TLSA records (D7). */
    static Conscience followsNoTlsaAlias() {
        return new LooksElsewhere() {
            @Override
            Lookup lookup(Lookup honest) {
                return q -> {
                    Answer answer = honest.lookup(q);
                    return q.type() == Type.TLSA
                                    && answer instanceof Answer.Secure s
                                    && s.content() instanceof Content.Records r
                                    && !r.aliases().isEmpty()
                            ? new Answer.Secure(q, new Content.NoData(List.of(), Duration.ZERO), s.proof())
                            : answer;
                };
            }
        };
    }

    /** Gives a mail under REQUIRETLS up at the first host that cannot have it (Q5). */
    static Conscience triesOneHostUnderRequireTls() {
        return new Conscience() {
            @Override
            boolean triesTheNext(Demand demand) {
                return demand != Demand.REQUIRE_TLS;
            }
        };
    }

    /** Sends a mail under REQUIRETLS in clear where there is no STARTTLS (Q7). */
    static Conscience sendsInClearUnderRequireTls() {
        return new Conscience() {
            @Override
            boolean clearAllTheSame(DeliveryPlan plan, SessionOutcome outcome) {
                return plan.demand() == Demand.REQUIRE_TLS && outcome instanceof SessionOutcome.NoStartTls;
            }

            @Override
            boolean saysTheWord(Demand demand, boolean offered) {
                return offered && super.saysTheWord(demand, offered);
            }
        };
    }
}
