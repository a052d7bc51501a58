package org.hikyaku.conformance.attack;

import java.io.IOException;
import java.security.SecureRandom;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.Queue;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.ConcurrentLinkedQueue;
import org.hikyaku.check.matrix.Sender;
import org.hikyaku.conformance.attack.Step.Party;
import org.hikyaku.delivery.CountedSession;
import org.hikyaku.delivery.CountedSession.CountedPolicy;
import org.hikyaku.delivery.CountedSession.Failure;
import org.hikyaku.delivery.CountedSession.Policy;
import org.hikyaku.delivery.Courier;
import org.hikyaku.delivery.DeliveryLog;
import org.hikyaku.delivery.DeliveryOptions;
import org.hikyaku.delivery.Destination;
import org.hikyaku.delivery.Destinations;
import org.hikyaku.delivery.Fate;
import org.hikyaku.delivery.Seams;
import org.hikyaku.dns.Lookup;
import org.hikyaku.dns.Resolver;
import org.hikyaku.dns.ValidatingResolver;
import org.hikyaku.dns.ValidatorOptions;
import org.hikyaku.lab.LabMail;
import org.hikyaku.policy.StoredPolicy;
import org.hikyaku.policy.StsCache;
import org.hikyaku.policy.StsFetcher;
import org.hikyaku.policy.StsPolicy;
import org.hikyaku.policy.StsStore;
import org.hikyaku.policy.TlsLevel;
import org.hikyaku.policy.ValidatedAddresses;
import org.hikyaku.smtp.TransactionTimes;

/** Plays one attack: a sender as it delivers everywhere, the attacker in his seat, one mail. */
final class Play {
    private static final Duration PATIENCE = Duration.ofSeconds(10);
    private static final String EHLO = "sender.example";

    private final Victim victim;
    private final Sender sender;
    private final Attack attack;
    private final Optional<StoredPolicy> known;
    private final SecureRandom random;

    /** @param known the domain's policy as a sender holds it who fetched it in better days */
    Play(Victim victim, Sender sender, Attack attack, Optional<StoredPolicy> known, SecureRandom random) {
        this.victim = victim;
        this.sender = sender;
        this.attack = attack;
        this.known = known;
        this.random = random;
    }

    Scene run() throws IOException, InterruptedException {
        Seat seat = new Seat(victim);
        attack.takeSeat(seat);
        TestMail mail = TestMail.to(
                victim.receiver().text(), random, victim.lab().clock().instant());
        Queue<CountedSession> counted = new ConcurrentLinkedQueue<>();
        Fate fate;
        try (Courier courier = new Courier(
                options(), Destinations.all(destination()), seams(seat), counted::add, DeliveryLog.none())) {
            fate = courier.carry(mail.consignment(
                            victim.receiver().text(),
                            attack.demand(),
                            victim.lab().clock().instant()))
                    .results()
                    .getFirst()
                    .fate();
        }
        seat.await();
        Finding finding = find(seat, mail, fate);
        seat.story().note(Party.SENDER, fate.sentence());
        return new Scene(
                victim.receiver(),
                sender,
                attack,
                finding.outcome(),
                finding.outcome().isExposed() && counted.stream().anyMatch(Play::testingFailed),
                finding.evidence(),
                fate.sentence(),
                fate.circumstances().rule(),
                mail.marker(),
                seat.story().steps(),
                seat.capture());
    }

    private record Finding(Outcome outcome, String evidence) {}

    /** What became of the mail: by what is in the attacker's hands and what arrived, not by what anybody says. */
    private Finding find(Seat seat, TestMail mail, Fate fate) {
        List<LabMail> arrived = victim.lab().mails().stream()
                .filter(m -> mail.isIn(m.content()))
                .toList();
        if (seat.capture().wasTaken(mail.marker())) {
            return new Finding(
                    Outcome.DIVERTED,
                    "The word " + mail.marker() + " stands in a mail that the attacker's own server took"
                            + (arrived.isEmpty() ? "; nothing arrived at the receiver." : "."));
        }
        if (seat.capture().canRead(mail.marker())) {
            boolean changed = arrived.stream().anyMatch(m -> TestMail.isChanged(m.content()));
            return changed
                    ? new Finding(
                            Outcome.CHANGED,
                            "The word " + mail.marker()
                                    + " stands in clear in the attacker's capture, and the mail arrived"
                                    + " with the account " + TestMail.ATTACKERS_ACCOUNT + " instead of "
                                    + TestMail.ACCOUNT + ".")
                    : new Finding(
                            Outcome.READ, "The word " + mail.marker() + " stands in clear in the attacker's capture.");
        }
        if (!arrived.isEmpty()) {
            return new Finding(
                    Outcome.SAFE,
                    "The mail is at " + arrived.getFirst().host().toString(true) + ", over "
                            + arrived.getFirst().tls().orElse("no TLS") + ", and the word " + mail.marker()
                            + " is nowhere in the attacker's capture.");
        }
        if (fate instanceof Fate.Delivered) {
            throw new IllegalStateException("a mail that was delivered is somewhere: " + fate.sentence());
        }
        return new Finding(
                Outcome.HELD_BACK,
                "The sender keeps the mail (" + fate.status() + "); neither the receiver nor the attacker has it.");
    }

    /** A session that a report of the domain's will name as a failure, although the mail went. */
    private static boolean testingFailed(CountedSession session) {
        return session.policies().stream()
                .filter(p -> p.failure().filter(Failure::session).isPresent())
                .map(CountedPolicy::policy)
                .anyMatch(p -> p instanceof Policy.Sts sts
                        && sts.policy()
                                .filter(s -> s.mode() == StsPolicy.Mode.TESTING)
                                .isPresent());
    }

    private static DeliveryOptions options() {
        DeliveryOptions usual = DeliveryOptions.usual(EHLO);
        return new DeliveryOptions(
                EHLO,
                Set.of(EHLO),
                Set.of(),
                usual.port(),
                usual.families(),
                usual.postQuantum(),
                new DeliveryOptions.Times(
                        PATIENCE,
                        PATIENCE,
                        PATIENCE,
                        PATIENCE,
                        new TransactionTimes(PATIENCE, PATIENCE, PATIENCE, PATIENCE, PATIENCE)),
                usual.tries(),
                DeliveryOptions.Kept.none(),
                usual.concurrency());
    }

    /**
     * How such a sender is configured. One that honours MTA-STS alone is one that honours both and does not validate: then
     * no answer is secure, and DANE is never in play.
     */
    private Destination destination() {
        return Destination.of(
                switch (sender) {
                    case OPPORTUNISTIC -> TlsLevel.MAY;
                    case STS_FIRST, STS_KNOWN, BOTH -> TlsLevel.AUTO;
                    case DANE -> TlsLevel.DANE;
                });
    }

    private Seams seams(Seat seat) {
        Resolver resolver = victim.lab().resolver(seat);
        Lookup lookup = switch (sender) {
            case OPPORTUNISTIC, STS_FIRST, STS_KNOWN -> new UnvalidatedLookup(resolver);
            case DANE, BOTH ->
                new ValidatingResolver(
                        resolver,
                        victim.lab().dnsAnchors(),
                        ValidatorOptions.defaults(),
                        victim.lab().clock());
        };
        StsStore store = StsStore.inMemory();
        known.ifPresent(store::put);
        StsFetcher fetcher = new StsFetcher(
                seat,
                new ValidatedAddresses(lookup),
                victim.lab().caAnchors(),
                victim.lab().clock(),
                PATIENCE);
        return new Seams(
                seat,
                lookup,
                new StsCache(lookup, fetcher, store, victim.lab().clock()),
                victim.lab().caAnchors(),
                victim.lab().clock(),
                new Random(1),
                random,
                Optional.empty());
    }
}
