package org.hikyaku.relay.queue;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.atomic.AtomicReference;
import org.hikyaku.policy.Demand;
import org.hikyaku.relay.queue.QueuedRecipient.Standing;
import org.hikyaku.smtp.Body;
import org.hikyaku.smtp.ContentScan;
import org.hikyaku.smtp.EnhancedStatus;
import org.hikyaku.smtp.Envelope;
import org.hikyaku.smtp.Mailbox;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;

/** What every queue does, held against the log and against the plain one in memory. */
abstract class QueueContractTest {
    static final Reason GREYLISTED = new Reason(
            Optional.of(new EnhancedStatus(4, 7, 1)),
            Optional.of("mx.a.example"),
            Optional.of("451 4.7.1 come back later"),
            Optional.of("D9"),
            "mx.a.example asked to come back later",
            Optional.of("nothing needs to change"));

    final TestClock clock = new TestClock();
    MailQueue queue = unopened();

    private static MailQueue unopened() {
        return new MemoryQueue(QueueOptions.of(Path.of("unused")), Instant::now);
    }

    abstract MailQueue make() throws IOException;

    @BeforeEach
    void begin() throws IOException {
        queue = make();
    }

    @AfterEach
    void end() throws IOException {
        queue.close();
    }

    static QueuedEnvelope to(String... recipients) {
        return new QueuedEnvelope(
                Envelope.of(
                        Mailbox.parse("sender@from.example"),
                        List.of(recipients).stream().map(Mailbox::parse).toArray(Mailbox[]::new)),
                Body.EIGHT_BIT_MIME,
                false,
                Demand.ORDINARY,
                Instant.parse("2026-11-22T08:00:00Z"),
                Optional.of("alice"),
                "client.example [192.0.2.7]");
    }

    QueueId add(String content, String... recipients) throws IOException {
        try (Draft draft = queue.open()) {
            draft.content().write(content.getBytes(UTF_8));
            return draft.commit(to(recipients));
        }
    }

    QueuedMail found(QueueId id) {
        return queue.find(id).orElseThrow();
    }

    static Parcel taken(Due due) throws InterruptedException {
        return due.take(Duration.ZERO).orElseThrow();
    }

    static String text(Parcel parcel) throws IOException {
        try (var in = parcel.content().open()) {
            return new String(in.readAllBytes(), UTF_8);
        }
    }

    @Test
    void aMailIsThereWithAllThatItCameWith() throws Exception {
        QueuedEnvelope envelope = new QueuedEnvelope(
                new Envelope(
                        Optional.empty(),
                        List.of(
                                new Envelope.Recipient(
                                        Mailbox.parse("用户@例え.example"),
                                        Optional.of(Set.of(Envelope.Notify.DELAY, Envelope.Notify.SUCCESS)),
                                        Optional.of(new Envelope.Original("utf-8", "old@例え.example"))),
                                new Envelope.Recipient(
                                        Mailbox.parse("b@B.Example"), Optional.of(Set.of()), Optional.empty())),
                        Optional.of(Envelope.Returned.HDRS),
                        Optional.of("envelope 7"),
                        true),
                Body.BINARY_MIME,
                true,
                Demand.REQUIRE_TLS,
                Instant.parse("2026-11-22T08:00:00.123456789Z"),
                Optional.empty(),
                "[2001:db8::1]");
        byte[] content = new byte[70_000];
        new Random(1).nextBytes(content);
        QueueId id;
        try (Draft draft = queue.open()) {
            draft.content().write(content, 0, 3);
            draft.content().write(content[3]);
            draft.content().write(content, 4, content.length - 4);
            id = draft.commit(envelope);
            assertThat(id).isEqualTo(draft.id());
        }

        QueuedMail mail = found(id);
        assertThat(mail.envelope()).isEqualTo(envelope);
        assertThat(mail.size()).isEqualTo(70_000);
        assertThat(mail.held()).isEmpty();
        assertThat(mail.recipients())
                .extracting(QueuedRecipient::destination)
                .containsExactly("例え.example", "b.example");
        assertThat(mail.recipients()).allSatisfy(r -> {
            assertThat(r.standing()).isEqualTo(Standing.WAITING);
            assertThat(r.attempts()).isZero();
            assertThat(r.due()).contains(clock.instant());
            assertThat(r.reason()).isEmpty();
        });
        try (var in = queue.content(id).open()) {
            assertThat(in.readAllBytes()).isEqualTo(content);
        }
        assertThat(queue.content(id).size()).isEqualTo(70_000);
    }

    @Test
    void aDraftThatIsClosedIsForgotten() throws Exception {
        Draft draft = queue.open();
        draft.content().write(new byte[300_000]);
        assertThat(queue.figures().drafts()).isEqualTo(1);
        draft.close();
        draft.close();
        assertThat(queue.figures().drafts()).isZero();
        assertThat(queue.figures().mails()).isZero();
        assertThat(queue.find(draft.id())).isEmpty();
        assertThatThrownBy(() -> draft.commit(to("a@a.example"))).isInstanceOf(IOException.class);
        assertThatThrownBy(() -> queue.content(draft.id())).isInstanceOf(IOException.class);
    }

    @Test
    void idsAreNeverGivenTwiceAndGrow() throws Exception {
        List<QueueId> ids = new ArrayList<>();
        for (int i = 0; i < 5; i++) {
            ids.add(add("x", "a@a.example"));
            clock.jump(Duration.ofHours(-1));
        }
        assertThat(ids).isSorted().doesNotHaveDuplicates();
    }

    @Test
    void aParcelHasTheRecipientsOfOneDomain() throws Exception {
        QueueId id = add("hello", "1@a.example", "2@b.example", "3@A.EXAMPLE");
        Due due = queue.due(_ -> 10);
        try (Parcel first = taken(due);
                Parcel second = taken(due)) {
            assertThat(List.of(first.destination(), second.destination()))
                    .containsExactlyInAnyOrder("a.example", "b.example");
            Parcel a = first.destination().equals("a.example") ? first : second;
            assertThat(a.recipients()).extracting(QueuedRecipient::index).containsExactly(0, 2);
            assertThat(a.mail().id()).isEqualTo(id);
            assertThat(text(a)).isEqualTo("hello");
            assertThat(due.take(Duration.ZERO)).isEmpty();
            assertThat(queue.figures().out()).isEqualTo(2);
        }
        assertThat(queue.figures().out()).isZero();
    }

    @Test
    void aMailIsGoneWhenNobodyWaits() throws Exception {
        QueueId id = add("x", "1@a.example", "2@b.example", "3@a.example");
        queue.settle(id, List.of(new Settlement.Delivered(0), new Settlement.Delivered(1)));
        assertThat(found(id).recipients())
                .extracting(QueuedRecipient::standing)
                .containsExactly(Standing.DELIVERED, Standing.DELIVERED, Standing.WAITING);
        queue.settle(id, List.of(new Settlement.Failed(2, GREYLISTED)));
        assertThat(queue.find(id)).isEmpty();
        assertThat(queue.figures().mails()).isZero();
        assertThat(queue.due(_ -> 1).take(Duration.ZERO)).isEmpty();
        // settled once more: nothing
        queue.settle(id, List.of(new Settlement.Failed(2, GREYLISTED)));
    }

    @Test
    void whatIsDeferredComesWhenItsTimeHasCome() throws Exception {
        add("x", "1@a.example");
        Due due = queue.due(_ -> 1);
        try (Parcel parcel = taken(due)) {
            parcel.settle(List.of(new Settlement.Deferred(0, Duration.ofMinutes(10), GREYLISTED)));
        }
        QueuedRecipient waiting = found(parcelId()).recipients().getFirst();
        assertThat(waiting.attempts()).isEqualTo(1);
        assertThat(waiting.due()).contains(clock.instant().plus(Duration.ofMinutes(10)));
        assertThat(waiting.reason()).contains(GREYLISTED);
        clock.pass(Duration.ofMinutes(9));
        assertThat(due.take(Duration.ZERO)).isEmpty();
        clock.pass(Duration.ofMinutes(1));
        try (Parcel parcel = taken(due)) {
            assertThat(parcel.recipients().getFirst().attempts()).isEqualTo(1);
        }
    }

    private QueueId parcelId() {
        List<QueueId> ids = new ArrayList<>();
        queue.each(mail -> ids.add(mail.id()));
        assertThat(ids).hasSize(1);
        return ids.getFirst();
    }

    @Test
    void aParcelThatCameBackUnsettledComesAgainInAMinute() throws Exception {
        add("x", "1@a.example");
        Due due = queue.due(_ -> 1);
        taken(due).close();
        assertThat(due.take(Duration.ZERO)).isEmpty();
        clock.pass(Duration.ofSeconds(61));
        taken(due).close();
    }

    @Test
    void thatTheSenderWasToldChangesNothingElse() throws Exception {
        QueueId id = add("x", "1@a.example");
        queue.settle(id, List.of(new Settlement.Deferred(0, Duration.ofMinutes(10), GREYLISTED)));
        queue.settle(id, List.of(new Settlement.DelayTold(0)));
        QueuedRecipient recipient = found(id).recipients().getFirst();
        assertThat(recipient.delayTold()).isTrue();
        assertThat(recipient.attempts()).isEqualTo(1);
        assertThat(recipient.due()).contains(clock.instant().plus(Duration.ofMinutes(10)));
        assertThat(queue.due(_ -> 1).take(Duration.ZERO)).isEmpty();
    }

    @Test
    void aDestinationHasNoMoreOutThanItMay() throws Exception {
        add("1", "1@a.example");
        add("2", "2@a.example");
        add("3", "3@b.example");
        Due due = queue.due(destination -> destination.equals("a.example") ? 1 : 5);
        Parcel a = taken(due);
        Parcel b = taken(due);
        assertThat(List.of(a.destination(), b.destination())).containsExactlyInAnyOrder("a.example", "b.example");
        assertThat(due.take(Duration.ZERO)).isEmpty();
        b.close();
        Parcel of = a.destination().equals("a.example") ? a : b;
        of.settle(List.of(new Settlement.Delivered(0)));
        of.close();
        try (Parcel next = taken(due)) {
            assertThat(next.destination()).isEqualTo("a.example");
            assertThat(text(next)).isEqualTo("2");
        }
    }

    @Test
    void roomThatGrewIsSeenWhenItIsSaid() throws Exception {
        add("1", "1@a.example");
        AtomicReference<Integer> room = new AtomicReference<>(0);
        Due due = queue.due(_ -> room.get());
        assertThat(due.take(Duration.ZERO)).isEmpty();
        room.set(1);
        due.reconsider("a.example");
        taken(due).close();
    }

    @Test
    void aHeldMailIsNotGivenOut() throws Exception {
        QueueId id = add("1", "1@a.example", "2@b.example");
        assertThat(queue.hold(id, "looked odd")).isTrue();
        Due due = queue.due(_ -> 1);
        assertThat(due.take(Duration.ZERO)).isEmpty();
        assertThat(found(id).held()).contains("looked odd");
        assertThat(queue.figures().held()).isEqualTo(1);
        assertThat(queue.release(id)).isTrue();
        assertThat(found(id).held()).isEmpty();
        assertThat(queue.figures().held()).isZero();
        taken(due).close();
        assertThat(queue.hold(new QueueId(7), "not there")).isFalse();
        assertThat(queue.release(new QueueId(7))).isFalse();
    }

    @Test
    void aRemovedMailIsGone() throws Exception {
        QueueId id = add("1", "1@a.example");
        assertThat(queue.remove(id)).isTrue();
        assertThat(queue.remove(id)).isFalse();
        assertThat(queue.find(id)).isEmpty();
        assertThat(queue.due(_ -> 1).take(Duration.ZERO)).isEmpty();
    }

    @Test
    void flushMakesDueNow() throws Exception {
        QueueId one = add("1", "1@a.example");
        QueueId two = add("2", "1@a.example", "2@b.example");
        QueueId three = add("3", "1@c.example");
        for (QueueId id : List.of(one, two, three)) {
            int recipients = found(id).recipients().size();
            for (int i = 0; i < recipients; i++) {
                queue.settle(id, List.of(new Settlement.Deferred(i, Duration.ofHours(i + 1), GREYLISTED)));
            }
        }
        Due due = queue.due(_ -> 10);
        assertThat(due.take(Duration.ZERO)).isEmpty();

        assertThat(queue.flush(three)).isTrue();
        assertThat(queue.flush(new QueueId(7))).isFalse();
        try (Parcel parcel = taken(due)) {
            assertThat(parcel.destination()).isEqualTo("c.example");
        }
        assertThat(due.take(Duration.ZERO)).isEmpty();

        assertThat(queue.flushDestination("A.example")).isEqualTo(2);
        Parcel first = taken(due);
        Parcel second = taken(due);
        assertThat(List.of(text(first), text(second))).containsExactly("1", "2");
        assertThat(due.take(Duration.ZERO)).isEmpty();

        assertThat(queue.flushAll()).isGreaterThanOrEqualTo(1);
        try (Parcel parcel = taken(due)) {
            assertThat(parcel.destination()).isEqualTo("b.example");
        }
    }

    @Test
    void fiveThousandRecipientsAreOneMail() throws Exception {
        String[] recipients = new String[5_000];
        for (int i = 0; i < recipients.length; i++) {
            recipients[i] = "user" + i + "@d" + i % 50 + ".example";
        }
        QueueId id = add("x", recipients);
        assertThat(queue.figures().parcels()).isEqualTo(50);
        Due due = queue.due(_ -> 1);
        int count = 0;
        for (Optional<Parcel> next = due.take(Duration.ZERO); next.isPresent(); next = due.take(Duration.ZERO)) {
            try (Parcel parcel = next.get()) {
                assertThat(parcel.recipients()).hasSize(100);
                List<Settlement> settlements = new ArrayList<>();
                for (QueuedRecipient recipient : parcel.recipients()) {
                    settlements.add(
                            recipient.index() % 2 == 0
                                    ? new Settlement.Delivered(recipient.index())
                                    : new Settlement.Deferred(recipient.index(), Duration.ofHours(1), GREYLISTED));
                }
                parcel.settle(settlements);
                count++;
            }
        }
        assertThat(count).isEqualTo(50);
        assertThat(found(id).recipients()).filteredOn(QueuedRecipient::waits).hasSize(2_500);
        clock.pass(Duration.ofHours(1));
        try (Parcel parcel = taken(due)) {
            int odd = parcel.recipients().getFirst().index() % 50 % 2;
            assertThat(parcel.recipients()).hasSize(100);
            assertThat(odd).isEqualTo(1);
        }
    }

    /** The one in memory is the yardstick of the random comparison; so it is held against the contract, too. */
    @Nested
    static class InMemory extends QueueContractTest {
        @Override
        MailQueue make() {
            return new MemoryQueue(QueueOptions.of(Path.of("unused")), clock);
        }
    }

    @Nested
    static class InSegments extends QueueContractTest {
        @Test
        void whatAContentAsksOfAServerIsKnownWithoutReadingIt() throws Exception {
            for (String line : List.of("Grüße\r\n", "0123456789\r\n", "a\n")) {
                for (int lines : List.of(1, 1_000, 40_000)) {
                    QueueId id = add("Subject: x\r\n\r\n" + line.repeat(lines), "1@a.example");
                    try (Parcel parcel = taken(queue.due(_ -> 1))) {
                        assertThat(parcel.mail().id()).isEqualTo(id);
                        assertThat(parcel.content().scan()).contains(ContentScan.of(parcel.content()));
                        assertThat(queue.content(id).scan()).contains(ContentScan.of(queue.content(id)));
                        parcel.settle(List.of(new Settlement.Delivered(0)));
                    }
                }
            }
        }

        @Override
        MailQueue make() throws IOException {
            return SegmentQueue.open(
                    QueueOptions.of(Path.of("unused")).withReserve(0),
                    new ForgetfulFiles(new Random(1)),
                    clock,
                    clock::nanos,
                    new Random(2));
        }
    }
}
