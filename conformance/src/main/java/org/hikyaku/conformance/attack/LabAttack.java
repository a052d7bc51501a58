package org.hikyaku.conformance.attack;

import java.io.IOException;
import java.security.SecureRandom;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.function.Consumer;
import org.hikyaku.check.CheckOptions;
import org.hikyaku.check.DomainChecker;
import org.hikyaku.check.SmtpDialer;
import org.hikyaku.check.matrix.Sender;
import org.hikyaku.check.matrix.ThreatMatrix;
import org.hikyaku.dns.Lookup;
import org.hikyaku.dns.ValidatingResolver;
import org.hikyaku.dns.ValidatorOptions;
import org.hikyaku.lab.Catalogue;
import org.hikyaku.lab.Lab;
import org.hikyaku.lab.LabDomain;
import org.hikyaku.lab.LabOptions;
import org.hikyaku.policy.StoredPolicy;
import org.hikyaku.policy.StsCache;
import org.hikyaku.policy.StsFetcher;
import org.hikyaku.policy.StsFormatException;
import org.hikyaku.policy.StsStore;
import org.hikyaku.policy.ValidatedAddresses;
import org.hikyaku.smtp.SmtpClient;
import org.hikyaku.smtp.SmtpClientOptions;
import org.hikyaku.tls.TlsClient;
import org.hikyaku.tls.TlsClientOptions;
import org.xbill.DNS.Name;

/** The lab with an attacker in it: plays attacks on mails from each kind of sender to its domains. */
public final class LabAttack implements AutoCloseable {
    /** A receiver for each protection there is; of two with the same, one has signed zones, the other has not. */
    public static final List<String> USUAL = List.of(
            "plain.example",
            "sts-testing.example",
            "sts-enforce.example",
            "dane-ee.example",
            "sts-and-dane.example",
            "sts-unsigned.test",
            "sts-insecure-mx-dane.test");

    /** A sender that knows the policy fetched it this long ago: it is neither new nor due for a renewal. */
    private static final Duration FETCHED = Duration.ofHours(1);

    private static final int AT_ONCE = 2 * Runtime.getRuntime().availableProcessors();

    private final Lab lab;
    private final Arsenal arsenal;
    private final SecureRandom random = new SecureRandom();

    private LabAttack(Lab lab) {
        this.lab = lab;
        this.arsenal = new Arsenal(lab);
    }

    /** Brings up the lab with its own catalogue; throws when a loopback port cannot be opened. */
    public static LabAttack start(InstantSource clock) throws IOException {
        return new LabAttack(Lab.start(LabOptions.defaults()
                .withClock(clock)
                .withCatalogue(Catalogue.builtIn().with(Arsenal.domains()))));
    }

    /** The lab that all this happens in. */
    public Lab lab() {
        return lab;
    }

    /** Whether this domain of the lab is the attacker's own. */
    public boolean ownedByAttacker(LabDomain domain) {
        return arsenal.owns(domain);
    }

    /** Plays one attack. */
    public Scene play(LabDomain receiver, Sender sender, Attack attack) throws IOException, InterruptedException {
        return play(receiver, sender, attack, published(receiver));
    }

    private Scene play(LabDomain receiver, Sender sender, Attack attack, Optional<StoredPolicy> published)
            throws IOException, InterruptedException {
        boolean knows = sender == Sender.STS_KNOWN || sender == Sender.BOTH;
        return new Play(
                        new Victim(lab, receiver, arsenal),
                        sender,
                        attack,
                        knows ? published : Optional.empty(),
                        random)
                .run();
    }

    /**
     * Plays each attack on a mail of each sender to each receiver, several at a time.
     *
     * @param watcher hears of each when it is over
     * @return in the order of receivers, attacks, senders
     */
    public List<Scene> playAll(
            List<LabDomain> receivers, List<Attack> attacks, List<Sender> senders, Consumer<Scene> watcher)
            throws IOException, InterruptedException {
        try (ExecutorService stage =
                Executors.newFixedThreadPool(AT_ONCE, Thread.ofVirtual().factory())) {
            List<Future<Scene>> plays = new ArrayList<>();
            for (LabDomain receiver : receivers) {
                Optional<StoredPolicy> published = published(receiver);
                for (Attack attack : attacks) {
                    for (Sender sender : senders) {
                        plays.add(stage.submit(() -> {
                            Scene scene = play(receiver, sender, attack, published);
                            watcher.accept(scene);
                            return scene;
                        }));
                    }
                }
            }
            List<Scene> scenes = new ArrayList<>();
            for (Future<Scene> play : plays) {
                scenes.add(result(play));
            }
            return scenes;
        }
    }

    private static Scene result(Future<Scene> play) throws IOException, InterruptedException {
        try {
            return play.get();
        } catch (ExecutionException e) {
            if (e.getCause() instanceof IOException io) {
                throw io;
            }
            throw new IllegalStateException("an attack could not be played", e.getCause());
        }
    }

    /** The policy that the domain publishes, as a sender fetches it while nobody is in the way. */
    private Optional<StoredPolicy> published(LabDomain receiver) {
        Lookup lookup = new UnvalidatedLookup(lab.resolver());
        StsStore store = StsStore.inMemory();
        StsFetcher fetcher = new StsFetcher(
                lab.network(), new ValidatedAddresses(lookup), lab.caAnchors(), lab.clock(), Seat.PATIENCE);
        new StsCache(lookup, fetcher, store, lab.clock()).observe(receiver.name());
        return store.find(receiver.name()).map(LabAttack::olderNow);
    }

    /**
     * The threat matrices that {@code check} derives for these domains of the lab, while nobody is in the way; none for a
     * domain that takes no mail.
     */
    public Map<Name, ThreatMatrix> derived(List<LabDomain> receivers) {
        Lookup lookup =
                new ValidatingResolver(lab.resolver(), lab.dnsAnchors(), ValidatorOptions.defaults(), lab.clock());
        StsFetcher fetcher = new StsFetcher(
                lab.network(), new ValidatedAddresses(lookup), lab.caAnchors(), lab.clock(), Seat.PATIENCE);
        SmtpClient client = new SmtpClient(
                lab.network(),
                new TlsClient(TlsClientOptions.defaults(), random),
                new SmtpClientOptions("check.example", Seat.PATIENCE, Seat.PATIENCE, Seat.PATIENCE));
        DomainChecker checker = new DomainChecker(
                lookup,
                new StsCache(lookup, fetcher, StsStore.inMemory(), lab.clock()),
                new SmtpDialer(client),
                lab.caAnchors(),
                lab.clock(),
                CheckOptions.defaults(),
                Optional.empty());
        Map<Name, ThreatMatrix> matrices = new LinkedHashMap<>();
        checker.check(receivers.stream().map(LabDomain::name).toList())
                .domains()
                .forEach(report -> report.matrix()
                        .ifPresent(m ->
                                matrices.put(report.evidence().observation().domain(), m)));
        return matrices;
    }

    private static StoredPolicy olderNow(StoredPolicy policy) {
        try {
            return StoredPolicy.of(
                    policy.domain(), policy.id(), policy.fetched().minus(FETCHED), policy.body());
        } catch (StsFormatException e) {
            throw new IllegalStateException("a policy that was kept parses", e);
        }
    }

    @Override
    public void close() {
        lab.close();
    }
}
