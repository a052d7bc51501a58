package org.hikyaku.capture.interop;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.function.UnaryOperator;
import org.hikyaku.capture.Captures;
import org.hikyaku.capture.Connection;
import org.hikyaku.capture.Hex;
import org.hikyaku.capture.interop.Frames.Part;
import org.hikyaku.capture.interop.Frames.Passing;
import org.hikyaku.capture.tcp.Endpoint;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * The TCP segments of a real TLS session in frames and packets of every kind that no loopback shows, all in one file of many
 * interfaces; tshark judges: the same connections, beginning at the same packets, and the same bytes in clear.
 */
@Tag("interop")
class UnusualLinksTest {
    private static final String SAID = "hello from tls13\n31slt morf olleh\n";
    private static final int ETHERNET = 1;
    private static final int TCP = 6;

    /** The EtherType 9200; and fragments that disagree, of which tshark takes either, a receiver neither (RFC 5722). */
    private static final int MOST_THAT_TSHARK_LACKS = 4;

    @SuppressWarnings("ArrayRecordComponent") // never compared
    private record Sent(boolean fromClient, byte[] segment) {}

    private interface Sender {
        /** The frames of a segment. */
        List<byte[]> frames(int session, int number, Sent sent);
    }

    private record Way(int linkType, Sender sender) {}

    private final Random random;
    private final long seed = new Random().nextLong();
    private final Map<String, Way> ways = new LinkedHashMap<>();

    UnusualLinksTest() {
        random = new Random(seed);
        tagged();
        pointToPoint();
        others();
        extensionHeaders();
        fragments();
    }

    private static byte[] ipv4(int session, int number, Sent sent) {
        byte[] segment = sent.segment();
        return Frames.ipv4(
                v4(session, sent.fromClient()), v4(session, !sent.fromClient()), number, segment, 0, segment.length);
    }

    private static int v4(int session, boolean client) {
        return 0x0a000000 | session << 8 | (client ? 1 : 2);
    }

    private static byte[] v6(int session, boolean client) {
        return ByteBuffer.allocate(16)
                .putInt(0x20010db8)
                .putInt(session)
                .putInt(0)
                .putInt(client ? 1 : 2)
                .array();
    }

    private static byte[] ipv6(int session, Sent sent, int next, byte[] payload) {
        return Frames.ipv6(v6(session, sent.fromClient()), v6(session, !sent.fromClient()), next, payload);
    }

    /** Whole packets of both versions of IP. */
    private void both(String title, int linkType, UnaryOperator<byte[]> frame) {
        four(title, linkType, frame);
        six(title, linkType, frame);
    }

    private void four(String title, int linkType, UnaryOperator<byte[]> frame) {
        ways.put(
                title + ", IPv4",
                new Way(linkType, (session, number, sent) -> List.of(frame.apply(ipv4(session, number, sent)))));
    }

    private void six(String title, int linkType, UnaryOperator<byte[]> frame) {
        ways.put(
                title + ", IPv6",
                new Way(
                        linkType,
                        (session, number, sent) -> List.of(frame.apply(ipv6(session, sent, TCP, sent.segment())))));
    }

    private void tagged() {
        both("802.1ad and 802.1Q", ETHERNET, ip -> Frames.tagged("88a8 0064 8100 e0c8", ip));
        both("9100 and 802.1Q", ETHERNET, ip -> Frames.tagged("9100 0064 8100 00c8", ip));
        both("9200 and 802.1Q", ETHERNET, ip -> Frames.tagged("9200 0064 8100 00c8", ip));
        both("three tags", ETHERNET, ip -> Frames.tagged("88a8 0001 8100 0002 8100 0003", ip));
        for (int labels = 1; labels <= 3; labels++) {
            int count = labels;
            both("MPLS of depth " + labels, ETHERNET, ip -> Frames.ethernet(0x8847, Frames.mpls(count, ip)));
        }
        both(
                "MPLS in a VLAN",
                ETHERNET,
                ip -> Frames.ethernet(0x8100, Frames.join(Hex.bytes("0064 8847"), Frames.mpls(2, ip))));
        both("PPPoE", ETHERNET, ip -> Frames.ethernet(0x8864, Frames.pppoe(ip)));
        both(
                "PPPoE in QinQ",
                ETHERNET,
                ip -> Frames.ethernet(0x88a8, Frames.join(Hex.bytes("0064 8100 0007 8864"), Frames.pppoe(ip))));
    }

    private void pointToPoint() {
        both("PPP", 9, Frames::ppp);
        both("PPP with address and control", 9, ip -> Frames.join(Hex.bytes("ff03"), Frames.ppp(ip)));
        both("PPP-HDLC", 50, ip -> Frames.join(Hex.bytes("ff03"), Frames.ppp(ip)));
        both("PPP-HDLC with MPLS", 50, ip -> Frames.join(Hex.bytes("ff03 0281"), Frames.mpls(2, ip)));
        both("PPPoE without Ethernet", 51, Frames::pppoe);
        both("PPP with direction", 204, ip -> Frames.join(Hex.bytes("01 ff03"), Frames.ppp(ip)));
        four("Cisco HDLC", 104, ip -> Frames.join(Hex.bytes("0f00 0800"), ip));
        six("Cisco HDLC", 104, ip -> Frames.join(Hex.bytes("0f00 86dd"), ip));
    }

    private void others() {
        four("null, little-endian", 0, ip -> Frames.join(Hex.bytes("02000000"), ip));
        four("null, big-endian", 0, ip -> Frames.join(Hex.bytes("00000002"), ip));
        for (String family : List.of("18000000", "1c000000", "1e000000", "0000001c")) {
            six("null " + family, 0, ip -> Frames.join(Hex.bytes(family), ip));
        }
        four("loop", 108, ip -> Frames.join(Hex.bytes("00000002"), ip));
        six("loop", 108, ip -> Frames.join(Hex.bytes("0000001c"), ip));
        String cooked = "0000 0001 0006 020000000001 0000";
        both("cooked 1", 113, ip -> Frames.join(Hex.bytes(cooked), type(ip), ip));
        both("cooked 1 with a VLAN", 113, ip -> Frames.join(Hex.bytes(cooked, "8100 0064"), type(ip), ip));
        String cooked2 = "0000 00000003 0001 00 06 0200000000010000";
        both("cooked 2", 276, ip -> Frames.join(type(ip), Hex.bytes(cooked2), ip));
        both("cooked 2 with a VLAN", 276, ip -> Frames.join(Hex.bytes("8100", cooked2, "0064"), type(ip), ip));
        both("raw", 101, ip -> ip);
        four("raw IPv4", 228, ip -> ip);
        six("raw IPv6", 229, ip -> ip);
    }

    private static byte[] type(byte[] ip) {
        return ByteBuffer.allocate(2).putShort((short) Frames.type(ip)).array();
    }

    private void extensionHeaders() {
        ways.put("hop-by-hop and destination options", new Way(ETHERNET, (session, number, sent) -> {
            byte[] payload = Frames.join(Frames.options(60, 1), Frames.options(TCP, 3), sent.segment());
            return List.of(Frames.ethernet(0x86dd, ipv6(session, sent, 0, payload)));
        }));
        ways.put("routing and authentication headers", new Way(ETHERNET, (session, number, sent) -> {
            // Type 4 without segments left (RFC 8754 section 2); AH of 24 bytes (RFC 4302 section 2.2).
            byte[] routing = Hex.bytes("33 02 04 00 00 00 0000 20010db8 00000000 00000000 000000ff");
            byte[] authentication = Hex.bytes("06 04 0000 00000100 00000007 00112233 44556677 8899aabb");
            byte[] payload = Frames.join(routing, authentication, sent.segment());
            return List.of(Frames.ethernet(0x86dd, ipv6(session, sent, 43, payload)));
        }));
        ways.put("atomic fragments", new Way(ETHERNET, (session, number, sent) -> {
            byte[] segment = sent.segment();
            byte[] payload = Frames.fragment6(TCP, number, segment, 0, segment.length);
            return List.of(Frames.ethernet(0x86dd, ipv6(session, sent, 44, payload)));
        }));
    }

    private void fragments() {
        for (Passing passing : Passing.values()) {
            ways.put(
                    "fragments of IPv4, " + passing,
                    new Way(
                            ETHERNET,
                            (session, number, sent) -> passing(
                                    sent.segment(),
                                    passing,
                                    number,
                                    (id, datagram, part) -> Frames.tagged(
                                            "88a8 0064 8100 00c8",
                                            Frames.ipv4(
                                                    v4(session, sent.fromClient()),
                                                    v4(session, !sent.fromClient()),
                                                    id,
                                                    datagram,
                                                    part.offset(),
                                                    part.length())))));
            ways.put(
                    "fragments of IPv6, " + passing,
                    new Way(
                            ETHERNET,
                            (session, number, sent) -> passing(
                                    // Destination options stand in the first fragment, hop-by-hop options before each.
                                    Frames.join(Frames.options(TCP, 2), sent.segment()),
                                    passing,
                                    number,
                                    (id, datagram, part) -> Frames.ethernet(
                                            0x86dd,
                                            ipv6(
                                                    session,
                                                    sent,
                                                    0,
                                                    Frames.join(
                                                            Frames.options(44, 1),
                                                            Frames.fragment6(
                                                                    60,
                                                                    id,
                                                                    datagram,
                                                                    part.offset(),
                                                                    part.length())))))));
        }
    }

    private interface Fragment {
        byte[] frame(int id, byte[] datagram, Part part);
    }

    /** The fragments of a datagram, and where they do not make it whole, those of the segment sent again. */
    private List<byte[]> passing(byte[] datagram, Passing passing, int number, Fragment fragment) {
        List<byte[]> frames = new ArrayList<>();
        int size = 8 * (3 + random.nextInt(20));
        for (Part part : Frames.parts(datagram.length, size, passing, random)) {
            frames.add(fragment.frame(number, datagram, part));
        }
        boolean again = passing == Passing.ONE_MISSING_THEN_SENT_AGAIN;
        if (passing == Passing.OVERLAPPING_OTHERWISE_THEN_SENT_AGAIN && frames.size() > 1) {
            byte[] forged = datagram.clone();
            forged[size - 1] ^= 0x55;
            frames.add(1, fragment.frame(number, forged, new Part(size - 8, 8)));
            again = true;
        }
        if (again) {
            for (Part part : Frames.parts(datagram.length, size, Passing.IN_ORDER, random)) {
                frames.add(fragment.frame(number + 1000, datagram, part));
            }
        }
        return frames;
    }

    /** The segments of the session, of which the capture has plain Ethernet and IPv4. */
    private static List<Sent> session() {
        ByteBuffer capture = ByteBuffer.wrap(Captures.bytes("tls13.pcap")).order(ByteOrder.LITTLE_ENDIAN);
        byte[] all = capture.array();
        List<Sent> session = new ArrayList<>();
        int client = 0;
        for (int at = 24; at < all.length; ) {
            int length = capture.getInt(at + 8);
            int ip = at + 16 + 14;
            int total = (all[ip + 2] & 0xff) << 8 | all[ip + 3] & 0xff;
            byte[] segment = Frames.slice(all, ip + 20, total - 20);
            int port = (segment[0] & 0xff) << 8 | segment[1] & 0xff;
            client = client == 0 ? port : client;
            session.add(new Sent(port == client, segment));
            at += 16 + length;
        }
        return session;
    }

    /**
     * A connection that tshark finds.
     *
     * @param stream its number there
     * @param begins the number of its first packet
     */
    private record Judged(int stream, long begins) {}

    private record Judgement(Map<String, Judged> byClient, List<String> texts) {

        /** What was said between the client and its server; empty when tshark lacks it. */
        String said(String client) {
            Judged judged = byClient.get(client);
            return judged == null ? "" : texts.get(judged.stream());
        }
    }

    private static Judgement tshark(Path dir, Path capture, int streams) throws IOException {
        List<String> command = new ArrayList<>(List.of("tshark", "-r", capture.toString(), "-T", "fields"));
        for (String field : List.of("frame.number", "tcp.stream", "ip.src", "ipv6.src", "tcp.srcport")) {
            command.addAll(List.of("-e", field));
        }
        command.addAll(List.of("-o", "tls.keylog_file:" + dir.resolve("all.keys")));
        for (int i = 0; i < streams; i++) {
            command.addAll(List.of("-z", "follow,tls,raw," + i));
        }
        Map<String, Judged> byClient = new HashMap<>();
        String[] texts = new String[streams];
        Arrays.fill(texts, "");
        int followed = -1;
        for (String line :
                OpenSslSessions.run(dir, command.toArray(String[]::new)).lines().toList()) {
            String[] fields = line.split("\t", -1);
            if (line.startsWith("Filter: tcp.stream eq ")) {
                followed = Integer.parseInt(line.substring("Filter: tcp.stream eq ".length()));
            } else if (followed < 0 && fields.length == 5 && !fields[1].isEmpty()) {
                InetSocketAddress source = new InetSocketAddress(
                        InetAddress.ofLiteral(fields[2] + fields[3]), Integer.parseInt(fields[4]));
                byClient.putIfAbsent(
                        Endpoint.of(source).toString(),
                        new Judged(Integer.parseInt(fields[1]), Long.parseLong(fields[0])));
            } else if (followed >= 0 && !line.isBlank() && line.strip().chars().allMatch(HexFormat::isHexDigit)) {
                texts[followed] += new String(HexFormat.of().parseHex(line.strip()), StandardCharsets.ISO_8859_1);
            }
        }
        return new Judgement(byClient, List.of(texts));
    }

    private Path capture(Path dir) throws IOException {
        List<Sent> session = session();
        Frames.PcapNg written = new Frames.PcapNg();
        int number = 1;
        int id = 1;
        for (Way way : ways.values()) {
            for (Sent sent : session) {
                for (byte[] frame : way.sender().frames(number, id++, sent)) {
                    written.packet(way.linkType(), frame);
                }
            }
            number++;
        }
        return Files.write(dir.resolve("links.pcapng"), written.bytes());
    }

    @Test
    void framesOfEveryKindHoldTheSameSession(@TempDir Path dir) throws Exception {
        assumeTrue(OpenSslSessions.installed("tshark"), "tshark is not installed");
        Path capture = capture(dir);
        Files.write(dir.resolve("all.keys"), Captures.bytes("tls13.keys"));
        Captures.Decoded ours = Captures.decode(Files.readAllBytes(capture), Captures.keys("tls13.keys"));
        Judgement theirs = tshark(dir, capture, ways.size());
        List<String> differences = new ArrayList<>();
        List<String> lacking = new ArrayList<>();
        int index = 0;
        for (String title : ways.keySet()) {
            Connection connection = ours.connections.get(index);
            String client = connection.client().toString();
            String said = ours.texts.get(index++);
            if (!said.equals(SAID)) {
                differences.add(title + ": " + said + connection.tls());
            } else if (!theirs.said(client).equals(SAID)) {
                lacking.add(title + ": " + theirs.said(client));
            }
            Judged judged = theirs.byClient().get(client);
            boolean forged = title.endsWith(Passing.OVERLAPPING_OTHERWISE_THEN_SENT_AGAIN.name());
            if (judged != null && !forged && judged.begins() != connection.firstFrame()) {
                differences.add(title + ": begins at " + connection.firstFrame() + ", tshark: " + judged.begins());
            }
        }
        assertThat(differences).as("seed %s", seed).isEmpty();
        assertThat(ours.connections).as("connections; seed %s", seed).hasSameSizeAs(ways.keySet());
        // Of the forged fragments, and those of which one is missing.
        assertThat(ours.warnings).as("warnings; seed %s", seed).hasSize(1);
        assertThat(lacking).as("what tshark lacks; seed %s", seed).hasSizeLessThanOrEqualTo(MOST_THAT_TSHARK_LACKS);
    }
}
