package org.hikyaku.relay.schedule;

import java.io.Closeable;
import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.random.RandomGenerator;
import org.hikyaku.delivery.Carried;
import org.hikyaku.delivery.Carrier;
import org.hikyaku.delivery.Consignment;
import org.hikyaku.delivery.Fate;
import org.hikyaku.delivery.RecipientResult;
import org.hikyaku.mail.DeliveryNotice.Action;
import org.hikyaku.mail.DeliveryNotice.Kind;
import org.hikyaku.mail.DeliveryNotice.Report;
import org.hikyaku.net.Deadline;
import org.hikyaku.relay.local.LocalDelivery;
import org.hikyaku.relay.queue.Due;
import org.hikyaku.relay.queue.MailQueue;
import org.hikyaku.relay.queue.Parcel;
import org.hikyaku.relay.queue.QueuedEnvelope;
import org.hikyaku.relay.queue.QueuedMail;
import org.hikyaku.relay.queue.QueuedRecipient;
import org.hikyaku.relay.queue.Reason;
import org.hikyaku.relay.queue.Settlement;
import org.hikyaku.relay.reports.QueueMailer;
import org.hikyaku.smtp.EnhancedStatus;
import org.hikyaku.smtp.Envelope;
import org.hikyaku.smtp.Reply;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.slf4j.event.Level;

/**
 * Has mail delivered whose time has come. One thread takes parcels from the queue, which sees to it that destinations take
 * turns; each is carried on a virtual thread of its own, as many at a time as the options say.
 */
public final class Scheduler implements Closeable {
    private static final Logger LOG = LoggerFactory.getLogger(Scheduler.class);
    private static final Duration LOOK = Duration.ofSeconds(1);

    /** When a sender could not be told, what was to be told waits too. */
    private static final Duration NOTICE_AGAIN = Duration.ofMinutes(5);

    /** RFC 3463 section 3.5: delivery time expired. */
    private static final EnhancedStatus EXPIRED = new EnhancedStatus(4, 4, 7);

    private final Due due;
    private final Carriers carriers;
    private final Notices notices;
    private final Options options;
    private final InstantSource clock;
    private final RandomGenerator random;
    private final WaitingRoom waitingRoom;
    private final Semaphore places;
    private final Set<Thread> carrying = ConcurrentHashMap.newKeySet();

    /** Read by the thread that takes parcels, written by whoever stops it. */
    private volatile boolean stopping;

    private Optional<Thread> taker = Optional.empty();

    /** Who carries what. */
    public interface Carriers {
        /** For a domain in A-labels. */
        Carrier of(String domain);

        /** Whether mail for it is delivered here. */
        boolean local(String domain);

        /** How many parcels may be out to a destination at one time. */
        int room(String domain);

        /** Its next host, as far as it is known; domains with the same one share its places. */
        String hop(String domain);

        /** Whether enough parcels wait for that host. */
        boolean full(String domain);
    }

    /**
     * @param out parcels out at one time: those that are delivered, and those whose names are looked up or whose next host
     *     has to answer others first
     * @param delayAfter a sender is told once of mail that waits longer; empty for never
     */
    public record Options(int out, RetrySchedule retry, Optional<Duration> delayAfter) {}

    public Scheduler(
            MailQueue queue,
            Carriers carriers,
            Notices notices,
            Options options,
            InstantSource clock,
            RandomGenerator random) {
        this.carriers = carriers;
        this.waitingRoom = new WaitingRoom(carriers);
        this.due = queue.due(waitingRoom::room);
        this.notices = notices;
        this.options = options;
        this.clock = clock;
        this.random = random;
        this.places = new Semaphore(options.out());
    }

    /** Begins to deliver, and returns. */
    public void start() {
        taker = Optional.of(Thread.ofVirtual().name("scheduler").start(this::take));
    }

    private void take() {
        try {
            long looked = System.nanoTime();
            while (!stopping) {
                if (System.nanoTime() - looked > LOOK.toNanos()) {
                    waitingRoom.look().forEach(due::reconsider);
                    looked = System.nanoTime();
                }
                places.acquire();
                Optional<Parcel> parcel = Optional.empty();
                try {
                    parcel = stopping ? Optional.empty() : due.take(LOOK);
                } finally {
                    if (parcel.isEmpty()) {
                        places.release();
                    }
                }
                parcel.ifPresent(this::begin);
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private void begin(Parcel parcel) {
        Thread thread = Thread.ofVirtual().name("carry " + parcel.mail().id()).unstarted(() -> {
            try (parcel) {
                deliver(parcel);
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            } catch (IOException e) {
                // The disk, most likely: what was settled is remembered, and written when that is possible again.
                LOG.atLevel(stopping ? Level.DEBUG : Level.ERROR)
                        .addKeyValue("queueId", parcel.mail().id())
                        .log(
                                "{}: the delivery to {} broke off: {}",
                                parcel.mail().id(),
                                parcel.destination(),
                                e.getMessage());
            } catch (RuntimeException e) {
                // Whatever broke: the parcel comes again in a minute, and the others go on. An end that was cut short
                // is none of our faults.
                LOG.atLevel(stopping ? Level.DEBUG : Level.ERROR)
                        .addKeyValue("queueId", parcel.mail().id())
                        .setCause(e)
                        .log("{}: the delivery to {} broke off", parcel.mail().id(), parcel.destination());
            } finally {
                carrying.remove(Thread.currentThread());
                places.release();
            }
            waitingRoom.next(parcel.destination()).forEach(due::reconsider);
        });
        carrying.add(thread);
        thread.start();
    }

    private void deliver(Parcel parcel) throws InterruptedException, IOException {
        QueuedMail mail = parcel.mail();
        QueuedEnvelope queued = mail.envelope();
        List<QueuedRecipient> recipients = parcel.recipients();
        Carried carried;
        Optional<String> domain = Destinations.ascii(parcel.destination());
        if (domain.isEmpty()) {
            carried = new Carried.Tried(recipients.stream()
                    .map(r -> new RecipientResult(r.recipient(), Destinations.noDomain(parcel.destination())))
                    .toList());
        } else {
            Envelope all = queued.envelope();
            carried = carriers.of(domain.get())
                    .carry(new Consignment(
                            mail.id().toString(),
                            domain.get(),
                            new Envelope(
                                    all.sender(),
                                    recipients.stream()
                                            .map(QueuedRecipient::recipient)
                                            .toList(),
                                    all.returned(),
                                    all.id(),
                                    all.requireTls()),
                            queued.body(),
                            queued.smtpUtf8(),
                            queued.demand(),
                            parcel.content(),
                            queued.received()));
        }
        switch (carried) {
            case Carried.Tried tried ->
                settle(parcel, tried.results(), domain.filter(carriers::local).isPresent());
            case Carried.NoPlace _ -> {
                // closed as it is it comes again in a minute
            }
        }
    }

    private void settle(Parcel parcel, List<RecipientResult> results, boolean local) throws IOException {
        Outcome outcome = new Outcome(parcel.mail(), local);
        for (int i = 0; i < results.size(); i++) {
            outcome.add(parcel.recipients().get(i), results.get(i).fate());
        }
        try {
            if (!outcome.reports.isEmpty()) {
                notices.tell(parcel.mail(), parcel.content(), outcome.reports);
            }
        } catch (IOException e) {
            LOG.atError()
                    .addKeyValue("queueId", parcel.mail().id())
                    .log(
                            "{}: the sender cannot be told of what became of the mail, which waits for that: {}",
                            parcel.mail().id(),
                            e.getMessage());
            parcel.settle(outcome.untold());
            return;
        }
        parcel.settle(outcome.settlements);
    }

    /** What is written down, and what the sender is told. */
    private final class Outcome {
        private final QueuedMail mail;
        private final boolean local;
        private final Instant now = clock.instant();
        private final List<Settlement> settlements = new ArrayList<>();
        private final List<Report> reports = new ArrayList<>();

        Outcome(QueuedMail mail, boolean local) {
            this.mail = mail;
            this.local = local;
        }

        void add(QueuedRecipient recipient, Fate fate) {
            switch (fate) {
                case Fate.Delivered delivered -> delivered(recipient, delivered);
                case Fate.Failed failed -> failed(recipient, failed.circumstances());
                case Fate.Deferred deferred -> deferred(recipient, deferred.circumstances());
            }
        }

        private void delivered(QueuedRecipient recipient, Fate.Delivered delivered) {
            settlements.add(new Settlement.Delivered(recipient.index()));
            if (!delivered.noticesPassedOn() && Notices.wanted(recipient.recipient(), Kind.SUCCESS)) {
                boolean alias = delivered
                        .circumstances()
                        .host()
                        .filter(LocalDelivery.ALIAS::equals)
                        .isPresent();
                Action action = !local ? Action.RELAYED : alias ? Action.EXPANDED : Action.DELIVERED;
                reports.add(report(recipient, action, delivered.circumstances(), Optional.empty()));
            }
        }

        private void failed(QueuedRecipient recipient, Fate.Circumstances how) {
            settlements.add(new Settlement.Failed(recipient.index(), reason(how)));
            // Of a notice of ours nobody is told, but what becomes of it is said in the log, or to a postmaster (Q8).
            if (told(recipient, Kind.FAILURE, how) || Notices.isOurs(mail.envelope())) {
                reports.add(report(recipient, Action.FAILED, how, Optional.empty()));
            }
        }

        private void deferred(QueuedRecipient recipient, Fate.Circumstances how) {
            Duration age = Duration.between(mail.envelope().received(), now);
            Instant end = mail.envelope().received().plus(life(mail.envelope()));
            if (!now.isBefore(end)) {
                LOG.atInfo()
                        .addKeyValue("queueId", mail.id())
                        .log(
                                "{}: to=<{}> is given up after {}, and its sender is told: {}",
                                mail.id(),
                                recipient.recipient().address(),
                                Destinations.words(age),
                                how.sentence());
                failed(
                        recipient,
                        new Fate.Circumstances(
                                EXPIRED,
                                how.reply(),
                                how.host(),
                                how.address(),
                                how.rule(),
                                "It was tried for " + Destinations.words(age) + " and is given up. Last: "
                                        + how.sentence()));
                return;
            }
            Duration after = options.retry().after(recipient.attempts() + 1, random);
            settlements.add(new Settlement.Deferred(recipient.index(), after, reason(how)));
            boolean late =
                    options.delayAfter().filter(d -> age.compareTo(d) >= 0).isPresent();
            if (late && !recipient.delayTold()) {
                settlements.add(new Settlement.DelayTold(recipient.index()));
                if (told(recipient, Kind.DELAY, how)) {
                    reports.add(report(recipient, Action.DELAYED, how, Optional.of(end)));
                }
            }
        }

        /** T13, T19: who a report is from is what may be in doubt, and no mail is sent about one. */
        private static boolean told(QueuedRecipient recipient, Kind kind, Fate.Circumstances how) {
            return Notices.wanted(recipient.recipient(), kind)
                    && how.host().filter(LocalDelivery.REPORTS::equals).isEmpty();
        }

        private Report report(
                QueuedRecipient recipient, Action action, Fate.Circumstances how, Optional<Instant> until) {
            boolean remote = how.address().isPresent();
            return new Report(
                    recipient.recipient().address(),
                    recipient.recipient().original(),
                    action,
                    how.status(),
                    how.host().filter(_ -> remote),
                    how.reply().map(Reply::toString),
                    Optional.of(now),
                    until,
                    how.sentence());
        }

        /** The same without what the sender had to be told of first: that is tried again. */
        List<Settlement> untold() {
            List<Settlement> kept = new ArrayList<>();
            for (Settlement settlement : settlements) {
                switch (settlement) {
                    case Settlement.Failed failed ->
                        kept.add(new Settlement.Deferred(failed.recipient(), NOTICE_AGAIN, failed.reason()));
                    case Settlement.DelayTold _ -> {
                        // told at the next try
                    }
                    case Settlement.Delivered delivered -> kept.add(delivered);
                    case Settlement.Deferred deferred -> kept.add(deferred);
                }
            }
            return kept;
        }
    }

    private Duration life(QueuedEnvelope mail) {
        Duration usual = options.retry().giveUpAfter();
        return QueueMailer.isReport(mail) && usual.compareTo(QueueMailer.LIFE) > 0 ? QueueMailer.LIFE : usual;
    }

    private static Reason reason(Fate.Circumstances how) {
        return new Reason(
                Optional.of(how.status()),
                how.host(),
                how.reply().map(Reply::toString),
                how.rule(),
                how.sentence(),
                Optional.empty());
    }

    /** The parcels that are being carried now. */
    public int carrying() {
        return carrying.size();
    }

    /**
     * Takes no more mail, and waits for what is being carried; what is not done by the deadline is interrupted and stays in
     * the queue.
     *
     * @return true when all was done in time
     */
    public boolean stop(Deadline deadline) throws InterruptedException {
        stopping = true;
        if (taker.isPresent()) {
            taker.get().join(LOOK.plus(LOOK));
        }
        boolean done = places.tryAcquire(options.out(), deadline.remaining().toMillis(), TimeUnit.MILLISECONDS);
        if (!done) {
            carrying.forEach(Thread::interrupt);
            for (Thread thread : carrying) {
                thread.join(LOOK);
            }
        }
        return done;
    }

    @Override
    public void close() {
        stopping = true;
        taker.ifPresent(Thread::interrupt);
        carrying.forEach(Thread::interrupt);
    }
}
