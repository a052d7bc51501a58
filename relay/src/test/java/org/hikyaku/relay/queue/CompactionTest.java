package org.hikyaku.relay.queue;

import static org.assertj.core.api.Assertions.assertThat;
import static org.hikyaku.relay.queue.QueueContractTest.GREYLISTED;
import static org.hikyaku.relay.queue.QueueFixture.OPTIONS;
import static org.hikyaku.relay.queue.QueueFixture.add;
import static org.hikyaku.relay.queue.QueueFixture.ids;
import static org.hikyaku.relay.queue.QueueFixture.text;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.zip.CRC32C;
import org.hikyaku.net.Deadline;
import org.hikyaku.relay.queue.HookedFiles.Gate;
import org.hikyaku.relay.queue.HookedFiles.Hook;
import org.hikyaku.relay.queue.HookedFiles.Operation;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** What waits long does not keep the bytes of what is gone. */
@Timeout(60)
class CompactionTest {
    private static final QueueOptions SMALL = OPTIONS.withSegment(20_000).withCompactAfter(Duration.ZERO);

    private final QueueFixture fixture = new QueueFixture();

    private interface Condition {
        boolean holds() throws IOException;
    }

    private static void until(Condition condition) throws IOException {
        Deadline deadline = Deadline.after(Duration.ofSeconds(30));
        while (!condition.holds()) {
            assertThat(deadline.passed()).as("in time").isFalse();
            Thread.onSpinWait();
        }
    }

    private int logs() throws IOException {
        return (int) fixture.files.list().stream()
                .filter(name -> name.endsWith(".log"))
                .count();
    }

    @Test
    void aMailThatWaitsDoesNotKeepTheSegmentsOfOthers() throws Exception {
        QueueId held;
        QueueId waits;
        try (MailQueue queue = fixture.open(SMALL)) {
            waits = add(queue, "waits", "a@a.example", "b@b.example");
            queue.settle(waits, List.of(new Settlement.Deferred(0, Duration.ofHours(2), GREYLISTED)));
            held = add(queue, "held", "a@a.example");
            queue.hold(held, "by hand");
            for (int i = 0; i < 100; i++) {
                QueueId id = add(queue, new byte[3_000], "x@x.example");
                queue.settle(id, List.of(new Settlement.Delivered(0)));
            }
            // 300,000 bytes have come and gone
            until(() -> queue.figures().bytes() < 45_000);
            assertThat(text(queue, waits)).isEqualTo("waits");
        }
        fixture.files = fixture.files.restarted();
        try (MailQueue queue = fixture.open(SMALL)) {
            assertThat(ids(queue)).containsExactly(waits, held);
            assertThat(text(queue, waits)).isEqualTo("waits");
            assertThat(queue.find(waits).orElseThrow().recipients().getFirst().reason())
                    .contains(GREYLISTED);
            assertThat(queue.find(held).orElseThrow().held()).contains("by hand");
        }
    }

    @Test
    void whatIsGoneStaysGoneWhateverIsDeletedFirst() throws Exception {
        for (int seed = 0; seed < 5; seed++) {
            fixture.files = new ForgetfulFiles(new Random(seed));
            HookedFiles files = new HookedFiles(fixture.files);
            // a segment that is compacted while some of it is needed leaves one more
            Gate gate = gateAtDigests(files);
            try (MailQueue queue = open(files)) {
                List<QueueId> ids = new ArrayList<>();
                for (int i = 0; i < 12; i++) {
                    ids.add(add(queue, new byte[3_000], "x@x.example"));
                }
                for (QueueId id : ids) {
                    queue.settle(id, List.of(new Settlement.Delivered(0)));
                }
                gate.open();
                until(() -> logs() <= 1);
                fixture.files = fixture.files.restarted();
            } catch (IOException e) {
                // the first one lost its files
            }
            try (MailQueue queue = fixture.open(SMALL)) {
                assertThat(ids(queue)).as("seed %d", seed).isEmpty();
            }
        }
    }

    /** What the thread that compacts does before its first copy is written, or after. */
    private static Hook atTheFirstCopy(Hook then) {
        AtomicInteger appends = new AtomicInteger();
        return (operation, name) -> {
            // the first append to the new segment is its head
            if (operation == Operation.APPEND
                    && HookedFiles.isKeeper()
                    && name.endsWith(".log")
                    && appends.incrementAndGet() == 2) {
                then.on(operation, name);
            }
        };
    }

    private MailQueue open(QueueFiles files) throws IOException {
        return SegmentQueue.open(SMALL, files, fixture.clock, fixture.clock::nanos, new Random(2));
    }

    private static void fill(MailQueue queue, int mails) throws IOException {
        for (int i = 0; i < mails; i++) {
            QueueId id = add(queue, new byte[3_000], "x@x.example");
            queue.settle(id, List.of(new Settlement.Delivered(0)));
        }
    }

    /** Nothing is compacted before this gate is opened. */
    private static Gate gateAtDigests(HookedFiles files) {
        Gate gate = new Gate();
        files.before((operation, name) -> {
            if (operation == Operation.CREATE && name.endsWith(".digest")) {
                gate.pass();
            }
        });
        return gate;
    }

    private boolean exists(int segment) throws IOException {
        return fixture.files.list().contains(Segment.name(segment));
    }

    @Test
    void aMailThatGoesWhileItIsCopiedStaysGone() throws Exception {
        HookedFiles files = new HookedFiles(fixture.files);
        QueueId goes;
        QueueId stays;
        try (MailQueue queue = open(files)) {
            goes = add(queue, "goes", "a@a.example");
            // so large that the copies are not copied again
            stays = add(queue, new byte[3_000], "a@a.example");
            files.after(atTheFirstCopy((_, _) -> assertThat(queue.remove(goes)).isTrue()));
            // just enough to begin the second segment
            fill(queue, 7);
            until(() -> !exists(1));
        }
        for (int i = 0; i < 3; i++) {
            try (MailQueue queue = fixture.open(SMALL)) {
                assertThat(ids(queue)).containsExactly(stays);
            }
        }
    }

    @Test
    void aMailThatGoesBeforeTheSegmentThatItWasCopiedFromIsDeletedStaysGone() throws Exception {
        HookedFiles files = new HookedFiles(fixture.files);
        QueueId first = new QueueId(0);
        QueueId large = new QueueId(0);
        MailQueue queue = open(files);
        try (queue) {
            Gate one = gateAtDigests(files);
            first = add(queue, "first", "a@a.example");
            fill(queue, 7);
            one.open();
            until(() -> exists(3) && !exists(1));
            Gate two = gateAtDigests(files);
            fill(queue, 6);
            // in segment 4, whose needed records go to segment 3
            QueueId goes = add(queue, "goes", "a@a.example");
            large = add(queue, new byte[6_000], "a@a.example");
            fill(queue, 5);
            files.before((operation, name) -> {
                if (operation == Operation.DELETE && name.equals(Segment.name(4))) {
                    assertThat(queue.remove(goes)).isTrue();
                    fixture.files.killAt(1);
                }
            });
            two.open();
            until(fixture.files::killed);
        } catch (IOException e) {
            assertThat(fixture.files.killed()).isTrue();
        }
        fixture.files = fixture.files.worst(_ -> true);
        assertThat(fixture.files.list()).contains(Segment.name(3), Segment.name(4));
        for (int i = 0; i < 3; i++) {
            // segment 4 cannot be compacted any more, the others can
            HookedFiles unreadable = new HookedFiles(fixture.files);
            AtomicBoolean opened = new AtomicBoolean();
            unreadable.before((operation, name) -> {
                if (operation == Operation.READ && name.equals(Segment.name(4)) && opened.get()) {
                    throw new IOException("Input/output error");
                }
            });
            try (MailQueue again = open(unreadable)) {
                assertThat(again.figures().mails()).isEqualTo(2);
                opened.set(true);
                until(() -> !exists(3) && !exists(5));
            } catch (IOException e) {
                assertThat(e).hasMessageContaining("Input/output error");
            }
        }
        try (MailQueue again = fixture.open(SMALL)) {
            assertThat(ids(again)).containsExactly(first, large);
        }
    }

    @Test
    void aSegmentIsOnlyDeletedAfterCopiesThatWereWrittenByADeadProcessAreForced() throws Exception {
        HookedFiles files = new HookedFiles(fixture.files);
        files.before(atTheFirstCopy((_, _) -> fixture.files.killBeforeTheForceOf(1)));
        QueueId waits = new QueueId(0);
        MailQueue first = open(files);
        try (first) {
            waits = add(first, "waits", "a@a.example");
            fill(first, 10);
            until(fixture.files::killed);
        } catch (IOException e) {
            assertThat(fixture.files.killed()).isTrue();
        }
        // the system goes on, and the next process finds the copy in the page cache
        fixture.files = fixture.files.reopened();
        assertThat(fixture.files.list()).contains(Segment.name(1));
        try (MailQueue queue = fixture.open(SMALL)) {
            until(() -> !exists(1));
            assertThat(text(queue, waits)).isEqualTo("waits");
            fixture.files = fixture.files.worst(_ -> false);
        }
        try (MailQueue queue = fixture.open(SMALL)) {
            assertThat(ids(queue)).contains(waits);
            assertThat(text(queue, waits)).isEqualTo("waits");
        }
    }

    @Test
    void thatAMailIsGoneIsOnlyForgottenAfterItsSegmentIsDeletedForGood() throws Exception {
        HookedFiles files = new HookedFiles(fixture.files);
        Gate gate = gateAtDigests(files);
        MailQueue queue = open(files);
        QueueId first = add(queue, "first", "a@a.example");
        fill(queue, 7);
        // the end of the first mail stands in the second segment
        queue.settle(first, List.of(new Settlement.Delivered(0)));
        fill(queue, 7);
        gate.open();
        until(() -> fixture.files.list().stream()
                .noneMatch(name -> name.equals(Segment.name(1)) || name.equals(Segment.name(2))));
        fixture.files = fixture.files.worst(name -> name.equals(Segment.name(1)));
        queue.close();
        try (MailQueue after = fixture.open(SMALL)) {
            assertThat(ids(after)).isEmpty();
        }
    }

    /**
     * A process died while it compacted segment 1, and had copied only the small mail into segment 9.
     *
     * @return the small mail, and the large one
     */
    private List<QueueId> compactionCutShort() throws IOException {
        QueueId small;
        QueueId large;
        try (MailQueue queue = fixture.open(SMALL)) {
            small = add(queue, "small", "a@a.example");
            large = add(queue, new byte[12_000], "a@a.example");
        }
        byte[] segment = fixture.files.bytes(Segment.name(1));
        ByteBuffer all = ByteBuffer.wrap(segment);
        LogRecord record = LogRecord.at(all, SegmentHead.BYTES, all.getLong(SegmentHead.BYTES), new CRC32C())
                .orElseThrow();
        SegmentHead head = new SegmentHead(9, 0xC0FFEE, 1);
        ByteBuffer copied = ByteBuffer.allocate(record.length());
        copied.put(segment, SegmentHead.BYTES, record.length()).flip();
        LogRecord.stamp(copied, head.salt(), new CRC32C());
        ByteBuffer copy = ByteBuffer.allocate(SegmentHead.BYTES + record.length());
        copy.put(head.bytes()).put(copied.rewind());
        fixture.files.put(Segment.name(9), copy.array());
        return List.of(small, large);
    }

    @Test
    void aCompactionThatWasCutShortIsDoneAnew() throws Exception {
        List<QueueId> ids = compactionCutShort();
        try (MailQueue queue = fixture.open(SMALL)) {
            // more than half of it is needed, and it is copied all the same
            until(() -> !exists(1));
            assertThat(ids(queue)).isEqualTo(ids);
            assertThat(text(queue, ids.getFirst())).isEqualTo("small");
        }
    }

    @Test
    void aMailOfWhichAnOldCopyIsLeftStaysGone() throws Exception {
        List<QueueId> ids = compactionCutShort();
        for (int i = 0; i < 4; i++) {
            // what is dead is deleted, but segment 1 cannot be copied
            AtomicBoolean opened = new AtomicBoolean();
            HookedFiles files = new HookedFiles(fixture.files);
            files.before((operation, name) -> {
                if (operation == Operation.CREATE
                        && name.endsWith(".log")
                        && (HookedFiles.isKeeper() || opened.get() && !HookedFiles.isCommitter())) {
                    throw new IOException("No space left on device");
                }
            });
            try (MailQueue queue = open(files)) {
                opened.set(true);
                assertThat(queue.remove(ids.getFirst())).isEqualTo(i == 0);
                assertThat(ids(queue)).as("start %d", i).containsExactly(ids.getLast());
            } catch (IOException e) {
                assertThat(e).hasMessage("No space left on device");
            }
        }
        assertThat(fixture.files.list()).contains(Segment.name(1)).doesNotContain(Segment.name(9));
    }
}
