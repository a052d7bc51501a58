package org.hikyaku.capture.file;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** pcapng as it is written, against bytes put together by hand from the draft, and read again. */
class PcapNgWriterTest {

    @Test
    void blocksAreLaidOutAsTheDraftSays() throws IOException {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        try (PcapNgWriter writer = new PcapNgWriter(out, "abc")) {
            int number = writer.addInterface(PcapNgWriter.ETHERNET, 0, "lo");
            writer.keyLog("A B".getBytes(StandardCharsets.US_ASCII));
            writer.packet(number, 0x1_0000_0002L, new byte[] {9, 1, 2, 3, 4, 5, 9}, 1, 5, 60, "why");
        }
        String expected = """
                0a0d0d0a 28000000 4d3c2b1a 0100 0000 ffffffffffffffff
                  0400 0300 61626300 00000000 28000000
                01000000 28000000 0100 0000 00000000
                  0200 0200 6c6f0000 0900 0100 09000000 00000000 28000000
                0a000000 18000000 4b534c54 03000000 41204200 18000000
                06000000 34000000 00000000 01000000 02000000 05000000 3c000000
                  0102030405 000000 0100 0300 77687900 00000000 34000000
                """;
        assertThat(HexFormat.of().formatHex(out.toByteArray())).isEqualTo(expected.replaceAll("\\s", ""));
    }

    @Test
    void whatIsWrittenIsReadAgain() throws IOException {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        byte[] large = new byte[100_000];
        Arrays.fill(large, (byte) 7);
        try (PcapNgWriter writer = new PcapNgWriter(out, "")) {
            writer.keyLog("one\n".getBytes(StandardCharsets.US_ASCII));
            int ethernet = writer.addInterface(PcapNgWriter.ETHERNET, 0, "");
            int raw = writer.addInterface(101, 96, "tun0");
            writer.packet(ethernet, 1_780_000_000_123_456_789L, large, 0, large.length, large.length);
            writer.packet(raw, 1_780_000_000_123_456_790L, large, 0, 3, 1500);
        }
        List<String> secrets = new ArrayList<>();
        try (CaptureReader reader = CaptureFiles.open(
                new ByteArrayInputStream(out.toByteArray()),
                "test",
                text -> secrets.add(new String(text, StandardCharsets.US_ASCII)))) {
            Packet packet = new Packet();
            assertThat(reader.next(packet)).isTrue();
            assertThat(packet.nanos).isEqualTo(1_780_000_000_123_456_789L);
            assertThat(packet.captured).isEqualTo(100_000);
            assertThat(packet.linkType).isEqualTo(1);
            assertThat(reader.next(packet)).isTrue();
            assertThat(packet.nanos).isEqualTo(1_780_000_000_123_456_790L);
            assertThat(packet.captured).isEqualTo(3);
            assertThat(packet.original).isEqualTo(1500);
            assertThat(packet.linkType).isEqualTo(101);
            assertThat(reader.next(packet)).isFalse();
            assertThat(reader.warnings()).isEmpty();
        }
        assertThat(secrets).containsExactly("one\n");
    }

    @Test
    void aFileWithSecretsIsForItsOwnerOnly(@TempDir Path dir) throws IOException {
        Path fresh = dir.resolve("fresh.pcapng");
        PcapNgWriter.create(fresh, "test", true).close();
        Path present =
                Files.writeString(dir.resolve("present.pcapng"), "what was there before, and longer than a header");
        Files.setPosixFilePermissions(present, PosixFilePermissions.fromString("rw-r--r--"));
        PcapNgWriter.create(present, "test", true).close();
        for (Path file : List.of(fresh, present)) {
            assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(file)))
                    .isEqualTo("rw-------");
            assertThat(Files.size(file)).isEqualTo(28 + 4 + 4 + 4);
        }
    }
}
