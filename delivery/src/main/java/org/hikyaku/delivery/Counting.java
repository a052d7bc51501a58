package org.hikyaku.delivery;

import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.hikyaku.delivery.CountedSession.CountedPolicy;
import org.hikyaku.delivery.CountedSession.Failure;
import org.hikyaku.delivery.CountedSession.Policy;
import org.hikyaku.policy.DeliveryPlan;
import org.hikyaku.policy.DeliveryPlan.Requirement;
import org.hikyaku.policy.DomainObservation;
import org.hikyaku.policy.Judge;
import org.hikyaku.policy.StsObservation;
import org.hikyaku.policy.StsPolicy;
import org.hikyaku.policy.StsProblem;
import org.hikyaku.policy.TlsLevel;
import org.hikyaku.policy.Verdict;
import org.hikyaku.smtp.SessionOutcome;
import org.hikyaku.smtp.SmtpAttempt;
import org.hikyaku.smtp.SmtpSession;
import org.xbill.DNS.Name;

/**
 * Finds the policies that a session was under, and what it was under each of them (T5). A session is counted by the plan
 * for an ordinary message: what one message demands is no promise of the domain.
 */
final class Counting {
    private final Judge judge;
    private final SessionCounter counter;
    private final InstantSource clock;

    Counting(Judge judge, SessionCounter counter, InstantSource clock) {
        this.judge = judge;
        this.counter = counter;
        this.clock = clock;
    }

    /** A session, or the failure of one. */
    void session(DomainObservation seen, TlsLevel level, DeliveryPlan plan, InetSocketAddress to, SmtpAttempt attempt) {
        SessionOutcome outcome = attempt.outcome();
        if (outcome instanceof SessionOutcome.NotReached) {
            return; // no event of TLS (part X of the rules)
        }
        count(
                seen,
                plan,
                policies(seen, level, plan, outcome),
                helo(outcome),
                Optional.of(to.getAddress()),
                attempt.session().map(SmtpSession::local).map(InetSocketAddress::getAddress));
    }

    /** A host that was refused before any connection (T9). */
    void refused(DomainObservation seen, DeliveryPlan plan, Requirement.DoNotUse not) {
        Verdict.Refusal refusal = not.refusal();
        if (refusal.type().isEmpty()) {
            return;
        }
        Optional<Policy> policy = switch (not.cause()) {
            case NOT_IN_POLICY -> inForce(seen).map(p -> new Policy.Sts(text(seen.domain()), Optional.of(p)));
            case UNDECIDABLE, DANE_REQUIRED -> Optional.of(new Policy.Tlsa(text(plan.host()), List.of()));
            case NO_ADDRESS, UNCONFIRMED, LIMIT -> Optional.empty();
        };
        policy.ifPresent(p -> {
            List<CountedPolicy> policies = new ArrayList<>();
            policies.add(new CountedPolicy(p, Optional.of(failure(refusal))));
            if (p instanceof Policy.Sts) {
                policies.addAll(unfetched(seen));
            }
            count(seen, plan, policies, Optional.empty(), Optional.empty(), Optional.empty());
        });
    }

    private void count(
            DomainObservation seen,
            DeliveryPlan plan,
            List<CountedPolicy> policies,
            Optional<String> helo,
            Optional<InetAddress> receiving,
            Optional<InetAddress> sending) {
        if (!policies.isEmpty()) {
            counter.count(new CountedSession(
                    clock.instant(),
                    text(seen.domain()),
                    policies,
                    Optional.of(text(plan.host())),
                    helo,
                    receiving,
                    sending));
        }
    }

    private List<CountedPolicy> policies(
            DomainObservation seen, TlsLevel level, DeliveryPlan plan, SessionOutcome outcome) {
        List<CountedPolicy> policies = new ArrayList<>();
        Verdict verdict = judge.judge(plan, outcome);
        switch (plan.requirement()) {
            case Requirement.Dane dane -> {
                // S1, T5: under a secure MX RRset DANE alone is counted
                policies.add(new CountedPolicy(tlsa(dane), failure(verdict)));
                if (!dane.secureMx()) {
                    testing(seen, plan, verdict).ifPresent(policies::add);
                    policies.addAll(unfetched(seen));
                }
            }
            case Requirement.Encrypt encrypt -> {
                policies.add(
                        new CountedPolicy(new Policy.Tlsa(text(encrypt.base()), encrypt.unusable()), failure(verdict)));
                testing(seen, plan, verdict).ifPresent(policies::add);
            }
            case Requirement.StsPkix sts -> {
                policies.add(new CountedPolicy(sts(seen, sts.policy()), failure(verdict)));
                policies.addAll(unfetched(seen));
            }
            case Requirement.Both both -> {
                // T5: each by itself; one that fails says nothing about the other
                policies.add(new CountedPolicy(
                        tlsa(both.dane()), failure(judge.judge(under(plan, both.dane()), outcome))));
                policies.add(new CountedPolicy(
                        sts(seen, both.sts().policy()), failure(judge.judge(under(plan, both.sts()), outcome))));
                policies.addAll(unfetched(seen));
            }
            case Requirement.Opportunistic _ -> {
                Optional<CountedPolicy> testing = testing(seen, plan, verdict);
                if (testing.isPresent()) {
                    policies.add(testing.get());
                } else if (level == TlsLevel.AUTO) {
                    // only who looked for every policy can say that there is none
                    policies.add(new CountedPolicy(
                            new Policy.None(text(seen.domain())), failure(judge.judge(encrypted(plan), outcome))));
                }
                policies.addAll(unfetched(seen));
            }
            case Requirement.VerifiedName _, Requirement.Configured _, Requirement.DoNotUse _ -> {
                // nothing that the domain promises
            }
        }
        return policies;
    }

    /** S12: the policy in testing, and what enforce would have said. */
    private static Optional<CountedPolicy> testing(DomainObservation seen, DeliveryPlan plan, Verdict verdict) {
        return plan.testing().map(policy -> {
            Optional<Failure> failure = verdict instanceof Verdict.Deliver deliver
                    ? deliver.shortfall().map(Counting::failure)
                    : failure(verdict);
            return new CountedPolicy(sts(seen, policy), failure);
        });
    }

    /** T22: the announced policy could not be fetched. */
    private static List<CountedPolicy> unfetched(DomainObservation seen) {
        Optional<StsProblem> problem = switch (seen.sts()) {
            case StsObservation.InForce inForce -> inForce.problem();
            case StsObservation.Unavailable unavailable -> Optional.of(unavailable.problem());
            case StsObservation.NoPolicy _, StsObservation.Unknown _ -> Optional.empty();
        };
        return problem.map(p -> List.of(new CountedPolicy(
                        new Policy.Sts(text(seen.domain()), inForce(seen)),
                        Optional.of(new Failure(p.type(), Optional.empty(), p.sentence(), false)))))
                .orElseGet(List::of);
    }

    private static Optional<StsPolicy> inForce(DomainObservation seen) {
        return seen.sts() instanceof StsObservation.InForce inForce ? Optional.of(inForce.policy()) : Optional.empty();
    }

    private static Policy tlsa(Requirement.Dane dane) {
        return new Policy.Tlsa(text(dane.base()), dane.rrset().records());
    }

    private static Policy sts(DomainObservation seen, StsPolicy policy) {
        return new Policy.Sts(text(seen.domain()), Optional.of(policy));
    }

    private static DeliveryPlan under(DeliveryPlan plan, Requirement alone) {
        return new DeliveryPlan(
                plan.host(), plan.port(), alone, Optional.empty(), plan.sni(), plan.demand(), plan.terms(), plan.why());
    }

    /** Without a policy a session is compliant when it is encrypted. */
    private static DeliveryPlan encrypted(DeliveryPlan plan) {
        return under(
                new DeliveryPlan(
                        plan.host(),
                        plan.port(),
                        plan.requirement(),
                        plan.testing(),
                        plan.sni(),
                        plan.demand(),
                        new org.hikyaku.policy.HandshakeTerms(
                                Optional.of(org.hikyaku.tls.TlsVersion.TLSV1_0), List.of()),
                        plan.why()),
                new Requirement.Configured(TlsLevel.ENCRYPT, List.of(), false));
    }

    private static Optional<Failure> failure(Verdict verdict) {
        return verdict instanceof Verdict.Refused refused ? Optional.of(failure(refused.refusal())) : Optional.empty();
    }

    private static Failure failure(Verdict.Refusal refusal) {
        return new Failure(
                refusal.type().orElse(org.hikyaku.policy.ResultType.VALIDATION_FAILURE),
                refusal.reasonCode(),
                refusal.sentence(),
                true);
    }

    private static Optional<String> helo(SessionOutcome outcome) {
        String name = switch (outcome) {
            case SessionOutcome.Established established -> established.ehlo().name();
            case SessionOutcome.NoStartTls clear -> clear.ehlo().name();
            case SessionOutcome.HandshakeFailed _, SessionOutcome.NotReached _ -> "";
        };
        return Optional.of(name).filter(n -> !n.isEmpty());
    }

    static String text(Name name) {
        return name.toString(true).toLowerCase(java.util.Locale.ROOT);
    }
}
