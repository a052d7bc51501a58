package org.hikyaku.capture.ip;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import org.hikyaku.capture.Hex;
import org.hikyaku.capture.file.Packet;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * Frames of each link type, byte by byte from the pages of the LINKTYPE_ registry of tcpdump.org and the RFCs named beside
 * them. In each stands the same segment.
 */
class LinkTypesTest {
    private static final String TCP = """
            9c40 0019 00000064 000000c8   # port 40000 to 25, sequence 100, acknowledgement 200
            5018 ffff 0000 0000           # 20 bytes of header, PSH and ACK; no checksum: the card makes it
            68656c6c6f                    # "hello"
            """;

    private static final String IPV4 = """
            4500 002d 1234 4000 4006 0000 # 45 bytes, do not fragment, TTL 64, TCP, no checksum
            c0000201 c0000219             # 192.0.2.1 to 192.0.2.25
            """ + TCP;

    private static final String IPV6 = """
            60000000 0019 06 40           # 25 bytes behind this header, TCP, hop limit 64
            20010db8 00000000 00000000 00000001
            20010db8 00000000 00000000 00000019
            """ + TCP;

    private static final String MAC = "020000000001 020000000002";

    private final SegmentReader reader = new SegmentReader();
    private final Segment segment = new Segment();

    private SegmentReader.Found read(int linkType, String... frame) {
        byte[] bytes = Hex.bytes(frame);
        Packet packet = new Packet();
        packet.linkType = linkType;
        packet.data = bytes;
        packet.captured = bytes.length;
        packet.original = bytes.length;
        return reader.read(packet, segment);
    }

    private void holds(int linkType, String before, String ip) {
        assertThat(read(linkType, before, ip)).isEqualTo(SegmentReader.Found.SEGMENT);
        assertThat(new String(segment.data, segment.offset, segment.length, StandardCharsets.US_ASCII))
                .isEqualTo("hello");
        assertThat(segment.sourcePort).isEqualTo(40_000);
        assertThat(segment.destinationPort).isEqualTo(25);
        assertThat(segment.sequence).isEqualTo(100);
        assertThat(segment.acknowledgement).isEqualTo(200);
        assertThat(segment.cut).isZero();
        if (ip.equals(IPV4)) {
            assertThat(segment.sourceLow).isEqualTo(0x0000_ffff_c000_0201L);
            assertThat(segment.destinationLow).isEqualTo(0x0000_ffff_c000_0219L);
            assertThat(segment.sourceHigh | segment.destinationHigh).isZero();
        } else {
            assertThat(segment.sourceHigh).isEqualTo(0x2001_0db8_0000_0000L);
            assertThat(segment.destinationHigh).isEqualTo(0x2001_0db8_0000_0000L);
            assertThat(segment.sourceLow).isEqualTo(1);
            assertThat(segment.destinationLow).isEqualTo(0x19);
        }
    }

    @ParameterizedTest(name = "{0}")
    @CsvSource({
        "plain, ''",
        "VLAN 100 (IEEE 802.1Q), 8100 0064",
        "VLAN with priority, 8100 e064",
        "QinQ (IEEE 802.1ad), 88a8 0064 8100 00c8",
        "QinQ by its older number 9100, 9100 0064 8100 00c8",
        "QinQ by its older number 9200, 9200 0064 8100 00c8",
        "three tags, 88a8 0001 8100 0002 8100 0003",
    })
    void ethernet(String title, String tags) {
        holds(1, MAC + tags + "0800", IPV4);
        holds(1, MAC + tags + "86dd", IPV6);
    }

    /** RFC 3032 section 2.1: label (20 bits), class (3), bottom of the stack (1), TTL (8). */
    @ParameterizedTest(name = "{0}")
    @CsvSource({
        "one label, 00064140",
        "two labels, 00064040 00010140",
        "three labels, 00064040 000c8e40 00010140",
        "explicit null, 00000140",
    })
    void mpls(String title, String labels) {
        holds(1, MAC + "8847" + labels, IPV4);
        holds(1, MAC + "8847" + labels, IPV6);
        holds(1, MAC + "8848" + labels, IPV4);
        holds(1, MAC + "8100 0064 8847" + labels, IPV4);
        holds(9, "0281" + labels, IPV4); // RFC 3032 section 4.1: over PPP
    }

    @Test
    void mplsWhoseStackHasNoBottomIsNotIp() {
        assertThat(read(1, MAC, "8847 00064040 00064040 00064040")).isEqualTo(SegmentReader.Found.OTHER);
    }

    /** RFC 2516 section 4: version and type, code, session, length; then PPP's protocol number. */
    @Test
    void pppOverEthernet() {
        holds(1, MAC + "8864 11 00 0001 002f 0021", IPV4);
        holds(1, MAC + "8864 11 00 0001 0043 0057", IPV6);
        holds(1, MAC + "8100 0064 8864 11 00 0001 002f 0021", IPV4);
        holds(51, "11 00 0001 002f 0021", IPV4); // LINKTYPE_PPP_ETHER
        assertThat(read(1, MAC, "8864 11 00 0001 000a c021 0101 0008 0000")) // LCP
                .isEqualTo(SegmentReader.Found.OTHER);
    }

    @ParameterizedTest(name = "{0}")
    @CsvSource({
        "protocol alone, '', 0021, 0057",
        "address and control (RFC 1662), ff03, 0021, 0057",
        "compressed protocol (RFC 1661 section 6.5), '', 21, 57",
        "compressed behind address and control, ff03, 21, 57",
    })
    void ppp(String title, String before, String four, String six) {
        holds(9, before + four, IPV4);
        holds(9, before + six, IPV6);
        holds(204, "00" + before + four, IPV4); // LINKTYPE_PPP_WITH_DIR: received
        holds(204, "01" + before + six, IPV6); // sent
    }

    /** LINKTYPE_PPP_HDLC: PPP in HDLC-like framing, or Cisco HDLC (RFC 1547 section 4.3.1) when it begins with 0F or 8F. */
    @Test
    void serialLines() {
        holds(50, "ff03 0021", IPV4);
        holds(50, "0f00 0800", IPV4);
        holds(50, "8f00 86dd", IPV6);
        holds(104, "0f00 0800", IPV4); // LINKTYPE_C_HDLC
        holds(104, "8f00 8847 00064140", IPV4);
    }

    /** LINKTYPE_LINUX_SLL: packet type, ARPHRD_, length of the address, address, protocol. */
    @Test
    void linuxCooked1() {
        String ethernet = "0000 0001 0006 020000000001 0000";
        holds(113, ethernet + "0800", IPV4);
        holds(113, ethernet + "86dd", IPV6);
        holds(113, "0004 0304 0000 0000000000000000 0800", IPV4); // sent by us, on the loopback
        holds(113, ethernet + "8100 0064 0800", IPV4);
        holds(113, ethernet + "8847 00064140", IPV4);
        assertThat(read(113, ethernet, "0806 0001 0800 0604 0001")).isEqualTo(SegmentReader.Found.OTHER); // ARP
    }

    /** LINKTYPE_LINUX_SLL2: protocol, reserved, interface, ARPHRD_, packet type, length of the address, address. */
    @Test
    void linuxCooked2() {
        holds(276, "0800 0000 00000002 0001 00 06 020000000001 0000", IPV4);
        holds(276, "86dd 0000 00000002 0001 04 06 020000000001 0000", IPV6);
        holds(276, "8100 0000 00000002 0001 00 06 020000000001 0000 0064 0800", IPV4);
    }

    /** LINKTYPE_NULL: PF_INET is 2 everywhere; PF_INET6 is 24, 28 or 30 by system; in the byte order of the machine. */
    @ParameterizedTest
    @CsvSource({"02000000, 18000000", "00000002, 0000001c", "02000000, 1e000000"})
    void nullLoopback(String four, String six) {
        holds(0, four, IPV4);
        holds(0, six, IPV6);
        holds(108, four, IPV4); // LINKTYPE_LOOP, OpenBSD
        holds(108, six, IPV6);
    }

    @ParameterizedTest
    @CsvSource({"101", "12", "14"})
    void rawIp(int linkType) {
        holds(linkType, "", IPV4);
        holds(linkType, "", IPV6);
    }

    @Test
    void rawIpOfOneVersion() {
        holds(228, "", IPV4);
        holds(229, "", IPV6);
    }

    @Test
    void linkTypeThatIsNotUnderstoodIsToldAsSuch() {
        assertThat(read(105, "0800", IPV4)).isEqualTo(SegmentReader.Found.UNKNOWN_LINK_TYPE); // IEEE 802.11
    }

    /** Whatever the link type, a frame may be cut after any byte. */
    @ParameterizedTest
    @CsvSource({
        "1, 020000000001 020000000002 88a8 0064 8100 00c8 8847 00064040 00064140",
        "1, 020000000001 020000000002 8864 11 00 0001 002f ff03 0021",
        "0, 02000000",
        "9, ff03 0281 00064140",
        "50, 8f00 0800",
        "51, 11 00 0001 002f 0021",
        "104, 0f00 0800",
        "204, 00 ff03 0021",
        "108, 00000002",
        "101, ''",
        "113, 0000 0001 0006 020000000001 0000 0800",
        "276, 0800 0000 00000002 0001 00 06 020000000001 0000",
    })
    void frameCutAnywhereIsNoSegmentOrSaysWhatItLacks(int linkType, String before) {
        byte[] whole = Hex.bytes(before, IPV4);
        int header = Hex.bytes(before).length + 40;
        for (int length = 0; length < whole.length; length++) {
            Packet packet = new Packet();
            packet.linkType = linkType;
            packet.data = java.util.Arrays.copyOf(whole, length); // so that reading beyond throws
            packet.captured = length;
            packet.original = whole.length;
            SegmentReader.Found found = reader.read(packet, segment);
            if (length < header) {
                assertThat(found).as("%d bytes", length).isNotEqualTo(SegmentReader.Found.SEGMENT);
            } else {
                assertThat(found).isEqualTo(SegmentReader.Found.SEGMENT);
                assertThat(segment.length).isEqualTo(length - header);
                assertThat(segment.cut).isEqualTo(whole.length - length);
            }
        }
    }
}
