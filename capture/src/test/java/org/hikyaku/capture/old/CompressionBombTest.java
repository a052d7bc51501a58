package org.hikyaku.capture.old;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Random;
import org.hikyaku.capture.Captures;
import org.hikyaku.capture.tls.SecretStore;
import org.hikyaku.capture.tls.TlsReport;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** RFC 3749 section 2: a record unpacks to 16,384 bytes at the most. One that says otherwise is told of, and no more. */
class CompressionBombTest {

    @ParameterizedTest
    @ValueSource(ints = {0x0300, 0x0301, 0x0303})
    void aRecordOfTenMegabytesIsNotUnpacked(int version) throws Exception {
        Pcap pcap = new Pcap();
        OldSession session = new OldSession(
                pcap.new Tcp(20_000),
                version,
                OldSuite.DES3_SHA,
                OldSession.Twist.COMPRESSED,
                OldSessionsTest.SERVER,
                new Random(version));
        session.run(new OldSession.Speech(
                List.of("good\n", "x".repeat(10 << 20), "behind it\n"),
                List.of("so far\n", "what?\n", "still here\n")));
        SecretStore store = new SecretStore();
        store.addText(String.join("\n", session.keyLog()).getBytes(StandardCharsets.US_ASCII), "keys");

        Captures.Decoded decoded = Captures.decode(pcap.bytes(), store);

        String text = decoded.texts.getFirst();
        assertThat(text).startsWith("good\nso far\n").contains("still here\n").hasSizeLessThan(40_000);
        TlsReport tls = decoded.connections.getFirst().tls().orElseThrow();
        assertThat(tls.notes()).anySatisfy(note -> assertThat(note).contains("does not decompress"));
    }
}
