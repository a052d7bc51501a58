package org.hikyaku.capture.ip;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import org.hikyaku.capture.Hex;
import org.hikyaku.capture.file.Packet;
import org.hikyaku.capture.ip.SegmentReader.Found;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** IPv4 by RFC 791 and IPv6 by RFC 8200, byte by byte: options, extension headers, fragments, and lengths that lie. */
class SegmentReaderTest {
    private static final int RAW = 101;

    private static final String ADDRESSES_4 = "c0000201 c0000219";
    private static final String ADDRESSES_6 = "20010db8000000000000000000000001 20010db8000000000000000000000019";

    /** 20 bytes, then 16 of payload: fragments are of 8. */
    private static final String TCP = "9c40 0019 00000064 000000c8 5018 ffff 0000 0000";

    private static final String PAYLOAD = "4d41494c 2046524f 4d3a3c61 4062633e"; // MAIL FROM:<a@bc>

    private final SegmentReader reader = new SegmentReader();
    private final Segment segment = new Segment();
    private long nanos;

    private Found read(String... packet) {
        return read(0, packet);
    }

    /** @param cut bytes that the snapshot length took away */
    private Found read(int cut, String[] packet) {
        byte[] bytes = Hex.bytes(packet);
        Packet p = new Packet();
        p.linkType = RAW;
        p.nanos = nanos;
        p.data = bytes;
        p.captured = bytes.length;
        p.original = (long) bytes.length + cut;
        return reader.read(p, segment);
    }

    private String said() {
        return new String(segment.data, segment.offset, segment.length, StandardCharsets.US_ASCII);
    }

    private void holdsTheMail(Found found) {
        assertThat(found).isEqualTo(Found.SEGMENT);
        assertThat(said()).isEqualTo("MAIL FROM:<a@bc>");
        assertThat(segment.sourcePort).isEqualTo(40_000);
        assertThat(segment.sequence).isEqualTo(100);
    }

    @Test
    void optionsOfIpv4ArePassedOver() {
        holdsTheMail(read("4700 0040 0000 4000 4006 0000", ADDRESSES_4, "94040000 01010101", TCP, PAYLOAD));
    }

    @Test
    void optionsOfTcpArePassedOver() {
        // RFC 7323: NOP, NOP, timestamps
        holdsTheMail(read(
                "4500 0044 0000 4000 4006 0000",
                ADDRESSES_4,
                "9c40 0019 00000064 000000c8 8018 ffff 0000 0000 0101 080a 00000001 00000002",
                PAYLOAD));
    }

    /** Ethernet frames have at least 60 bytes: what stands behind the IP packet is padding. */
    @Test
    void paddingBehindThePacketIsNotPayload() {
        assertThat(read("4500 0028 0000 4000 4006 0000", ADDRESSES_4, TCP, "0000 0000 0000"))
                .isEqualTo(Found.SEGMENT);
        assertThat(segment.length).isZero();
    }

    /** Wrong in every capture of a machine that leaves them to its card. */
    @ParameterizedTest
    @CsvSource({"0000, 0000", "ffff, 1234", "dead, beef"})
    void checksumsAreNotLookedAt(String ip, String tcp) {
        holdsTheMail(read(
                "4500 0038 0000 4000 4006" + ip,
                ADDRESSES_4,
                "9c40 0019 00000064 000000c8 5018 ffff " + tcp + " 0000",
                PAYLOAD));
    }

    /** Segmentation offload hands over more than 65,535 bytes and leaves the length empty. */
    @Test
    void lengthThatOffloadingLeftEmptyIsTheWires() {
        holdsTheMail(read("4500 0000 0000 4000 4006 0000", ADDRESSES_4, TCP, PAYLOAD));
        holdsTheMail(read("60000000 0000 06 40", ADDRESSES_6, TCP, PAYLOAD));
    }

    @Test
    void bytesThatTheSnapshotLengthCutAreCounted() {
        assertThat(read(12, new String[] {"4500 0038 0000 4000 4006 0000", ADDRESSES_4, TCP, "4d41494c"}))
                .isEqualTo(Found.SEGMENT);
        assertThat(said()).isEqualTo("MAIL");
        assertThat(segment.cut).isEqualTo(12);
        // Cut inside TCP's options: all of the payload is missing.
        assertThat(read(24, new String[] {
                    "4500 0044 0000 4000 4006 0000", ADDRESSES_4, "9c40 0019 00000064 000000c8 8018 ffff 0000 0000 0101"
                }))
                .isEqualTo(Found.SEGMENT);
        assertThat(segment.length).isZero();
        assertThat(segment.cut).isEqualTo(16);
    }

    @Test
    void whatIsNotTcpIsOther() {
        assertThat(read("4500 0020 0000 0000 4011 0000", ADDRESSES_4, "0035 0035 000c 0000 00000000"))
                .isEqualTo(Found.OTHER);
        assertThat(read("60000000 0008 11 40", ADDRESSES_6, "0035 0035 0008 0000"))
                .isEqualTo(Found.OTHER);
        assertThat(read("60000000 0000 3b 40", ADDRESSES_6)).isEqualTo(Found.OTHER); // no next header
        assertThat(read("60000000 0010 32 40", ADDRESSES_6, "00000001 00000001 00112233 44556677")) // ESP
                .isEqualTo(Found.OTHER);
        assertThat(read("5000 0038 0000 4000 4006 0000", ADDRESSES_4, TCP, PAYLOAD))
                .isEqualTo(Found.OTHER); // IP version 5
    }

    @ParameterizedTest(name = "{0}")
    @CsvSource({
        "header of 16 bytes, 4400 0038 0000 4000 4006 0000",
        "total length below the header, 4500 0013 0000 4000 4006 0000",
        "total length leaves no TCP header, 4500 0027 0000 4000 4006 0000",
        "header beyond the total length, 4f00 0038 0000 4000 4006 0000",
    })
    void lengthsThatLieAreDamage(String title, String header) {
        assertThat(read(header, ADDRESSES_4, TCP, PAYLOAD)).isEqualTo(Found.DAMAGED);
    }

    @ParameterizedTest
    @CsvSource({"4018", "0018", "f018"})
    void tcpHeaderLengthsThatLieAreDamage(String offsetAndFlags) {
        assertThat(read(
                        "4500 0038 0000 4000 4006 0000",
                        ADDRESSES_4,
                        "9c40 0019 00000064 000000c8 " + offsetAndFlags + " ffff 0000 0000",
                        PAYLOAD))
                .isEqualTo(Found.DAMAGED);
    }

    /** RFC 8200 section 4: next header, length in units of 8 bytes behind the first; AH in units of 4 (RFC 4302 section 2.2). */
    @ParameterizedTest(name = "{0}")
    @CsvSource({
        "hop-by-hop options, 002c, 00, 06 00 010400000000",
        "two of 8 and 16 bytes, 003c, 00, 2b 00 010400000000  06 01 0000 00000000 0000000000000000",
        "destination options, 002c, 3c, 06 00 010400000000",
        "authentication header, 003c, 33, 06 04 0000 00000001 00000001 000102030405060708090a0b",
        "mobility, 002c, 87, 06 00 000000000000",
        "an atomic fragment (RFC 6946), 002c, 2c, 06 00 0000 00000001",
        "hop-by-hop and atomic fragment, 0034, 00, 2c 00 010400000000 06 00 0000 00000001",
    })
    void extensionHeadersArePassedOver(String title, String length, String next, String headers) {
        holdsTheMail(read("60000000" + length + next + "40", ADDRESSES_6, headers, TCP, PAYLOAD));
    }

    @Test
    void extensionHeaderBeyondThePacketIsDamage() {
        assertThat(read("60000000 002c 00 40", ADDRESSES_6, "06 ff 010400000000", TCP, PAYLOAD))
                .isEqualTo(Found.DAMAGED);
        assertThat(read("60000000 0004 00 40", ADDRESSES_6, "06 00 0104")).isEqualTo(Found.DAMAGED);
    }

    /** The datagram of 36 bytes in three: 16, 16 and 4. RFC 791 section 3.1: flags and offset in units of 8. */
    private static String[] fragment4(int number) {
        return switch (number) {
            case 0 ->
                new String[] {"4500 0024 abcd 2000 4006 0000", ADDRESSES_4, "9c40 0019 00000064 000000c8 5018 ffff"};
            case 1 ->
                new String[] {"4500 0024 abcd 2002 4006 0000", ADDRESSES_4, "0000 0000 4d41494c 2046524f 4d3a3c61"};
            default -> new String[] {"4500 0018 abcd 0004 4006 0000", ADDRESSES_4, "4062633e"};
        };
    }

    /** RFC 8200 section 4.5. */
    private static String[] fragment6(int number) {
        return switch (number) {
            case 0 ->
                new String[] {
                    "60000000 0018 2c 40", ADDRESSES_6, "06 00 0001 12345678", "9c40 0019 00000064 000000c8 5018 ffff"
                };
            case 1 ->
                new String[] {
                    "60000000 0018 2c 40", ADDRESSES_6, "06 00 0011 12345678", "0000 0000 4d41494c 2046524f 4d3a3c61"
                };
            default -> new String[] {"60000000 000c 2c 40", ADDRESSES_6, "06 00 0020 12345678", "4062633e"};
        };
    }

    private Found fragment(boolean six, int number) {
        return read(0, six ? fragment6(number) : fragment4(number));
    }

    @ParameterizedTest
    @CsvSource({
        "false, 0, 1, 2",
        "false, 2, 1, 0",
        "false, 1, 2, 0",
        "true, 0, 1, 2",
        "true, 2, 0, 1",
        "true, 2, 1, 0",
    })
    void fragmentsInAnyOrderMakeTheDatagram(boolean six, int first, int second, int third) {
        assertThat(fragment(six, first)).isEqualTo(Found.FRAGMENT);
        assertThat(fragment(six, second)).isEqualTo(Found.FRAGMENT);
        holdsTheMail(fragment(six, third));
        assertThat(reader.datagramsLost()).isZero();
    }

    /** RFC 8200 section 4.1: destination options may stand in the fragments, before what they carry. */
    @Test
    void extensionHeadersInFragmentsArePassedOver() {
        assertThat(read(0, new String[] {
                    "60000000 0018 2c 40", ADDRESSES_6, "3c 00 0001 12345678", "06 00 010400000000 9c40 0019 00000064"
                }))
                .isEqualTo(Found.FRAGMENT);
        assertThat(read(0, new String[] {
                    "60000000 0018 2c 40", ADDRESSES_6, "3c 00 0011 12345678", "000000c8 5018 ffff 0000 0000 4d41494c"
                }))
                .isEqualTo(Found.FRAGMENT);
        holdsTheMail(read(
                0, new String[] {"60000000 0014 2c 40", ADDRESSES_6, "3c 00 0020 12345678", "2046524f 4d3a3c61 4062633e"
                }));
    }

    @Test
    void fragmentsOfFragmentsAreDamage() {
        assertThat(read(0, new String[] {
                    "60000000 0018 2c 40", ADDRESSES_6, "2c 00 0001 12345678", "06 00 0000 00000001 9c40 0019 00000064"
                }))
                .isEqualTo(Found.FRAGMENT);
        assertThat(read(0, new String[] {"60000000 000c 2c 40", ADDRESSES_6, "2c 00 0010 12345678", "000000c8"}))
                .isEqualTo(Found.DAMAGED);
    }

    @ParameterizedTest
    @CsvSource({"false", "true"})
    void aFragmentThatCameTwiceDoesNoHarm(boolean six) {
        assertThat(fragment(six, 0)).isEqualTo(Found.FRAGMENT);
        assertThat(fragment(six, 0)).isEqualTo(Found.FRAGMENT);
        assertThat(fragment(six, 2)).isEqualTo(Found.FRAGMENT);
        assertThat(fragment(six, 2)).isEqualTo(Found.FRAGMENT);
        holdsTheMail(fragment(six, 1));
    }

    /** RFC 5722 and RFC 8200 section 4.5: fragments that overlap are an attack; the datagram is dropped and counted. */
    @Test
    void fragmentsThatOverlapWithOtherContentDropTheDatagram() {
        fragment(false, 0);
        assertThat(read("4500 0024 abcd 2001 4006 0000", ADDRESSES_4, "ffffffff ffffffff 00000000 4d41494c"))
                .isEqualTo(Found.FRAGMENT);
        assertThat(reader.datagramsLost()).isEqualTo(1);
        assertThat(fragment(false, 1)).isEqualTo(Found.FRAGMENT);
        assertThat(fragment(false, 2)).isEqualTo(Found.FRAGMENT);
    }

    @Test
    void fragmentsOfOtherDatagramsAreKeptApart() {
        fragment(false, 0);
        fragment(false, 1);
        // Other identification, other protocol, other address: none of them is the missing end.
        assertThat(read("4500 0018 abce 0004 4006 0000", ADDRESSES_4, "4062633e"))
                .isEqualTo(Found.FRAGMENT);
        assertThat(read("4500 0018 abcd 0004 4011 0000", ADDRESSES_4, "4062633e"))
                .isEqualTo(Found.OTHER);
        assertThat(read("4500 0018 abcd 0004 4006 0000", "c0000201 c000021a", "4062633e"))
                .isEqualTo(Found.FRAGMENT);
        holdsTheMail(fragment(false, 2));
    }

    @Test
    void fragmentsThatLieAreDropped() {
        // Not a multiple of 8 although more come.
        assertThat(read("4500 0019 0001 2000 4006 0000", ADDRESSES_4, "0102030405"))
                .isEqualTo(Found.FRAGMENT);
        // Beyond 65,535 bytes: the ping of death.
        assertThat(read("4500 001c 0002 1fff 4006 0000", ADDRESSES_4, "0102030405060708"))
                .isEqualTo(Found.FRAGMENT);
        // Two ends.
        assertThat(read("4500 001c 0003 0004 4006 0000", ADDRESSES_4, "0102030405060708"))
                .isEqualTo(Found.FRAGMENT);
        assertThat(read("4500 001c 0003 0002 4006 0000", ADDRESSES_4, "0102030405060708"))
                .isEqualTo(Found.FRAGMENT);
        assertThat(reader.datagramsLost()).isEqualTo(3);
    }

    @Test
    void fragmentThatTheSnapshotLengthCutIsDropped() {
        assertThat(read(4, new String[] {"4500 001c 0004 2000 4006 0000", ADDRESSES_4, "01020304"}))
                .isEqualTo(Found.FRAGMENT);
        assertThat(reader.datagramsLost()).isEqualTo(1);
    }

    /** The eldest goes when there are too many, and that is counted. */
    @Test
    void datagramsThatNeverBecomeWholeAreNotKept() {
        int flood = 100_000;
        for (int i = 0; i < flood; i++) {
            String id = String.format("%08x", i);
            assertThat(read("60000000 0010 2c 40", ADDRESSES_6, "06 00 0001" + id, "0102030405060708"))
                    .isEqualTo(Found.FRAGMENT);
        }
        assertThat(reader.datagramsLost()).isEqualTo(flood);
    }

    /** NFS over UDP shall not push out what counts. */
    @ParameterizedTest
    @CsvSource({
        "IPv4, 4500 001c 0001 2000 4011 0000, c0000201 c0000219",
        "IPv6, 60000000 0010 2c 40, 20010db8000000000000000000000001 20010db8000000000000000000000019 11 00 0001 00000001",
    })
    void fragmentsOfUdpAreNotKept(String title, String header, String addresses) {
        assertThat(read(header, addresses, "0102030405060708")).isEqualTo(Found.OTHER);
        assertThat(reader.datagramsLost()).isZero();
    }

    /** A capture on all interfaces sees each fragment twice. */
    @ParameterizedTest
    @CsvSource({"false", "true"})
    void aFragmentThatComesAgainBehindTheWholeBeginsNoDatagram(boolean six) {
        fragment(six, 0);
        fragment(six, 1);
        holdsTheMail(fragment(six, 2));
        assertThat(fragment(six, 2)).isEqualTo(Found.FRAGMENT);
        assertThat(fragment(six, 1)).isEqualTo(Found.FRAGMENT);
        assertThat(reader.datagramsLost()).isZero();
    }

    @Test
    void anIdentificationMayComeAgain() {
        fragment(false, 0);
        fragment(false, 1);
        holdsTheMail(fragment(false, 2));
        assertThat(read("4500 0024 abcd 2000 4006 0000", ADDRESSES_4, "9c40 0019 00000074 000000c8 5018 ffff"))
                .isEqualTo(Found.FRAGMENT);
        assertThat(read("4500 0024 abcd 2002 4006 0000", ADDRESSES_4, "0000 0000 44415441 0d0a2020 20202020"))
                .isEqualTo(Found.FRAGMENT);
        assertThat(read("4500 0018 abcd 0004 4006 0000", ADDRESSES_4, "20200d0a"))
                .isEqualTo(Found.SEGMENT);
        assertThat(said()).startsWith("DATA\r\n");
        assertThat(reader.datagramsLost()).isZero();
    }

    /** RFC 1122 section 3.3.2: a receiver forgets after 60 seconds; what comes later is of another datagram. */
    @Test
    void fragmentsThatWaitedTooLongDoNotSpoilTheNextWithTheirIdentification() {
        assertThat(read("4500 0024 abcd 2000 4006 0000", ADDRESSES_4, "9c40 0019 00000054 000000c8 5018 ffff"))
                .isEqualTo(Found.FRAGMENT);
        nanos += 61_000_000_000L;
        fragment(false, 0);
        fragment(false, 1);
        holdsTheMail(fragment(false, 2));
        assertThat(reader.datagramsLost()).isEqualTo(1);
    }
}
