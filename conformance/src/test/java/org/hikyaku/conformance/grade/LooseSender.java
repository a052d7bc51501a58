package org.hikyaku.conformance.grade;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.security.SecureRandom;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;
import org.hikyaku.dns.Lookup;
import org.hikyaku.net.Network;
import org.hikyaku.policy.DeliveryPlan;
import org.hikyaku.policy.DeliveryPlan.Requirement;
import org.hikyaku.policy.Demand;
import org.hikyaku.policy.Judge;
import org.hikyaku.policy.Observer;
import org.hikyaku.policy.Planner;
import org.hikyaku.policy.PlannerOptions;
import org.hikyaku.policy.PolicySource;
import org.hikyaku.policy.Route;
import org.hikyaku.policy.StsCache;
import org.hikyaku.policy.StsSource;
import org.hikyaku.policy.StsStore;
import org.hikyaku.policy.Verdict;
import org.hikyaku.smtp.Envelope;
import org.hikyaku.smtp.MailContent;
import org.hikyaku.smtp.Mailbox;
import org.hikyaku.smtp.Reply;
import org.hikyaku.smtp.SessionOutcome;
import org.hikyaku.smtp.SmtpAttempt;
import org.hikyaku.smtp.SmtpClient;
import org.hikyaku.smtp.SmtpClientOptions;
import org.hikyaku.smtp.SmtpSession;
import org.hikyaku.smtp.SmtpTransaction;
import org.hikyaku.smtp.TlsUse;
import org.hikyaku.smtp.TransactionOutcome;
import org.hikyaku.smtp.TransactionTimes;
import org.hikyaku.tls.TlsClient;
import org.hikyaku.tls.TlsClientOptions;
import org.hikyaku.tls.TlsVersion;
import org.hikyaku.x509.TrustAnchors;
import org.xbill.DNS.Name;

/**
 * A sender put together for tests from the parts of a real one, so that each of its decisions can be bent by a
 * {@link Conscience}. One mail, one walk along the hosts; nothing is tried again, and nothing kept but
 * policies.
 */
final class LooseSender implements GradedLab.Sender, AutoCloseable {
    private static final Duration WAIT = Duration.ofSeconds(20);
    private static final String SENDER = "grade@auth-good.example";

    private final Conscience conscience;
    private final Lookup lookup;
    private final PolicySource policies;
    private final InstantSource clock;
    private StsStore store = StsStore.inMemory();
    private Observer observer;
    private final ConcurrentMap<InetSocketAddress, SmtpSession> kept = new ConcurrentHashMap<>();
    private final Planner planner = new Planner(PlannerOptions.defaults());
    private final Judge judge;
    private final int port;
    private final SmtpClient strict;
    private final SmtpClient old;

    /** What a mail came to. */
    private enum Fate {
        GONE,
        WAITS,
        FAILED
    }

    LooseSender(
            Conscience conscience,
            Network network,
            Lookup lookup,
            PolicySource policies,
            TrustAnchors authorities,
            InstantSource clock,
            int port) {
        this.conscience = conscience;
        this.lookup = conscience.lookup(lookup);
        this.policies = conscience.policies(policies);
        this.clock = clock;
        this.observer = observer();
        this.judge = new Judge(authorities, clock);
        this.port = port;
        SecureRandom random = new SecureRandom();
        TlsClientOptions tls = TlsClientOptions.defaults().withPostQuantum(false);
        SmtpClientOptions smtp = new SmtpClientOptions("sender.example", WAIT, WAIT, WAIT);
        this.strict = new SmtpClient(network, new TlsClient(tls, random), smtp);
        this.old = new SmtpClient(
                network, new TlsClient(tls.withVersions(TlsVersion.TLSV1_0, TlsVersion.TLSV1_3), random), smtp);
    }

    private Observer observer() {
        StsSource sts = conscience.policy(new StsCache(lookup, policies, conscience.kept(store), clock));
        return new Observer(lookup, sts, clock);
    }

    @Override
    public void restart() {
        store = conscience.afterRestart(store);
        observer = observer();
    }

    /** Deals with the mail of a case, and with the notice when it fails. */
    @Override
    public void send(Case c) throws IOException {
        Demand demand = conscience.demand(c.probe());
        byte[] mail = TestMail.of(c, SENDER, "Sun, 22 Nov 2026 12:00:00 +0000");
        if (carry(c.domain(), new Letter(SENDER, c.recipient(), demand, MailContent.of(mail))) == Fate.FAILED) {
            byte[] notice = notice(c, conscience.noticeShowsTheText(demand));
            carry("auth-good.example", new Letter("", SENDER, Demand.ORDINARY, MailContent.of(notice)));
        }
    }

    private static byte[] notice(Case c, boolean whole) {
        String text = "From: <>\r\nSubject: failed\r\n\r\nFinal-Recipient: rfc822; " + c.recipient()
                + "\r\nAction: failed\r\nStatus: 5.7.0\r\n" + (whole ? "\r\n" + TestMail.SECRET + "\r\n" : "");
        return text.getBytes(StandardCharsets.US_ASCII);
    }

    /** One mail to one recipient. */
    private record Letter(String from, String to, Demand demand, MailContent content) {}

    private Fate carry(String domain, Letter letter) throws IOException {
        Name name = Name.fromString(domain + ".");
        return switch (conscience.route(planner, conscience.seen(observer.observe(name, port)), letter.demand())) {
            case Route.NoMail _ -> Fate.FAILED;
            case Route.Unknown _ -> Fate.WAITS;
            case Route.Hosts hosts -> walk(conscience.order(hosts.hosts()), letter);
        };
    }

    private Fate walk(List<Route.Host> hosts, Letter letter) throws IOException {
        Demand demand = letter.demand();
        List<Verdict.Refusal> refusals = new ArrayList<>();
        for (Route.Host host : hosts) {
            if (host.plan().requirement() instanceof Requirement.DoNotUse not) {
                refusals.add(not.refusal());
                continue;
            }
            for (InetAddress address : host.addresses()) {
                InetSocketAddress there =
                        new InetSocketAddress(address, host.plan().port());
                SmtpSession open = kept.remove(there);
                Optional<SmtpSession> session = open != null ? Optional.of(open) : open(host.plan(), there, refusals);
                if (session.isPresent()) {
                    return hand(session.get(), there, letter) ? Fate.GONE : Fate.WAITS;
                }
            }
            if (!refusals.isEmpty() && !conscience.triesTheNext(demand)) {
                break;
            }
        }
        boolean failed = demand == Demand.REQUIRE_TLS || (!refusals.isEmpty() && conscience.givesUp(refusals));
        return failed ? Fate.FAILED : Fate.WAITS;
    }

    private Optional<SmtpSession> open(DeliveryPlan plan, InetSocketAddress address, List<Verdict.Refusal> refusals)
            throws IOException {
        boolean open = plan.requirement() instanceof Requirement.Opportunistic;
        SmtpAttempt attempt = (open ? old : strict).open(address, TlsUse.STARTTLS, conscience.serverName(plan));
        if (conscience.sendsStartTlsBlindly()
                && attempt.outcome() instanceof SessionOutcome.NoStartTls none
                && none.refusal().isEmpty()
                && attempt.session().isPresent()) {
            Reply reply = attempt.session().get().command("STARTTLS");
            if (reply.code() != 502) {
                throw new IOException("the lab's answer to STARTTLS that it does not offer is 502, not " + reply);
            }
        }
        Verdict verdict = conscience.verdict(judge, plan, attempt.outcome());
        boolean clear = verdict instanceof Verdict.Unauthenticated u && !u.encrypted()
                || verdict instanceof Verdict.Refused && conscience.clearAllTheSame(plan, attempt.outcome());
        if (clear) {
            if (attempt.session().isPresent()) {
                return attempt.session();
            }
            return old.open(address, TlsUse.NONE, Optional.empty()).session();
        }
        if (verdict instanceof Verdict.Deliver) {
            return attempt.session();
        }
        if (verdict instanceof Verdict.Refused refused) {
            refusals.add(refused.refusal());
        }
        if (attempt.session().isPresent()) {
            attempt.session().get().quit();
        }
        return Optional.empty();
    }

    private boolean hand(SmtpSession session, InetSocketAddress there, Letter letter) throws IOException {
        Envelope envelope = new Envelope(
                letter.from().isEmpty() ? Optional.empty() : Optional.of(Mailbox.parse(letter.from())),
                List.of(Envelope.Recipient.of(Mailbox.parse(letter.to()))),
                Optional.empty(),
                Optional.empty(),
                conscience.saysTheWord(
                        letter.demand(),
                        session.facts().isPresent() && session.ehlo().offers("REQUIRETLS")));
        TransactionOutcome outcome = new SmtpTransaction(session, TransactionTimes.rfc5321())
                .run(envelope, letter.content(), SmtpTransaction.Transfer.DATA);
        if (conscience.keepsConnections()) {
            kept.put(there, session);
        } else {
            session.quit();
            session.close();
        }
        return outcome instanceof TransactionOutcome.Taken;
    }

    @Override
    public void rest() throws IOException {
        for (SmtpSession session : kept.values()) {
            session.quit();
            session.close();
        }
        kept.clear();
    }

    @Override
    public void close() throws IOException {
        rest();
    }
}
