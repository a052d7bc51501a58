package org.hikyaku.capture.tls;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.FileTime;
import java.time.Duration;
import java.time.Instant;
import java.util.HexFormat;
import java.util.List;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Key logs as they are read beside the capture: what they say must not depend on how far they were read. */
@Timeout(60)
class KeyLogReadingTest {
    private static final byte[] RANDOM = HexFormat.of().parseHex("0102030405060708".repeat(4));

    @TempDir
    Path dir;

    private static String line(String label, byte[] random, String secret) {
        return label + " " + HexFormat.of().formatHex(random) + " " + secret + "\n";
    }

    private static String found(SecretStore store, byte[] random, SecretLabel label) {
        return store.ofRandom(random)
                .flatMap(session -> session.get(label))
                .map(secret -> HexFormat.of().formatHex(secret.value()) + " of " + secret.origin())
                .orElse("none");
    }

    @Test
    void thousandsOfSessionsAreFoundEachWithItsOwnSecrets() throws Exception {
        Random seeded = new Random(20261122);
        byte[][] randoms = new byte[3_000][32];
        StringBuilder log = new StringBuilder();
        for (int i = 0; i < randoms.length; i++) {
            seeded.nextBytes(randoms[i]);
            log.append(line("CLIENT_TRAFFIC_SECRET_0", randoms[i], "%08x".formatted(i)));
            log.append(line("SERVER_TRAFFIC_SECRET_0", randoms[i], "%096x".formatted(i)));
        }
        SecretStore store = new SecretStore();
        KeyLogFileReader reader = KeyLogFileReader.open(Files.writeString(dir.resolve("keys.log"), log), store);
        assertThat(reader.secrets()).isEqualTo(6_000);
        assertThat(store.sessions()).isEqualTo(3_000);
        for (int i = 0; i < randoms.length; i++) {
            assertThat(found(store, randoms[i], SecretLabel.CLIENT_TRAFFIC_SECRET_0))
                    .isEqualTo("%08x of keys.log line %d", i, 2 * i + 1);
            assertThat(found(store, randoms[i], SecretLabel.SERVER_TRAFFIC_SECRET_0))
                    .isEqualTo("%096x of keys.log line %d", i, 2 * i + 2);
            assertThat(found(store, randoms[i], SecretLabel.CLIENT_RANDOM)).isEqualTo("none");
        }
        randoms[0][31] ^= 1;
        assertThat(store.ofRandom(randoms[0])).isEmpty();
    }

    /** Whoever asked before the second line came has the first. */
    @Test
    void ofTwoLinesForTheSameSessionTheFirstHolds() throws Exception {
        Path log = Files.writeString(
                dir.resolve("keys.log"),
                line("CLIENT_RANDOM", RANDOM, "aa") + "# a note\n" + line("CLIENT_RANDOM", RANDOM, "bb"));
        SecretStore store = new SecretStore();
        KeyLogFileReader.open(log, store);
        assertThat(found(store, RANDOM, SecretLabel.CLIENT_RANDOM)).isEqualTo("aa of keys.log line 1");
    }

    @Test
    void aLastLineThatWasNotWholeYetIsReadAgainWhenItHasGrown() throws Exception {
        String line = line("CLIENT_RANDOM", RANDOM, "aabb");
        Path log = Files.writeString(dir.resolve("keys.log"), line.substring(0, line.length() - 3));
        SecretStore store = new SecretStore();
        KeyLogFileReader.open(log, store);
        assertThat(found(store, RANDOM, SecretLabel.CLIENT_RANDOM)).isEqualTo("aa of keys.log line 1");
        Files.writeString(log, "bb\n", StandardOpenOption.APPEND);
        assertThat(store.refresh()).isTrue();
        assertThat(found(store, RANDOM, SecretLabel.CLIENT_RANDOM)).isEqualTo("aabb of keys.log line 1");
    }

    /** Or a file would be taken for a pipe that nobody has closed. */
    @Test
    void whoWaitedForAFileFindsItEnded() throws Exception {
        Path log = Files.writeString(dir.resolve("keys.log"), line("CLIENT_RANDOM", RANDOM, "aa"));
        for (int i = 0; i < 300; i++) {
            KeyLogFileReader reader = KeyLogFileReader.open(log, new SecretStore());
            assertThat(reader.ended()).isTrue();
            assertThat(reader.leftOpen()).isFalse();
        }
    }

    /** A pipe, as of {@code --keylog <(ssh server cat keys.log)}: who asks waits until its line comes, or the end. */
    @Test
    void sessionsAreLookedUpWhileALogIsStillRead() throws Exception {
        Path pipe = dir.resolve("pipe");
        makePipe(pipe);
        byte[] other = RANDOM.clone();
        other[0] = 99;
        Thread writer = Thread.ofVirtual().start(() -> {
            try (OutputStream out = Files.newOutputStream(pipe)) {
                out.write(line("CLIENT_RANDOM", RANDOM, "aa").getBytes(StandardCharsets.US_ASCII));
                out.write(line("PMS_CLIENT_RANDOM", RANDOM, "bb").getBytes(StandardCharsets.US_ASCII));
            } catch (IOException e) {
                throw new IllegalStateException(e);
            }
        });
        SecretStore store = new SecretStore(new Patience(Duration.ofMinutes(1), Duration.ofMinutes(1)));
        List<KeyLogFileReader> reading = KeyLogFileReader.begin(List.of(pipe), store);
        assertThat(found(store, RANDOM, SecretLabel.PMS_CLIENT_RANDOM)).isEqualTo("bb of pipe line 2");
        assertThat(found(store, RANDOM, SecretLabel.CLIENT_RANDOM)).isEqualTo("aa of pipe line 1");
        assertThat(store.ofRandom(other)).isEmpty();
        writer.join();
        assertThat(reading.getFirst().failure()).isEmpty();
        assertThat(reading.getFirst().secrets()).isEqualTo(2);
    }

    private static void makePipe(Path pipe) throws IOException, InterruptedException {
        Process made = new ProcessBuilder("mkfifo", pipe.toString()).start();
        assertThat(made.waitFor(10, TimeUnit.SECONDS) && made.exitValue() == 0).isTrue();
    }

    /** As of {@code --keylog <(ssh server tail -f keys.log)}. */
    @Test
    void aPipeWithoutEndIsNotWaitedForButReadOn() throws Exception {
        Path pipe = dir.resolve("pipe");
        makePipe(pipe);
        byte[] late = RANDOM.clone();
        late[0] = 99;
        SecretStore store = new SecretStore(new Patience(Duration.ofMillis(20), Duration.ofMillis(200)));
        Path whole = Files.writeString(dir.resolve("whole.log"), line("CLIENT_RANDOM", RANDOM, "cc"));
        List<KeyLogFileReader> reading = KeyLogFileReader.begin(List.of(pipe, whole), store);
        assertThat(store.ofRandom(late))
                .as("nobody has opened the pipe for writing")
                .isEmpty();
        assertThat(found(store, RANDOM, SecretLabel.CLIENT_RANDOM)).isEqualTo("cc of whole.log line 1");
        try (OutputStream out = Files.newOutputStream(pipe)) {
            out.write(line("CLIENT_RANDOM", late, "aa").getBytes(StandardCharsets.US_ASCII));
            assertThat(reading.getFirst().ended()).isFalse();
            assertThat(reading.getFirst().failure()).isEmpty();
            assertThat(store.refresh()).isFalse();
            assertThat(store.age(0)).as("a pipe has no age").isEmpty();
        }
        reading.getFirst().awaitEnd();
        assertThat(reading.getFirst().ended()).isTrue();
        assertThat(found(store, late, SecretLabel.CLIENT_RANDOM)).isEqualTo("aa of pipe line 1");
    }

    @Test
    void theTimeOfALogIsHeldAgainstTheConnections() throws Exception {
        Path log = Files.writeString(dir.resolve("keys.log"), line("CLIENT_RANDOM", RANDOM, "aa"));
        Files.setLastModifiedTime(log, FileTime.from(Instant.parse("2026-11-22T01:02:03Z")));
        SecretStore store = new SecretStore();
        KeyLogFileReader.open(log, store);
        long at = Instant.parse("2026-11-22T01:02:03Z").getEpochSecond();
        assertThat(store.age((at - 60) * 1_000_000_000L))
                .isEqualTo("; it was last written at 2026-11-22T01:02:03Z, after this connection began");
        assertThat(store.age((at + 60) * 1_000_000_000L))
                .isEqualTo("; it was last written at 2026-11-22T01:02:03Z, before this connection began");
        assertThat(store.age((at + 1) * 1_000_000_000L))
                .isEqualTo("; it was last written at 2026-11-22T01:02:03Z, within 2 seconds before this connection"
                        + " began");
    }

    @Test
    void whatIsNoFileIsRefused() {
        assertThatThrownBy(() -> KeyLogFileReader.open(dir, new SecretStore()))
                .isInstanceOf(IOException.class)
                .hasMessageContaining("it is a folder");
    }
}
