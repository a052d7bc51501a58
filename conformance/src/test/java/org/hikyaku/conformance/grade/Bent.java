package org.hikyaku.conformance.grade;

import java.net.InetAddress;
import java.time.Duration;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.BiFunction;
import java.util.function.Function;
import java.util.function.Predicate;
import java.util.function.UnaryOperator;
import org.hikyaku.dns.Answer;
import org.hikyaku.dns.Content;
import org.hikyaku.dns.Lookup;
import org.hikyaku.dns.Proof;
import org.hikyaku.policy.DeliveryPlan;
import org.hikyaku.policy.DeliveryPlan.Cause;
import org.hikyaku.policy.DeliveryPlan.Requirement;
import org.hikyaku.policy.Demand;
import org.hikyaku.policy.DomainObservation;
import org.hikyaku.policy.DomainObservation.HostObservation;
import org.hikyaku.policy.Judge;
import org.hikyaku.policy.Planner;
import org.hikyaku.policy.PlannerOptions;
import org.hikyaku.policy.PlannerOptions.DaneLevel;
import org.hikyaku.policy.PolicyFetch;
import org.hikyaku.policy.PolicySource;
import org.hikyaku.policy.Route;
import org.hikyaku.policy.StsObservation;
import org.hikyaku.policy.StsPolicy;
import org.hikyaku.policy.StsSource;
import org.hikyaku.policy.TlsaRecord;
import org.hikyaku.policy.Verdict;
import org.hikyaku.policy.Verdict.Refusal;
import org.hikyaku.smtp.SessionOutcome;
import org.xbill.DNS.ARecord;
import org.xbill.DNS.Name;
import org.xbill.DNS.Type;

/** Senders with one rule switched off each. In tests only: the product has no such switch. */
final class Bent {
    private Bent() {}

    /** Refusals for which this holds are taken for a good session. */
    static Conscience overlooks(BiFunction<DeliveryPlan, Refusal, Boolean> what) {
        return new Conscience() {
            @Override
            Verdict verdict(Judge judge, DeliveryPlan plan, SessionOutcome outcome) {
                Verdict honest = super.verdict(judge, plan, outcome);
                return honest instanceof Verdict.Refused r
                                && outcome instanceof SessionOutcome.Established
                                && what.apply(plan, r.refusal())
                        ? new Verdict.Unauthenticated(true, Optional.empty(), "overlooked")
                        : honest;
            }
        };
    }

    /** Good sessions for which this holds are refused. */
    static Conscience refuses(BiFunction<DeliveryPlan, SessionOutcome.Established, Boolean> what) {
        return new Conscience() {
            @Override
            Verdict verdict(Judge judge, DeliveryPlan plan, SessionOutcome outcome) {
                Verdict honest = super.verdict(judge, plan, outcome);
                return honest instanceof Verdict.Deliver
                                && outcome instanceof SessionOutcome.Established e
                                && what.apply(plan, e)
                        ? new Verdict.Refused(new Refusal("D11", Optional.empty(), Optional.empty(), "too strict"))
                        : honest;
            }
        };
    }

    /** Goes in clear after these failures, whatever was promised. */
    static Conscience fallsBackAfter(Class<? extends SessionOutcome> failure) {
        return new Conscience() {
            @Override
            boolean clearAllTheSame(DeliveryPlan plan, SessionOutcome outcome) {
                return failure.isInstance(outcome);
            }
        };
    }

    /** Plans by other options where this holds. */
    static Conscience plans(BiFunction<DomainObservation, Demand, Optional<PlannerOptions>> options) {
        return new Conscience() {
            @Override
            Route route(Planner planner, DomainObservation seen, Demand demand) {
                return options.apply(seen, demand)
                        .map(o -> new Planner(o).plan(seen, demand))
                        .orElseGet(() -> super.route(planner, seen, demand));
            }
        };
    }

    static final PlannerOptions WITHOUT_DANE = new PlannerOptions(DaneLevel.OFF, true);
    static final PlannerOptions WITHOUT_STS = new PlannerOptions(DaneLevel.OPPORTUNISTIC, false);

    /** Changes the requirement of single hosts. */
    static Conscience requires(UnaryOperator<Requirement> other) {
        return new Conscience() {
            @Override
            Route route(Planner planner, DomainObservation seen, Demand demand) {
                Route honest = super.route(planner, seen, demand);
                return honest instanceof Route.Hosts hosts
                        ? new Route.Hosts(hosts.hosts().stream()
                                .map(h -> changed(h, seen, other))
                                .toList())
                        : honest;
            }
        };
    }

    private static Route.Host changed(Route.Host host, DomainObservation seen, UnaryOperator<Requirement> other) {
        DeliveryPlan p = host.plan();
        Requirement requirement = other.apply(p.requirement());
        if (requirement.equals(p.requirement())) {
            return host;
        }
        DeliveryPlan plan =
                new DeliveryPlan(p.host(), p.port(), requirement, p.testing(), p.sni(), p.demand(), p.terms(), "bent");
        HostObservation observed = seen.hosts().get(p.host());
        return new Route.Host(
                host.preference(),
                host.addresses().isEmpty() && observed != null ? addresses(observed) : host.addresses(),
                plan);
    }

    private static List<InetAddress> addresses(HostObservation host) {
        return host.a() instanceof Answer.Definite d
                ? d.content().recordsOrNone().stream()
                        .map(ARecord.class::cast)
                        .map(ARecord::getAddress)
                        .toList()
                : List.of();
    }

    /** Takes a failed TLSA look-up for "there is none" (D1). */
    static Conscience tlsaFailuresAreNothing() {
        return new Conscience() {
            @Override
            Lookup lookup(Lookup honest) {
                return q -> {
                    Answer answer = honest.lookup(q);
                    return q.type() == Type.TLSA && !(answer instanceof Answer.Definite)
                            ? new Answer.Insecure(q, new Content.NoData(List.of(), Duration.ZERO), Proof.NONE)
                            : answer;
                };
            }
        };
    }

    /** Ignores the AD flag: takes what is not signed for signed, in these types. */
    static Conscience trustsUnsigned(Set<Integer> types) {
        return new Conscience() {
            @Override
            Lookup lookup(Lookup honest) {
                return q -> {
                    Answer answer = honest.lookup(q);
                    return answer instanceof Answer.Insecure i && types.contains(q.type())
                            ? new Answer.Secure(q, i.content(), i.proof())
                            : answer;
                };
            }
        };
    }

    /** Gives a host up as soon as one address family fails (D4). */
    static Conscience needsBothFamilies() {
        return new Conscience() {
            @Override
            Lookup lookup(Lookup honest) {
                return q -> {
                    Answer answer = honest.lookup(q);
                    Answer other = q.type() == Type.A ? honest.lookup(q.name(), Type.AAAA) : answer;
                    return other instanceof Answer.Failed f ? new Answer.Failed(q, f.failure()) : answer;
                };
            }
        };
    }

    /** Does not join a usable record with another: all must match (D13). */
    static Conscience wantsAllRecordsToMatch() {
        return refuses((plan, e) -> plan.requirement() instanceof Requirement.Dane d
                && d.rrset().records().stream()
                        .filter(r -> r.usable() && r.usage() == TlsaRecord.DANE_EE)
                        .anyMatch(r -> !r.selects(e.facts().chain().getFirst()))
                && d.rrset().outdone().isEmpty());
    }

    /** Knows no anchors that stand in the DNS whole (D14). */
    static Conscience knowsNoWholeAnchors() {
        return refuses((plan, e) -> plan.requirement() instanceof Requirement.Dane d
                && d.rrset().usable().stream()
                        .allMatch(r -> r.usage() == TlsaRecord.DANE_TA && r.matchingType() == TlsaRecord.EXACT));
    }

    /** Wants public authorities behind DANE-TA (D12). */
    static Conscience wantsPublicAuthorities(Predicate<SessionOutcome.Established> known) {
        return refuses((plan, e) -> plan.requirement() instanceof Requirement.Dane d
                && d.rrset().usable().stream().allMatch(r -> r.usage() == TlsaRecord.DANE_TA)
                && !known.test(e));
    }

    static boolean isDane(DeliveryPlan plan) {
        return plan.requirement() instanceof Requirement.Dane || plan.requirement() instanceof Requirement.Both;
    }

    /** One policy for another. */
    static Conscience policyMode(StsPolicy.Mode from, StsPolicy.Mode to) {
        return new Conscience() {
            @Override
            StsSource policy(StsSource honest) {
                return domain -> {
                    StsObservation seen = honest.observe(domain);
                    return seen instanceof StsObservation.InForce f
                                    && f.policy().mode() == from
                            ? new StsObservation.InForce(
                                    f.record(),
                                    new StsPolicy(
                                            to,
                                            f.policy().mx(),
                                            f.policy().maxAge(),
                                            f.policy().lines()),
                                    f.id(),
                                    f.fetched(),
                                    f.problem(),
                                    f.fetch())
                            : seen;
                };
            }
        };
    }

    /** Follows a redirect to another domain's policy (S5). */
    static Conscience followsRedirects(String from, String to) {
        return new Conscience() {
            @Override
            PolicySource policies(PolicySource honest) {
                return domain -> {
                    PolicyFetch fetch = honest.fetch(domain);
                    return domain.toString(true).equals(from) && fetch.result() instanceof PolicyFetch.Result.NotServed
                            ? honest.fetch(Name.fromConstantString(to + "."))
                            : fetch;
                };
            }
        };
    }

    /** Asks another source for policies. */
    static Conscience fetchesFrom(PolicySource other) {
        return new Conscience() {
            @Override
            PolicySource policies(PolicySource honest) {
                return other;
            }
        };
    }

    /** Takes the first of several policy records (S2). */
    static Conscience takesTheFirstPolicyRecord() {
        return new Conscience() {
            @Override
            Lookup lookup(Lookup honest) {
                return q -> {
                    Answer answer = honest.lookup(q);
                    return q.type() == Type.TXT
                                    && q.name().toString().startsWith("_mta-sts.")
                                    && answer instanceof Answer.Secure s
                                    && s.content() instanceof Content.Records r
                            ? new Answer.Secure(
                                    q,
                                    new Content.Records(r.aliases(), r.records().subList(0, 1), r.ttl()),
                                    s.proof())
                            : answer;
                };
            }
        };
    }

    /** Says what it thinks is the server's name. */
    static Conscience names(Function<DeliveryPlan, Optional<String>> name) {
        return new Conscience() {
            @Override
            Optional<String> serverName(DeliveryPlan plan) {
                return name.apply(plan);
            }
        };
    }

    /** Hosts with DANE first (D18). */
    static Conscience promotesDane() {
        return new Conscience() {
            @Override
            List<Route.Host> order(List<Route.Host> hosts) {
                return hosts.stream()
                        .sorted(Comparator.comparing(h -> !isDane(h.plan())))
                        .toList();
            }
        };
    }

    /** Stops at the first host that fails (D21, S11). */
    static Conscience stopsAtTheFirst() {
        return new Conscience() {
            @Override
            boolean triesTheNext(Demand demand) {
                return false;
            }
        };
    }

    /** Gives mail up for which a host was refused (D21, S11). */
    static Conscience givesUp() {
        return new Conscience() {
            @Override
            boolean givesUp(List<Refusal> refusals) {
                return refusals.stream().noneMatch(r -> r.rule().equals("D1"));
            }
        };
    }

    static Conscience sendsStartTlsBlindly() {
        return new Conscience() {
            @Override
            boolean sendsStartTlsBlindly() {
                return true;
            }
        };
    }

    /** Asks for TLSA although the addresses are insecure (D3). */
    static Conscience asksTlsaEverywhere(Lookup watched) {
        return new Conscience() {
            @Override
            DomainObservation seen(DomainObservation honest) {
                honest.hosts()
                        .keySet()
                        .forEach(h -> watched.lookup(Name.fromConstantString("_25._tcp." + h), Type.TLSA));
                return honest;
            }
        };
    }

    /** Does not know the header field TLS-Required (Q9). */
    static Conscience knowsNoTlsRequired() {
        return new Conscience() {
            @Override
            Demand demand(Probe probe) {
                return probe == Probe.TLS_OPTIONAL ? Demand.ORDINARY : super.demand(probe);
            }
        };
    }

    /** Not in the policy, and used all the same (S7). */
    static Requirement usedAllTheSame(Requirement requirement, StsPolicy policy) {
        return requirement instanceof Requirement.DoNotUse not && not.cause() == Cause.NOT_IN_POLICY
                ? new Requirement.StsPkix(policy)
                : requirement;
    }

    /** Q6: hands a mail under REQUIRETLS on without the word where the server lacks it. */
    static Conscience handsOnWithout(boolean word) {
        return new Conscience() {
            @Override
            Verdict verdict(Judge judge, DeliveryPlan plan, SessionOutcome outcome) {
                Verdict honest = super.verdict(judge, plan, outcome);
                return honest instanceof Verdict.Refused r && r.refusal().rule().equals("Q6")
                        ? new Verdict.Unauthenticated(true, Optional.empty(), "overlooked")
                        : honest;
            }

            @Override
            boolean saysTheWord(Demand demand, boolean offered) {
                return super.saysTheWord(demand, offered) && (offered || !word);
            }
        };
    }

    /** Q8. */
    static Conscience showsTheText() {
        return new Conscience() {
            @Override
            boolean noticeShowsTheText(Demand demand) {
                return true;
            }
        };
    }
}
