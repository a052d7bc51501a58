package org.hikyaku.capture.interop;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import org.hikyaku.capture.file.PcapNgWriter;
import org.hikyaku.capture.synthetic.TcpWriter;
import org.hikyaku.capture.tcp.Endpoint;
import org.hikyaku.capture.tcp.Side;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What tshark says of packets that we made up: nothing. */
@Tag("interop")
class WrittenCaptureTest {

    @Test
    void tsharkFindsNoFaultInThem(@TempDir Path dir) throws IOException {
        assumeTrue(OpenSslSessions.installed("tshark"), "tshark is not installed");
        Path file = dir.resolve("made.pcapng");
        byte[] body = "0123456789abcde\n".repeat(20_000).getBytes(StandardCharsets.US_ASCII);
        try (PcapNgWriter writer = PcapNgWriter.create(file, "test", false)) {
            int number = writer.addInterface(PcapNgWriter.ETHERNET, 0, "made up");
            for (String[] ends : new String[][] {{"192.0.2.1", "192.0.2.25"}, {"2001:db8::1", "2001:db8::25"}}) {
                TcpWriter tcp = new TcpWriter(
                        writer,
                        number,
                        Endpoint.of(new InetSocketAddress(ends[0], 40_001)),
                        Endpoint.of(new InetSocketAddress(ends[1], 2525)));
                say(tcp, Side.SERVER, "220 mx.example\r\n");
                for (int i = 0; i < 20; i++) {
                    say(tcp, Side.CLIENT, "NOOP " + i + "\r\n");
                    say(tcp, Side.SERVER, "250 ok\r\n");
                }
                tcp.data(Side.CLIENT, body, 0, body.length, 1_780_000_000_000_000_001L);
                tcp.data(Side.SERVER, body, 0, body.length - 1, 1_780_000_000_000_000_001L);
                tcp.close(1_780_000_000_000_000_002L);
            }
        }
        List<String> rows = fields(
                dir,
                file,
                "tcp.analysis.flags || ip.checksum.status == 0 || tcp.checksum.status == 0 || _ws.malformed",
                "frame.number");
        assertThat(rows).as("packets that tshark has something to say about").isEmpty();
        assertThat(fields(dir, file, "tcp.checksum.status == 1", "frame.number"))
                .hasSizeGreaterThan(800);
        assertThat(fields(dir, file, "ip.checksum.status == 1", "frame.number")).hasSizeGreaterThan(400);
        String followed = OpenSslSessions.run(dir, "tshark", "-r", file.toString(), "-q", "-z", "follow,tcp,ascii,1");
        assertThat(followed).contains("220 mx.example", "NOOP 19", "2001:db8::1");
    }

    private static void say(TcpWriter tcp, Side side, String text) throws IOException {
        byte[] bytes = text.getBytes(StandardCharsets.US_ASCII);
        tcp.data(side, bytes, 0, bytes.length, 1_780_000_000_000_000_000L);
    }

    private static List<String> fields(Path dir, Path file, String filter, String field) throws IOException {
        return OpenSslSessions.run(
                        dir,
                        "tshark",
                        "-r",
                        file.toString(),
                        "-o",
                        "tcp.check_checksum:TRUE",
                        "-o",
                        "ip.check_checksum:TRUE",
                        "-Y",
                        filter,
                        "-T",
                        "fields",
                        "-e",
                        field)
                .lines()
                .toList();
    }
}
