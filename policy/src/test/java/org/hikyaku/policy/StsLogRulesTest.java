package org.hikyaku.policy;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.xbill.DNS.Name;

/** S16: the store on disk survives restarts, and a kill at any byte. */
class StsLogRulesTest {
    private static final Name A = Zone.name("a.example");
    private static final Name B = Zone.name("b.example");

    @TempDir
    private Path directory;

    private Path file;
    private final MovingClock clock = new MovingClock();

    @BeforeEach
    void place() {
        file = directory.resolve("mta-sts.log");
    }

    private static StoredPolicy policy(Name domain, String id, int filler) {
        String text = "version: STSv1\nmode: enforce\nmx: mx." + domain.toString(true) + "\nmax_age: 86400\nx: "
                + "y".repeat(filler) + "\n";
        try {
            return StoredPolicy.of(domain, id, Observed.NOW, text.getBytes(StandardCharsets.UTF_8));
        } catch (StsFormatException e) {
            throw new IllegalArgumentException(e);
        }
    }

    private void write(StoredPolicy... policies) throws IOException {
        try (StsLog log = StsLog.open(file, clock)) {
            for (StoredPolicy policy : policies) {
                log.put(policy);
            }
        }
    }

    private List<Optional<StoredPolicy>> read(Name... domains) throws IOException {
        try (StsLog log = StsLog.open(file, clock)) {
            return Arrays.stream(domains).map(log::find).toList();
        }
    }

    @Test
    void whatWasPutIsThereAfterARestart() throws Exception {
        StoredPolicy a = policy(A, "id1", 10);
        StoredPolicy b = policy(B, "id2", 20);
        write(a, b);
        assertThat(read(A, B, Zone.name("c.example")))
                .containsExactly(Optional.of(a), Optional.of(b), Optional.empty());
        assertThat(read(A).getFirst().map(p -> p.policy().mode())).contains(StsPolicy.Mode.ENFORCE);
    }

    @Test
    void theLastPutOfADomainCounts() throws Exception {
        StoredPolicy later = policy(A, "id2", 5);
        write(policy(A, "id1", 10), later);
        assertThat(read(A)).containsExactly(Optional.of(later));
    }

    @Test
    void theFileIsForTheOwnerAlone() throws Exception {
        write(policy(A, "id1", 10));
        assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(file)))
                .isEqualTo("rw-------");
    }

    @Test
    void aKillAtAnyByteLosesAtMostTheEntryThatWasBeingWritten() throws Exception {
        StoredPolicy a = policy(A, "id1", 10);
        StoredPolicy b = policy(B, "id2", 20);
        write(a);
        int whole = (int) Files.size(file);
        write(b);
        byte[] bytes = Files.readAllBytes(file);
        for (int length = 0; length <= bytes.length; length++) {
            Files.write(file, Arrays.copyOf(bytes, length));
            Optional<StoredPolicy> expectedA = length >= whole ? Optional.of(a) : Optional.empty();
            Optional<StoredPolicy> expectedB = length == bytes.length ? Optional.of(b) : Optional.empty();
            assertThat(read(A, B)).as("cut to %d bytes", length).containsExactly(expectedA, expectedB);
            // and it can be written to again
            write(b);
            assertThat(read(A, B))
                    .as("cut to %d bytes, then written", length)
                    .containsExactly(expectedA, Optional.of(b));
        }
    }

    @Test
    void aTailOfRubbishIsCutOff() throws Exception {
        StoredPolicy a = policy(A, "id1", 10);
        write(a);
        byte[] whole = Files.readAllBytes(file);
        for (int rubbish : new int[] {1, 7, 8, 40, 5000}) {
            byte[] bytes = Arrays.copyOf(whole, whole.length + rubbish);
            Arrays.fill(bytes, whole.length, bytes.length, (byte) rubbish);
            Files.write(file, bytes);
            assertThat(read(A)).containsExactly(Optional.of(a));
            assertThat(Files.size(file)).isEqualTo(whole.length);
        }
    }

    @Test
    void anEntryWithAFlippedBitIsNotBelieved() throws Exception {
        write(policy(A, "id1", 10));
        byte[] whole = Files.readAllBytes(file);
        for (int i = StsLogFormat.HEADER_LENGTH; i < whole.length; i++) {
            byte[] flipped = whole.clone();
            flipped[i] ^= 0x10;
            Files.write(file, flipped);
            assertThat(read(A)).as("byte %d", i).containsExactly(Optional.empty());
        }
    }

    @Test
    void damageInTheMiddleCostsNoOtherPolicy() throws Exception {
        StoredPolicy a = policy(A, "id1", 10);
        StoredPolicy b = policy(B, "id2", 7000);
        write(a);
        int endOfA = (int) Files.size(file);
        write(b);
        byte[] whole = Files.readAllBytes(file);
        for (int i = StsLogFormat.HEADER_LENGTH; i < endOfA; i++) {
            byte[] flipped = whole.clone();
            flipped[i] ^= 0x10;
            Files.write(file, flipped);
            assertThat(read(A, B)).as("byte %d", i).containsExactly(Optional.empty(), Optional.of(b));
            assertThat(Files.size(file)).as("byte %d", i).isEqualTo(whole.length);
        }
    }

    @Test
    void aWholeEntryThatIsNotTakenAnyMoreCostsNoOtherPolicy() throws Exception {
        byte[] a = entry("version: STSv9\nmode: enforce\nmx: a\nmax_age: 86400\n");
        StoredPolicy b = policy(B, "id2", 20);
        write();
        byte[] header = Files.readAllBytes(file);
        write(b);
        byte[] whole = Files.readAllBytes(file);
        var both = new java.io.ByteArrayOutputStream();
        both.writeBytes(header);
        both.writeBytes(a);
        both.write(whole, header.length, whole.length - header.length);
        Files.write(file, both.toByteArray());
        assertThat(read(A, B)).containsExactly(Optional.empty(), Optional.of(b));
        assertThat(Files.readAllBytes(file)).isEqualTo(both.toByteArray());
    }

    /** An entry for a.example with this text, made from the description of the format. */
    private static byte[] entry(String text) {
        byte[] body = text.getBytes(StandardCharsets.US_ASCII);
        byte[] domain = {1, 'a', 7, 'e', 'x', 'a', 'm', 'p', 'l', 'e', 0};
        int payload = 1 + 8 + 1 + domain.length + 1 + 2 + body.length;
        var content = java.nio.ByteBuffer.allocate(payload);
        content.put((byte) 1).putLong(1_800_000_000L).put((byte) domain.length).put(domain);
        content.put((byte) 2).put(new byte[] {'i', 'd'}).put(body);
        var crc = new java.util.zip.CRC32C();
        crc.update(java.nio.ByteBuffer.allocate(4).putInt(payload).flip());
        crc.update(content.array());
        return java.nio.ByteBuffer.allocate(8 + payload)
                .putInt(payload)
                .putInt((int) crc.getValue())
                .put(content.array())
                .array();
    }

    @Test
    void anotherFileOrFormatIsRefusedWithASentenceAndLeftAlone() throws Exception {
        Files.writeString(file, "v=spf1 -all\n");
        assertThatThrownBy(() -> StsLog.open(file, clock)).hasMessageContaining("is no MTA-STS store");
        assertThat(Files.readString(file)).isEqualTo("v=spf1 -all\n");
        Files.write(file, "HIKYSTS\u0002".getBytes(StandardCharsets.ISO_8859_1));
        assertThatThrownBy(() -> StsLog.open(file, clock))
                .hasMessageContaining("format 2; this program reads format 1");
    }

    @Test
    void twoAtATimeAreRefused() throws Exception {
        try (StsLog _ = StsLog.open(file, clock)) {
            assertThatThrownBy(() -> StsLog.open(file, clock)).hasMessageContaining("in use by another process");
        }
    }

    @Test
    void compactionKeepsTheLatestOfEachDomainAndShrinksTheFile() throws Exception {
        StoredPolicy b = policy(B, "id", 100);
        StoredPolicy last = policy(A, "last", 60_000);
        try (StsLog log = StsLog.open(file, clock)) {
            log.put(b);
            for (int i = 0; i < 40; i++) {
                log.put(policy(A, "id" + i, 60_000));
            }
            log.put(last);
            assertThat(Files.size(file)).isLessThan(1_300_000);
            log.put(policy(Zone.name("c.example"), "c", 10));
        }
        assertThat(read(A, B)).containsExactly(Optional.of(last), Optional.of(b));
        assertThat(read(Zone.name("c.example")).getFirst()).isPresent();
        assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(file)))
                .isEqualTo("rw-------");
        try (var files = Files.list(directory)) {
            assertThat(files).containsExactly(file);
        }
    }

    @Test
    void aKillWhileCompactingLosesNothing() throws Exception {
        StoredPolicy a = policy(A, "id1", 10);
        write(a);
        Files.writeString(directory.resolve("mta-sts.log.new"), "half of it");
        try (StsLog log = StsLog.open(file, clock)) {
            log.compact();
            assertThat(log.find(A)).contains(a);
        }
        assertThat(read(A)).containsExactly(Optional.of(a));
    }

    @Test
    void compactionDropsWhatHasExpired() throws Exception {
        StoredPolicy dayLong = policy(A, "id1", 10);
        StoredPolicy weekLong = StoredPolicy.of(
                B,
                "id2",
                Observed.NOW,
                "version: STSv1\nmode: enforce\nmx: mx.b.example\nmax_age: 604800\n".getBytes(StandardCharsets.UTF_8));
        try (StsLog log = StsLog.open(file, clock)) {
            log.put(dayLong);
            log.put(weekLong);
            clock.advance(java.time.Duration.ofDays(1).minusSeconds(1));
            log.compact();
            assertThat(log.domains()).as("a second before its end").containsExactlyInAnyOrder(A, B);
            clock.advance(java.time.Duration.ofSeconds(1));
            log.compact();
            assertThat(log.domains()).containsExactly(B);
        }
        assertThat(read(A, B)).containsExactly(Optional.empty(), Optional.of(weekLong));
    }

    /** Each domain is asked once and never again: nothing is outdated, all expires. */
    @Test
    void policiesOfDomainsThatAreNotHeardOfAgainDoNotPileUp() throws Exception {
        try (StsLog log = StsLog.open(file, clock)) {
            for (int day = 0; day < 100; day++) {
                String text = "version: STSv1\nmode: enforce\nmx: mx\nmax_age: 86400\nx: " + "y".repeat(60_000) + "\n";
                log.put(StoredPolicy.of(
                        Zone.name("d" + day + ".example"),
                        "id",
                        clock.instant(),
                        text.getBytes(StandardCharsets.UTF_8)));
                clock.advance(java.time.Duration.ofDays(1));
            }
            assertThat(Files.size(file)).isLessThan(1_300_000);
            assertThat(log.domains()).hasSizeLessThan(25);
        }
    }

    @Test
    void aFailedCompactionDoesNotFailThePutThatIsAlreadyDurable() throws Exception {
        Path inTheWay = directory.resolve("mta-sts.log.new");
        Files.createDirectories(inTheWay.resolve("full"));
        StoredPolicy last = policy(A, "last", 60_000);
        try (StsLog log = StsLog.open(file, clock)) {
            for (int i = 0; i < 30; i++) {
                log.put(policy(A, "id" + i, 60_000));
            }
            log.put(last);
            assertThat(Files.size(file)).as("it could not shrink").isGreaterThan(1_800_000);
            assertThatThrownBy(log::compact).isInstanceOf(IOException.class);
        }
        assertThat(read(A)).containsExactly(Optional.of(last));
        Files.delete(inTheWay.resolve("full"));
        Files.delete(inTheWay);
        write(policy(B, "id", 10));
        assertThat(read(A)).containsExactly(Optional.of(last));
        assertThat(Files.size(file)).as("as soon as it can, it shrinks").isLessThan(100_000);
    }

    /** The bytes are a promise: a file of format 1 written by hand from the description. */
    @Test
    void aFileWrittenByHandIsRead() throws Exception {
        byte[] entry = entry("version: STSv1\nmode: none\nmax_age: 1\n");
        var all = java.nio.ByteBuffer.allocate(8 + entry.length);
        all.put("HIKYSTS".getBytes(StandardCharsets.US_ASCII)).put((byte) 1).put(entry);
        Files.write(file, all.array());
        StoredPolicy read = read(A).getFirst().orElseThrow();
        assertThat(read.id()).isEqualTo("id");
        assertThat(read.fetched()).isEqualTo(java.time.Instant.ofEpochSecond(1_800_000_000L));
        assertThat(read.policy().mode()).isEqualTo(StsPolicy.Mode.NONE);
    }
}
