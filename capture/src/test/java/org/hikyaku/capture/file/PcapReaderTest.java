package org.hikyaku.capture.file;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.util.Arrays;
import org.hikyaku.capture.Hex;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** pcap, byte by byte from draft-ietf-opsawg-pcap: both byte orders, micro- and nanoseconds. */
class PcapReaderTest {
    /** 2026-11-22T01:02:03Z is 0x6b023f0b seconds. */
    private static final long SECONDS = 1_795_309_323L;

    private static CaptureReader open(byte[] file) throws IOException {
        return CaptureFiles.open(new ByteArrayInputStream(file), "test", text -> {});
    }

    @ParameterizedTest(name = "{0}")
    @CsvSource({
        "microseconds big endian, a1b2c3d4 0002 0004 00000000 00000000 00040000 00000065, 000f1206, 00000003, 00000005, 987654000",
        "microseconds little endian, d4c3b2a1 0200 0400 00000000 00000000 00000400 65000000, 06120f00, 03000000, 05000000, 987654000",
        "nanoseconds big endian, a1b23c4d 0002 0004 00000000 00000000 00040000 00000065, 3ade68b1, 00000003, 00000005, 987654321",
        "nanoseconds little endian, 4d3cb2a1 0200 0400 00000000 00000000 00000400 65000000, b168de3a, 03000000, 05000000, 987654321",
    })
    void timesAndLengthsAreRead(
            String title, String header, String fraction, String captured, String original, long nanos)
            throws IOException {
        boolean little = header.endsWith("65000000");
        String seconds = little ? "0b3f026b" : "6b023f0b";
        byte[] file = Hex.bytes(header, seconds, fraction, captured, original, "010203", seconds, fraction, captured);
        try (CaptureReader reader = open(file)) {
            Packet packet = new Packet();
            assertThat(reader.next(packet)).isTrue();
            assertThat(packet.frame).isEqualTo(1);
            assertThat(packet.nanos).isEqualTo(SECONDS * 1_000_000_000L + nanos);
            assertThat(packet.captured).isEqualTo(3);
            assertThat(packet.original).isEqualTo(5);
            assertThat(packet.linkType).isEqualTo(101);
            assertThat(Arrays.copyOfRange(packet.data, packet.offset, packet.offset + 3))
                    .containsExactly(1, 2, 3);
            assertThat(reader.next(packet)).isFalse();
            assertThat(reader.warnings()).containsExactly("the file ends inside the header of packet 2: it was cut");
        }
    }

    /** Kuznetzov's variant of 1999 has eight more bytes before each packet. */
    @ParameterizedTest
    @CsvSource({
        "a1b2cd34 0002 0004 00000000 00000000 00040000 00000001, 6b023f0b 00000000 00000002 00000002, 00000001 0800 00 00",
        "34cdb2a1 0200 0400 00000000 00000000 00000400 01000000, 0b3f026b 00000000 02000000 02000000, 01000000 0008 00 00",
    })
    void modifiedFormat(String header, String record, String more) throws IOException {
        try (CaptureReader reader = open(Hex.bytes(header, record, more, "0102", record, more, "0304"))) {
            Packet packet = new Packet();
            assertThat(reader.next(packet)).isTrue();
            assertThat(reader.next(packet)).isTrue();
            assertThat(packet.data[packet.offset]).isEqualTo((byte) 3);
            assertThat(packet.linkType).isEqualTo(1);
            assertThat(reader.next(packet)).isFalse();
            assertThat(reader.warnings()).isEmpty();
        }
    }

    /** The four upper bits are the length of the frame check sequence, the sixth says whether that is meant. */
    @ParameterizedTest
    @ValueSource(strings = {"44000001", "40000001", "04000001"})
    void frameCheckSequenceIsNoPartOfTheLinkType(String linkType) throws IOException {
        try (CaptureReader reader = open(Hex.bytes(
                "a1b2c3d4 0002 0004 00000000 00000000 00040000 " + linkType,
                "00000000 00000000 00000001 00000001",
                "01"))) {
            Packet packet = new Packet();
            assertThat(reader.next(packet)).isTrue();
            assertThat(packet.linkType).isEqualTo(1);
        }
    }

    @Test
    void fileCutInsideAPacketSaysWhere() throws IOException {
        try (CaptureReader reader = open(Hex.bytes(
                "a1b2c3d4 0002 0004 00000000 00000000 00040000 00000065",
                "00000000 00000000 00000001 00000001",
                "01",
                "00000000 00000000 00000004 00000004",
                "010203"))) {
            Packet packet = new Packet();
            assertThat(reader.next(packet)).isTrue();
            assertThat(reader.next(packet)).isFalse();
            assertThat(reader.warnings()).containsExactly("the file ends inside packet 2: it was cut");
        }
    }
}
