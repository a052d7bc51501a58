package org.hikyaku.relay.reports;

import java.io.Closeable;
import java.io.IOException;
import java.time.Duration;
import java.util.HashSet;
import java.util.Optional;
import java.util.Set;
import org.hikyaku.delivery.SessionCounter;
import org.hikyaku.dns.Lookup;
import org.hikyaku.mail.dkim.DkimSigner;
import org.hikyaku.mail.dkim.DkimVerifier;
import org.hikyaku.policy.ValidatedAddresses;
import org.hikyaku.relay.StartException;
import org.hikyaku.relay.Surroundings;
import org.hikyaku.relay.config.RelayConfig;
import org.hikyaku.relay.local.LocalDelivery;
import org.hikyaku.relay.queue.MailQueue;
import org.hikyaku.relay.service.Counters;
import org.hikyaku.smtp.Mailbox;
import org.hikyaku.tlsrpt.count.ReportCounter;
import org.hikyaku.tlsrpt.count.StoredCounts;
import org.hikyaku.tlsrpt.receive.OwnDomains;
import org.hikyaku.tlsrpt.receive.ReceivedReports;
import org.hikyaku.tlsrpt.receive.ReportIntake;
import org.hikyaku.tlsrpt.send.AskedRecords;
import org.hikyaku.tlsrpt.send.DailyReports;
import org.hikyaku.tlsrpt.send.Outbox;
import org.hikyaku.tlsrpt.send.ReportPoster;
import org.hikyaku.tlsrpt.send.ReportRequests;
import org.hikyaku.tlsrpt.send.ReportSender;
import org.hikyaku.tlsrpt.send.Submitter;
import org.hikyaku.tlsrpt.store.Database;
import org.hikyaku.x509.Pem;

/** Counting, sending and taking in, as it is configured; one store for all three. */
public final class ReportDuties implements Closeable {
    private static final Duration POSTING = Duration.ofMinutes(1);

    private final Optional<Database> database;
    private final Optional<StoredCounts> counts;
    private final Optional<AskedRecords> records;
    private final Optional<ReportIntake> intake;
    private final Optional<DailyReports> daily;

    /** @throws StartException when the store or the key for signing cannot be used */
    public ReportDuties(RelayConfig config, Surroundings around, Lookup lookup, MailQueue queue) throws StartException {
        RelayConfig.Reports reports = config.tlsrpt();
        Optional<DkimSigner> signer = signer(reports, around);
        boolean receives = !reports.receive().isEmpty();
        this.database = reports.count() || receives ? Optional.of(database(reports)) : Optional.empty();
        ReportRequests requests = new ReportRequests(lookup);
        this.counts = reports.count() ? database.map(StoredCounts::new) : Optional.empty();
        this.records = counts.map(_ -> new AskedRecords(requests, around.clock()));
        this.intake = receives
                ? database.map(d -> new ReportIntake(
                        new ReceivedReports(d),
                        OwnDomains.of(domains(config)),
                        new DkimVerifier(lookup, around.clock()),
                        around.clock()))
                : Optional.empty();
        this.daily = signer.flatMap(s -> counts.map(c -> {
            Outbox outbox = new Outbox(database.orElseThrow());
            return new DailyReports(
                    new ReportSender(
                            submitter(reports),
                            requests,
                            outbox,
                            Optional.of(new QueueMailer(queue, around.clock())),
                            Optional.of(new ReportPoster(
                                    around.dialling(), new ValidatedAddresses(lookup), reports.postInside(), POSTING)),
                            signer,
                            around.clock(),
                            around.random()),
                    c,
                    outbox,
                    around.clock(),
                    around.random());
        }));
    }

    private static Optional<DkimSigner> signer(RelayConfig.Reports reports, Surroundings around) throws StartException {
        if (reports.dkim().isEmpty()) {
            return Optional.empty();
        }
        RelayConfig.Reports.Dkim dkim = reports.dkim().get();
        try {
            return Optional.of(new DkimSigner(
                    submitter(reports).domain(), dkim.selector(), Pem.privateKey(dkim.key()), around.clock()));
        } catch (IOException | IllegalArgumentException e) {
            throw new StartException("\"tls-reports.dkim-key\": " + dkim.key() + ": " + e.getMessage(), e);
        }
    }

    private static Submitter submitter(RelayConfig.Reports reports) {
        Mailbox contact = reports.contact().orElseThrow();
        return new Submitter(reports.organization().orElse(contact.domain()), contact);
    }

    private static Database database(RelayConfig.Reports reports) throws StartException {
        try {
            return Database.open(reports.store());
        } catch (IOException e) {
            throw new StartException("\"tls-reports.store\": " + e.getMessage(), e);
        }
    }

    /** T24: what we take mail for, and what we are told beside. */
    private static Set<String> domains(RelayConfig config) {
        Set<String> domains = new HashSet<>(config.domains());
        domains.addAll(config.relayDomains());
        domains.addAll(config.tlsrpt().domains());
        return domains;
    }

    /** Counts the sessions of our deliveries. */
    public SessionCounter counter() {
        return counts.<SessionCounter>flatMap(c -> records.map(r -> new ReportCounter(c, r)))
                .orElseGet(SessionCounter::none);
    }

    /** Takes reports in that come by mail. */
    public LocalDelivery.Reports mailbox() {
        return intake.<LocalDelivery.Reports>map(ReportMailbox::new).orElse(_ -> Optional.empty());
    }

    /** Begins to send. */
    public void start() {
        daily.ifPresent(DailyReports::start);
    }

    /** Looks at once at what is due, instead of at the next minute. */
    public void look() {
        daily.ifPresent(DailyReports::look);
    }

    /** Numbers about the reports that came. */
    public void count(Counters counters) {
        intake.ifPresent(i -> i.counts()
                .keySet()
                .forEach(outcome -> counters.counted(
                        "tls_reports_received_total",
                        "TLS reports that came by mail, by what became of them, since the start.",
                        "outcome=\"" + outcome + "\"",
                        () -> i.counts().getOrDefault(outcome, 0L))));
    }

    @Override
    public void close() throws IOException {
        daily.ifPresent(DailyReports::close);
        records.ifPresent(AskedRecords::close);
        if (counts.isPresent()) {
            counts.get().close();
        }
        database.ifPresent(Database::close);
    }
}
