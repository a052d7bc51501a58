package org.hikyaku.relay.queue;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.fail;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/**
 * The power fails at a random operation while 40 writers have drafts open, others deliver and defer, and segments of 48 KiB are
 * compacted all the time; also while the queue starts. After each failure everything that was acknowledged must be there, byte for byte,
 * and nothing that was settled.
 */
@Timeout(value = 10, unit = TimeUnit.MINUTES)
class CrashTest {
    private static final int WRITERS = 40;
    private static final int DELIVERERS = 8;
    private static final int OPERATIONS = 200;

    /** Content by mail, from before the commit begins. */
    private final Map<QueueId, byte[]> written = new ConcurrentHashMap<>();
    /** Mails whose commit returned. */
    private final Set<QueueId> acknowledged = ConcurrentHashMap.newKeySet();
    /** Mails whose end was asked for: they may be gone. */
    private final Set<QueueId> settling = ConcurrentHashMap.newKeySet();
    /** Mails whose end was written down: they must be gone. */
    private final Set<QueueId> settled = ConcurrentHashMap.newKeySet();
    /** Attempts that were written down. */
    private final Map<QueueId, Integer> attempts = new ConcurrentHashMap<>();
    /** Mails of which it was written down that they are held. */
    private final Set<QueueId> held = ConcurrentHashMap.newKeySet();

    private final QueueOptions options = QueueOptions.of(Path.of("unused"))
            .withReserve(0)
            .withSegment(48 << 10)
            .withCompactAfter(Duration.ZERO);

    @Test
    void twentyKills() throws Exception {
        kill(20, new Random().nextLong());
    }

    @Test
    @Tag("long")
    void twoHundredKills() throws Exception {
        for (int i = 0; i < 10; i++) {
            written.clear();
            acknowledged.clear();
            settling.clear();
            settled.clear();
            attempts.clear();
            held.clear();
            kill(20, new Random().nextLong());
        }
    }

    private void kill(int times, long seed) throws Exception {
        System.out.println("CrashTest: seed " + seed);
        Random random = new Random(seed);
        ForgetfulFiles files = new ForgetfulFiles(random);
        long openAtKill = 0;
        for (int i = 0; i < times; i++) {
            String where = "seed " + seed + ", kill " + i;
            openAtKill = Math.max(openAtKill, runUntilKilled(files, random));
            // the process alone, or the power, too
            files = random.nextInt(3) == 0 ? files.reopened() : files.restarted();
            // now and then the power fails again while the queue starts
            while (random.nextInt(3) == 0) {
                files.killAt(1 + random.nextInt(60));
                try (MailQueue queue = start(files, random)) {
                    check(queue, files, where);
                } catch (IOException e) {
                    assertThat(files.killed()).as(where).isTrue();
                }
                files = files.restarted();
            }
            try (MailQueue queue = start(files, random)) {
                check(queue, files, where);
            }
        }
        System.out.println("CrashTest: " + acknowledged.size() + " mails acknowledged, " + settled.size()
                + " settled, up to " + openAtKill + " drafts open");
        assertThat(openAtKill).isGreaterThanOrEqualTo(32);
        assertThat(settled).isNotEmpty();
    }

    private MailQueue start(ForgetfulFiles files, Random random) throws IOException {
        return SegmentQueue.open(
                options, files, InstantSource.system(), System::nanoTime, new Random(random.nextLong()));
    }

    /** How many drafts were open when it died. */
    private long runUntilKilled(ForgetfulFiles files, Random random) throws Exception {
        MailQueue queue = start(files, random);
        files.killAt(60 + random.nextInt(OPERATIONS));
        CountDownLatch open = new CountDownLatch(WRITERS);
        List<Thread> threads = new ArrayList<>();
        for (int i = 0; i < WRITERS; i++) {
            threads.add(Thread.startVirtualThread(() -> write(queue, files, open)));
        }
        Due due = queue.due(_ -> 4);
        for (int i = 0; i < DELIVERERS; i++) {
            threads.add(Thread.startVirtualThread(() -> deliver(queue, due, files)));
        }
        long drafts = 0;
        while (!files.killed()) {
            drafts = Math.max(drafts, queue.figures().drafts());
            Thread.onSpinWait();
        }
        for (Thread thread : threads) {
            thread.join();
        }
        try {
            queue.close();
        } catch (IOException e) {
            // there is no power
            assertThat(files.killed()).isTrue();
        }
        return drafts;
    }

    private void write(MailQueue queue, ForgetfulFiles files, CountDownLatch open) {
        ThreadLocalRandom random = ThreadLocalRandom.current();
        boolean first = true;
        while (!files.killed()) {
            try (Draft draft = queue.open()) {
                if (first) {
                    // so that all are open at once
                    first = false;
                    open.countDown();
                    open.await();
                }
                byte[] content = new byte[random.nextInt(40) == 0 ? 200_000 : random.nextInt(6_000)];
                random.nextBytes(content);
                written.put(draft.id(), content);
                for (int at = 0; at < content.length; ) {
                    int part = Math.min(content.length - at, 1 + random.nextInt(20_000));
                    draft.content().write(content, at, part);
                    at += part;
                }
                String domain = "@d" + random.nextInt(6) + ".example";
                QueueId id = draft.commit(
                        random.nextInt(4) == 0
                                ? QueueContractTest.to("a" + domain, "b@e.example")
                                : QueueContractTest.to("a" + domain));
                acknowledged.add(id);
            } catch (IOException e) {
                assertThat(files.killed()).as(e.toString()).isTrue();
            } catch (InterruptedException e) {
                fail(e);
            }
        }
    }

    private void deliver(MailQueue queue, Due due, ForgetfulFiles files) {
        ThreadLocalRandom random = ThreadLocalRandom.current();
        while (!files.killed()) {
            Optional<Parcel> taken = Optional.empty();
            try {
                taken = due.take(Duration.ofMillis(20));
                if (taken.isPresent()) {
                    settle(queue, taken.get(), random.nextInt(12));
                }
            } catch (IOException e) {
                assertThat(files.killed()).as(e.toString()).isTrue();
            } catch (InterruptedException e) {
                fail(e);
            } finally {
                taken.ifPresent(Parcel::close);
            }
        }
    }

    private void settle(MailQueue queue, Parcel parcel, int what) throws IOException {
        QueueId id = parcel.mail().id();
        int recipient = parcel.recipients().getFirst().index();
        if (what == 0) {
            queue.hold(id, "for a while");
            held.add(id);
        } else if (what <= 2) {
            parcel.settle(
                    List.of(new Settlement.Deferred(recipient, Duration.ofMillis(20), QueueContractTest.GREYLISTED)));
            attempts.merge(id, 1, Integer::sum);
        } else {
            settling.add(id);
            if (what == 3) {
                queue.remove(id);
            } else {
                List<Settlement> all = new ArrayList<>();
                parcel.mail().recipients().forEach(r -> all.add(new Settlement.Delivered(r.index())));
                parcel.settle(all);
            }
            settled.add(id);
        }
    }

    private void check(MailQueue queue, ForgetfulFiles files, String where) throws IOException {
        Set<QueueId> there = new HashSet<>();
        List<QueuedMail> mails = new ArrayList<>();
        queue.each(mails::add);
        if (files.killed()) {
            // each() passes over what it cannot read: the next start tells what is there
            throw new IOException("the power failed while this was looked at");
        }
        for (QueuedMail mail : mails) {
            there.add(mail.id());
            assertThat(settled).as(where).doesNotContain(mail.id());
            byte[] content = written.get(mail.id());
            assertThat(content).as("%s, a mail that nobody wrote", where).isNotNull();
            try (InputStream in = queue.content(mail.id()).open()) {
                assertThat(Arrays.equals(in.readAllBytes(), content))
                        .as("%s, %s has its content", where, mail.id())
                        .isTrue();
            }
            int sum = mail.recipients().stream()
                    .mapToInt(QueuedRecipient::attempts)
                    .sum();
            assertThat(sum).as(where).isGreaterThanOrEqualTo(attempts.getOrDefault(mail.id(), 0));
            if (held.contains(mail.id())) {
                assertThat(mail.held()).as(where).isPresent();
            }
        }
        Set<QueueId> lost = new HashSet<>(acknowledged);
        lost.removeAll(settling);
        lost.removeAll(there);
        assertThat(lost).as("%s, lost", where).isEmpty();
    }
}
