package org.hikyaku.tls.probe;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.security.SecureRandom;
import java.time.Duration;
import java.util.HexFormat;
import java.util.Optional;
import org.hikyaku.net.Connection;
import org.hikyaku.net.SystemNetwork;
import org.hikyaku.tls.TlsVersion;
import org.hikyaku.tls.wire.ContentType;
import org.hikyaku.tls.wire.HandshakeCodec;
import org.hikyaku.tls.wire.HandshakeMessage.ClientHello;
import org.hikyaku.tls.wire.HandshakeReassembler;
import org.hikyaku.tls.wire.RawHandshake;
import org.hikyaku.tls.wire.RecordReader;
import org.hikyaku.tls.wire.TlsRecord;
import org.junit.jupiter.api.Test;

/** Old things that no packaged server offers, answered by a peer whose bytes come from the RFCs. */
class OldPeersTest {
    private static final HexFormat HEX = HexFormat.of();
    private static final String HANDSHAKE_FAILURE = "15030000020228";

    /** The SSL Protocol, section 2.6: no session, X.509, version 2, RC4 and DES, a connection id. */
    @Test
    void sslv2IsSeen() throws Exception {
        String hello = "04" + "00" + "01" + "0002" + "0000" + "0006" + "0010" + "010080" + "060040" + "11".repeat(16);
        try (ScriptedPeer peer = new ScriptedPeer((c, n) -> {
            int first = c.input().read();
            write(c, first == 0x80 ? "80" + String.format("%02x", hello.length() / 2) + hello : HANDSHAKE_FAILURE);
        })) {
            ServerFacts facts = probe(peer);

            assertThat(facts.version(TlsVersion.SSLV2).orElseThrow().offered()).isEqualTo(Known.YES);
            assertThat(facts.trouble())
                    .contains("SSLv2 cipher SSL_CK_RC4_128_WITH_MD5", "SSLv2 cipher SSL_CK_DES_64_CBC_WITH_MD5");
        }
    }

    /** RFC 6101 section 5.6: SSLv3 with an anonymous export suite, DEFLATE (RFC 3749) and no RFC 5746. */
    @Test
    void exportCompressionAndInsecureRenegotiationAreSeen() throws Exception {
        try (ScriptedPeer peer = new ScriptedPeer((c, n) -> {
            ClientHello hello = read(c);
            boolean agreed = hello.suites().contains(0x0017) && hello.legacyVersion() >= 0x0300;
            if (!agreed) {
                write(c, HANDSHAKE_FAILURE);
                return;
            }
            String compression = hello.compressions().contains(1) ? "01" : "00";
            String body = "0300" + "22".repeat(32) + "00" + "0017" + compression;
            String serverHello = "0200" + String.format("%04x", body.length() / 2) + body;
            // A DH exchange over a prime of 512 bits: RFC 2246 section 7.4.3 for DH_anon with export.
            String prime = "ff".repeat(64);
            String params = "0040" + prime + "0001" + "02" + "0040" + "33".repeat(64);
            String exchange = "0c00" + String.format("%04x", params.length() / 2) + params;
            String flight = serverHello + exchange + "0e000000";
            write(c, "160300" + String.format("%04x", flight.length() / 2) + flight);
        })) {
            ServerFacts facts = probe(peer);

            ServerFacts.VersionFacts ssl3 = facts.version(TlsVersion.SSLV3).orElseThrow();
            assertThat(ssl3.offered()).isEqualTo(Known.YES);
            assertThat(ssl3.worst().orElseThrow().name()).isEqualTo("TLS_DH_anon_EXPORT_WITH_RC4_40_MD5");
            assertThat(facts.features().secureRenegotiation()).isEqualTo(Known.NO);
            assertThat(facts.finiteField().orElseThrow().bits()).isEqualTo(512);
            assertThat(facts.version(TlsVersion.TLSV1_2).orElseThrow().offered())
                    .isEqualTo(Known.NO);
        }
    }

    /** RFC 3749: a server of TLS 1.2 that takes DEFLATE when it is offered. */
    @Test
    void compressionIsSeen() throws Exception {
        try (ScriptedPeer peer = new ScriptedPeer((c, n) -> {
            ClientHello hello = read(c);
            if (hello.legacyVersion() != 0x0303 || !hello.suites().contains(0x006c)) {
                write(c, "15030300020246");
                return;
            }
            String compression = hello.compressions().contains(1) ? "01" : "00";
            String body = "0303" + "22".repeat(32) + "00" + "006c" + compression;
            String params = "0040" + "ff".repeat(64) + "0001" + "02" + "0040" + "33".repeat(64);
            String flight = "0200" + String.format("%04x", body.length() / 2) + body + "0c00"
                    + String.format("%04x", params.length() / 2) + params + "0e000000";
            write(c, "160303" + String.format("%04x", flight.length() / 2) + flight);
        })) {
            assertThat(probe(peer).features().compression()).isEqualTo(Known.YES);
        }
    }

    private static ClientHello read(Connection connection) throws IOException {
        RecordReader records = new RecordReader(connection.input(), true);
        HandshakeReassembler messages = new HandshakeReassembler();
        Optional<RawHandshake> raw = Optional.empty();
        while (raw.isEmpty()) {
            TlsRecord record = records.next().orElseThrow(() -> new IOException("no hello came"));
            if (!record.is(ContentType.HANDSHAKE)) {
                throw new IOException("no hello of SSLv3 or later");
            }
            messages.add(record.fragment());
            raw = messages.next();
        }
        return HandshakeCodec.clientHello(raw.get().body());
    }

    private static void write(Connection connection, String hex) throws IOException {
        connection.output().write(HEX.parseHex(hex));
        connection.output().flush();
        // Wait for the probe to hang up, so that it reads the answer before any reset.
        connection.input().readAllBytes();
    }

    private static ServerFacts probe(ScriptedPeer peer) {
        return new TlsProber(
                        new SystemNetwork(),
                        ProbeOptions.defaults("probe.example").answer(Duration.ofSeconds(5)),
                        new SecureRandom())
                .probe(peer.address(), Optional.empty(), Service.TLS, Depth.JUDGEMENT);
    }
}
