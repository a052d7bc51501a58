package org.hikyaku.capture.old;

import static org.assertj.core.api.Assertions.assertThat;
import static org.hikyaku.capture.old.OldSecrets.ascii;
import static org.hikyaku.capture.old.OldSecrets.cat;
import static org.hikyaku.capture.old.OldSecrets.filled;

import java.nio.charset.StandardCharsets;
import java.util.HexFormat;
import org.hikyaku.capture.Captures;
import org.hikyaku.capture.tls.Dark;
import org.hikyaku.capture.tls.SecretStore;
import org.hikyaku.capture.tls.TlsReport;
import org.junit.jupiter.api.Test;

/** An encrypted ClientHello is shown as what it is: its outer half (RFC 9849 section 5), by the bytes of the RFC. */
class OuterHelloTest {

    private static byte[] hex(String text) {
        return HexFormat.of().parseHex(text.replace(" ", ""));
    }

    private static byte[] vector(int lengthBytes, byte[]... parts) {
        byte[] all = cat(parts);
        return lengthBytes == 1
                ? cat(new byte[] {(byte) all.length}, all)
                : cat(new byte[] {(byte) (all.length >> 8), (byte) all.length}, all);
    }

    private static byte[] extension(String number, byte[]... data) {
        return cat(hex(number), vector(2, data));
    }

    private static byte[] message(int type, byte[] body) {
        return OldRecords.record(
                0x0301, 22, cat(new byte[] {(byte) type, 0, (byte) (body.length >> 8), (byte) body.length}, body));
    }

    private static byte[] capture() {
        byte[] outer = cat(
                hex("0303"),
                filled(0xaa, 32),
                vector(1, filled(0xbb, 32)),
                vector(2, hex("1301")),
                vector(1, hex("00")),
                vector(
                        2,
                        extension("0000", vector(2, hex("00"), vector(2, ascii("public.example")))),
                        extension("002b", vector(1, hex("0304"))),
                        extension("000a", vector(2, hex("001d"))),
                        extension("000d", vector(2, hex("0403"))),
                        extension("0033", vector(2, hex("001d"), vector(2, filled(0x09, 32)))),
                        // outer(0), HKDF-SHA256 and AES-128-GCM, config id 42, enc, payload
                        extension(
                                "fe0d",
                                hex("00 0001 0001 2a"),
                                vector(2, filled(0x77, 32)),
                                vector(2, filled(0x88, 160)))));
        byte[] serverHello = cat(
                hex("0303"),
                filled(0xcc, 32),
                vector(1, filled(0xbb, 32)),
                hex("1301 00"),
                vector(2, extension("002b", hex("0304")), extension("0033", hex("001d"), vector(2, filled(0x09, 32)))));
        Pcap pcap = new Pcap();
        Pcap.Tcp tcp = pcap.new Tcp(30_000);
        tcp.send(true, message(1, outer));
        tcp.send(false, cat(message(2, serverHello), OldRecords.record(0x0303, 23, filled(0x5a, 300))));
        tcp.send(true, OldRecords.record(0x0303, 23, filled(0xa5, 74)));
        tcp.end();
        return pcap.bytes();
    }

    @Test
    void theOuterHelloIsToldAsSuch() throws Exception {
        SecretStore store = new SecretStore();
        // The log knows the session by the inner hello's random, which nobody on the wire sees.
        String line = "CLIENT_HANDSHAKE_TRAFFIC_SECRET " + "11".repeat(32) + " " + "22".repeat(32) + "\n";
        store.addText(line.getBytes(StandardCharsets.US_ASCII), "keys");
        Captures.Decoded decoded = Captures.decode(capture(), store);
        assertThat(decoded.connections).hasSize(1);
        TlsReport tls = decoded.connections.getFirst().tls().orElseThrow();
        assertThat(tls.encryptedClientHello()).isTrue();
        assertThat(tls.serverName()).contains("public.example");
        assertThat(tls.suiteName()).contains("TLS_AES_128_GCM_SHA256");
        assertThat(tls.dark()).hasValueSatisfying(dark -> {
            assertThat(dark.reason()).isEqualTo(Dark.Reason.NO_LINE);
            assertThat(dark.sentence())
                    .contains("no line for client random aaaaaaaa…")
                    .contains("the outer one of ECH")
                    .contains("the inner one's random");
        });
    }
}
