package org.hikyaku.conformance.grade;

import java.util.List;
import java.util.Optional;
import org.hikyaku.dns.Lookup;
import org.hikyaku.policy.DeliveryPlan;
import org.hikyaku.policy.Demand;
import org.hikyaku.policy.DomainObservation;
import org.hikyaku.policy.Judge;
import org.hikyaku.policy.Planner;
import org.hikyaku.policy.PolicySource;
import org.hikyaku.policy.Route;
import org.hikyaku.policy.StsSource;
import org.hikyaku.policy.StsStore;
import org.hikyaku.policy.Verdict;
import org.hikyaku.smtp.SessionOutcome;

/** Where the sender of the tests can be made to do wrong; as it is, it does right. */
class Conscience {

    Lookup lookup(Lookup honest) {
        return honest;
    }

    PolicySource policies(PolicySource honest) {
        return honest;
    }

    StsSource policy(StsSource honest) {
        return honest;
    }

    DomainObservation seen(DomainObservation honest) {
        return honest;
    }

    Route route(Planner planner, DomainObservation seen, Demand demand) {
        return planner.plan(seen, demand);
    }

    List<Route.Host> order(List<Route.Host> hosts) {
        return hosts;
    }

    Optional<String> serverName(DeliveryPlan plan) {
        return Optional.of(plan.sni().toString(true));
    }

    Verdict verdict(Judge judge, DeliveryPlan plan, SessionOutcome outcome) {
        return judge.judge(plan, outcome);
    }

    /** Whether mail goes in clear where the verdict forbids it. */
    boolean clearAllTheSame(DeliveryPlan plan, SessionOutcome outcome) {
        return false;
    }

    /** Whether the next host is tried after this one was refused. */
    boolean triesTheNext(Demand demand) {
        return true;
    }

    /** How policies are kept. */
    StsStore kept(StsStore honest) {
        return honest;
    }

    /** What is left of them after a restart. */
    StsStore afterRestart(StsStore honest) {
        return honest;
    }

    /** Whether a connection is kept for whoever else is to be reached there. */
    boolean keepsConnections() {
        return false;
    }

    boolean sendsStartTlsBlindly() {
        return false;
    }

    Demand demand(Probe probe) {
        return switch (probe) {
            case ORDINARY, LATER, RESTARTED -> Demand.ORDINARY;
            case REQUIRE_TLS -> Demand.REQUIRE_TLS;
            case TLS_OPTIONAL -> Demand.TLS_NOT_REQUIRED;
        };
    }

    /**
     * Whether MAIL says REQUIRETLS.
     *
     * @param offered whether the server offers it inside TLS; outside it counts for nothing (Q1)
     */
    boolean saysTheWord(Demand demand, boolean offered) {
        return demand == Demand.REQUIRE_TLS;
    }

    /** Whether a mail that is held back is given up. */
    boolean givesUp(List<Verdict.Refusal> refusals) {
        return false;
    }

    boolean noticeShowsTheText(Demand demand) {
        return demand != Demand.REQUIRE_TLS;
    }
}
