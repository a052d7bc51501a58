package org.hikyaku.delivery;

import java.net.Inet6Address;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.hikyaku.delivery.DeliveryLine.Tls;
import org.hikyaku.delivery.Fate.Circumstances;
import org.hikyaku.policy.DeliveryPlan;
import org.hikyaku.policy.DeliveryPlan.Requirement;
import org.hikyaku.policy.Demand;
import org.hikyaku.policy.DomainObservation;
import org.hikyaku.policy.RequireTlsPolicy;
import org.hikyaku.policy.Route;
import org.hikyaku.policy.Verdict;
import org.hikyaku.smtp.EnhancedStatus;
import org.hikyaku.smtp.SessionOutcome;
import org.hikyaku.smtp.SmtpAttempt;
import org.xbill.DNS.Name;

/** One consignment on its way: the walk along the hosts, top to bottom. For one use by one thread. */
final class Journey {
    private final Courier.Parts parts;
    private final Consignment mail;
    private final Destination destination;
    private final Tally tally;

    private int addressesTried;
    private int transactions;
    private boolean connected;
    private boolean dialled;

    /** What became of an address, as far as the walk is concerned. */
    private enum Next {
        ADDRESS,
        NOTHING
    }

    Journey(Courier.Parts parts, Consignment mail, Destination destination) {
        this.parts = parts;
        this.mail = mail;
        this.destination = destination;
        this.tally = new Tally(
                mail,
                mail.demand() == Demand.REQUIRE_TLS && destination.requireTls() == RequireTlsPolicy.ENFORCE,
                parts.log(),
                parts.seams().clock());
    }

    /** What this journey says about its destination. */
    Lanes.Reached reached() {
        if (connected) {
            return Lanes.Reached.YES;
        }
        return dialled ? Lanes.Reached.NO : Lanes.Reached.NOT_TRIED;
    }

    /** For a domain that is none. */
    List<RecipientResult> impossible() {
        tally.failAll(Note.ours(
                Statuses.BAD_DOMAIN,
                Optional.empty(),
                "\"" + mail.domain() + "\" is neither a domain name nor an address literal.",
                TlsWords.unknown(requireTls())));
        return tally.results();
    }

    /** @param plotted the route, looked up a moment ago */
    List<RecipientResult> run(RouteBook.Where where, RouteBook.Plotted plotted) throws InterruptedException {
        go(plotted);
        if (tally.anyOpen() && tally.requireTlsFails()) {
            // S11: before a permanent failure it is asked again whether the policy has changed
            RouteBook.Plotted again = parts.routes().fresh(where, destination, mail.demand());
            if (!again.route().equals(plotted.route())) {
                tally.again();
                go(again);
            }
        }
        tally.finish();
        return tally.results();
    }

    private void go(RouteBook.Plotted plotted) throws InterruptedException {
        switch (plotted.route()) {
            case Route.NoMail none ->
                tally.failAll(Note.ours(
                        Statuses.of(none.reason()), Optional.of("D20"), none.why(), TlsWords.unknown(requireTls())));
            case Route.Unknown unknown ->
                tally.soft(Note.ours(Statuses.DNS, Optional.of("D1"), unknown.why(), TlsWords.unknown(requireTls())));
            case Route.Hosts hosts -> {
                List<Route.Host> others = Addressing.withoutUs(hosts.hosts(), parts.options());
                if (others.isEmpty()) {
                    tally.failAll(Note.ours(
                            Statuses.LOOP,
                            Optional.empty(),
                            "Mail for " + mail.domain() + " loops back to this server: its best MX host is this one"
                                    + " (RFC 5321 section 5.1).",
                            TlsWords.unknown(requireTls())));
                    return;
                }
                walk(others, plotted);
            }
        }
    }

    private void walk(List<Route.Host> hosts, RouteBook.Plotted plotted) throws InterruptedException {
        List<Route.Host> ordered =
                keptFirst(Addressing.hosts(hosts, parts.seams().random()));
        int tried = 0;
        for (Route.Host host : ordered) {
            if (!tally.anyOpen()) {
                return;
            }
            if (tried++ >= parts.options().tries().hosts()) {
                tally.soft(limit("hosts", parts.options().tries().hosts(), host));
                return;
            }
            if (host.plan().requirement() instanceof Requirement.DoNotUse not) {
                ruledOut(host, not, plotted);
            } else {
                Next next = visit(host, plotted);
                tally.leaveHost();
                if (next == Next.NOTHING) {
                    return;
                }
            }
        }
    }

    /** Of the best hosts those first that a session is open to: a handshake costs more than anything else here. */
    private List<Route.Host> keptFirst(List<Route.Host> ordered) {
        if (ordered.size() < 2) {
            return ordered;
        }
        int best = ordered.getFirst().preference();
        List<Route.Host> kept = new ArrayList<>();
        List<Route.Host> rest = new ArrayList<>();
        for (Route.Host host : ordered) {
            boolean has = host.preference() == best
                    && host.addresses().stream().anyMatch(a -> parts.pool().has(key(host, a)));
            (has ? kept : rest).add(host);
        }
        kept.addAll(rest);
        return kept;
    }

    private void ruledOut(Route.Host host, Requirement.DoNotUse not, RouteBook.Plotted plotted) {
        DeliveryPlan counted = counted(host.plan().host(), plotted).orElse(host.plan());
        if (counts() && counted.requirement() instanceof Requirement.DoNotUse ordinary) {
            plotted.observation().ifPresent(seen -> parts.counting().refused(seen, counted, ordinary));
        }
        Note note = new Note(
                new Circumstances(
                        Statuses.of(not.cause(), not.refusal()),
                        Optional.empty(),
                        Optional.of(name(host.plan().host())),
                        Optional.empty(),
                        Optional.of(not.refusal().rule()),
                        not.refusal().sentence()),
                TlsWords.planned(host.plan(), requireTls()),
                false,
                switch (not.cause()) {
                    case UNDECIDABLE, LIMIT -> Note.Weight.UNDECIDED;
                    case NO_ADDRESS -> Note.Weight.ABSENT;
                    case NOT_IN_POLICY, DANE_REQUIRED, UNCONFIRMED -> Note.Weight.REFUSED_TLS;
                });
        tally.soft(note);
    }

    private Next visit(Route.Host host, RouteBook.Plotted plotted) throws InterruptedException {
        List<InetAddress> addresses =
                Addressing.addresses(host.addresses(), parts.options().families());
        if (addresses.isEmpty()) {
            tally.soft(Note.of(
                    host.plan(),
                    Optional.empty(),
                    new EnhancedStatus(4, 4, 1),
                    name(host.plan().host()) + " has no address of a family that is used here.",
                    TlsWords.planned(host.plan(), requireTls()),
                    Note.Weight.UNREACHED));
            return Next.ADDRESS;
        }
        boolean bothFamilies = addresses.stream().anyMatch(Inet6Address.class::isInstance)
                && !addresses.stream().allMatch(Inet6Address.class::isInstance);
        for (InetAddress address : addresses) {
            if (!tally.anyOpen()) {
                return Next.NOTHING;
            }
            if (Thread.interrupted()) {
                if (tally.anySettled()) {
                    Thread.currentThread().interrupt();
                    return Next.NOTHING;
                }
                throw new InterruptedException("interrupted between two addresses");
            }
            if (tally.candidates(address).isEmpty()) {
                continue;
            }
            if (addressesTried++ >= parts.options().tries().addresses()) {
                tally.soft(limit("addresses", parts.options().tries().addresses(), host));
                return Next.NOTHING;
            }
            if (transactions >= parts.options().tries().transactions()) {
                return Next.NOTHING;
            }
            InetSocketAddress to = new InetSocketAddress(address, host.plan().port());
            if (call(host, to, bothFamilies, plotted) == Next.NOTHING) {
                return Next.NOTHING;
            }
        }
        return Next.ADDRESS;
    }

    /** One address: a session that is kept, or a new one. */
    private Next call(Route.Host host, InetSocketAddress to, boolean bothFamilies, RouteBook.Plotted plotted)
            throws InterruptedException {
        SessionPool.Key key = key(host, to.getAddress());
        Optional<OpenSession> kept = parts.pool().take(key);
        if (kept.isPresent()) {
            connected = true;
            Handover handover = handover(host, kept.get(), to, bothFamilies, true);
            if (!handover.run(key)) {
                return after(handover);
            }
            // It had died in between, and had taken nothing: once more over a new one.
        }
        Optional<OpenSession> session = open(host, to, plotted);
        if (session.isEmpty()) {
            return Next.ADDRESS;
        }
        Handover handover = handover(host, session.get(), to, bothFamilies, false);
        handover.run(key);
        return after(handover);
    }

    private Handover handover(
            Route.Host host, OpenSession session, InetSocketAddress to, boolean bothFamilies, boolean reused) {
        return new Handover(parts, mail, tally, host.plan(), session, to, bothFamilies, reused);
    }

    private Next after(Handover handover) throws InterruptedException {
        transactions += handover.offered() ? 1 : 0;
        return handover.last() || !tally.anyOpen() ? Next.NOTHING : Next.ADDRESS;
    }

    private Optional<OpenSession> open(Route.Host host, InetSocketAddress to, RouteBook.Plotted plotted) {
        DeliveryPlan plan = host.plan();
        dialled = true;
        tally.connecting();
        SmtpAttempt attempt = parts.dialer().open(to, plan, destination.nextHop());
        Verdict verdict = parts.judge().judge(plan, attempt.outcome());
        count(host, to, attempt, plotted);
        if (attempt.session().isEmpty()
                && attempt.outcome() instanceof SessionOutcome.HandshakeFailed
                && verdict instanceof Verdict.Unauthenticated) {
            // as Postfix: after a failed handshake a new connection, in clear, where nothing forbids it
            attempt = parts.dialer().openInClear(to, plan, destination.nextHop());
            verdict = attempt.session().isPresent() ? verdict : parts.judge().judge(plan, attempt.outcome());
        }
        tally.connected();
        connected |= attempt.connected();
        Tls met = parts.words().met(plan, attempt, verdict);
        Tls tls = TlsWords.marked(met, requireTls(), false);
        return switch (verdict) {
            case Verdict.Refused refused -> {
                attempt.session().ifPresent(OpenSession::leave);
                tally.soft(refused(plan, to, refused.refusal(), tls));
                yield Optional.empty();
            }
            case Verdict.NotJudged not -> {
                tally.soft(notReached(plan, to, attempt.outcome(), not.sentence(), tls));
                yield Optional.empty();
            }
            case Verdict.Deliver deliver -> {
                if (attempt.session().isEmpty()) {
                    tally.soft(notReached(plan, to, attempt.outcome(), verdict.sentence(), tls));
                    yield Optional.empty();
                }
                OpenSession session = new OpenSession(attempt.session().get(), deliver, met, System.nanoTime());
                yield entered(plan, to, session);
            }
        };
    }

    /** Not us, and logged in where that is configured. */
    private Optional<OpenSession> entered(DeliveryPlan plan, InetSocketAddress to, OpenSession session) {
        String name = session.smtp().ehlo().name();
        if (destination.nextHop().isEmpty()
                && parts.options().ownNames().stream().anyMatch(name::equalsIgnoreCase)) {
            session.leave();
            tally.failAll(Note.of(
                    plan,
                    Optional.of(to),
                    Statuses.LOOP,
                    "Mail for " + mail.domain() + " loops back to this server: " + name(plan.host())
                            + " calls itself by our name.",
                    session.tls(),
                    Note.Weight.REPLY));
            return Optional.empty();
        }
        if (destination.nextHop().flatMap(NextHop::login).isEmpty()) {
            return Optional.of(session);
        }
        Optional<String> trouble = new HopLogin(parts.seams().secureRandom(), plan)
                .run(
                        session.smtp(),
                        session.verdict(),
                        destination.nextHop().flatMap(NextHop::login).get());
        if (trouble.isEmpty()) {
            return Optional.of(session);
        }
        session.leave();
        tally.soft(Note.of(
                plan,
                Optional.of(to),
                Statuses.LOGIN,
                "The login at " + name(plan.host()) + " failed: " + trouble.get(),
                session.tls(),
                Note.Weight.REPLY));
        return Optional.empty();
    }

    private Note refused(DeliveryPlan plan, InetSocketAddress to, Verdict.Refusal refusal, Tls tls) {
        return new Note(
                new Circumstances(
                        Statuses.of(refusal),
                        Optional.empty(),
                        Optional.of(name(plan.host())),
                        Optional.of(to),
                        Optional.of(refusal.rule()),
                        refusal.sentence()),
                tls,
                false,
                refusal.rule().equals("Q6") ? Note.Weight.LACKS_REQUIRETLS : Note.Weight.REFUSED_TLS);
    }

    private static Note notReached(
            DeliveryPlan plan, InetSocketAddress to, SessionOutcome outcome, String sentence, Tls tls) {
        EnhancedStatus status =
                outcome instanceof SessionOutcome.NotReached not ? Statuses.of(not.reason()) : Statuses.BROKEN;
        boolean noRoute = outcome instanceof SessionOutcome.NotReached not
                && not.reason() == SessionOutcome.NotReached.Reason.NO_ROUTE;
        return Note.of(
                plan,
                Optional.of(to),
                status,
                name(plan.host()) + " was not reached: " + sentence,
                tls,
                noRoute ? Note.Weight.NO_ROUTE : Note.Weight.UNREACHED);
    }

    private Note limit(String what, int most, Route.Host host) {
        return Note.of(
                host.plan(),
                Optional.empty(),
                new EnhancedStatus(4, 4, 1),
                "No more than " + most + " " + what + " are tried at once; "
                        + name(host.plan().host()) + " and what comes behind it were not.",
                TlsWords.planned(host.plan(), requireTls()),
                Note.Weight.UNREACHED);
    }

    private void count(Route.Host host, InetSocketAddress to, SmtpAttempt attempt, RouteBook.Plotted plotted) {
        if (!counts() || plotted.observation().isEmpty()) {
            return;
        }
        DomainObservation seen = plotted.observation().get();
        counted(host.plan().host(), plotted)
                .ifPresent(plan -> parts.counting().session(seen, destination.level(), plan, to, attempt));
    }

    /** Q9: a message that sets the policies aside is not counted under them. */
    private boolean counts() {
        return mail.demand() != Demand.TLS_NOT_REQUIRED;
    }

    private static Optional<DeliveryPlan> counted(Name host, RouteBook.Plotted plotted) {
        return plotted.counted() instanceof Route.Hosts hosts
                ? hosts.hosts().stream()
                        .map(Route.Host::plan)
                        .filter(p -> p.host().equals(host))
                        .findFirst()
                : Optional.empty();
    }

    private boolean requireTls() {
        return mail.demand() == Demand.REQUIRE_TLS;
    }

    private SessionPool.Key key(Route.Host host, InetAddress address) {
        return new SessionPool.Key(
                new InetSocketAddress(address, host.plan().port()), host.plan(), destination.nextHop());
    }

    static String name(Name host) {
        String text = host.toString(true);
        return text.startsWith("[") ? text.replace("\\", "") : text;
    }
}
