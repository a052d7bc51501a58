package org.hikyaku.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/**
 * The relay's process is killed with SIGKILL while mail comes in on many connections; the sending side keeps the list of the
 * 250s. Every mail on it must be in the mailbox at the end, byte for byte.
 */
class RelayKillTest {
    private static final int SENDERS = 16;

    @TempDir
    Path folder;

    /** What was acknowledged, by name. */
    private final Map<String, String> acknowledged = new ConcurrentHashMap<>();

    private final AtomicInteger count = new AtomicInteger();

    @Test
    @Timeout(120)
    void everyMailThatWasAcknowledgedArrives() throws Exception {
        killAndLook(2);
    }

    @Test
    @Tag("long")
    @Timeout(900)
    void everyMailThatWasAcknowledgedArrivesAfterFortyKills() throws Exception {
        killAndLook(40);
    }

    private void killAndLook(int kills) throws Exception {
        Random random = new Random(11);
        Path data = folder.resolve("data");
        try (RelayProcess relay = RelayProcess.start(folder, data, "")) {
            for (int i = 0; i < kills; i++) {
                underLoad(relay, 20 + random.nextInt(100), random.nextInt(200));
                if (i % 4 == 3) {
                    // and once more while it starts on what it left
                    relay.launchAgain();
                    Thread.sleep(random.nextInt(2_000));
                    relay.kill();
                }
                relay.again();
            }
            awaitAll(data);
            assertThat(relay.end()).as("ended by SIGTERM").isEqualTo(143);
        }
        look(data, kills);
    }

    /** Kills the relay some milliseconds after so many mails were acknowledged. */
    private void underLoad(RelayProcess relay, int mails, int millis) throws Exception {
        CountDownLatch enough = new CountDownLatch(mails);
        AtomicBoolean killed = new AtomicBoolean();
        List<Thread> senders = new ArrayList<>();
        for (int i = 0; i < SENDERS; i++) {
            senders.add(Thread.ofVirtual().start(() -> send(relay, enough, killed)));
        }
        assertThat(enough.await(60, TimeUnit.SECONDS)).as("mail is taken").isTrue();
        Thread.sleep(millis); // a kill at any instant, not only at an acknowledgement
        relay.kill();
        killed.set(true);
        for (Thread sender : senders) {
            sender.join();
        }
    }

    private void send(RelayProcess relay, CountDownLatch enough, AtomicBoolean killed) {
        while (!killed.get()) {
            try (SmtpSender sender = new SmtpSender(relay.address())) {
                while (true) {
                    String name = "mail-" + count.incrementAndGet();
                    String content = content(name);
                    if (sender.send(content).startsWith("250")) {
                        acknowledged.put(name, content);
                        enough.countDown();
                    }
                }
            } catch (IOException e) {
                // killed in the middle: what was not acknowledged may be there or not
            }
        }
    }

    private static String content(String name) {
        Random random = new Random(name.hashCode());
        StringBuilder text = new StringBuilder("X-Name: " + name + "\nSubject: test\n\n");
        // some are too large for a record of the queue, and are kept in files of their own
        for (int lines = random.nextInt(random.nextInt(25) == 0 ? 8_000 : 200); lines > 0; lines--) {
            int length = random.nextInt(78);
            for (int i = 0; i < length; i++) {
                text.append((char) ('!' + random.nextInt(90)));
            }
            text.append(random.nextInt(20) == 0 ? "\n.\n" : "\n");
        }
        return text.append("end of ").append(name).toString();
    }

    private void awaitAll(Path data) throws Exception {
        while (true) {
            Set<String> there = new HashSet<>();
            for (byte[] mail : RelayProcess.mailbox(data)) {
                there.add(RelayProcess.field(mail, "X-Name"));
            }
            if (there.containsAll(acknowledged.keySet())) {
                return;
            }
            TimeUnit.MILLISECONDS.sleep(100);
        }
    }

    private void look(Path data, int kills) throws IOException {
        Map<String, Integer> copies = new HashMap<>();
        for (byte[] mail : RelayProcess.mailbox(data)) {
            String text = new String(mail, StandardCharsets.ISO_8859_1);
            String name = RelayProcess.field(mail, "X-Name");
            copies.merge(name, 1, Integer::sum);
            assertThat(text.substring(text.indexOf("X-Name: "))).as(name).isEqualTo(content(name) + "\n");
        }
        assertThat(copies.keySet()).containsAll(acknowledged.keySet());
        long twice = copies.values().stream().filter(n -> n > 1).count();
        System.out.printf(
                "RelayKillTest: %d kills, %d mails acknowledged, %d of them arrived, %d mails there twice, %d there whose"
                        + " 250 was not read before the kill%n",
                kills,
                acknowledged.size(),
                copies.keySet().stream().filter(acknowledged::containsKey).count(),
                twice,
                copies.keySet().stream()
                        .filter(name -> !acknowledged.containsKey(name))
                        .count());
        // The sending side sends nothing again, and a mailbox knows by the name of a file what it has: nothing is there
        // twice.
        assertThat(twice).isZero();
    }
}
