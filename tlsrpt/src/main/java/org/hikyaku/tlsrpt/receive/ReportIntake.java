package org.hikyaku.tlsrpt.receive;

import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.atomic.LongAdder;
import org.hikyaku.mail.dkim.DkimVerifier;
import org.hikyaku.net.Limit;
import org.hikyaku.net.LimitExceededException;
import org.hikyaku.tlsrpt.PolicyResult;
import org.hikyaku.tlsrpt.PolicyType;
import org.hikyaku.tlsrpt.Report;
import org.hikyaku.tlsrpt.ReportFormatException;
import org.hikyaku.tlsrpt.ReportReader;
import org.hikyaku.tlsrpt.receive.Intake.Kept;
import org.hikyaku.tlsrpt.receive.Intake.Known;
import org.hikyaku.tlsrpt.receive.Intake.Reason;
import org.hikyaku.tlsrpt.receive.Intake.Refused;
import org.hikyaku.tlsrpt.receive.SignedBy.Signature;

/**
 * The one door for reports: by mail, by POST, from files. Every outcome is counted. An {@link IOException} means that
 * the store does not work, and that whoever handed the report in should try again. For use by many threads.
 */
public final class ReportIntake {
    /** A report as it is sent, packed or not. */
    public static final Limit MAX_POSTED = new Limit("bytes in a posted report", 4 << 20);

    /** A mail that a report comes in. */
    public static final Limit MAX_MAIL = ReportMailReader.MAX_MAIL;

    /** Anybody can post; nobody may fill the disk. */
    static final Limit MAX_A_DAY = new Limit("reports taken in 24 hours", 20_000);

    /** Senders' clocks, and days that end at the sender's own midnight. */
    private static final Duration AHEAD = Duration.ofHours(26);

    private final ReceivedReports store;
    private final OwnDomains domains;
    private final DkimVerifier verifier;
    private final InstantSource clock;
    private final Map<Reason, LongAdder> refused = new EnumMap<>(Reason.class);
    private final LongAdder kept = new LongAdder();
    private final LongAdder known = new LongAdder();

    public ReportIntake(ReceivedReports store, OwnDomains domains, DkimVerifier verifier, InstantSource clock) {
        this.store = store;
        this.domains = domains;
        this.verifier = verifier;
        this.clock = clock;
        for (Reason reason : Reason.values()) {
            refused.put(reason, new LongAdder());
        }
    }

    /** A mail as it came, header and body (RFC 8460 section 5.3): what became of each report in it, or of the mail. */
    public List<Intake> mail(byte[] mail) throws IOException {
        return mailed(mail, true);
    }

    /** What was posted, packed or not (RFC 8460 section 5.4). */
    public Intake post(byte[] body) throws IOException {
        return counted(
                body.length > MAX_POSTED.value()
                        ? new Refused(
                                Reason.LIMIT,
                                "More than the limit of " + MAX_POSTED.value() + " " + MAX_POSTED.name() + ".")
                        : taken(body, Via.POST, Optional.empty(), Optional.empty()));
    }

    /** A file with a report, packed or not: whoever hands it in vouches for it. */
    public Intake file(byte[] bytes) throws IOException {
        return counted(taken(bytes, Via.FILE, Optional.empty(), Optional.empty()));
    }

    /** A mail that whoever hands it in vouches for: its signature is not looked at. */
    public List<Intake> vouchedMail(byte[] mail) throws IOException {
        return mailed(mail, false);
    }

    /** Something that never got so far: a body that did not end, say. */
    public Intake refuse(Reason reason, String sentence) {
        return counted(new Refused(reason, sentence));
    }

    private List<Intake> mailed(byte[] mail, boolean signed) throws IOException {
        if (mail.length > MAX_MAIL.value()) {
            return List.of(refuse(
                    Reason.LIMIT,
                    "The mail has more than the limit of " + MAX_MAIL.value() + " " + MAX_MAIL.name() + "."));
        }
        ReportMailReader.Found found;
        try {
            found = ReportMailReader.read(mail);
        } catch (LimitExceededException e) {
            return List.of(refuse(Reason.LIMIT, "The mail has " + e.getMessage() + "."));
        } catch (IOException e) {
            return List.of(refuse(Reason.NO_REPORT, String.valueOf(e.getMessage())));
        }
        if (found.reports().isEmpty()) {
            return List.of(refuse(Reason.NO_REPORT, "There is no TLS report in this mail."));
        }
        if (!signed) {
            return taken(found.reports(), Via.FILE, Optional.empty(), found.domain());
        }
        return switch (SignedBy.check(found.from(), verifier.verify(mail))) {
            case Signature.Bad bad -> List.of(counted(bad.refused()));
            case Signature.Good good ->
                taken(
                        found.reports(),
                        Via.MAIL,
                        Optional.of(good.domain()),
                        found.domain().filter(d -> good.reportDomainSigned()));
        };
    }

    private List<Intake> taken(List<byte[]> reports, Via via, Optional<String> signer, Optional<String> named)
            throws IOException {
        List<Intake> outcomes = new ArrayList<>();
        for (byte[] report : reports) {
            outcomes.add(counted(taken(report, via, signer, named)));
        }
        return outcomes;
    }

    private Intake taken(byte[] bytes, Via via, Optional<String> signer, Optional<String> named) throws IOException {
        Report report;
        try {
            report = ReportReader.read(bytes);
        } catch (ReportFormatException e) {
            return new Refused(reason(e.kind()), e.sentence());
        }
        Instant now = clock.instant();
        if (report.period().start().isAfter(now) || report.period().end().isAfter(now.plus(AHEAD))) {
            return new Refused(
                    Reason.FUTURE,
                    "The report is about " + report.period().start() + " to "
                            + report.period().end() + ", and now it is " + now + ".");
        }
        List<String> skipped = new ArrayList<>();
        Map<Integer, String> ours = ours(report, named, skipped);
        if (ours.isEmpty()) {
            return new Refused(
                    Reason.OTHER_DOMAIN,
                    report.policies().isEmpty()
                            ? "The report has no policies, so it is about no domain."
                            : "The report is about none of our domains (T24).");
        }
        if (via != Via.FILE && store.receivedSince(now.minus(Duration.ofDays(1))) >= MAX_A_DAY.value()) {
            return new Refused(
                    Reason.FULL, "More than the limit of " + MAX_A_DAY.value() + " " + MAX_A_DAY.name() + ".");
        }
        ReceivedReports.Placed placed = store.put(report, bytes, via, signer, ours, now);
        return placed.isNew() ? new Kept(placed.id(), skipped) : new Known(placed.id());
    }

    private static Reason reason(ReportFormatException.Kind kind) {
        return switch (kind) {
            case NOT_JSON -> Reason.NOT_JSON;
            case NOT_A_REPORT -> Reason.NOT_A_REPORT;
            case NOT_GZIP -> Reason.NOT_GZIP;
            case LIMIT -> Reason.LIMIT;
        };
    }

    /** Under which domain of ours each policy is kept, by its place; those that are not ours are left out (T24). */
    private Map<Integer, String> ours(Report report, Optional<String> named, List<String> skipped) {
        Optional<String> home = named.flatMap(domains::of)
                .or(() -> report.policies().stream()
                        .filter(p -> p.policy().type() != PolicyType.TLSA)
                        .flatMap(p -> domains.of(p.policy().domain()).stream())
                        .findFirst())
                .or(domains::only);
        Map<Integer, String> ours = new LinkedHashMap<>();
        for (int i = 0; i < report.policies().size(); i++) {
            PolicyResult result = report.policies().get(i);
            String domain = result.policy().domain();
            Optional<String> own = domains.of(domain);
            // T4: some senders leave the domain out; T2: that of a DANE policy may be an MX host of somebody else
            boolean another = domain.isEmpty() || result.policy().type() == PolicyType.TLSA;
            Optional<String> under = another ? home.or(() -> own) : own;
            if (under.isPresent()) {
                ours.put(i, under.get());
            } else {
                skipped.add(domain);
            }
        }
        return ours;
    }

    private Intake counted(Intake intake) {
        switch (intake) {
            case Kept _ -> kept.increment();
            case Known _ -> known.increment();
            case Refused r ->
                Optional.ofNullable(refused.get(r.reason())).orElseThrow().increment();
        }
        return intake;
    }

    /** How often each outcome came since the start: {@code kept}, {@code known}, and the tokens of the reasons. */
    public Map<String, Long> counts() {
        Map<String, Long> counts = new LinkedHashMap<>();
        counts.put("kept", kept.sum());
        counts.put("known", known.sum());
        refused.forEach((reason, number) -> counts.put(reason.token(), number.sum()));
        return counts;
    }
}
