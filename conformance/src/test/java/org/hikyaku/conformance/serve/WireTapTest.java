package org.hikyaku.conformance.serve;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;
import org.hikyaku.capture.file.CaptureFiles;
import org.hikyaku.capture.file.CaptureReader;
import org.hikyaku.capture.file.Packet;
import org.hikyaku.capture.tcp.Side;
import org.hikyaku.net.Connection;
import org.hikyaku.net.Deadline;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Two connections at one time, by a clock that goes on by a millisecond at each look. */
class WireTapTest {
    private final AtomicLong millis = new AtomicLong(1_000);
    private final InstantSource clock = () -> Instant.ofEpochMilli(millis.getAndIncrement());
    private final List<Long> seen = new ArrayList<>();
    private final StringBuilder said = new StringBuilder();

    @TempDir
    private Path folder;

    private Path file = Path.of("");

    @BeforeEach
    void name() {
        file = folder.resolve("lab.pcapng");
    }

    private record End(int port, OutputStream output) implements Connection {
        @Override
        public InputStream input() {
            return new ByteArrayInputStream(new byte[0]);
        }

        @Override
        public InetSocketAddress remote() {
            return new InetSocketAddress(InetAddress.ofLiteral("192.0.2.9"), port);
        }

        @Override
        public InetSocketAddress local() {
            return new InetSocketAddress(InetAddress.ofLiteral("192.0.2.1"), 25);
        }

        @Override
        public void within(Deadline deadline) {}

        @Override
        public void close() {}
    }

    private static void say(WireTap.Tapped who, String text) throws IOException {
        who.connection().output().write(text.getBytes(StandardCharsets.US_ASCII));
    }

    private void read() throws IOException {
        seen.clear();
        said.setLength(0);
        try (CaptureReader reader = CaptureFiles.open(file, secrets -> said.append('*'))) {
            Packet packet = new Packet();
            while (reader.next(packet)) {
                seen.add(packet.nanos);
                String text = new String(packet.data, packet.offset, packet.captured, StandardCharsets.ISO_8859_1);
                int word = text.indexOf("word-");
                said.append(word < 0 ? "" : text.substring(word + 5));
            }
        }
    }

    @Test
    void packetsOfParallelConnectionsAreInOrderOfTimeBehindTheirSecrets() throws IOException {
        try (WireTap tap = WireTap.create(file, clock)) {
            WireTap.Tapped one = tap.tapped(new End(1001, new ByteArrayOutputStream()), Side.SERVER);
            WireTap.Tapped two = tap.tapped(new End(1002, new ByteArrayOutputStream()), Side.SERVER);
            say(one, "word-a");
            say(two, "word-b");
            say(one, "word-c");
            tap.secret("CLIENT_RANDOM", new byte[32], new byte[48]);
            two.ended().run();
            read();
            assertThat(seen).as("the first connection is open still").isEmpty();

            say(one, "word-d");
            one.ended().run();
            read();
            assertThat(said).hasToString("*abcd");
            assertThat(seen).isSorted().hasSizeGreaterThan(4);

            WireTap.Tapped three = tap.tapped(new End(1003, new ByteArrayOutputStream()), Side.SERVER);
            say(three, "word-e");
        }
        read();
        assertThat(said).as("what is open at the end is written as well").hasToString("*abcde");
        assertThat(seen).isSorted();
    }

    @Test
    void moreThanMayWaitIsWrittenBeforeItsConnectionEnds() throws IOException {
        try (WireTap tap = WireTap.create(file, clock)) {
            WireTap.Tapped one = tap.tapped(new End(1001, OutputStream.nullOutputStream()), Side.SERVER);
            byte[] much = new byte[1 << 20];
            for (long kept = 0; kept <= WireTap.KEPT.value(); kept += much.length) {
                one.connection().output().write(much);
            }
            read();
            assertThat(seen).isSorted().isNotEmpty();
        }
    }
}
