package org.hikyaku.cli;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.Callable;
import org.hikyaku.dns.Lookup;
import org.hikyaku.mail.dkim.DkimSigner;
import org.hikyaku.policy.ValidatedAddresses;
import org.hikyaku.smtp.Mailbox;
import org.hikyaku.smtp.SmtpClient;
import org.hikyaku.smtp.SmtpClientOptions;
import org.hikyaku.smtp.TlsUse;
import org.hikyaku.smtp.sasl.Credentials;
import org.hikyaku.tls.TlsClient;
import org.hikyaku.tls.TlsClientOptions;
import org.hikyaku.tlsrpt.count.SessionCounts;
import org.hikyaku.tlsrpt.count.StoredCounts;
import org.hikyaku.tlsrpt.send.DueReport;
import org.hikyaku.tlsrpt.send.Outbox;
import org.hikyaku.tlsrpt.send.ReportMailer;
import org.hikyaku.tlsrpt.send.ReportPlan;
import org.hikyaku.tlsrpt.send.ReportPoster;
import org.hikyaku.tlsrpt.send.ReportRequests;
import org.hikyaku.tlsrpt.send.ReportSender;
import org.hikyaku.tlsrpt.send.SmartHostLogin;
import org.hikyaku.tlsrpt.send.SmtpMailer;
import org.hikyaku.tlsrpt.send.Submitter;
import org.hikyaku.tlsrpt.store.Database;
import org.hikyaku.x509.CertificateFormatException;
import org.hikyaku.x509.Pem;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code hikyaku tlsrpt send}: sends the reports about a day. */
@Command(
        name = "send",
        mixinStandardHelpOptions = true,
        description = {
            "Send the reports about a day to every domain that asks for one (RFC 8460).",
            "",
            "What could not be sent is tried again by the next call, until 24 hours have passed.",
            ""
        },
        footer = {
            "",
            "Examples:",
            "  hikyaku tlsrpt send --store /var/lib/hikyaku/tlsrpt.db --from tls-reports@example.jp --dry-run",
            "  hikyaku tlsrpt send --store /var/lib/hikyaku/tlsrpt.db --from tls-reports@example.jp --via 127.0.0.1:25 \\",
            "      --dkim-key /etc/hikyaku/dkim.pem --dkim-selector s1",
            "",
            "Exit codes: 0 all are sent (with --spread: or their time has not come), 2 wrong call, 3 some could not be sent, or some domains could not be asked.",
            "Described in docs/tlsrpt.md."
        })
final class TlsrptSendCommand implements Callable<Integer> {
    private static final int SMTP_PORT = 25;
    private static final int SMTPS_PORT = 465;

    /** So far apart the calls of a timer may be, and each report is sent within its window all the same. */
    private static final Duration CALLS_APART = Duration.ofMinutes(30);

    private final Environment environment;

    @Mixin
    private TlsrptStoreOption store = new TlsrptStoreOption();

    @Option(
            names = "--day",
            paramLabel = "DAY",
            converter = DayOption.class,
            description = "The day of UTC, such as 2026-11-20 (default: yesterday).")
    private @Nullable LocalDate day;

    @Option(
            names = "--from",
            required = true,
            paramLabel = "ADDRESS",
            description =
                    "Who sends the reports: their contact, and the From of the mails. Its domain is the submitter.")
    private String from = "";

    @Option(
            names = "--organization",
            paramLabel = "NAME",
            description = "The name of who sends the reports (default: the domain of --from).")
    private @Nullable String organization;

    @Option(
            names = "--via",
            paramLabel = "HOST[:PORT]",
            description =
                    "The mail server that carries the mails on (port 25 when none is given; at port 465 TLS from the"
                            + " first byte).")
    private @Nullable String via;

    @Option(
            names = "--via-user",
            paramLabel = "USER",
            description = "Log in at the server of --via as this user; inside TLS only.")
    private @Nullable String viaUser;

    @Option(names = "--via-password-file", paramLabel = "FILE", description = "First line: the password.")
    private @Nullable Path viaPasswordFile;

    @Option(
            names = "--dkim-key",
            paramLabel = "FILE",
            description =
                    "Sign the mails with this key (PEM; RSA or Ed25519). Without it the server of --via must sign them:"
                            + " receivers take no report without a signature.")
    private @Nullable Path dkimKey;

    @Option(
            names = "--dkim-selector",
            paramLabel = "NAME",
            description = "Under which the key stands at NAME._domainkey.DOMAIN, DOMAIN being that of --from.")
    private @Nullable String selector;

    @Option(names = "--dry-run", description = "Send nothing; show what would be sent.")
    private boolean dryRun;

    @Option(
            names = "--spread",
            description =
                    "Give each report a time of its own, within four hours after midnight UTC, and send those whose time"
                            + " has come: for a timer that calls at least every half hour in these hours.")
    private boolean spread;

    @Option(
            names = "--post-inside",
            description = "Post to private addresses too. Any domain can name any address in its record.")
    private boolean postInside;

    @Mixin
    private NetworkOptions network = new NetworkOptions();

    @Mixin
    private JsonOption json = new JsonOption();

    TlsrptSendCommand(Environment environment) {
        this.environment = environment;
    }

    @Override
    @SuppressWarnings("try") // the line of progress goes before results are written
    public Integer call() {
        LocalDate about = day();
        SentReports shown = new SentReports(environment.terminal(), json.wanted(), about);
        Submitter submitter = submitter();
        Optional<DkimSigner> signer = signer(submitter);
        try (Database database = store.openExisting();
                SessionCounts counts = new StoredCounts(database);
                NetworkAccess access = environment.internet().open(network);
                Progress progress = environment.terminal().progress("asking who wants a report")) {
            Lookup lookup = access.lookup(network.timeout(), environment.clock());
            Outbox outbox = new Outbox(database);
            ReportSender sender = new ReportSender(
                    submitter,
                    new ReportRequests(lookup),
                    outbox,
                    mailer(access, lookup, submitter),
                    Optional.of(new ReportPoster(
                            access.network(), new ValidatedAddresses(lookup), postInside, Duration.ofMinutes(1))),
                    signer,
                    environment.clock(),
                    new SecureRandom());
            if (spread && !dryRun) {
                // before the domains are asked, which takes long where their name servers are silent
                sender.trySending();
            }
            ReportPlan plan = sender.plan(counts, about);
            if (dryRun) {
                progress.close();
                shown.plan(plan, sender);
                return plan.undecided().isEmpty() ? ExitCode.OK.code() : ExitCode.UNKNOWN.code();
            }
            if (via == null) {
                needsNoMailServer(plan, outbox.domains(about));
            }
            progress.say("sending " + plan.reports().size() + " reports");
            Instant now = environment.clock().instant();
            sender.prepare(about, plan, spread ? latest(about) : now);
            sender.trySending();
            progress.close();
            List<Outbox.Entry> entries = outbox.entries(Optional.of(about));
            shown.sent(plan, entries);
            boolean all = entries.stream()
                            .allMatch(e -> e.state() == Outbox.State.SENT
                                    || spread && e.due().isAfter(now) && e.tries() == 0)
                    && plan.undecided().isEmpty();
            return all ? ExitCode.OK.code() : ExitCode.UNKNOWN.code();
        } catch (IOException e) {
            throw new UndecidedException("The store does not work: " + e.getMessage(), e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new UndecidedException("Interrupted while sending", e);
        }
    }

    /** Said before the reports are made: what only a mail can bring would wait for a call that names a server. */
    private static void needsNoMailServer(ReportPlan plan, Set<String> made) {
        List<DueReport> byMail = plan.reports().stream()
                .filter(r -> !made.contains(r.domain()))
                .filter(r -> r.rua().stream().noneMatch(u -> "https".equalsIgnoreCase(u.getScheme())))
                .toList();
        if (!byMail.isEmpty()) {
            throw new UsageException((byMail.size() == 1 ? "1 report goes" : byMail.size() + " reports go")
                    + " by mail only, such as that for " + byMail.getFirst().domain()
                    + ": --via HOST[:PORT] says which server carries the mails on (--dry-run shows all)");
        }
    }

    private static Instant latest(LocalDate about) {
        return about.plusDays(1)
                .atStartOfDay(ZoneOffset.UTC)
                .toInstant()
                .plus(ReportSender.WINDOW)
                .minus(CALLS_APART);
    }

    private LocalDate day() {
        LocalDate today = LocalDate.ofInstant(environment.clock().instant(), ZoneOffset.UTC);
        LocalDate about = day == null ? today.minusDays(1) : day;
        if (!about.isBefore(today) && !dryRun) {
            throw new UsageException("--day " + about + " is not over (in UTC): a report is about a whole day; "
                    + "--dry-run shows what there is so far");
        }
        return about;
    }

    private Submitter submitter() {
        try {
            Mailbox contact = Mailbox.parse(from);
            return new Submitter(organization == null ? contact.domain() : organization, contact);
        } catch (IllegalArgumentException e) {
            throw new UsageException("--from: " + e.getMessage(), e);
        }
    }

    private Optional<DkimSigner> signer(Submitter submitter) {
        if (dkimKey == null && selector == null) {
            return Optional.empty();
        }
        if (dkimKey == null || selector == null) {
            throw new UsageException("--dkim-key and --dkim-selector belong together");
        }
        try {
            return Optional.of(
                    new DkimSigner(submitter.domain(), selector, Pem.privateKey(dkimKey), environment.clock()));
        } catch (CertificateFormatException e) {
            throw new UsageException("--dkim-key: " + e.getMessage(), e);
        } catch (IOException e) {
            throw new UsageException("--dkim-key: " + FileTrouble.unreadable(dkimKey, e), e);
        } catch (IllegalArgumentException e) {
            throw new UsageException("--dkim-key " + dkimKey + ": " + e.getMessage(), e);
        }
    }

    private static List<InetAddress> addresses(Lookup lookup, String host) {
        try {
            return new ValidatedAddresses(lookup).addresses(host);
        } catch (IOException e) {
            throw new UndecidedException("--via: " + e.getMessage(), e);
        }
    }

    private Optional<ReportMailer> mailer(NetworkAccess access, Lookup lookup, Submitter submitter) throws IOException {
        if ((viaUser == null) != (viaPasswordFile == null)) {
            throw new UsageException("--via-user and --via-password-file belong together");
        }
        if (via == null) {
            if (viaUser != null) {
                throw new UsageException("--via-user says who logs in, and --via HOST has to say where");
            }
            return Optional.empty();
        }
        HostAndPort place = HostAndPort.parse(via, SMTP_PORT);
        InetAddress address;
        if (place.literal()) {
            address = InetAddress.ofLiteral(place.host());
        } else {
            List<InetAddress> found = addresses(lookup, place.host());
            if (found.isEmpty()) {
                throw new UsageException("--via: " + place.host() + " has no address");
            }
            address = found.getFirst();
        }
        SmtpClient client = new SmtpClient(
                access.network(),
                new TlsClient(TlsClientOptions.defaults(), new SecureRandom()),
                SmtpClientOptions.patient(submitter.domain()));
        Optional<SmartHostLogin> login = viaUser == null || viaPasswordFile == null
                ? Optional.empty()
                : Optional.of(new SmartHostLogin(
                        Credentials.password(viaUser, SecretFile.firstLine(viaPasswordFile)),
                        place.host(),
                        place.port(),
                        access.authorities(),
                        environment.clock(),
                        new SecureRandom()));
        return Optional.of(new SmtpMailer(
                client,
                new InetSocketAddress(address, place.port()),
                via,
                place.port() == SMTPS_PORT ? TlsUse.IMPLICIT : TlsUse.STARTTLS,
                login));
    }
}
