package org.hikyaku.relay.queue;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.hikyaku.relay.queue.QueueContractTest.GREYLISTED;
import static org.hikyaku.relay.queue.QueueFixture.OPTIONS;
import static org.hikyaku.relay.queue.QueueFixture.add;
import static org.hikyaku.relay.queue.QueueFixture.ids;

import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.hikyaku.relay.queue.HookedFiles.Gate;
import org.hikyaku.relay.queue.HookedFiles.Operation;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** What a method of the queue returned for is there after the power failed, also when two threads do the same to one mail. */
@Timeout(60)
class AcknowledgedTest {
    private static final QueueOptions SMALL = OPTIONS.withSegment(20_000).withCompactAfter(Duration.ZERO);

    private final QueueFixture fixture = new QueueFixture();
    private final HookedFiles files = new HookedFiles(fixture.files);

    private MailQueue open(QueueOptions options) throws IOException {
        return SegmentQueue.open(options, files, fixture.clock, fixture.clock::nanos, new Random(2));
    }

    private interface Work {
        void run() throws Exception;
    }

    /** A thread that does this, and what it threw. */
    private record Doing(Thread thread, CompletableFuture<Optional<Exception>> done) {
        static Doing start(Work work) {
            CompletableFuture<Optional<Exception>> done = new CompletableFuture<>();
            Thread thread = Thread.ofPlatform().daemon().start(() -> {
                try {
                    work.run();
                    done.complete(Optional.empty());
                } catch (Exception e) {
                    done.complete(Optional.of(e));
                }
            });
            return new Doing(thread, done);
        }

        /** Until it waits for something, or is done. */
        void awaitRest() {
            while (!done.isDone()
                    && thread.getState() != Thread.State.WAITING
                    && thread.getState() != Thread.State.TIMED_WAITING) {
                Thread.onSpinWait();
            }
        }

        Optional<Exception> failure() throws Exception {
            return done.get(30, TimeUnit.SECONDS);
        }
    }

    /** The committing thread comes to the gate before it next appends. */
    private Gate beforeTheNextCommit() {
        Gate gate = new Gate();
        files.before((operation, _) -> {
            if (operation == Operation.APPEND && HookedFiles.isCommitter()) {
                gate.pass();
            }
        });
        return gate;
    }

    private void closeDead(MailQueue queue) {
        try {
            queue.close();
        } catch (IOException e) {
            assertThat(fixture.files.killed()).isTrue();
        }
    }

    /** The power fails while a removal is being written; meanwhile another thread does this to the mail. */
    private Optional<Exception> whileItIsRemoved(MailQueue queue, QueueId id, Work other) throws Exception {
        Gate gate = beforeTheNextCommit();
        Doing removing = Doing.start(() -> queue.remove(id));
        gate.awaitSomebody();
        Doing second = Doing.start(other);
        second.awaitRest();
        fixture.files.killAt(1);
        gate.open();
        assertThat(removing.failure()).containsInstanceOf(IOException.class);
        return second.failure();
    }

    @Test
    void aSettlementThatMeetsARemovalIsNotAcknowledgedBeforeThatIsOnDisk() throws Exception {
        MailQueue queue = open(OPTIONS);
        QueueId id = add(queue, "x", "a@a.example", "b@b.example");
        assertThat(whileItIsRemoved(
                        queue,
                        id,
                        () -> queue.settle(id, List.of(new Settlement.Delivered(0), new Settlement.Delivered(1)))))
                .containsInstanceOf(IOException.class);
        closeDead(queue);
    }

    @Test
    void aSecondRemovalIsNotAcknowledgedBeforeTheFirstIsOnDisk() throws Exception {
        MailQueue queue = open(OPTIONS);
        QueueId id = add(queue, "x", "a@a.example");
        assertThat(whileItIsRemoved(queue, id, () -> queue.remove(id))).containsInstanceOf(IOException.class);
        closeDead(queue);
    }

    @Test
    void aSecondRemovalThatWaitedForTheFirstIsTold() throws Exception {
        try (MailQueue queue = open(OPTIONS)) {
            QueueId id = add(queue, "x", "a@a.example");
            Gate gate = beforeTheNextCommit();
            CompletableFuture<Boolean> first = new CompletableFuture<>();
            CompletableFuture<Boolean> second = new CompletableFuture<>();
            Doing removing = Doing.start(() -> first.complete(queue.remove(id)));
            gate.awaitSomebody();
            Doing another = Doing.start(() -> second.complete(queue.remove(id)));
            another.awaitRest();
            gate.open();
            assertThat(removing.failure()).isEmpty();
            assertThat(another.failure()).isEmpty();
            assertThat(first).isCompletedWithValue(true);
            assertThat(second).isCompletedWithValue(false);
            assertThat(queue.remove(id)).isFalse();
        }
    }

    @Test
    void whatIsSettledOfAMailWhoseEndCouldNotBeWrittenIsNotAcknowledgedEither() throws Exception {
        try (MailQueue queue = open(OPTIONS)) {
            QueueId id = add(queue, "x", "a@a.example", "b@b.example");
            fixture.files.readOnly(true);
            assertThatThrownBy(() -> queue.remove(id)).isInstanceOf(IOException.class);
            assertThat(ids(queue)).isEmpty();
            assertThatThrownBy(() -> queue.settle(id, List.of(new Settlement.Delivered(1))))
                    .isInstanceOf(IOException.class)
                    .hasMessageContaining("Read-only file system");
            assertThatThrownBy(() ->
                            queue.settle(id, List.of(new Settlement.Deferred(0, Duration.ofHours(1), GREYLISTED))))
                    .isInstanceOf(IOException.class);
            assertThatThrownBy(() -> queue.remove(id)).isInstanceOf(IOException.class);
            fixture.files.readOnly(false);
        }
        try (MailQueue queue = fixture.open()) {
            assertThat(ids(queue)).isEmpty();
            queue.settle(new QueueId(7), List.of(new Settlement.Delivered(0)));
        }
    }

    @Test
    void theContentOfALargeMailIsKeptUntilItsEndIsOnDisk() throws Exception {
        MailQueue queue = open(OPTIONS);
        // keeps the segment
        add(queue, "waits", "a@a.example");
        QueueId id = add(queue, new byte[300_000], "a@a.example");
        CountDownLatch triedAgain = new CountDownLatch(3);
        files.before((operation, _) -> {
            if (HookedFiles.isCommitter()) {
                if (operation == Operation.CREATE || operation == Operation.APPEND) {
                    triedAgain.countDown();
                }
                throw new IOException("No space left on device");
            }
        });
        assertThatThrownBy(() -> queue.remove(id)).isInstanceOf(IOException.class);
        // the first try, the second one, and after that whoever deletes files has had its turn before the third
        assertThat(triedAgain.await(30, TimeUnit.SECONDS)).isTrue();
        fixture.files = fixture.files.restarted();
        try (MailQueue after = fixture.open()) {
            assertThat(after.find(id).orElseThrow().held()).isEmpty();
            try (var in = after.content(id).open()) {
                assertThat(in.readAllBytes()).hasSize(300_000);
            }
        }
        files.before(HookedFiles.Hook.NONE);
        queue.close();
        assertThat(files.list()).noneMatch(name -> name.endsWith(".body"));
    }

    @Test
    void aHoldThatIsWrittenStandsWhileAnotherIsBeingWritten() throws Exception {
        Gate digest = new Gate();
        Gate second = new Gate();
        files.before((operation, name) -> {
            if (operation == Operation.CREATE && name.endsWith(".digest")) {
                digest.pass();
            }
        });
        MailQueue queue = open(SMALL);
        QueueId id = add(queue, "x", "a@a.example");
        queue.hold(id, "first");
        for (int i = 0; i < 8; i++) {
            QueueId other = add(queue, new byte[3_000], "x@x.example");
            queue.settle(other, List.of(new Settlement.Delivered(0)));
        }
        // the first segment is full, and about to be compacted
        digest.awaitSomebody();
        files.before((operation, _) -> {
            if (operation == Operation.APPEND && HookedFiles.isCommitter()) {
                second.pass();
            }
        });
        Doing holding = Doing.start(() -> queue.hold(id, "second"));
        second.awaitSomebody();
        digest.open();
        while (fixture.files.list().contains(Segment.name(1))) {
            Thread.onSpinWait();
        }
        fixture.files.killAt(1);
        second.open();
        assertThat(holding.failure()).containsInstanceOf(IOException.class);
        closeDead(queue);
        fixture.files = fixture.files.restarted();
        try (MailQueue after = fixture.open()) {
            assertThat(after.find(id).orElseThrow().held()).contains("first");
        }
    }
}
