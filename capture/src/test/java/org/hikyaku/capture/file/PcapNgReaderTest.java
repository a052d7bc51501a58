package org.hikyaku.capture.file;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import org.hikyaku.capture.Hex;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** pcapng, byte by byte from draft-ietf-opsawg-pcapng. */
class PcapNgReaderTest {
    private static final String SECTION_LITTLE = """
            0a0d0d0a 1c000000 4d3c2b1a 0100 0000 ffffffffffffffff 1c000000
            """;
    private static final String SECTION_BIG = """
            0a0d0d0a 0000001c 1a2b3c4d 0001 0000 ffffffffffffffff 0000001c
            """;

    /** LINKTYPE_ETHERNET, without options: microseconds. */
    private static final String ETHERNET_LITTLE = "01000000 14000000 0100 0000 00000000 14000000";

    /** One packet as it was read. */
    private record Read(long frame, long nanos, int linkType, long original, String data) {}

    private final List<String> secrets = new ArrayList<>();
    private List<String> warnings = List.of();

    private List<Read> read(String... blocks) throws IOException {
        return read(Hex.bytes(blocks));
    }

    private List<Read> read(byte[] file) throws IOException {
        List<Read> all = new ArrayList<>();
        try (CaptureReader reader = CaptureFiles.open(
                new ByteArrayInputStream(file),
                "test",
                text -> secrets.add(new String(text, StandardCharsets.US_ASCII)))) {
            Packet p = new Packet();
            while (reader.next(p)) {
                all.add(new Read(
                        p.frame,
                        p.nanos,
                        p.linkType,
                        p.original,
                        HexFormat.of().formatHex(Arrays.copyOfRange(p.data, p.offset, p.offset + p.captured))));
            }
            warnings = reader.warnings();
        }
        return all;
    }

    /** Each section has its byte order and its own interfaces; frames are counted through. */
    @Test
    void sectionsOfBothByteOrders() throws IOException {
        assertThat(read(
                        SECTION_LITTLE,
                        ETHERNET_LITTLE,
                        "06000000 24000000 00000000 00000000 40420f00 03000000 05000000 01020300 24000000",
                        SECTION_BIG,
                        "00000001 00000014 0065 0000 00000000 00000014", // LINKTYPE_RAW
                        "00000001 00000014 0113 0000 00000000 00000014", // 275
                        "00000006 00000024 00000001 00000000 001e8480 00000002 00000002 04050000 00000024",
                        "00000006 00000024 00000000 00000000 002dc6c0 00000001 00000001 06000000 00000024",
                        SECTION_LITTLE,
                        "01000000 14000000 7100 0000 00000000 14000000", // LINKTYPE_LINUX_SLL
                        "06000000 24000000 00000000 00000000 00093d00 01000000 01000000 07000000 24000000"))
                .containsExactly(
                        new Read(1, 1_000_000_000L, 1, 5, "010203"),
                        new Read(2, 2_000_000_000L, 275, 2, "0405"),
                        new Read(3, 3_000_000_000L, 101, 1, "06"),
                        new Read(4, 4_000_000_000L, 113, 1, "07"));
        assertThat(warnings).isEmpty();
    }

    /** if_tsresol: a power of ten, or of two when the highest bit is set. Units are counted from 1970. */
    @ParameterizedTest(name = "{0}")
    @CsvSource({
        "seconds, 00, 00000000, 0000000a, 10000000000",
        "milliseconds, 03, 00000000, 000004d2, 1234000000",
        "microseconds, 06, 00000000, 0012d687, 1234567000",
        "nanoseconds, 09, 00000000, 499602d2, 1234567890",
        "picoseconds, 0c, 00000001, 00000000, 4294967",
        "two to the -10, 8a, 00000000, 00000601, 1500976562",
        "two to the -32, a0, 00000001, 80000000, 1500000000",
        "two to the -20, 94, 00000000, 00180000, 1500000000",
    })
    void timeResolutions(String title, String resolution, String high, String low, long nanos) throws IOException {
        assertThat(read(
                        SECTION_BIG,
                        "00000001 00000020 0001 0000 00000000  0009 0001",
                        resolution + "000000  0000 0000 00000020",
                        "00000006 00000024 00000000",
                        high + low,
                        "00000001 00000001 ff000000 00000024"))
                .containsExactly(new Read(1, nanos, 1, 1, "ff"));
    }

    /** if_tsoffset: seconds to add, with a sign. Other options stand before and behind. */
    @ParameterizedTest
    @CsvSource({"00000000000003e8, 1002000000000", "ffffffffffffffff, 1000000000", "0000000000000000, 2000000000"})
    void timeOffsets(String offset, long nanos) throws IOException {
        assertThat(read(
                        SECTION_BIG,
                        "00000001 0000003c 0001 0000 00000000",
                        "0002 0004 65746830", // if_name eth0
                        "000e 0008 " + offset,
                        "000c 0003 4c696e00", // if_os, padded
                        "0009 0001 06000000",
                        "0000 0000 0000003c",
                        "00000006 00000024 00000000 00000000 001e8480 00000001 00000001 ff000000 00000024"))
                .containsExactly(new Read(1, nanos, 1, 1, "ff"));
    }

    /** A Simple Packet Block has no time, and no length of its own: the interface's snapshot length bounds it. */
    @Test
    void simplePackets() throws IOException {
        assertThat(read(
                        SECTION_LITTLE,
                        "01000000 14000000 0100 0000 04000000 14000000", // SnapLen 4
                        "03000000 14000000 03000000 01020300 14000000",
                        "03000000 14000000 dc050000 01020304 14000000"))
                .containsExactly(new Read(1, 0, 1, 3, "010203"), new Read(2, 0, 1, 1500, "01020304"));
    }

    /** The obsolete Packet Block: interface and drop count of 16 bits each. */
    @Test
    void obsoletePackets() throws IOException {
        assertThat(read(
                        SECTION_BIG,
                        "00000001 00000014 0001 0000 00000000 00000014",
                        "00000001 00000014 0065 0000 00000000 00000014",
                        "00000002 00000024 0001 ffff 00000000 001e8480 00000002 00000009 04050000 00000024"))
                .containsExactly(new Read(1, 2_000_000_000L, 101, 9, "0405"));
        assertThat(read(
                        SECTION_LITTLE,
                        ETHERNET_LITTLE,
                        "02000000 24000000 0000 0100 00000000 80841e00 02000000 02000000 04050000 24000000"))
                .containsExactly(new Read(1, 2_000_000_000L, 1, 2, "0405"));
    }

    /** Names, statistics, journal entries, custom blocks, and blocks of types not yet invented say nothing for us. */
    @Test
    void otherBlocksArePassedOverInSilence() throws IOException {
        String packet = "06000000 24000000 00000000 00000000 40420f00 01000000 01000000 ff000000 24000000";
        assertThat(read(
                        SECTION_LITTLE,
                        ETHERNET_LITTLE,
                        "04000000 20000000 0100 0900 c0000201 6d782e74 00000000 00000000 20000000", // names
                        packet,
                        "05000000 18000000 00000000 00000000 00000000 18000000", // statistics
                        "09000000 10000000 5f5f0a00 10000000", // systemd journal
                        "ad0b0000 14000000 09800000 01020304 14000000", // custom, may be copied
                        "ad0b0040 14000000 09800000 01020304 14000000", // custom, may not
                        "99000080 0c000000 0c000000",
                        packet))
                .hasSize(2);
        assertThat(warnings).isEmpty();
    }

    /** TLS Key Log is 0x544c534b; WireGuard's and ZigBee's keys are not for us. Secrets may stand in any section. */
    @Test
    void secretsAreTakenWhereverTheyStand() throws IOException {
        read(
                SECTION_LITTLE,
                "0a000000 18000000 4b534c54 03000000 41204200 18000000",
                ETHERNET_LITTLE,
                "0a000000 18000000 4c4b4757 03000000 58205900 18000000", // WireGuard
                "06000000 24000000 00000000 00000000 40420f00 01000000 01000000 ff000000 24000000",
                "0a000000 18000000 4b534c54 03000000 43204400 18000000",
                SECTION_BIG,
                "0000000a 00000018 544c534b 00000004 45204647 00000018");
        assertThat(secrets).containsExactly("A B", "C D", "E FG");
    }

    @Test
    void secretsThatClaimMoreThanTheirBlockAreNotTaken() throws IOException {
        read(SECTION_LITTLE, "0a000000 18000000 4b534c54 ffffffff 41204200 18000000");
        read(SECTION_LITTLE, "0a000000 10000000 4b534c54 10000000");
        assertThat(secrets).isEmpty();
    }

    @Test
    void packetsThatCannotBeReadAreCountedAndTold() throws IOException {
        assertThat(read(
                        SECTION_LITTLE,
                        "06000000 24000000 00000000 00000000 40420f00 01000000 01000000 ff000000 24000000",
                        "03000000 14000000 03000000 01020300 14000000",
                        ETHERNET_LITTLE,
                        "06000000 24000000 01000000 00000000 40420f00 01000000 01000000 ff000000 24000000",
                        "06000000 24000000 00000000 00000000 40420f00 ff000000 01000000 ff000000 24000000",
                        "06000000 10000000 00000000 10000000",
                        "06000000 24000000 00000000 00000000 40420f00 01000000 01000000 ff000000 24000000"))
                .extracting(Read::frame)
                .containsExactly(6L);
        assertThat(warnings)
                .hasSize(5)
                .anySatisfy(w -> assertThat(w).contains("packet 3").contains("names interface 1"))
                .anySatisfy(w -> assertThat(w).contains("packet 4").contains("claims 255 bytes in a block of 36"));
    }

    @Test
    void sectionWithoutAByteOrderIsRefused() {
        assertThatThrownBy(() -> read("0a0d0d0a 1c000000 11223344 0100 0000 ffffffffffffffff 1c000000"))
                .isInstanceOf(CaptureFormatException.class)
                .hasMessageContaining("no byte-order magic");
    }

    @Test
    void fileCutInsideABlockIsReadUpToTheCut() throws IOException {
        byte[] whole = Hex.bytes(
                SECTION_LITTLE,
                ETHERNET_LITTLE,
                "06000000 24000000 00000000 00000000 40420f00 01000000 01000000 ff000000 24000000",
                "06000000 24000000 00000000 00000000 40420f00 01000000 01000000 ff000000 24000000");
        for (int length = whole.length - 35; length < whole.length; length++) {
            assertThat(read(Arrays.copyOf(whole, length))).hasSize(1);
            assertThat(warnings)
                    .hasSize(1)
                    .allSatisfy(w -> assertThat(w).contains("behind packet 1").contains("it was cut"));
        }
    }
}
