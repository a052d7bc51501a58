package org.hikyaku.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.BufferedReader;
import java.io.FileInputStream;
import java.io.FileOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;
import org.hikyaku.capture.file.CaptureFiles;
import org.hikyaku.capture.file.CaptureReader;
import org.hikyaku.capture.file.Packet;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** {@code decode} that is ended by a signal: what was read is written whole, and nothing else is left behind. */
@Timeout(60)
class DecodeStopTest {
    private static final Path MIXED = Path.of(TestCaptures.file("captures/mixed.pcap"));
    private static final String KEYS = TestCaptures.file("captures/mixed.keys");

    @TempDir
    private Path dir;

    private Process decode(String... args) throws IOException {
        List<String> command = new ArrayList<>(List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-XX:TieredStopAtLevel=1",
                "-XX:+UseSerialGC",
                "--enable-native-access=ALL-UNNAMED",
                "--sun-misc-unsafe-memory-access=allow",
                "-cp",
                System.getProperty("java.class.path"),
                Hikyaku.class.getName(),
                "decode"));
        command.addAll(List.of(args));
        return new ProcessBuilder(command)
                .redirectError(dir.resolve("err").toFile())
                .start();
    }

    private static List<Long> frames(Path capture) throws IOException {
        List<Long> lengths = new ArrayList<>();
        try (CaptureReader reader = CaptureFiles.open(capture, _ -> {})) {
            Packet packet = new Packet();
            while (reader.next(packet)) {
                lengths.add(packet.nanos);
            }
        }
        return lengths;
    }

    /** The first packets of a pcap file. */
    private static byte[] head(byte[] pcap, int packets) {
        int at = 24;
        for (int i = 0; i < packets; i++) {
            at += 16 + (pcap[at + 8] & 0xff | (pcap[at + 9] & 0xff) << 8);
        }
        return Arrays.copyOf(pcap, at);
    }

    /** Its input stays open, as when the signal goes to this process alone. */
    @Test
    void everyOutputHoldsWhatWasRead() throws Exception {
        Path yesterday = Files.writeString(dir.resolve("x.pcapng"), "of yesterday");
        byte[] part = head(Files.readAllBytes(MIXED), 60);
        Process decode = decode(
                "-",
                "--keylog",
                KEYS,
                "--dialogue",
                "--write",
                dir.resolve("x.pcapng").toString(),
                "--write-plain",
                dir.resolve("p.pcapng").toString(),
                "--bytes",
                dir.resolve("b").toString(),
                "--html",
                dir.resolve("h.html").toString(),
                "--mails",
                dir.resolve("m").toString());
        OutputStream packets = decode.getOutputStream();
        packets.write(part);
        packets.flush();
        BufferedReader said = decode.inputReader(StandardCharsets.UTF_8);
        assertThat(said.readLine()).as("it has begun").isNotNull();
        assertThat(yesterday).as("until all is done").hasContent("of yesterday");
        decode.toHandle().destroy(); // SIGTERM; unlike the process itself it leaves open what can be read
        List<String> rest = said.lines().toList();
        assertThat(decode.waitFor()).isEqualTo(143);

        Path fed = Files.write(dir.resolve("fed.pcap"), part);
        CommandRunner.Result expected = new CommandRunner()
                .run(
                        "decode",
                        fed.toString(),
                        "--keylog",
                        KEYS,
                        "--dialogue",
                        "--bytes",
                        dir.resolve("b2").toString(),
                        "--write-plain",
                        dir.resolve("p2.pcapng").toString(),
                        "--mails",
                        dir.resolve("m2").toString());
        assertThat(rest).isNotEmpty().isEqualTo(expected.out().lines().skip(1).toList());
        assertThat(frames(dir.resolve("x.pcapng"))).hasSize(60).isEqualTo(frames(fed));
        assertThat(new CommandRunner()
                        .run("decode", dir.resolve("x.pcapng").toString(), "--dialogue")
                        .out()
                        .lines()
                        .filter(line -> line.startsWith("C: ")))
                .as("with the secrets inside")
                .isNotEmpty()
                .isEqualTo(rest.stream().filter(line -> line.startsWith("C: ")).toList());
        assertThat(dir.resolve("b")).isNotEmptyFile().hasSameBinaryContentAs(dir.resolve("b2"));
        assertThat(dir.resolve("p.pcapng")).isNotEmptyFile().hasSameBinaryContentAs(dir.resolve("p2.pcapng"));
        assertThat(dir.resolve("h.html")).content().endsWith("</html>\n");
        assertThat(dir.resolve("m").toFile().list())
                .isNotEmpty()
                .containsExactlyInAnyOrder(dir.resolve("m2").toFile().list());
        assertThat(dir.toFile().list()).noneMatch(name -> name.endsWith(".part"));
        packets.close();
    }

    @Test
    void aFileHasNoMorePacketsFromThenOn() throws IOException {
        ProgressReader reader = new ProgressReader(CaptureFiles.open(MIXED, _ -> {}), "mixed", Progress.none());
        try (reader) {
            Packet packet = new Packet();
            assertThat(reader.next(packet)).isTrue();
            reader.end();
            assertThat(reader.next(packet)).isFalse();
        }
    }

    @Test
    void whoWaitsForAPipeIsToldOfTheEnd() throws Exception {
        Path pipe = dir.resolve("pipe");
        assertThat(new ProcessBuilder("mkfifo", pipe.toString()).start().waitFor())
                .isZero();
        FutureTask<OutputStream> writer = new FutureTask<>(() -> new FileOutputStream(pipe.toFile()));
        Thread.ofVirtual().start(writer);
        EndableInput input = EndableInput.of(new FileInputStream(pipe.toFile()));
        try (OutputStream out = writer.get(20, TimeUnit.SECONDS)) {
            out.write(7);
            assertThat(input.read()).isEqualTo(7);
            FutureTask<Integer> waiting = new FutureTask<>(input::read);
            Thread reading = Thread.ofPlatform().start(waiting);
            input.end();
            assertThat(waiting.get(20, TimeUnit.SECONDS)).isEqualTo(-1);
            assertThat(input.available()).isZero();
            assertThat(input.read()).isEqualTo(-1);
            reading.join();
        }
    }
}
