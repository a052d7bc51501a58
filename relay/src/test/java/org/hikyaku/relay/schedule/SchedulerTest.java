package org.hikyaku.relay.schedule;

import static org.assertj.core.api.Assertions.assertThat;

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
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.hikyaku.delivery.Carried;
import org.hikyaku.delivery.Carrier;
import org.hikyaku.delivery.Consignment;
import org.hikyaku.delivery.Fate;
import org.hikyaku.delivery.RecipientResult;
import org.hikyaku.mail.DeliveryNotice;
import org.hikyaku.net.Deadline;
import org.hikyaku.policy.Demand;
import org.hikyaku.relay.queue.Draft;
import org.hikyaku.relay.queue.Due;
import org.hikyaku.relay.queue.MailQueue;
import org.hikyaku.relay.queue.Parcel;
import org.hikyaku.relay.queue.QueueId;
import org.hikyaku.relay.queue.QueueOptions;
import org.hikyaku.relay.queue.QueuedEnvelope;
import org.hikyaku.relay.queue.QueuedMail;
import org.hikyaku.relay.queue.QueuedRecipient;
import org.hikyaku.relay.queue.SegmentQueue;
import org.hikyaku.relay.queue.Settlement;
import org.hikyaku.relay.reports.QueueMailer;
import org.hikyaku.smtp.Body;
import org.hikyaku.smtp.EnhancedStatus;
import org.hikyaku.smtp.Envelope;
import org.hikyaku.smtp.Envelope.Notify;
import org.hikyaku.smtp.Mailbox;
import org.hikyaku.smtp.Reply;
import org.hikyaku.tlsrpt.send.HandOver;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

@Timeout(30)
class SchedulerTest {
    private static final Duration GIVE_UP = Duration.ofDays(5);
    private static final Duration DELAY_AFTER = Duration.ofHours(4);

    @TempDir
    Path folder;

    private volatile Instant now = Instant.parse("2026-11-22T08:00:00Z");
    private MailQueue queue;
    private Scheduler scheduler;
    private final Map<String, Carrier> carriers = new ConcurrentHashMap<>();
    private final BlockingQueue<Consignment> carried = new LinkedBlockingQueue<>();
    private final BlockingQueue<List<?>> settlements = new LinkedBlockingQueue<>();
    private volatile boolean diskFails;
    private final Set<String> full = ConcurrentHashMap.newKeySet();

    @BeforeEach
    void open() throws IOException {
        InstantSource clock = () -> now;
        queue = SegmentQueue.open(QueueOptions.of(folder.resolve("queue")).withReserve(0), clock);
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

    @Test
    void aSettlementThatTheDiskDoesNotTakeIsNotMadeAnother() throws Exception {
        diskFails = true;
        carriers.put(
                "one.example",
                mail -> new Carried.Tried(List.of(
                        new RecipientResult(mail.envelope().recipients().get(0), failed()),
                        new RecipientResult(mail.envelope().recipients().get(1), delivered(true)))));
        put(Optional.empty(), to("a@one.example"), to("b@one.example"));

        scheduler.start();
        await(() -> !settlements.isEmpty() && queue.figures().out() == 0);

        // the queue remembers it, and writes it later: nothing else may be said in its place
        assertThat(settlements)
                .singleElement()
                .satisfies(said -> assertThat(said)
                        .hasExactlyElementsOfTypes(Settlement.Failed.class, Settlement.Delivered.class));
    }

    @AfterEach
    void close() throws IOException {
        scheduler.close();
        queue.close();
    }

    private static Carrier all(Fate fate) {
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

    private static Fate lacksRequireTls() {
        return new Fate.Failed(new Fate.Circumstances(
                new EnhancedStatus(5, 7, 30),
                Optional.empty(),
                Optional.of("mx.there.example"),
                Optional.empty(),
                Optional.of("Q6"),
                "mx.there.example does not offer REQUIRETLS."));
    }

    private static Fate delivered(boolean passedOn) {
        return new Fate.Delivered(how(2, "Taken."), passedOn);
    }

    private static Fate deferred() {
        return new Fate.Deferred(how(4, "Not now."));
    }

    private static Fate failed() {
        return new Fate.Failed(how(5, "Never."));
    }

    private static Envelope.Recipient to(String address, Notify... when) {
        return new Envelope.Recipient(
                Mailbox.parse(address),
                when.length == 0 ? Optional.empty() : Optional.of(Set.of(when)),
                Optional.empty());
    }

    private QueueId put(Optional<String> sender, Envelope.Recipient... recipients) throws IOException {
        return put(Demand.ORDINARY, sender, recipients);
    }

    private QueueId put(Demand demand, Optional<String> sender, Envelope.Recipient... recipients) throws IOException {
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

    private QueueId put(Envelope.Recipient... recipients) throws IOException {
        return put(Optional.of("alice@sender.example"), recipients);
    }

    /** Delivers all that is due and stops. */
    private void run() throws InterruptedException {
        scheduler.start();
        await(() -> queue.figures().out() == 0 && nothingDue());
    }

    private boolean nothingDue() {
        List<QueuedMail> mails = new ArrayList<>();
        queue.each(mails::add);
        return mails.stream()
                .filter(m -> m.held().isEmpty())
                .flatMap(m -> m.recipients().stream())
                .noneMatch(r -> r.due().filter(d -> !d.isAfter(now)).isPresent());
    }

    private static void await(java.util.function.BooleanSupplier condition) throws InterruptedException {
        while (!condition.getAsBoolean()) {
            TimeUnit.MILLISECONDS.sleep(2);
        }
    }

    private List<Consignment> notices() {
        return carried.stream().filter(m -> m.envelope().sender().isEmpty()).toList();
    }

    private static String text(Consignment mail) throws IOException {
        return new String(mail.content().open().readAllBytes(), StandardCharsets.UTF_8);
    }

    private List<QueuedMail> left() {
        List<QueuedMail> mails = new ArrayList<>();
        queue.each(mails::add);
        return mails;
    }

    @Test
    void recipientsOfOneDomainTravelTogetherAndADeliveredMailIsGone() throws Exception {
        put(to("a@one.example"), to("b@two.example"), to("c@ONE.example"));

        run();

        assertThat(carried)
                .extracting(Consignment::domain, m -> m.envelope().recipients().size())
                .containsExactlyInAnyOrder(
                        org.assertj.core.groups.Tuple.tuple("one.example", 2),
                        org.assertj.core.groups.Tuple.tuple("two.example", 1));
        assertThat(left()).isEmpty();
    }

    @Test
    void aFailureIsToldToTheSender() throws Exception {
        carriers.put("one.example", all(failed()));
        put(to("a@one.example"), to("b@two.example"));

        run();

        assertThat(notices()).singleElement().satisfies(notice -> {
            assertThat(notice.domain()).isEqualTo("sender.example");
            assertThat(text(notice))
                    .containsSubsequence(
                            "Final-Recipient: rfc822; a@one.example",
                            "Action: failed",
                            "Status: 5.1.1",
                            "Remote-MTA: dns; mx.there.example",
                            "Diagnostic-Code: smtp; 550 5.1.1 so it is")
                    .doesNotContain("b@two.example");
        });
        assertThat(left()).isEmpty();
    }

    @Test
    void whoDoesNotWantToBeToldIsNot() throws Exception {
        carriers.put("one.example", all(failed()));
        put(new Envelope.Recipient(Mailbox.parse("a@one.example"), Optional.of(Set.of()), Optional.empty()));
        put(to("a@one.example", Notify.SUCCESS));

        run();

        assertThat(notices()).isEmpty();
        assertThat(left()).isEmpty();
    }

    @Test
    void aNoticeThatFailsIsDiscarded() throws Exception {
        carriers.put("one.example", all(failed()));
        put(Optional.empty(), to("a@one.example"));

        run();

        assertThat(carried).hasSize(1);
        assertThat(left()).isEmpty();
    }

    @Test
    void successIsToldWhereTheNextServerDoesNotPassItOn() throws Exception {
        carriers.put("one.example", all(delivered(false)));
        carriers.put("own.example", all(delivered(false)));
        put(to("a@one.example", Notify.SUCCESS), to("b@two.example", Notify.SUCCESS));
        put(to("c@own.example", Notify.SUCCESS));
        put(to("d@one.example"));

        run();

        assertThat(notices()).hasSize(2);
        assertThat(text(notices().get(0)) + text(notices().get(1)))
                .contains("a@one.example\r\nAction: relayed", "c@own.example\r\nAction: delivered");
    }

    @Test
    void aDeferredRecipientIsTriedAgainByTheSchedule() throws Exception {
        carriers.put("one.example", all(deferred()));
        QueueId id = put(to("a@one.example"));

        run();

        QueuedRecipient waits = queue.find(id).orElseThrow().recipients().getFirst();
        assertThat(waits.attempts()).isEqualTo(1);
        assertThat(waits.due())
                .hasValueSatisfying(d ->
                        assertThat(Duration.between(now, d)).isBetween(Duration.ofMinutes(4), Duration.ofMinutes(5)));
        assertThat(waits.reason().orElseThrow().sentence()).isEqualTo("Not now.");

        queue.flush(id);
        await(() -> queue.find(id).orElseThrow().recipients().getFirst().attempts() == 2);
        assertThat(queue.find(id).orElseThrow().recipients().getFirst().due())
                .hasValueSatisfying(d ->
                        assertThat(Duration.between(now, d)).isBetween(Duration.ofMinutes(59), Duration.ofMinutes(60)));
        assertThat(notices()).isEmpty();
    }

    @Test
    void aDelayIsToldOnce() throws Exception {
        carriers.put("one.example", all(deferred()));
        QueueId id = put(to("a@one.example"));
        now = now.plus(DELAY_AFTER);

        run();

        assertThat(notices())
                .singleElement()
                .satisfies(notice -> assertThat(text(notice))
                        .contains("Action: delayed", "Will-Retry-Until: Fri, 27 Nov 2026 08:00:00 +0000"));
        queue.flush(id);
        await(() -> queue.find(id).orElseThrow().recipients().getFirst().attempts() == 2);
        assertThat(notices()).hasSize(1);
    }

    @Test
    void whatWasTriedLongEnoughComesBack() throws Exception {
        carriers.put("one.example", all(deferred()));
        put(to("a@one.example"));
        now = now.plus(GIVE_UP);

        run();

        assertThat(notices())
                .singleElement()
                .satisfies(notice -> assertThat(text(notice))
                        .contains(
                                "Action: failed\r\nStatus: 4.4.7\r\n",
                                "It was tried for 5 days and is given up. Last: Not now."));
        assertThat(left()).isEmpty();
    }

    @Test
    void t18AReportOfOurOwnIsTriedForADayAndNobodyIsToldOfIt() throws Exception {
        carriers.put("one.example", all(deferred()));
        assertThat(new QueueMailer(queue, () -> now)
                        .mail(
                                Envelope.of(Mailbox.parse("tls@own.example"), Mailbox.parse("a@one.example")),
                                "Subject: report\r\n\r\nbody\r\n".getBytes(StandardCharsets.US_ASCII)))
                .isInstanceOf(HandOver.Taken.class);
        now = now.plus(Duration.ofHours(24));

        run();

        assertThat(carried)
                .singleElement()
                .satisfies(mail -> assertThat(mail.demand()).isEqualTo(Demand.TLS_NOT_REQUIRED));
        assertThat(notices()).isEmpty();
        assertThat(left()).isEmpty();
    }

    @Test
    void q8RequireTlsGoesOnToTheNotice() throws Exception {
        carriers.put("one.example", all(failed()));
        put(Demand.REQUIRE_TLS, Optional.of("alice@sender.example"), to("a@one.example"));

        run();

        assertThat(notices()).singleElement().satisfies(notice -> {
            assertThat(notice.demand()).isEqualTo(Demand.REQUIRE_TLS);
            assertThat(text(notice)).doesNotContain("body");
        });
    }

    /** RFC 8689 section 5: the Message-ID and the kind of failure, and nothing else, to the postmaster. */
    @Test
    void q8OfANoticeThatNobodyMayGetThePostmasterIsToldTheMessageIdAlone() throws Exception {
        carriers.put("one.example", all(failed()));
        carriers.put("sender.example", all(lacksRequireTls()));
        put(Demand.REQUIRE_TLS, Optional.of("alice@sender.example"), to("a@one.example"));

        run();

        List<Consignment> told = notices();
        assertThat(told).hasSize(2);
        Consignment redacted = told.get(1);
        assertThat(redacted.envelope().recipients())
                .extracting(r -> r.address().toString())
                .containsExactly("postmaster@sender.example");
        assertThat(redacted.demand()).isEqualTo(Demand.ORDINARY);
        assertThat(text(redacted))
                .contains("Message-ID of the mail: <id@sender.example>", "Action: failed", "Status: 5.1.1", "(5.7.30)")
                .doesNotContainIgnoringCase("alice")
                .doesNotContain("a@one.example", "Subject: test");
        assertThat(left()).isEmpty(); // it fails as well, and that is the end
    }

    @Test
    void q8AStrangersNoticeIsNotRedacted() throws Exception {
        carriers.put("one.example", all(lacksRequireTls()));
        put(Demand.REQUIRE_TLS, Optional.empty(), to("a@one.example"));

        run();

        assertThat(carried).hasSize(1);
        assertThat(left()).isEmpty();
    }

    @Test
    void oneDestinationThatHangsDoesNotHoldUpOthers() throws Exception {
        CountDownLatch never = new CountDownLatch(1);
        carriers.put("slow.example", mail -> {
            never.await();
            return new Carried.NoPlace();
        });
        for (int i = 0; i < 20; i++) {
            put(to("a@slow.example"));
        }
        for (int i = 0; i < 20; i++) {
            put(to("a@quick.example"));
        }

        scheduler.start();
        for (int i = 0; i < 20; i++) {
            assertThat(carried.take().domain()).isEqualTo("quick.example");
        }
        await(() -> queue.figures().out() == 2); // its room
    }

    @Test
    void stoppingLetsWhatIsUnderWayFinishAndLeavesTheRest() throws Exception {
        CountDownLatch begun = new CountDownLatch(1);
        CountDownLatch goOn = new CountDownLatch(1);
        carriers.put("one.example", mail -> {
            begun.countDown();
            goOn.await();
            return all(delivered(true)).carry(mail);
        });
        put(to("a@one.example"));
        scheduler.start();
        begun.await();
        Thread.ofVirtual().start(() -> goOn.countDown());

        assertThat(scheduler.stop(Deadline.after(Duration.ofSeconds(20)))).isTrue();
        assertThat(left()).isEmpty();
        put(to("b@two.example"));
        assertThat(left()).hasSize(1);
    }

    @Test
    void stoppingInterruptsWhatDoesNotFinishAndItStaysQueued() throws Exception {
        CountDownLatch begun = new CountDownLatch(1);
        carriers.put("one.example", mail -> {
            begun.countDown();
            new CountDownLatch(1).await();
            return new Carried.NoPlace();
        });
        put(to("a@one.example"));
        scheduler.start();
        begun.await();

        assertThat(scheduler.stop(Deadline.after(Duration.ofMillis(20)))).isFalse();
        assertThat(left())
                .singleElement()
                .satisfies(m -> assertThat(m.recipients().getFirst().waits()).isTrue());
    }

    @Test
    void aBrokenCarrierCostsNoMail() throws Exception {
        carriers.put("one.example", _ -> {
            throw new IllegalStateException("a fault of ours");
        });
        put(to("a@one.example"));
        put(to("b@two.example"));

        scheduler.start();
        assertThat(carried.take().domain()).isEqualTo("two.example");
        await(() -> queue.figures().out() == 0);
        assertThat(left()).hasSize(1);
    }

    @Test
    void aDomainThatIsNoneFails() throws Exception {
        String label = "ü".repeat(70);
        put(to("a@" + label + ".example"));

        run();

        assertThat(notices()).singleElement().satisfies(n -> assertThat(text(n)).contains("Status: 5.1.2"));
    }

    @Test
    void domainsWhoseNextHostHasEnoughToDoArePassedOverUntilItHasNot() throws Exception {
        full.add("crowd");
        put(to("a@one.crowd.example"));
        put(to("b@two.crowd.example"));
        put(to("c@three.crowd.example"));
        put(to("d@else.example"));
        scheduler.start();

        Consignment first = carried.take();
        await(() -> queue.figures().out() == 0);
        assertThat(first.domain()).isEqualTo("else.example");
        assertThat(carried).isEmpty();
        assertThat(left()).hasSize(3);

        full.clear();
        await(() -> queue.figures().mails() == 0);
        assertThat(carried).hasSize(3);
    }

    @Test
    void whatACarrierHasNoPlaceForComesAgainWithoutCountingAsATry() throws Exception {
        carriers.put("one.example", mail -> new Carried.NoPlace());
        put(to("a@one.example"));
        scheduler.start();
        carried.take();
        await(() -> queue.figures().out() == 0);
        assertThat(left())
                .singleElement()
                .satisfies(mail -> assertThat(mail.recipients())
                        .singleElement()
                        .satisfies(r -> assertThat(r.attempts()).isZero()));

        carriers.clear();
        now = now.plus(Duration.ofMinutes(2));
        queue.flushAll();
        await(() -> queue.figures().mails() == 0);
    }
}
