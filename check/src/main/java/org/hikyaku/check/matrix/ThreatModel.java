package org.hikyaku.check.matrix;

import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.hikyaku.policy.DeliveryPlan;
import org.hikyaku.policy.DeliveryPlan.Cause;
import org.hikyaku.policy.DeliveryPlan.Requirement;
import org.hikyaku.policy.Demand;
import org.hikyaku.policy.DomainObservation;
import org.hikyaku.policy.Judge;
import org.hikyaku.policy.Planner;
import org.hikyaku.policy.PlannerOptions;
import org.hikyaku.policy.Route;
import org.hikyaku.policy.StsObservation;
import org.hikyaku.smtp.SessionOutcome;
import org.hikyaku.x509.Certificate;
import org.hikyaku.x509.TrustAnchors;
import org.xbill.DNS.Name;

/**
 * Derives the threat matrix of a domain from what was observed of it. For each kind of sender and attacker: what the
 * attacker makes of the observation and of the sessions, the route that the sender plans from it, and what the one judge
 * says. Asks nobody; safe for use by many threads.
 */
public final class ThreatModel {
    private final InstantSource clock;
    private final ModelCertificates certificates = new ModelCertificates();
    private final WireAttacks wire;
    private final Judge judge;
    private final Judge judgeTrustingModel;

    /**
     * A model of this world.
     *
     * @param authorities who is publicly trusted
     * @param clock the time by which certificates and policies are judged
     */
    public ThreatModel(TrustAnchors authorities, InstantSource clock) {
        this.clock = clock;
        this.wire = new WireAttacks(certificates, authorities);
        this.judge = new Judge(authorities, clock);
        this.judgeTrustingModel = new Judge(certificates.trustedBeside(authorities), clock);
    }

    /**
     * The matrix of one domain; empty when it takes no mail.
     *
     * @param observation what was observed, true answers all
     * @param seen what came of the sessions with each MX host, one for each address that was tried
     */
    public Optional<ThreatMatrix> derive(DomainObservation observation, Map<Name, List<SessionOutcome>> seen) {
        if (new Planner(PlannerOptions.defaults()).plan(observation, Demand.ORDINARY) instanceof Route.NoMail) {
            return Optional.empty();
        }
        Map<Sender, List<Cell>> rows = new EnumMap<>(Sender.class);
        for (Sender sender : Sender.values()) {
            OneSender one = new OneSender(sender, observation, seen);
            rows.put(sender, Arrays.stream(Attacker.values()).map(one::cell).toList());
        }
        return Optional.of(new ThreatMatrix(rows));
    }

    /** The cells of one sender. */
    private final class OneSender {
        private final Sender sender;
        private final Map<Name, List<SessionOutcome>> seen;
        private final DomainObservation view;
        private final PolicyMemory memory;
        private final Planner planner;
        private final Reading reading;

        OneSender(Sender sender, DomainObservation observation, Map<Name, List<SessionOutcome>> seen) {
            this.sender = sender;
            this.seen = seen;
            this.view = sender.validates() ? observation : ForgedDns.unvalidated(observation);
            this.memory = new PolicyMemory(sender, observation, clock);
            this.planner = new Planner(sender.options());
            this.reading = new Reading(sender, observation.sts());
        }

        Cell cell(Attacker attacker) {
            List<Cell> cells = new ArrayList<>();
            switch (attacker) {
                case LISTENER -> cells.add(worst(attacker, view, this::untouched, judge, Trial.Move.NONE));
                case STARTTLS_STRIPPED ->
                    cells.add(worst(attacker, withoutPolicyHost(), wire::stripped, judge, Trial.Move.NONE));
                case HANDSHAKE_BROKEN ->
                    cells.add(worst(
                            attacker,
                            withoutPolicyHost(),
                            plan -> wire.broken(plan, seen(plan)),
                            judge,
                            Trial.Move.NONE));
                case ROGUE_CA ->
                    cells.add(worst(
                            attacker,
                            withoutPolicyHost(),
                            plan -> wire.rogue(plan, seen(plan)),
                            judgeTrustingModel,
                            Trial.Move.NONE));
                case FAKE_SERVER -> cells.add(worst(attacker, withoutPolicyHost(), wire::fake, judge, Trial.Move.NONE));
                case DNS_FORGED -> cells.addAll(forged(attacker));
            }
            return cells.stream().reduce(Reading::worse).orElseThrow();
        }

        private List<WireAttacks.Session> untouched(DeliveryPlan plan) {
            return seen(plan).stream()
                    .map(o -> new WireAttacks.Session(plan, o))
                    .toList();
        }

        private List<SessionOutcome> seen(DeliveryPlan plan) {
            return Optional.ofNullable(seen.get(plan.host())).orElse(List.of());
        }

        /** Whoever is on the way to the server keeps the policy host away too; true DNS answers arrive. */
        private DomainObservation withoutPolicyHost() {
            return with(view, memory.whenPolicyHostIsBlocked(view.sts().record()));
        }

        /** All that a forger of DNS can try. Each true answer that he leaves alone is one that he need not forge. */
        private List<Cell> forged(Attacker attacker) {
            StsObservation sts =
                    memory.whenPolicyHostIsBlocked(ForgedDns.absent(view.sts().record(), sender.validates()));
            List<Certificate> own = wire.ownChain();
            return List.of(
                    worst(
                            attacker,
                            ForgedDns.otherMx(view, sts, sender.validates(), Optional.empty()),
                            wire::atHisOwnHost,
                            judgeTrustingModel,
                            Trial.Move.OTHER_MX),
                    worst(
                            attacker,
                            ForgedDns.otherMx(view, sts, sender.validates(), Optional.of(own.getFirst())),
                            wire::atHisOwnHost,
                            judgeTrustingModel,
                            Trial.Move.OTHER_MX),
                    worst(
                            attacker,
                            ForgedDns.otherAddresses(view, sts, sender.validates()),
                            wire::fakeWithOwnName,
                            judgeTrustingModel,
                            Trial.Move.OTHER_ADDRESS));
        }

        private static DomainObservation with(DomainObservation view, StsObservation sts) {
            return new DomainObservation(view.domain(), view.port(), view.mx(), view.hosts(), sts, view.at());
        }

        /** What the worst MX host of the route makes of it. */
        private Cell worst(
                Attacker attacker,
                DomainObservation observed,
                WireAttacks.Attack attack,
                Judge judge,
                Trial.Move move) {
            return switch (planner.plan(observed, Demand.ORDINARY)) {
                case Route.Unknown unknown -> reading.unknown(attacker, unknown);
                case Route.NoMail noMail -> reading.noMail(attacker, noMail);
                case Route.Hosts hosts ->
                    hosts.hosts().stream()
                            .filter(h -> !isNowhere(h.plan()))
                            .map(h -> host(attacker, observed, h.plan(), attack, judge, move))
                            .reduce(Reading::worse)
                            .orElseThrow(() -> new IllegalStateException("a route of hosts has one with an address"));
            };
        }

        private static boolean isNowhere(DeliveryPlan plan) {
            return plan.requirement() instanceof Requirement.DoNotUse not && not.cause() == Cause.NO_ADDRESS;
        }

        private Cell host(
                Attacker attacker,
                DomainObservation observed,
                DeliveryPlan plan,
                WireAttacks.Attack attack,
                Judge judge,
                Trial.Move move) {
            if (plan.ruledOut()) {
                return reading.ruledOut(attacker, observed, plan);
            }
            List<Trial> trials = attack.on(plan).stream()
                    .map(session -> new Trial(session.outcome(), judge.judge(session.plan(), session.outcome()), move))
                    .toList();
            return reading.of(attacker, plan, trials);
        }
    }
}
