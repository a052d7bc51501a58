package org.hikyaku.conformance.serve;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.hikyaku.conformance.serve.ServeOptions.Addresses;
import org.hikyaku.conformance.serve.ServeOptions.Ports;
import org.hikyaku.tls.TlsVersion;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.xbill.DNS.ARecord;
import org.xbill.DNS.DClass;
import org.xbill.DNS.Message;
import org.xbill.DNS.Name;
import org.xbill.DNS.Record;
import org.xbill.DNS.Section;
import org.xbill.DNS.SimpleResolver;
import org.xbill.DNS.Type;

/** tshark decrypts what the lab captures of itself, with nothing but the file. */
@Tag("interop")
@Timeout(120)
class WireTapInteropTest {
    private static final Path TSHARK = Path.of("/usr/bin/tshark");

    @TempDir
    private Path folder = Path.of("");

    @ParameterizedTest
    @EnumSource(names = {"TLSV1_2", "TLSV1_3"})
    void tsharkReadsTheCommandsOfAnEncryptedSession(TlsVersion version) throws Exception {
        assumeTrue(Files.isExecutable(TSHARK), "tshark is not installed");
        Path capture = folder.resolve("lab.pcapng");
        Ports ports = ServedLabTest.freePorts();
        try (ServedLab lab = start(ports, capture)) {
            converse(lab, ports, version, "mx.dane-ee.example");
            converse(lab, ports, version, "mx.plain.example");
        }

        assertThat(tshark(capture, ports, "smtp", "smtp.req.parameter"))
                .contains("FROM:<a@mx.dane-ee.example>", "FROM:<a@mx.plain.example>");
        assertThat(tshark(capture, ports, "dns", "dns.qry.name")).contains("mx.dane-ee.example");
        assertThat(tshark(
                        capture,
                        ports,
                        "_ws.malformed || tcp.checksum.status == 0 || udp.checksum.status == 0",
                        "frame.number"))
                .isEmpty();
    }

    @Test
    void theFileCanBeReadWhileTheLabIsUp() throws Exception {
        assumeTrue(Files.isExecutable(TSHARK), "tshark is not installed");
        Path capture = folder.resolve("lab.pcapng");
        Ports ports = ServedLabTest.freePorts();
        try (ServedLab lab = start(ports, capture)) {
            address(lab, "mx.dane-ee.example");

            assertThat(tshark(capture, ports, "dns", "dns.qry.name")).contains("mx.dane-ee.example");
        }
    }

    private static ServedLab start(Ports ports, Path capture) throws IOException {
        return ServedLab.start(
                ServeOptions.defaults()
                        .withAddresses(Addresses.LOOPBACK)
                        .withPorts(ports)
                        .withCapture(capture),
                _ -> {});
    }

    private static void converse(ServedLab lab, Ports ports, TlsVersion version, String host) throws IOException {
        InetSocketAddress mx = new InetSocketAddress(address(lab, host).getAddress(), ports.smtp());
        try (Dialogue dialogue = new Dialogue(mx)) {
            assertThat(dialogue.startTls(version, host).version()).isEqualTo(version);
            dialogue.say("EHLO client.example");
            dialogue.say("MAIL FROM:<a@" + host + ">");
            dialogue.say("QUIT");
        }
    }

    private static ARecord address(ServedLab lab, String host) throws IOException {
        Message query = Message.newQuery(Record.newRecord(Name.fromString(host + "."), Type.A, DClass.IN));
        return (ARecord) new SimpleResolver(lab.resolver())
                .send(query)
                .getSection(Section.ANSWER)
                .getFirst();
    }

    private static List<String> tshark(Path capture, Ports ports, String filter, String field)
            throws IOException, InterruptedException {
        List<String> line = new ArrayList<>(List.of(
                TSHARK.toString(),
                "-r",
                capture.toString(),
                "-d",
                "tcp.port==" + ports.smtp() + ",smtp",
                "-d",
                "udp.port==" + ports.resolver() + ",dns",
                "-o",
                "tcp.check_checksum:TRUE",
                "-o",
                "udp.check_checksum:TRUE",
                "-Y",
                filter,
                "-T",
                "fields",
                "-e",
                field));
        Process process = new ProcessBuilder(line)
                .redirectError(ProcessBuilder.Redirect.DISCARD)
                .start();
        List<String> out = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8)
                .lines()
                .toList();
        assertThat(process.waitFor()).isZero();
        return out;
    }
}
