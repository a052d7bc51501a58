package org.hikyaku.capture.file;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.hikyaku.capture.Hex;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Copies of captures, byte by byte: blocks of draft-ietf-opsawg-pcapng written by hand. */
class CaptureCopyTest {
    /** With its length, 0x100 bytes, and a comment. */
    private static final String SECTION =
            "0a0d0d0a 28000000 4d3c2b1a 0100 0000 0001000000000000 0100 0300 616263 00 00000000 28000000";

    private static final String SECTION_OF_ANY_LENGTH =
            "0a0d0d0a 28000000 4d3c2b1a 0100 0000 ffffffffffffffff 0100 0300 616263 00 00000000 28000000";

    /** {@code if_name} "eth0" and {@code if_description} "up". */
    private static final String INTERFACE =
            "01000000 28000000 0100 0000 00000400 0200 0400 65746830 0300 0200 7570 0000 00000000 28000000";

    /** 127.0.0.1 is "me". */
    private static final String NAMES = "04000000 20000000 0100 0700 7f000001 6d65 00 00 00000000 00000000 20000000";

    /** One byte, with {@code opt_comment} "hi" and a flags word. */
    private static final String PACKET = "06000000 38000000 00000000 00000000 40420f00 01000000 01000000 aa000000"
            + " 0100 0200 6869 0000 0200 0400 01000000 00000000 38000000";

    private static final String SIMPLE = "03000000 14000000 01000000 bb000000 14000000";
    private static final String NO_INTERFACE =
            "06000000 24000000 07000000 00000000 40420f00 01000000 01000000 cc000000 24000000";
    private static final String STATISTICS = "05000000 18000000 00000000 00000000 00000000 18000000";
    private static final String OF_SOMEBODY = "0b0b0000 10000000 01020304 10000000";

    /** "A 1 2\n", as TLS key log. */
    private static final String KNOWN = "0a000000 1c000000 4b534c54 06000000 412031 20320a 0000 1c000000";

    private static final String SECTION_BIG = "0a0d0d0a 0000001c 1a2b3c4d 0001 0000 0000000000000040 0000001c";
    private static final String SECTION_BIG_OF_ANY_LENGTH =
            "0a0d0d0a 0000001c 1a2b3c4d 0001 0000 ffffffffffffffff 0000001c";
    private static final String INTERFACE_BIG = "00000001 00000014 0001 0000 00000000 00000014";
    private static final String PACKET_BIG =
            "00000006 00000024 00000000 00000000 001e8480 00000001 00000001 dd000000 00000024";

    /** "B 3 4\n" in either order. */
    private static final String NEW = "0a000000 1c000000 4b534c54 06000000 422033 20340a 0000 1c000000";

    private static final String NEW_BIG = "0000000a 0000001c 544c534b 00000006 422033 20340a 0000 0000001c";

    @TempDir
    private Path dir;

    private byte[] copy(CaptureCopy how, String... blocks) throws IOException {
        ByteArrayOutputStream to = new ByteArrayOutputStream();
        how.write(Files.write(dir.resolve("c.pcapng"), Hex.bytes(blocks)), to);
        return to.toByteArray();
    }

    @Test
    void everyBlockStaysAndTheSecretsStandBeforeTheFirstPacket() throws IOException {
        assertThat(copy(
                        CaptureCopy.whole(List.of("B 3 4")),
                        SECTION,
                        OF_SOMEBODY,
                        INTERFACE,
                        NAMES,
                        PACKET,
                        SIMPLE,
                        NO_INTERFACE,
                        STATISTICS,
                        SECTION_BIG,
                        INTERFACE_BIG,
                        PACKET_BIG))
                .isEqualTo(Hex.bytes(
                        SECTION_OF_ANY_LENGTH,
                        OF_SOMEBODY,
                        INTERFACE,
                        NAMES,
                        NEW,
                        PACKET,
                        SIMPLE,
                        NO_INTERFACE,
                        STATISTICS,
                        SECTION_BIG,
                        INTERFACE_BIG,
                        PACKET_BIG));
    }

    @Test
    void withoutSecretsNothingChanges() throws IOException {
        String[] blocks = {SECTION, INTERFACE, KNOWN, PACKET, SECTION_BIG, INTERFACE_BIG, PACKET_BIG};
        assertThat(copy(CaptureCopy.whole(List.of()), blocks)).isEqualTo(Hex.bytes(blocks));
        assertThat(copy(CaptureCopy.whole(List.of("A 1 2")), blocks))
                .as("secrets that stand there already are not said twice")
                .isEqualTo(Hex.bytes(
                        SECTION_OF_ANY_LENGTH, INTERFACE, KNOWN, PACKET, SECTION_BIG, INTERFACE_BIG, PACKET_BIG));
    }

    /** Wireshark takes a secret for the packets behind it. */
    @Test
    void secretsBehindThePacketsAreSaidInFrontAsWell() throws IOException {
        assertThat(copy(CaptureCopy.whole(List.of("B 3 4")), SECTION_BIG, INTERFACE_BIG, PACKET_BIG, NEW_BIG))
                .isEqualTo(Hex.bytes(SECTION_BIG_OF_ANY_LENGTH, INTERFACE_BIG, NEW_BIG, PACKET_BIG, NEW_BIG));
    }

    @Test
    void ofSomePacketsOtherSecretsStayOut() throws IOException {
        assertThat(copy(
                        CaptureCopy.of(packet -> packet.frame == 2, List.of("B 3 4")),
                        SECTION,
                        INTERFACE,
                        KNOWN,
                        PACKET,
                        NO_INTERFACE.replace("07000000", "00000000"),
                        NO_INTERFACE,
                        STATISTICS))
                .isEqualTo(Hex.bytes(
                        SECTION_OF_ANY_LENGTH,
                        INTERFACE,
                        NEW,
                        NO_INTERFACE.replace("07000000", "00000000"),
                        STATISTICS));
    }
}
