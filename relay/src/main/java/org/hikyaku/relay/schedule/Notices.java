package org.hikyaku.relay.schedule;

import java.io.BufferedOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.random.RandomGenerator;
import org.hikyaku.mail.DeliveryNotice;
import org.hikyaku.mail.DeliveryNotice.Kind;
import org.hikyaku.mail.DeliveryNotice.Report;
import org.hikyaku.mail.RedactedNotice;
import org.hikyaku.policy.Demand;
import org.hikyaku.relay.queue.Draft;
import org.hikyaku.relay.queue.MailQueue;
import org.hikyaku.relay.queue.QueueId;
import org.hikyaku.relay.queue.QueuedEnvelope;
import org.hikyaku.relay.queue.QueuedMail;
import org.hikyaku.smtp.Body;
import org.hikyaku.smtp.EnhancedStatus;
import org.hikyaku.smtp.Envelope;
import org.hikyaku.smtp.Envelope.Notify;
import org.hikyaku.smtp.MailContent;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Puts notices to senders into the queue (RFC 3461 section 6). */
public final class Notices {
    private static final Logger LOG = LoggerFactory.getLogger(Notices.class);

    /** In the place of the client that a mail came from: no client is called that, for each has its address behind its name. */
    private static final String ORIGIN = "notice about ";

    /** RFC 8689 section 4.2.1: what the last server's failure is told by. */
    private static final EnhancedStatus NO_TLS = new EnhancedStatus(5, 7, 10);

    private static final EnhancedStatus NO_KEYWORD = new EnhancedStatus(5, 7, 30);

    private final MailQueue queue;
    private final String host;
    private final DeliveryNotice.Options options;
    private final InstantSource clock;
    private final RandomGenerator random;

    public Notices(
            MailQueue queue, String host, DeliveryNotice.Options options, InstantSource clock, RandomGenerator random) {
        this.queue = queue;
        this.host = host;
        this.options = options;
        this.clock = clock;
        this.random = random;
    }

    /** Whether a sender wants to be told (RFC 3461 section 4.1); of failures and delays also one who said nothing. */
    static boolean wanted(Envelope.Recipient recipient, Kind kind) {
        Optional<Set<Notify>> when = recipient.when();
        return switch (kind) {
            case FAILURE -> when.isEmpty() || when.get().contains(Notify.FAILURE);
            case DELAY -> when.isEmpty() || when.get().contains(Notify.DELAY);
            case SUCCESS -> when.isPresent() && when.get().contains(Notify.SUCCESS);
        };
    }

    /**
     * Tells the sender; durable when it returns. Nobody is told about mail under the null reverse-path: that would be a
     * notice about a notice.
     *
     * @throws IOException when the queue takes no mail
     */
    void tell(QueuedMail mail, MailContent content, List<Report> reports) throws IOException {
        Map<Kind, List<Report>> kinds = new EnumMap<>(Kind.class);
        for (Report report : reports) {
            kinds.computeIfAbsent(report.action().kind(), _ -> new ArrayList<>())
                    .add(report);
        }
        Envelope envelope = mail.envelope().envelope();
        if (envelope.sender().isEmpty()) {
            for (Report report : kinds.getOrDefault(Kind.FAILURE, List.of())) {
                if (redacts(mail, report)) {
                    redacted(mail, content, report);
                    continue;
                }
                LOG.atWarn()
                        .addKeyValue("queueId", mail.id())
                        .log(
                                "{}: to=<{}> discarded: it has failed and has no sender to be told (a double bounce): {}",
                                mail.id(),
                                report.address(),
                                report.sentence());
            }
            return;
        }
        for (List<Report> each : kinds.values()) {
            queue(mail, content, each);
        }
    }

    /** Whether a mail is a notice that was put into the queue here. */
    static boolean isOurs(QueuedEnvelope mail) {
        return mail.client().startsWith(ORIGIN);
    }

    /** Q8: a notice of our own that nobody on the way back may get, because it demands REQUIRETLS. */
    private boolean redacts(QueuedMail mail, Report report) {
        return options.redact()
                && mail.envelope().demand() == Demand.REQUIRE_TLS
                && isOurs(mail.envelope())
                && (report.status().equals(NO_TLS) || report.status().equals(NO_KEYWORD));
    }

    private void redacted(QueuedMail mail, MailContent content, Report report) throws IOException {
        Instant now = clock.instant();
        RedactedNotice notice =
                RedactedNotice.of(new DeliveryNotice.Reporter(host, now), report.address(), report.status(), content);
        try (Draft draft = queue.open()) {
            notice.writeTo(draft.content(), random);
            QueueId id = draft.commit(new QueuedEnvelope(
                    notice.envelope(),
                    Body.SEVEN_BIT,
                    notice.smtpUtf8(),
                    Demand.ORDINARY,
                    now,
                    Optional.empty(),
                    "redacted " + ORIGIN + mail.id()));
            LOG.atWarn()
                    .addKeyValue("queueId", mail.id())
                    .log(
                            "{}: to=<{}> this notice cannot go ({}); {} tells <{}> the Message-ID alone (Q8): {}",
                            mail.id(),
                            report.address(),
                            report.status(),
                            id,
                            notice.postmaster(),
                            report.sentence());
        }
    }

    private void queue(QueuedMail mail, MailContent content, List<Report> reports) throws IOException {
        QueuedEnvelope of = mail.envelope();
        Instant now = clock.instant();
        DeliveryNotice notice = new DeliveryNotice(
                new DeliveryNotice.Reporter(host, now),
                new DeliveryNotice.Original(
                        mail.id().toString(),
                        of.envelope().sender().orElseThrow(),
                        of.envelope().id(),
                        of.envelope().returned(),
                        of.body(),
                        of.smtpUtf8(),
                        of.demand(),
                        of.received(),
                        content),
                reports,
                options);
        try (Draft draft = queue.open()) {
            OutputStream out = new BufferedOutputStream(draft.content());
            notice.writeTo(out, random);
            out.flush();
            QueueId id = draft.commit(new QueuedEnvelope(
                    notice.envelope(),
                    notice.body(),
                    notice.smtpUtf8(),
                    notice.demand(),
                    now,
                    Optional.empty(),
                    ORIGIN + mail.id()));
            LOG.atInfo()
                    .addKeyValue("queueId", id)
                    .log(
                            "{}: notice of {} about {} to <{}>",
                            id,
                            notice.kind(),
                            mail.id(),
                            of.envelope().sender().orElseThrow());
        }
    }
}
