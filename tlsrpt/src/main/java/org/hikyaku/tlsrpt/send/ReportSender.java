package org.hikyaku.tlsrpt.send;

import java.io.IOException;
import java.net.URI;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.random.RandomGenerator;
import org.hikyaku.mail.dkim.DkimSigner;
import org.hikyaku.smtp.Envelope;
import org.hikyaku.smtp.Mailbox;
import org.hikyaku.tlsrpt.Report;
import org.hikyaku.tlsrpt.ReportPeriod;
import org.hikyaku.tlsrpt.ReportWriter;
import org.hikyaku.tlsrpt.count.SessionCounts;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Sends the reports about a day to all who ask for one. */
public final class ReportSender {
    private static final Logger LOG = LoggerFactory.getLogger(ReportSender.class);

    /** T18: tried for a day, with longer and longer pauses (RFC 8460 section 5.5). */
    static final Duration GIVE_UP = Duration.ofHours(24);

    /** T10: reports go within so long after their day, each at a time of its own, so that not all arrive at midnight. */
    public static final Duration WINDOW = Duration.ofHours(4);

    static final Duration FIRST_PAUSE = Duration.ofMinutes(5);
    static final Duration LONGEST_PAUSE = Duration.ofHours(4);

    private final Submitter submitter;
    private final ReportRequests requests;
    private final Outbox outbox;
    private final Optional<ReportMailer> mailer;
    private final Optional<ReportPoster> poster;
    private final Optional<DkimSigner> signer;
    private final InstantSource clock;
    private final RandomGenerator random;

    /**
     * @param mailer for {@code mailto:} addresses; empty when no mail can be sent
     * @param poster for {@code https:} addresses; empty when nothing can be posted
     * @param signer signs the mails; empty only when whoever carries them on signs them, since receivers ignore reports
     *     without a signature (T13)
     * @param random for ids, times and jitter
     */
    public ReportSender(
            Submitter submitter,
            ReportRequests requests,
            Outbox outbox,
            Optional<ReportMailer> mailer,
            Optional<ReportPoster> poster,
            Optional<DkimSigner> signer,
            InstantSource clock,
            RandomGenerator random) {
        this.submitter = submitter;
        this.requests = requests;
        this.outbox = outbox;
        this.mailer = mailer;
        this.poster = poster;
        this.signer = signer;
        this.clock = clock;
        this.random = random;
    }

    /** What would be sent about a day. */
    public ReportPlan plan(SessionCounts counts, LocalDate day) throws IOException {
        return ReportPlan.of(day, counts.sums(day), requests::of);
    }

    /** The report, with an id of its own. */
    public Report report(DueReport due) {
        byte[] unique = new byte[8];
        random.nextBytes(unique);
        String id = due.day() + "." + HexFormat.of().formatHex(unique) + "@" + submitter.domain();
        return new Report(
                Optional.of(submitter.organization()),
                ReportPeriod.ofDay(due.day()),
                Optional.of(submitter.contact().toString()),
                Optional.of(id),
                due.results());
    }

    /**
     * Makes the reports of a plan ready to be sent at once. A domain that has its report about the day keeps that one:
     * counts that were sent are not sent again because the record has another text now.
     */
    public void prepare(LocalDate day, ReportPlan plan) throws IOException {
        prepare(day, plan, clock.instant());
    }

    /**
     * The same, but each report is sent at a random time of its own from now on (T10). The time is kept with the report, so
     * that it stays what it is however often a process is started.
     *
     * @param latest the end of the times; when that is over, all are sent at once
     */
    public void prepare(LocalDate day, ReportPlan plan, Instant latest) throws IOException {
        Set<String> made = outbox.domains(day);
        for (DueReport due : plan.reports()) {
            if (!made.contains(due.domain())) {
                Report report = report(due);
                outbox.put(due, report.id().orElseThrow(), ReportWriter.gzip(report), timeUntil(latest));
            }
        }
    }

    private Instant timeUntil(Instant latest) {
        Instant now = clock.instant();
        long seconds = Duration.between(now, latest).toSeconds();
        return seconds > 0 ? now.plusSeconds(random.nextLong(1, seconds + 1)) : now;
    }

    /** Tries all reports that are due; returns how many were taken. */
    public int trySending() throws IOException, InterruptedException {
        int sent = 0;
        Instant start = clock.instant();
        // What is claimed, by us or another, is no longer due at the start: each pass finds others.
        for (List<Outbox.Entry> some = outbox.due(start); !some.isEmpty(); some = outbox.due(start)) {
            for (Outbox.Entry entry : some) {
                if (outbox.claim(entry, clock.instant()) && tried(entry)) {
                    sent++;
                }
            }
        }
        return sent;
    }

    private boolean tried(Outbox.Entry entry) throws IOException, InterruptedException {
        List<HandOver> outcomes = new ArrayList<>();
        // T17: every address is tried; the report is delivered when one has taken it
        for (URI rua : entry.rua()) {
            outcomes.add(send(entry, rua));
        }
        String note = String.join(" ", outcomes.stream().map(HandOver::sentence).toList());
        Instant now = clock.instant();
        boolean taken = outcomes.stream().anyMatch(HandOver.Taken.class::isInstance);
        if (taken) {
            outbox.settle(entry, Outbox.State.SENT, now, note);
            LOG.info("tlsrpt: report {} about {} sent: {}", entry.reportId(), entry.domain(), note);
            return true;
        }
        Instant next = now.plus(pause(entry.tries()));
        boolean hopeless = outcomes.stream().allMatch(HandOver.Refused.class::isInstance);
        boolean late = next.isAfter(entry.begins().plus(GIVE_UP));
        outbox.settle(entry, hopeless || late ? Outbox.State.GIVEN_UP : Outbox.State.WAITING, next, note);
        LOG.warn(
                "tlsrpt: report {} about {} not sent{}: {}",
                entry.reportId(),
                entry.domain(),
                hopeless || late ? ", given up" : "",
                note);
        return false;
    }

    /** Twice as long each time, up to {@link #LONGEST_PAUSE}, and a quarter more or less. */
    private Duration pause(long tries) {
        long seconds = Math.min(FIRST_PAUSE.toSeconds() << Math.min(tries, 20), LONGEST_PAUSE.toSeconds());
        return Duration.ofSeconds(seconds * 3 / 4 + random.nextLong(seconds / 2 + 1));
    }

    private HandOver send(Outbox.Entry entry, URI rua) throws InterruptedException {
        if ("https".equalsIgnoreCase(rua.getScheme())) {
            return poster.isEmpty()
                    ? new HandOver.Refused("Nothing is posted from here, so " + rua.getHost() + " gets no report.")
                    : poster.get().post(rua, entry.gzip());
        }
        Mailbox to;
        try {
            to = mailbox(rua);
        } catch (IllegalArgumentException e) {
            return new HandOver.Refused(rua + " names no mailbox: " + e.getMessage() + ".");
        }
        return mailer.isEmpty()
                ? new HandOver.Later("No server is named that carries mails on, so " + to + " gets no report yet.")
                : mailer.get().mail(Envelope.of(submitter.contact(), to), mail(entry, to));
    }

    /** The mailbox of a {@code mailto:} URI. */
    static Mailbox mailbox(URI rua) {
        String part = rua.getRawSchemeSpecificPart();
        int query = part.indexOf('?');
        String address = query < 0 ? part : part.substring(0, query);
        // a plus is a plus here, other than in forms
        return Mailbox.parse(URLDecoder.decode(address.replace("+", "%2B"), StandardCharsets.UTF_8));
    }

    /** The whole mail, signed. */
    byte[] mail(Outbox.Entry entry, Mailbox to) {
        byte[] mail = ReportMail.compose(
                submitter,
                to,
                entry.domain(),
                entry.day(),
                entry.reportId(),
                entry.gzip(),
                "This is a TLS report (RFC 8460) of " + submitter.organization() + " about the mail sent to\n"
                        + entry.domain() + " on " + entry.day() + " (UTC). The report itself is attached as JSON.\n"
                        + "You get it since the TXT record at _smtp._tls." + entry.domain() + " asks for it.\n",
                clock.instant());
        return signer.map(s -> s.sign(mail)).orElse(mail);
    }
}
