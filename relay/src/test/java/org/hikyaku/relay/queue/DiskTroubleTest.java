package org.hikyaku.relay.queue;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.hikyaku.relay.queue.QueueContractTest.GREYLISTED;
import static org.hikyaku.relay.queue.QueueFixture.OPTIONS;
import static org.hikyaku.relay.queue.QueueFixture.add;
import static org.hikyaku.relay.queue.QueueFixture.ids;
import static org.hikyaku.relay.queue.QueueFixture.text;

import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.hikyaku.relay.queue.HookedFiles.Gate;
import org.hikyaku.relay.queue.HookedFiles.Operation;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Disks that are full, slow, or cannot be written, and clocks that are set. */
@Timeout(60)
class DiskTroubleTest {
    private final QueueFixture fixture = new QueueFixture();

    @Test
    void mailIsRefusedBeforeTheDiskIsFullAndWhatIsThereGoesOn() throws Exception {
        fixture.files.capacity(400_000);
        List<QueueId> accepted = new ArrayList<>();
        try (MailQueue queue = fixture.open(OPTIONS.withReserve(100_000))) {
            assertThatThrownBy(() -> {
                        while (true) {
                            accepted.add(add(queue, new byte[10_000], "a@a.example"));
                        }
                    })
                    .isInstanceOf(QueueFullException.class)
                    .hasMessageContaining("disk");
            // 300,000 bytes to use
            assertThat(accepted).hasSizeBetween(27, 29);
            assertThat(queue.figures().usable()).isLessThan(12_000);
            fixture.files.capacity(380_000);
            fixture.clock.pass(Duration.ofSeconds(1));
            assertThatThrownBy(queue::open).isInstanceOf(QueueFullException.class);
            queue.settle(accepted.getFirst(), List.of(new Settlement.Deferred(0, Duration.ofHours(1), GREYLISTED)));
            queue.settle(accepted.getLast(), List.of(new Settlement.Delivered(0)));
            fixture.files.capacity(4_000_000);
            accepted.add(add(queue, "there is room again", "a@a.example"));
        }
        accepted.remove(accepted.size() - 2);
        try (MailQueue queue = fixture.open()) {
            assertThat(ids(queue)).isEqualTo(accepted);
            assertThat(queue.find(accepted.getFirst())
                            .orElseThrow()
                            .recipients()
                            .getFirst()
                            .attempts())
                    .isEqualTo(1);
        }
    }

    @Test
    void aLargeMailIsRefusedWhileItComesIn() throws Exception {
        fixture.files.capacity(1_000_000);
        try (MailQueue queue = fixture.open(OPTIONS.withReserve(500_000))) {
            try (Draft draft = queue.open()) {
                assertThatThrownBy(() -> {
                            for (int i = 0; i < 100; i++) {
                                draft.content().write(new byte[10_000]);
                            }
                        })
                        .isInstanceOf(QueueFullException.class);
            }
            assertThat(ids(queue)).isEmpty();
        }
        assertThat(fixture.files.list()).noneMatch(name -> name.endsWith(".body"));
    }

    @Test
    void aDiskThatIsFullInTheMiddleOfAWriteLosesNothingAndKeepsNoHalf() throws Exception {
        QueueId first;
        QueueId second;
        try (MailQueue queue = fixture.open()) {
            first = add(queue, "first", "a@a.example");
            fixture.files.capacity(5_000);
            assertThatThrownBy(() -> add(queue, new byte[10_000], "a@a.example"))
                    .isInstanceOf(IOException.class)
                    .hasMessageContaining("No space left on device");
            assertThat(ids(queue)).containsExactly(first);
            fixture.files.capacity(100_000);
            second = add(queue, "second", "a@a.example");
            assertThat(text(queue, first)).isEqualTo("first");
        }
        try (MailQueue queue = fixture.open()) {
            assertThat(ids(queue)).containsExactly(first, second);
            assertThat(text(queue, second)).isEqualTo("second");
        }
    }

    @Test
    void settlementsThatCannotBeWrittenAreRememberedAndWrittenLater() throws Exception {
        QueueId delivered;
        QueueId deferred;
        try (MailQueue queue = fixture.open()) {
            delivered = add(queue, "1", "a@a.example");
            deferred = add(queue, "2", "a@a.example");
            fixture.files.readOnly(true);
            assertThatThrownBy(() -> add(queue, "3", "a@a.example"))
                    .isInstanceOf(IOException.class)
                    .hasMessageContaining("Read-only file system");
            assertThatThrownBy(() -> queue.settle(delivered, List.of(new Settlement.Delivered(0))))
                    .isInstanceOf(IOException.class);
            assertThatThrownBy(() -> queue.settle(
                            deferred, List.of(new Settlement.Deferred(0, Duration.ofMinutes(7), GREYLISTED))))
                    .isInstanceOf(IOException.class);
            // nothing is delivered twice as long as the process lives
            assertThat(ids(queue)).containsExactly(deferred);
            QueuedRecipient recipient =
                    queue.find(deferred).orElseThrow().recipients().getFirst();
            assertThat(recipient.reason()).contains(GREYLISTED);
            assertThat(recipient.attempts()).isEqualTo(1);
            assertThat(queue.due(_ -> 9).take(Duration.ZERO)).isEmpty();
            fixture.files.readOnly(false);
        }
        try (MailQueue queue = fixture.open()) {
            assertThat(ids(queue)).containsExactly(deferred);
            assertThat(queue.find(deferred)
                            .orElseThrow()
                            .recipients()
                            .getFirst()
                            .reason())
                    .contains(GREYLISTED);
        }
    }

    @Test
    void aFileSystemThatBecomesReadOnlyMeanwhileRefusesMailAndLosesNone() throws Exception {
        List<QueueId> kept = new ArrayList<>();
        MailQueue queue = fixture.open();
        kept.add(add(queue, "small", "a@a.example"));
        kept.add(add(queue, new byte[300_000], "b@b.example"));
        try (Draft small = queue.open();
                Draft large = queue.open()) {
            small.content().write("x".getBytes(UTF_8));
            large.content().write(new byte[200_000]);
            fixture.files.readOnly(true);
            assertThatThrownBy(() -> small.commit(QueueContractTest.to("a@a.example")))
                    .isInstanceOf(IOException.class)
                    .hasMessageContaining("Read-only file system");
            assertThatThrownBy(() -> large.content().write(new byte[200_000]))
                    .isInstanceOf(IOException.class)
                    .hasMessageContaining("Read-only file system");
        }
        assertThatThrownBy(() -> add(queue, new byte[300_000], "a@a.example"))
                .isInstanceOf(IOException.class)
                .hasMessageContaining("Read-only file system");
        // what is there can be read, and what comes of it is said once more later
        Due due = queue.due(_ -> 9);
        for (QueueId id : kept) {
            try (Parcel parcel = due.take(Duration.ZERO).orElseThrow()) {
                assertThat(parcel.mail().id()).isEqualTo(id);
                assertThat(parcel.content().open().readAllBytes())
                        .hasSize((int) parcel.content().size());
                assertThatThrownBy(() ->
                                parcel.settle(List.of(new Settlement.Deferred(0, Duration.ofMinutes(7), GREYLISTED))))
                        .isInstanceOf(IOException.class);
            }
        }
        assertThat(due.take(Duration.ZERO)).isEmpty();
        fixture.files.readOnly(false);
        kept.add(add(queue, "it goes on", "a@a.example"));
        // nobody closes it: the power fails
        fixture.files = fixture.files.worst(_ -> true);
        try (MailQueue after = fixture.open()) {
            assertThat(ids(after)).isEqualTo(kept);
            assertThat(text(after, kept.getFirst())).isEqualTo("small");
            assertThat(text(after, kept.get(1))).hasSize(300_000);
            assertThat(text(after, kept.getLast())).isEqualTo("it goes on");
        }
        queue.close();
    }

    @Test
    void aMailThatCannotBeReadNowComesAgainAndIsNotHeld() throws Exception {
        HookedFiles hooked = new HookedFiles(fixture.files);
        QueueId id;
        try (MailQueue queue = SegmentQueue.open(OPTIONS, hooked, fixture.clock, fixture.clock::nanos, new Random(2))) {
            id = add(queue, "content", "a@a.example");
            Due due = queue.due(_ -> 1);
            hooked.before((operation, _) -> {
                if (operation == HookedFiles.Operation.READ) {
                    throw new IOException("Input/output error");
                }
            });
            assertThat(due.take(Duration.ZERO)).isEmpty();
            assertThatThrownBy(() -> queue.content(id)).hasMessage("Input/output error");
            hooked.before(HookedFiles.Hook.NONE);

            assertThat(queue.figures().held()).isZero();
            assertThat(queue.find(id).orElseThrow().held()).isEmpty();
            assertThat(due.take(Duration.ZERO)).isEmpty(); // not at once: whoever tries it would never stop
            fixture.clock.pass(LogParcel.AGAIN);
            try (Parcel parcel = due.take(Duration.ZERO).orElseThrow()) {
                assertThat(parcel.mail().id()).isEqualTo(id);
            }
        }
    }

    @Test
    void aFolderThatCannotBeWrittenIsSaidAtTheStart() throws Exception {
        fixture.open().close();
        fixture.files.readOnly(true);
        assertThatThrownBy(() -> fixture.open())
                .isInstanceOf(IOException.class)
                .hasMessageContaining("Read-only file system");
    }

    private MailQueue open(HookedFiles files, QueueOptions options) throws IOException {
        return SegmentQueue.open(options, files, fixture.clock, fixture.clock::nanos, new Random(3));
    }

    /** The committing thread waits at the gate before its first write; it counts them all. */
    private static Gate slow(HookedFiles files, AtomicInteger appends) {
        Gate gate = new Gate();
        files.before((operation, _) -> {
            if (operation == Operation.APPEND && HookedFiles.isCommitter()) {
                appends.incrementAndGet();
                gate.pass();
            }
        });
        return gate;
    }

    @Test
    void whatComesWhileTheDiskIsBusyIsWrittenAtOnce() throws Exception {
        HookedFiles files = new HookedFiles(fixture.files);
        AtomicInteger appends = new AtomicInteger();
        Gate gate = slow(files, appends);
        try (MailQueue queue = open(files, OPTIONS)) {
            CompletableFuture<QueueId> first = inBackground(queue);
            gate.awaitSomebody();
            List<CompletableFuture<QueueId>> others = new ArrayList<>();
            for (int i = 0; i < 50; i++) {
                others.add(inBackground(queue));
            }
            while (queue.figures().drafts() < 51) {
                Thread.onSpinWait();
            }
            // nothing is acknowledged, and the rest of the queue does not wait
            assertThat(first).isNotDone();
            assertThat(ids(queue)).isEmpty();
            gate.open();
            first.get(30, TimeUnit.SECONDS);
            for (CompletableFuture<QueueId> other : others) {
                other.get(30, TimeUnit.SECONDS);
            }
            assertThat(ids(queue)).hasSize(51);
            // the first mail, and the others in few goes
            assertThat(appends.get()).isLessThan(20);
        }
    }

    @Test
    void theRestOfTheQueueDoesNotWaitForTheDisk() throws Exception {
        HookedFiles files = new HookedFiles(fixture.files);
        QueueId first;
        QueueId second;
        try (MailQueue queue = open(files, OPTIONS)) {
            first = add(queue, "first", "a@a.example");
            second = add(queue, "second", "b@b.example");
            Gate gate = slow(files, new AtomicInteger());
            CompletableFuture<QueueId> commit = inBackground(queue);
            gate.awaitSomebody();
            // the disk is at work; mail is handed out, read and looked up, and drafts come in
            Due due = queue.due(_ -> 9);
            List<Parcel> parcels = new ArrayList<>();
            for (QueueId id : List.of(first, second)) {
                Parcel parcel = due.take(Duration.ZERO).orElseThrow();
                assertThat(parcel.mail().id()).isEqualTo(id);
                assertThat(parcel.content().open().readAllBytes()).isNotEmpty();
                parcels.add(parcel);
            }
            assertThat(queue.find(first)).isPresent();
            assertThat(queue.figures().out()).isEqualTo(2);
            assertThat(queue.flushAll()).isZero();
            try (Draft draft = queue.open()) {
                draft.content().write(new byte[300_000]);
            }
            CompletableFuture<Boolean> settled = new CompletableFuture<>();
            Thread.startVirtualThread(() -> {
                try {
                    parcels.getFirst().settle(List.of(new Settlement.Delivered(0)));
                    settled.complete(true);
                } catch (IOException e) {
                    settled.completeExceptionally(e);
                }
            });
            // hours by the queue's clock are not the disk's patience
            fixture.clock.pass(Duration.ofHours(5));
            assertThat(commit).isNotDone();
            assertThat(settled).isNotDone();
            gate.open();
            QueueId third = commit.get(30, TimeUnit.SECONDS);
            assertThat(settled.get(30, TimeUnit.SECONDS)).isTrue();
            parcels.forEach(Parcel::close);
            assertThat(ids(queue)).containsExactly(second, third);
        }
    }

    private static CompletableFuture<QueueId> inBackground(MailQueue queue) {
        CompletableFuture<QueueId> result = new CompletableFuture<>();
        Thread.startVirtualThread(() -> {
            try {
                result.complete(add(queue, "x", "a@a.example"));
            } catch (IOException e) {
                result.completeExceptionally(e);
            }
        });
        return result;
    }

    @Test
    void aCommitThatTakesTooLongFails() throws Exception {
        HookedFiles files = new HookedFiles(fixture.files);
        Gate gate = slow(files, new AtomicInteger());
        MailQueue queue = open(files, OPTIONS.withPatience(Duration.ofMillis(50)));
        assertThatThrownBy(() -> add(queue, "x", "a@a.example"))
                .isInstanceOf(IOException.class)
                .hasMessageContaining("the disk took longer");
        gate.open();
        queue.close();
    }

    @Test
    void aClockThatIsSetAnHourAheadHurriesNothing() throws Exception {
        try (MailQueue queue = fixture.open()) {
            QueueId id = add(queue, "x", "a@a.example");
            queue.settle(id, List.of(new Settlement.Deferred(0, Duration.ofMinutes(10), GREYLISTED)));
            fixture.clock.jump(Duration.ofHours(1));
            Due due = queue.due(_ -> 1);
            assertThat(due.take(Duration.ZERO)).isEmpty();
            fixture.clock.pass(Duration.ofMinutes(10));
            due.take(Duration.ZERO).orElseThrow().close();
        }
    }

    @Test
    void aClockThatIsSetBackAnHourDelaysNothing() throws Exception {
        try (MailQueue queue = fixture.open()) {
            QueueId id = add(queue, "x", "a@a.example", "b@a.example");
            queue.settle(id, List.of(new Settlement.Deferred(0, Duration.ofMinutes(10), GREYLISTED)));
            queue.settle(id, List.of(new Settlement.Deferred(1, Duration.ofMinutes(10), GREYLISTED)));
            fixture.clock.jump(Duration.ofHours(-1));
            Due due = queue.due(_ -> 1);
            assertThat(due.take(Duration.ZERO)).isEmpty();
            fixture.clock.pass(Duration.ofMinutes(10));
            try (Parcel parcel = due.take(Duration.ZERO).orElseThrow()) {
                assertThat(parcel.recipients()).hasSize(2);
            }
        }
    }

    @Test
    void aClockThatWasSetBackMeanwhileProlongsNoWaitAfterARestart() throws Exception {
        try (MailQueue queue = fixture.open()) {
            QueueId id = add(queue, "x", "a@a.example");
            queue.settle(id, List.of(new Settlement.Deferred(0, Duration.ofMinutes(10), GREYLISTED)));
        }
        fixture.clock.pass(Duration.ofMinutes(4));
        try (MailQueue queue = fixture.open()) {
            assertThat(queue.due(_ -> 1).take(Duration.ZERO)).isEmpty();
        }
        fixture.clock.jump(Duration.ofHours(-1));
        try (MailQueue queue = fixture.open()) {
            Due due = queue.due(_ -> 1);
            assertThat(due.take(Duration.ZERO)).isEmpty();
            fixture.clock.pass(Duration.ofMinutes(10));
            due.take(Duration.ZERO).orElseThrow().close();
        }
    }

    /** Forty mails that are deferred for 30 minutes each time, over six hours; how often each was tried. */
    private Map<QueueId, Integer> sixHours(Duration jump, boolean restart) throws Exception {
        QueueFixture own = new QueueFixture();
        Map<QueueId, Integer> tries = new TreeMap<>();
        MailQueue queue = own.open();
        for (int i = 0; i < 40; i++) {
            tries.put(add(queue, "x", "a@d" + i % 4 + ".example"), 0);
        }
        for (int minute = 0; minute < 360; minute++) {
            if (minute == 100) {
                own.clock.jump(jump);
                if (restart) {
                    queue.close();
                    queue = own.open();
                }
            }
            Due due = queue.due(_ -> 100);
            int atOnce = 0;
            for (var next = due.take(Duration.ZERO); next.isPresent(); next = due.take(Duration.ZERO)) {
                try (Parcel parcel = next.get()) {
                    tries.merge(parcel.mail().id(), 1, Integer::sum);
                    parcel.settle(List.of(new Settlement.Deferred(0, Duration.ofMinutes(30), GREYLISTED)));
                }
                assertThat(++atOnce).as("none twice in a minute").isLessThanOrEqualTo(40);
            }
            own.clock.pass(Duration.ofMinutes(1));
        }
        assertThat(ids(queue)).as("nothing is lost").isEqualTo(List.copyOf(tries.keySet()));
        queue.close();
        return tries;
    }

    @ParameterizedTest
    @ValueSource(ints = {-60, 0, 60})
    void aClockThatIsSetNeitherHurriesNorDelaysWhatIsTriedAgainAndAgain(int minutes) throws Exception {
        // at 0, 30, 60, ... 330
        assertThat(sixHours(Duration.ofMinutes(minutes), false).values()).allMatch(n -> n == 12);
    }

    @ParameterizedTest
    @CsvSource({
        // 80 minutes ago it should have been tried: once, at 100, and every 30 minutes from there: 4 before, then 100,
        // 130, ... 340
        "60, 13",
        // it waits 30 minutes from the start on at most: 0, 30, 60, 90, then 130, ... 340
        "-60, 12",
        // nothing was set: as if it had not been started again
        "0, 12"
    })
    void aClockThatWasSetBeforeAStartMeansOneTryMoreAtMost(int minutes, int tries) throws Exception {
        assertThat(sixHours(Duration.ofMinutes(minutes), true).values()).allMatch(n -> n == tries);
    }
}
