package org.hikyaku.check;

import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.concurrent.Semaphore;
import java.util.concurrent.atomic.LongAdder;
import java.util.function.Consumer;
import java.util.stream.Collectors;
import org.hikyaku.check.Evidence.AddressEvidence;
import org.hikyaku.check.Evidence.HostEvidence;
import org.hikyaku.check.Evidence.Untried;
import org.hikyaku.check.grade.DomainGrade;
import org.hikyaku.check.matrix.ThreatModel;
import org.hikyaku.dns.Answer;
import org.hikyaku.dns.Failure;
import org.hikyaku.dns.Lookup;
import org.hikyaku.dns.Question;
import org.hikyaku.net.Limit;
import org.hikyaku.policy.DeliveryPlan;
import org.hikyaku.policy.Demand;
import org.hikyaku.policy.DomainObservation;
import org.hikyaku.policy.DomainObservation.HostObservation;
import org.hikyaku.policy.HostAddresses;
import org.hikyaku.policy.Judge;
import org.hikyaku.policy.Observer;
import org.hikyaku.policy.Planner;
import org.hikyaku.policy.PlannerOptions;
import org.hikyaku.policy.Route;
import org.hikyaku.policy.StsObservation;
import org.hikyaku.policy.StsSource;
import org.hikyaku.smtp.SessionOutcome;
import org.hikyaku.x509.PathFinder;
import org.hikyaku.x509.TrustAnchors;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.xbill.DNS.Name;
import org.xbill.DNS.NameTooLongException;
import org.xbill.DNS.TextParseException;
import org.xbill.DNS.Type;

/**
 * Checks mail domains: observes what they promise, plans as a sender would, tries every address of every MX host, has
 * each outcome judged, and draws the findings. Nothing here decides about trust.
 */
public final class DomainChecker {
    /** A domain names its MX hosts as it likes; a check must not be something to aim at strangers with. */
    public static final Limit MAX_CONNECTIONS = new Limit("addresses tried for one domain", 100);

    private static final Logger LOG = LoggerFactory.getLogger(DomainChecker.class);

    private final Lookup lookup;
    private final Observer observer;
    private final Planner planner = new Planner(PlannerOptions.defaults());
    private final Judge judge;
    private final ThreatModel threats;
    private final Dialer dialer;
    private final InstantSource clock;
    private final CheckOptions options;
    private final List<Examination> examinations;
    private final PathFinder paths;
    private final Optional<Grading> grading;
    private final LongAdder questions = new LongAdder();

    /**
     * A checker over these seams.
     *
     * @param lookup validated DNS
     * @param sts where MTA-STS policies come from, given the look-ups that it is to use
     * @param dialer how sessions are opened
     * @param authorities who may vouch for the names of MX hosts under MTA-STS
     * @param clock the time by which certificates, signatures and policies are judged
     */
    public DomainChecker(
            Lookup lookup,
            StsSource sts,
            Dialer dialer,
            TrustAnchors authorities,
            InstantSource clock,
            CheckOptions options) {
        this(lookup, sts, dialer, authorities, clock, options, Optional.empty());
    }

    /** @param grading how to grade; without it no server is asked more than once */
    public DomainChecker(
            Lookup lookup,
            StsSource sts,
            Dialer dialer,
            TrustAnchors authorities,
            InstantSource clock,
            CheckOptions options,
            Optional<Grading> grading) {
        this.lookup = question -> {
            questions.increment();
            return lookup.lookup(question);
        };
        this.observer = new Observer(this.lookup, sts, clock);
        this.judge = new Judge(authorities, clock);
        this.threats = new ThreatModel(authorities, clock);
        this.dialer = dialer;
        this.clock = clock;
        this.options = options;
        this.grading = grading;
        this.paths = new PathFinder(authorities);
        this.examinations = List.of(
                new MxExamination(),
                new DnssecExamination(),
                new DaneExamination(),
                new StsExamination(),
                new SessionExamination(),
                new SmtpExamination(),
                new AgreementExamination(),
                new RenewalExamination(paths),
                new CertificateExamination(paths),
                new TlsRptExamination(),
                new SpfExamination(),
                new DmarcExamination(),
                new DkimExamination(),
                new CaaExamination(options.issuers()),
                new NamesExamination());
    }

    /** Checks these domains, several at a time, and reports in their order. */
    public CheckReport check(List<Name> domains) {
        return check(domains, _ -> {});
    }

    /** @param done told of each report as it is ready, by any thread */
    public CheckReport check(List<Name> domains, Consumer<DomainReport> done) {
        Instant at = clock.instant();
        long start = System.nanoTime();
        long questionsBefore = questions.sum();
        Manners manners = new Manners(options.connectionsAtOnce());
        SharedDialer shared = new SharedDialer(dialer, manners);
        Optional<SharedProbe> probe = grading.map(g -> new SharedProbe(g.probe(), manners));
        Optional<DomainGrading> grader = grading.flatMap(g -> probe.map(p -> new DomainGrading(g.profile(), p, paths)));
        Semaphore places = new Semaphore(options.domainsAtOnce());
        List<DomainReport> reports = Together.run(domains.stream()
                .<Callable<DomainReport>>map(domain -> () -> {
                    places.acquire();
                    try {
                        DomainReport report = checkOrSayWhyNot(domain, shared, grader);
                        done.accept(report);
                        return report;
                    } finally {
                        places.release();
                    }
                })
                .toList());
        return new CheckReport(
                reports,
                notes(reports),
                at,
                Duration.ofNanos(System.nanoTime() - start),
                shared.connectionsTried() + probe.map(SharedProbe::connections).orElse(0),
                questions.sum() - questionsBefore);
    }

    /** A fault of our own at one domain must not cost the others their reports. */
    private DomainReport checkOrSayWhyNot(Name domain, Dialer shared, Optional<DomainGrading> grader) {
        long start = System.nanoTime();
        try {
            return check(domain, shared, grader);
        } catch (RuntimeException e) {
            if (Thread.currentThread().isInterrupted()) {
                throw e; // the run is being given up
            }
            LOG.atDebug().addKeyValue("domain", domain).setCause(e).log("the check of {} broke off", domain);
            return brokenOff(domain, e, Duration.ofNanos(System.nanoTime() - start));
        }
    }

    private DomainReport brokenOff(Name domain, RuntimeException fault, Duration took) {
        String why = "The check of " + Words.name(domain) + " broke off for a fault of our own ("
                + fault.getClass().getSimpleName() + "), so nothing was found out.";
        // D1: not knowing is not the same as absence
        Answer.Failed nothing =
                new Answer.Failed(new Question(domain, Type.MX), new Failure(Failure.Kind.UNANSWERABLE, why));
        Instant now = clock.instant();
        DomainObservation observation = new DomainObservation(
                domain, options.port(), nothing, Map.of(), new StsObservation.Unknown(nothing, why), now);
        Evidence evidence = new Evidence(
                observation, new Route.Unknown(nothing, why), List.of(), Optional.empty(), Optional.empty(), now);
        Finding finding = Finding.of(
                FindingId.CHECK_FAILED,
                Severity.UNKNOWN,
                evidence.domain(),
                why,
                Mend.of("run the check again with --debug, and report what it shows"));
        return new DomainReport(evidence, Optional.empty(), List.of(finding), Optional.empty(), took);
    }

    private DomainReport check(Name domain, Dialer shared, Optional<DomainGrading> grader) {
        long start = System.nanoTime();
        AuthObserver auth = new AuthObserver(lookup, options);
        Together.Both<Delivery, AuthObserver.OfDomain> seen =
                Together.both(() -> delivery(domain, shared, auth), () -> auth.ofDomain(domain));
        Delivery delivery = seen.first();
        Evidence evidence = new Evidence(
                delivery.observation(),
                delivery.route(),
                delivery.hosts(),
                delivery.tlsRpt(),
                Optional.of(auth.together(seen.second(), delivery.auth())),
                delivery.observation().at());
        List<Finding> findings = new ArrayList<>(
                examinations.stream().flatMap(e -> e.examine(evidence).stream()).toList());
        Optional<DomainGrade> grade = grader.map(g -> g.grade(evidence));
        grade.ifPresent(g -> findings.addAll(new SeveralCertificates(judge).examine(evidence, g)));
        return new DomainReport(
                evidence,
                threats.derive(delivery.observation(), outcomes(evidence)),
                findings,
                grade,
                Duration.ofNanos(System.nanoTime() - start));
    }

    private static Map<Name, List<SessionOutcome>> outcomes(Evidence evidence) {
        return evidence.hosts().stream()
                .collect(Collectors.toMap(
                        h -> h.host().plan().host(),
                        h -> h.addresses().stream()
                                .map(AddressEvidence::outcome)
                                .toList()));
    }

    /** What concerns mail on its way to the domain. */
    private record Delivery(
            DomainObservation observation,
            Route route,
            List<HostEvidence> hosts,
            Optional<Answer> tlsRpt,
            AuthObserver.OfHosts auth) {}

    private Delivery delivery(Name domain, Dialer shared, AuthObserver auth) {
        DomainObservation observation = observer.observe(domain, options.port());
        Route route = planner.plan(observation, Demand.ORDINARY);
        Together.Both<List<HostEvidence>, Together.Both<Optional<Answer>, AuthObserver.OfHosts>> seen = Together.both(
                () -> hosts(observation, route, shared),
                () -> Together.both(
                        () -> route instanceof Route.Hosts ? Optional.of(tlsRpt(domain)) : Optional.empty(),
                        () -> auth.ofHosts(observation, route)));
        return new Delivery(
                observation,
                route,
                seen.first(),
                seen.second().first(),
                seen.second().second());
    }

    private Answer tlsRpt(Name domain) {
        try {
            return lookup.lookup(Name.concatenate(Name.fromString("_smtp._tls"), domain), Type.TXT);
        } catch (NameTooLongException e) {
            return new Answer.Failed(
                    new Question(domain, Type.TXT),
                    new Failure(
                            Failure.Kind.LIMIT,
                            "The name _smtp._tls." + Words.name(domain) + " would be longer than a name can be."));
        } catch (TextParseException e) {
            throw new IllegalStateException("a constant name parses", e);
        }
    }

    private List<HostEvidence> hosts(DomainObservation observation, Route route, Dialer shared) {
        return switch (route) {
            case Route.NoMail _, Route.Unknown _ -> List.of();
            case Route.Hosts hosts -> {
                List<Callable<HostEvidence>> visits = new ArrayList<>();
                long budget = MAX_CONNECTIONS.value();
                for (Route.Host host : hosts.hosts()) {
                    Optional<HostObservation> observed = Optional.ofNullable(
                            observation.hosts().get(host.plan().host()));
                    // All known addresses, also of a host that this sender would not use.
                    List<InetAddress> all = observed.map(HostAddresses::all).orElse(List.of());
                    Limit limit = budget < HostAddresses.MAX_TRIED.value() ? MAX_CONNECTIONS : HostAddresses.MAX_TRIED;
                    List<InetAddress> tried =
                            HostAddresses.atMost(all, Math.min(budget, HostAddresses.MAX_TRIED.value()));
                    budget -= tried.size();
                    Optional<Untried> untried = tried.size() == all.size()
                            ? Optional.empty()
                            : Optional.of(new Untried(all.size() - tried.size(), all.size(), limit));
                    visits.add(() -> host(host, observed, tried, untried, shared));
                }
                yield Together.run(visits);
            }
        };
    }

    private HostEvidence host(
            Route.Host host,
            Optional<HostObservation> observed,
            List<InetAddress> addresses,
            Optional<Untried> untried,
            Dialer shared) {
        DeliveryPlan plan = host.plan();
        Optional<String> sni = Optional.of(Words.name(plan.sni()));
        return new HostEvidence(
                host,
                observed,
                Together.run(addresses.stream()
                        .<Callable<AddressEvidence>>map(address -> () -> {
                            InetSocketAddress remote = new InetSocketAddress(address, plan.port());
                            SessionOutcome outcome = shared.dial(remote, sni);
                            return new AddressEvidence(remote, outcome, judge.judge(plan, outcome));
                        })
                        .toList()),
                untried);
    }

    private static List<String> notes(List<DomainReport> reports) {
        long hidden = reports.stream()
                .flatMap(r -> r.evidence().hosts().stream())
                .flatMap(h -> h.addresses().stream())
                .filter(MxExamination::noIpv6Here)
                .count();
        return hidden == 0
                ? List.of()
                : List.of("This machine has no way to IPv6 addresses: " + hidden + " of them "
                        + (hidden == 1 ? "was" : "were")
                        + " not tried, and nothing is held against the domains for it.");
    }
}
