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
import java.util.concurrent.atomic.AtomicReference;
import org.hikyaku.net.Deadline;
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
            try (MailQueue queue = fixture.open(SMALL)) {
                List<QueueId> ids = new ArrayList<>();
                for (int i = 0; i < 12; i++) {
                    ids.add(add(queue, new byte[3_000], "x@x.example"));
                }
                for (QueueId id : ids) {
                    queue.settle(id, List.of(new Settlement.Delivered(0)));
                }
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

    @Test
    void aMailThatGoesWhileItIsCopiedStaysGone() throws Exception {
        AtomicReference<Runnable> beforeCopy = new AtomicReference<>(() -> {});
        QueueFiles files = new Hooked(fixture, beforeCopy);
        QueueId goes;
        QueueId stays;
        try (MailQueue queue = SegmentQueue.open(SMALL, files, fixture.clock, fixture.clock::nanos, new Random(2))) {
            goes = add(queue, "goes", "a@a.example");
            stays = add(queue, "stays", "a@a.example");
            beforeCopy.set(() -> {
                try {
                    assertThat(queue.remove(goes)).isTrue();
                } catch (IOException e) {
                    throw new AssertionError(e);
                }
            });
            for (int i = 0; i < 40; i++) {
                QueueId id = add(queue, new byte[3_000], "x@x.example");
                queue.settle(id, List.of(new Settlement.Delivered(0)));
            }
            until(() -> queue.find(goes).isEmpty());
            // the segments that it stood in go, and those that know that it is gone
            until(() -> logs() <= 2);
        }
        for (int i = 0; i < 3; i++) {
            try (MailQueue queue = fixture.open(SMALL)) {
                assertThat(ids(queue)).containsExactly(stays);
            }
        }
    }

    /** Does something before the first bytes are copied by the compaction, which runs on a thread of its own. */
    private static final class Hooked implements QueueFiles {
        private final QueueFixture fixture;
        private final AtomicReference<Runnable> hook;

        Hooked(QueueFixture fixture, AtomicReference<Runnable> hook) {
            this.fixture = fixture;
            this.hook = hook;
        }

        @Override
        public DurableFile create(String name, Forcing forcing) throws IOException {
            DurableFile file = fixture.files.create(name, forcing);
            return new DurableFile() {
                @Override
                public void append(ByteBuffer[] buffers, int count) throws IOException {
                    boolean copies = Thread.currentThread().getName().equals("queue-keeper")
                            && buffers[0].remaining() > SegmentHead.BYTES
                            && name.endsWith(".log");
                    file.append(buffers, count);
                    if (copies) {
                        hook.getAndSet(() -> {}).run();
                    }
                }

                @Override
                public void force() throws IOException {
                    file.force();
                }

                @Override
                public void read(ByteBuffer to, long position) throws IOException {
                    file.read(to, position);
                }

                @Override
                public long size() throws IOException {
                    return file.size();
                }

                @Override
                public void truncate(long size) throws IOException {
                    file.truncate(size);
                }

                @Override
                public void close() throws IOException {
                    file.close();
                }
            };
        }

        @Override
        public DurableFile open(String name) throws IOException {
            return fixture.files.open(name);
        }

        @Override
        public void delete(String name) throws IOException {
            fixture.files.delete(name);
        }

        @Override
        public void force() throws IOException {
            fixture.files.force();
        }

        @Override
        public List<String> list() throws IOException {
            return fixture.files.list();
        }

        @Override
        public long usable() throws IOException {
            return fixture.files.usable();
        }
    }
}
