package org.hikyaku.check.matrix;

import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.hikyaku.check.Words;
import org.hikyaku.dns.Answer;
import org.hikyaku.policy.DeliveryPlan;
import org.hikyaku.policy.DeliveryPlan.Requirement;
import org.hikyaku.policy.DomainObservation;
import org.hikyaku.policy.DomainObservation.HostObservation;
import org.hikyaku.policy.DomainObservation.TlsaObservation;
import org.hikyaku.policy.Judge;
import org.hikyaku.policy.Route;
import org.hikyaku.policy.StsObservation;
import org.hikyaku.policy.StsPolicy;
import org.hikyaku.policy.Verdict;
import org.hikyaku.smtp.SessionOutcome.Established;

/** Reads verdicts as cells: who gets the mail, by what or for lack of what. */
final class Reading {
    private static final String NOT_KNOWN_YET = "policy not known yet";

    private final Sender sender;
    private final Optional<StsPolicy> published;

    /** @param sts what the domain truly publishes */
    Reading(Sender sender, StsObservation sts) {
        this.sender = sender;
        this.published =
                sts instanceof StsObservation.InForce inForce ? Optional.of(inForce.policy()) : Optional.empty();
    }

    /** The worse of two; the first when they are alike. A delivery counts before a refusal at another host. */
    static Cell worse(Cell one, Cell other) {
        if (one.state().isProtected() && other.state().isProtected()) {
            return one.state() == State.HELD_BACK && other.state() == State.DELIVERED ? other : one;
        }
        return other.state().compareTo(one.state()) > 0 ? other : one;
    }

    /** The MX set cannot be known (D1). */
    Cell unknown(Attacker attacker, Route.Unknown route) {
        boolean bogus = route.cause() instanceof Answer.Bogus;
        return cell(
                attacker,
                bogus ? State.HELD_BACK : State.NOT_KNOWN,
                Optional.empty(),
                bogus ? "DNSSEC" : "look-up failed",
                bogus ? Optional.of("D1") : Optional.empty(),
                route.why());
    }

    Cell noMail(Attacker attacker, Route.NoMail route) {
        return cell(attacker, State.NOT_KNOWN, Optional.empty(), "no way to go", Optional.empty(), route.why());
    }

    /** The plan forbids to connect at all. */
    Cell ruledOut(Attacker attacker, DomainObservation observed, DeliveryPlan plan) {
        if (!(plan.requirement() instanceof Requirement.DoNotUse not)) {
            throw new IllegalArgumentException("a plan that rules the host out: " + plan);
        }
        Optional<String> host = Optional.of(name(plan));
        Optional<String> rule = Optional.of(not.refusal().rule());
        String why = not.refusal().sentence();
        return switch (not.cause()) {
            case UNDECIDABLE ->
                couldNotFindOut(observed, plan)
                        ? cell(attacker, State.NOT_KNOWN, host, "look-up failed", Optional.empty(), why)
                        : cell(attacker, State.HELD_BACK, host, "DNSSEC", rule, why);
            case NOT_IN_POLICY -> cell(attacker, State.HELD_BACK, host, "MTA-STS", rule, why);
            case DANE_REQUIRED -> cell(attacker, State.HELD_BACK, host, "DANE", rule, why);
            case UNCONFIRMED -> cell(attacker, State.HELD_BACK, host, "REQUIRETLS", rule, why);
            case LIMIT, NO_ADDRESS -> cell(attacker, State.NOT_KNOWN, host, "not looked at", Optional.empty(), why);
        };
    }

    /** A look-up that came to nothing is no statement of the domain's; a bogus answer is what senders see too. */
    private static boolean couldNotFindOut(DomainObservation observed, DeliveryPlan plan) {
        Optional<HostObservation> host = Optional.ofNullable(observed.hosts().get(plan.host()));
        List<Answer> answers = host.stream()
                .flatMap(h -> Stream.of(
                                Stream.of(h.a(), h.aaaa()),
                                h.cname().stream(),
                                h.tlsa().stream().map(TlsaObservation::answer))
                        .flatMap(s -> s))
                .toList();
        return answers.stream().anyMatch(Answer.Failed.class::isInstance)
                && answers.stream().noneMatch(Answer.Bogus.class::isInstance);
    }

    /** What came of one host. */
    Cell of(Attacker attacker, DeliveryPlan plan, List<Trial> trials) {
        // An address where nobody answers gets no mail as long as another one answers.
        List<Trial> judged = trials.stream()
                .filter(t -> !(t.verdict() instanceof Verdict.NotJudged))
                .toList();
        return (judged.isEmpty() ? trials : judged)
                .stream()
                        .map(t -> of(attacker, plan, t))
                        .reduce(Reading::worse)
                        .orElseGet(() -> cell(
                                attacker,
                                State.NOT_KNOWN,
                                Optional.of(name(plan)),
                                "not tried",
                                Optional.empty(),
                                "No address of " + name(plan) + " was tried."));
    }

    private Cell of(Attacker attacker, DeliveryPlan plan, Trial trial) {
        Optional<String> host = Optional.of(name(plan));
        String said = trial.verdict().sentence();
        return switch (trial.verdict()) {
            case Verdict.NotJudged _ -> cell(attacker, State.NOT_KNOWN, host, "not reached", Optional.empty(), said);
            case Verdict.Refused refused ->
                cell(
                        attacker,
                        State.HELD_BACK,
                        host,
                        holder(plan, refused.refusal()),
                        Optional.of(refused.refusal().rule()),
                        said);
            case Verdict.Deliver deliver -> {
                Optional<String> secret = attacker == Attacker.LISTENER ? unreadable(trial) : Optional.empty();
                if (secret.isPresent()) {
                    yield cell(attacker, State.DELIVERED, host, secret.get(), Optional.empty(), said);
                }
                yield deliver.shortfall().isPresent()
                        ? cell(attacker, State.REPORTED, host, "testing", Optional.of("S12"), said)
                        : exposed(attacker, host, lack(attacker, plan, trial), said);
            }
        };
    }

    private Cell exposed(Attacker attacker, Optional<String> host, String lack, String said) {
        String more = lack.equals(NOT_KNOWN_YET)
                ? " The domain's policy would forbid it, but this sender does not hold it yet, and the attacker keeps the"
                        + " policy host away (S17)."
                : "";
        return cell(attacker, State.EXPOSED, host, lack, Optional.empty(), Words.sentence(said) + more);
    }

    /** The version of the session, where it hides what passes. */
    private static Optional<String> unreadable(Trial trial) {
        return trial.outcome() instanceof Established e && Judge.protects(e.facts())
                ? Optional.of(e.facts().version().title())
                : Optional.empty();
    }

    /** What holds the mail back. */
    private static String holder(DeliveryPlan plan, Verdict.Refusal refusal) {
        return switch (plan.requirement()) {
            case Requirement.Dane _, Requirement.Encrypt _ -> "DANE";
            case Requirement.StsPkix _ -> "MTA-STS";
            case Requirement.Both _ -> refusal.rule().startsWith("S") ? "MTA-STS" : "DANE";
            case Requirement.VerifiedName _ -> "REQUIRETLS";
            case Requirement.Configured configured -> configured.level().token();
            case Requirement.Opportunistic _, Requirement.DoNotUse _ -> refusal.rule();
        };
    }

    /** What is missing where the attacker gets the mail. */
    private String lack(Attacker attacker, DeliveryPlan plan, Trial trial) {
        if (attacker == Attacker.LISTENER) {
            return trial.outcome() instanceof Established e
                    ? e.facts().bits() > 0 ? e.facts().version().title() : "no encryption"
                    : "no TLS";
        }
        return switch (plan.requirement()) {
            case Requirement.Opportunistic _ -> lackOfPromise(trial);
            case Requirement.Encrypt _ -> "TLSA unusable";
            case Requirement.Dane dane -> dane.secureMx() ? "public CA in TLSA" : lackAfter(trial, "public CA in TLSA");
            case Requirement.StsPkix _ -> "any CA will do";
            case Requirement.Both _ -> "public CA in TLSA";
            case Requirement.VerifiedName _, Requirement.Configured _ -> "any CA will do";
            case Requirement.DoNotUse not -> not.refusal().rule();
        };
    }

    private String lackOfPromise(Trial trial) {
        boolean toBeKnown = sender == Sender.STS_FIRST
                && published.filter(p -> p.mode() == StsPolicy.Mode.ENFORCE).isPresent();
        return toBeKnown
                ? NOT_KNOWN_YET
                : lackAfter(
                        trial, trial.outcome() instanceof Established ? "nobody is checked" : "nothing demands TLS");
    }

    private String lackAfter(Trial trial, String otherwise) {
        return switch (trial.move()) {
            case NONE -> otherwise;
            case OTHER_MX -> sender.validates() ? "MX not signed" : "DNS is believed";
            case OTHER_ADDRESS -> sender.validates() ? "address not signed" : "DNS is believed";
        };
    }

    private static String name(DeliveryPlan plan) {
        return Words.name(plan.host());
    }

    private Cell cell(
            Attacker attacker, State state, Optional<String> host, String by, Optional<String> rule, String said) {
        String sentence =
                "When " + attacker.act() + ": " + Words.sentence(said) + " " + consequence(attacker, state, rule);
        return new Cell(sender, attacker, state, host, by, rule, sentence.strip());
    }

    private static String consequence(Attacker attacker, State state, Optional<String> rule) {
        return switch (state) {
            case DELIVERED -> "Who listens reads nothing.";
            case HELD_BACK ->
                "The mail is held back" + rule.map(r -> " (" + r + ").").orElse(".");
            case NOT_KNOWN -> "What becomes of the mail is not known.";
            case REPORTED ->
                "The mail is " + attacker.harm().words()
                        + "; the policy is in testing, so the domain only hears of it in reports (S12).";
            case EXPOSED -> "The mail is " + attacker.harm().words() + ".";
        };
    }
}
