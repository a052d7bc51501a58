package org.hikyaku.relay.schedule;

import java.io.IOException;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Proxy;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.hikyaku.delivery.Carried;
import org.hikyaku.delivery.Carrier;
import org.hikyaku.delivery.Consignment;
import org.hikyaku.delivery.Fate;
import org.hikyaku.delivery.RecipientResult;
import org.hikyaku.mail.DeliveryNotice;
import org.hikyaku.policy.Demand;
import org.hikyaku.relay.queue.Draft;
import org.hikyaku.relay.queue.Due;
import org.hikyaku.relay.queue.MailQueue;
import org.hikyaku.relay.queue.Parcel;
import org.hikyaku.relay.queue.QueueId;
import org.hikyaku.relay.queue.QueueOptions;
import org.hikyaku.relay.queue.QueuedEnvelope;
import org.hikyaku.relay.queue.QueuedMail;
import org.hikyaku.relay.queue.SegmentQueue;
import org.hikyaku.smtp.Body;
import org.hikyaku.smtp.EnhancedStatus;
import org.hikyaku.smtp.Envelope;
import org.hikyaku.smtp.Envelope.Notify;
import org.hikyaku.smtp.Mailbox;
import org.hikyaku.smtp.Reply;

/** A queue, a scheduler over it, and carriers that do what a test wants; what they were given is kept. */
final class SchedulerStage implements AutoCloseable {
    static final Duration GIVE_UP = Duration.ofDays(5);
    static final Duration DELAY_AFTER = Duration.ofHours(4);
    volatile Instant now = Instant.parse("2026-11-22T08:00:00Z");
    final MailQueue queue;
    final Scheduler scheduler;
    final Map<String, Carrier> carriers = new ConcurrentHashMap<>();
    final BlockingQueue<Consignment> carried = new LinkedBlockingQueue<>();
    final BlockingQueue<List<?>> settlements = new LinkedBlockingQueue<>();

    volatile boolean diskFails;
    final Set<String> full = ConcurrentHashMap.newKeySet();

    SchedulerStage(Path folder) throws IOException {
        InstantSource clock = () -> now;
        queue = SegmentQueue.open(QueueOptions.of(folder).withReserve(0), clock);
        scheduler = new Scheduler(
                watched(MailQueue.class, queue),
                new Scheduler.Carriers() {
                    @Override
                    public Carrier of(String domain) {
                        return mail -> {
                            Carried results = carriers.getOrDefault(domain, all(delivered(true)))
                                    .carry(mail);
                            carried.add(mail);
                            return results;
                        };
                    }

                    @Override
                    public boolean local(String domain) {
                        return domain.equals("own.example");
                    }

                    @Override
                    public int room(String domain) {
                        return 2;
                    }

                    @Override
                    public String hop(String domain) {
                        return domain.endsWith(".crowd.example") ? "crowd" : domain;
                    }

                    @Override
                    public boolean full(String domain) {
                        return full.contains(hop(domain));
                    }
                },
                new Notices(queue, "relay.example", DeliveryNotice.Options.defaults(), clock, new Random(1)),
                new Scheduler.Options(
                        5,
                        new RetrySchedule(List.of(Duration.ofMinutes(5), Duration.ofHours(1)), 0, GIVE_UP),
                        Optional.of(DELAY_AFTER)),
                clock,
                new Random(1));
    }

    /** The same, and its parcels' settlements are seen, and fail when the disk does. */
    private <T> T watched(Class<T> type, T watched) {
        return type.cast(Proxy.newProxyInstance(getClass().getClassLoader(), new Class<?>[] {type}, (_, m, args) -> {
            if (m.getName().equals("settle") && args.length == 1) {
                settlements.add(List.copyOf((List<?>) args[0]));
                if (diskFails) {
                    throw new IOException("Input/output error");
                }
            }
            try {
                Object result = m.invoke(watched, args);
                return switch (m.getName()) {
                    case "due" -> watched(Due.class, (Due) result);
                    case "take" -> ((Optional<?>) result).map(parcel -> watched(Parcel.class, (Parcel) parcel));
                    default -> result;
                };
            } catch (InvocationTargetException e) {
                throw e.getTargetException();
            }
        }));
    }

    static Carrier all(Fate fate) {
        return mail -> new Carried.Tried(mail.envelope().recipients().stream()
                .map(r -> new RecipientResult(r, fate))
                .toList());
    }

    private static Fate.Circumstances how(int category, String sentence) {
        return new Fate.Circumstances(
                new EnhancedStatus(category, 1, 1),
                Optional.of(new Reply(category * 100 + 50, List.of(category + ".1.1 so it is"))),
                Optional.of("mx.there.example"),
                Optional.of(new java.net.InetSocketAddress(java.net.InetAddress.ofLiteral("192.0.2.1"), 25)),
                Optional.empty(),
                sentence);
    }

    static Fate lacksRequireTls() {
        return new Fate.Failed(new Fate.Circumstances(
                new EnhancedStatus(5, 7, 30),
                Optional.empty(),
                Optional.of("mx.there.example"),
                Optional.empty(),
                Optional.of("Q6"),
                "mx.there.example does not offer REQUIRETLS."));
    }

    static Fate delivered(boolean passedOn) {
        return new Fate.Delivered(how(2, "Taken."), passedOn);
    }

    static Fate deferred() {
        return new Fate.Deferred(how(4, "Not now."));
    }

    static Fate failed() {
        return new Fate.Failed(how(5, "Never."));
    }

    static Envelope.Recipient to(String address, Notify... when) {
        return new Envelope.Recipient(
                Mailbox.parse(address),
                when.length == 0 ? Optional.empty() : Optional.of(Set.of(when)),
                Optional.empty());
    }

    QueueId put(Optional<String> sender, Envelope.Recipient... recipients) throws IOException {
        return put(Demand.ORDINARY, sender, recipients);
    }

    QueueId put(Demand demand, Optional<String> sender, Envelope.Recipient... recipients) throws IOException {
        try (Draft draft = queue.open()) {
            draft.content()
                    .write("Subject: test\r\nMessage-ID: <id@sender.example>\r\n\r\nbody\r\n"
                            .getBytes(StandardCharsets.US_ASCII));
            return draft.commit(new QueuedEnvelope(
                    new Envelope(
                            sender.map(Mailbox::parse),
                            List.of(recipients),
                            Optional.empty(),
                            Optional.empty(),
                            demand == Demand.REQUIRE_TLS),
                    Body.SEVEN_BIT,
                    false,
                    demand,
                    now,
                    Optional.empty(),
                    "test"));
        }
    }

    QueueId put(Envelope.Recipient... recipients) throws IOException {
        return put(Optional.of("alice@sender.example"), recipients);
    }

    /** Delivers all that is due and stops. */
    void run() throws InterruptedException {
        scheduler.start();
        await(this::allIsDone);
    }

    /** Nothing is out and nothing is due: at one moment, since what is taken between the two looks is seen by neither. */
    private boolean allIsDone() {
        int settled = settlements.size();
        return nothingDue() && queue.figures().out() == 0 && nothingDue() && settlements.size() == settled;
    }

    private boolean nothingDue() {
        List<QueuedMail> mails = new ArrayList<>();
        queue.each(mails::add);
        return mails.stream()
                .filter(m -> m.held().isEmpty())
                .flatMap(m -> m.recipients().stream())
                .noneMatch(r -> r.due().filter(d -> !d.isAfter(now)).isPresent());
    }

    static void await(java.util.function.BooleanSupplier condition) throws InterruptedException {
        while (!condition.getAsBoolean()) {
            TimeUnit.MILLISECONDS.sleep(2);
        }
    }

    List<Consignment> notices() {
        return carried.stream().filter(m -> m.envelope().sender().isEmpty()).toList();
    }

    static String text(Consignment mail) throws IOException {
        return new String(mail.content().open().readAllBytes(), StandardCharsets.UTF_8);
    }

    List<QueuedMail> left() {
        List<QueuedMail> mails = new ArrayList<>();
        queue.each(mails::add);
        return mails;
    }

    @Override
    public void close() throws IOException {
        scheduler.close();
        queue.close();
    }
}
