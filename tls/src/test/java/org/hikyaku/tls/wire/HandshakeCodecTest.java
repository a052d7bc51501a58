package org.hikyaku.tls.wire;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.math.BigInteger;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;
import org.hikyaku.tls.TlsVersion;
import org.hikyaku.tls.wire.HandshakeMessage.Certificates;
import org.hikyaku.tls.wire.HandshakeMessage.ClientHello;
import org.hikyaku.tls.wire.HandshakeMessage.NewSessionTicket13;
import org.hikyaku.tls.wire.HandshakeMessage.ServerHello;
import org.hikyaku.tls.wire.HandshakeMessage.ServerKeyExchange;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class HandshakeCodecTest {

    /** RFC 8448 section 3: each message read and written again is the same bytes. */
    @ParameterizedTest
    @ValueSource(
            strings = {
                "client_hello",
                "server_hello",
                "encrypted_extensions",
                "certificate",
                "certificate_verify",
                "server_finished",
                "client_finished",
                "new_session_ticket",
                "resumed.server_hello"
            })
    void aMessageOfRfc8448IsReadAndWrittenWithoutLoss(String name) throws Exception {
        HandshakeMessage message = HandshakeCodec.parse(Rfc8448.message(name), TlsVersion.TLSV1_3, Optional.empty());

        assertThat(message).isNotInstanceOf(HandshakeMessage.Unknown.class);
        assertThat(message.encode()).isEqualTo(Rfc8448.value(name));
    }

    @Test
    void theClientHelloOfRfc8448SaysWhatTheRfcSays() throws Exception {
        ClientHello hello =
                HandshakeCodec.clientHello(Rfc8448.message("client_hello").body());

        assertThat(hello.legacyVersion()).isEqualTo(0x0303);
        assertThat(hello.suites()).containsExactly(0x1301, 0x1303, 0x1302);
        assertThat(hello.extension(Extension.ServerName.class).orElseThrow().names())
                .containsExactly("server");
        assertThat(hello.extension(Extension.SupportedVersions.class)
                        .orElseThrow()
                        .versions())
                .containsExactly(0x0304);
        Extension.KeyShare share = hello.extension(Extension.KeyShares.class)
                .orElseThrow()
                .shares()
                .getFirst();
        assertThat(share.groupName()).isEqualTo("x25519");
        assertThat(share.key())
                .isEqualTo(HexFormat.of().parseHex("99381de560e4bd43d23d8e435a7dbafeb3c06e51c13cae4d5413691e529aaf2c"));
    }

    @Test
    void aTicketSaysHowMuchEarlyDataIsTaken() throws Exception {
        NewSessionTicket13 ticket = (NewSessionTicket13)
                HandshakeCodec.parse(Rfc8448.message("new_session_ticket"), TlsVersion.TLSV1_3, Optional.empty());

        assertThat(ticket.lifetime()).isEqualTo(30);
        assertThat(ticket.extensions()).hasSize(1).first().isEqualTo(new Extension.MaxEarlyData(1024));
    }

    /** The Certificate of TLS 1.2 has neither context nor extensions (RFC 5246 section 7.4.2). */
    @Test
    void aCertificateMessageLooksDifferentBeforeTls13() throws Exception {
        RawHandshake raw = new RawHandshake(11, HexFormat.of().parseHex("00000a" + "000003aabbcc" + "000001dd"));

        Certificates read = (Certificates) HandshakeCodec.parse(raw, TlsVersion.TLSV1_2, Optional.empty());

        assertThat(read.chain()).hasSize(2);
        assertThat(read.chain().getFirst()).isEqualTo(HexFormat.of().parseHex("aabbcc"));
        assertThat(read.encode()).isEqualTo(raw.encoded());
    }

    @Test
    void aDheKeyExchangeShowsPrimeGeneratorAndScheme() throws Exception {
        // dh_p 23, dh_g 5, dh_Ys 8, rsa_pkcs1_sha1, signature 0102 (RFC 5246 section 7.4.3)
        RawHandshake raw =
                new RawHandshake(12, HexFormat.of().parseHex("000117" + "000105" + "000108" + "0201" + "00020102"));

        ServerKeyExchange message = (ServerKeyExchange) HandshakeCodec.parse(raw, TlsVersion.TLSV1_2, suite(0x0033));

        var dh = (ServerKeyExchangeParameters.DiffieHellman) message.parameters();
        assertThat(dh.prime()).isEqualTo(BigInteger.valueOf(23));
        assertThat(dh.generator()).isEqualTo(BigInteger.valueOf(5));
        assertThat(dh.encoded()).isEqualTo(HexFormat.of().parseHex("000117000105000108"));
        assertThat(SignatureScheme.registry()
                        .name(dh.signature().orElseThrow().scheme().orElseThrow()))
                .isEqualTo("rsa_pkcs1_sha1");
        assertThat(message.encode()).isEqualTo(raw.encoded());
    }

    /** Export suites send a short RSA key; before TLS 1.2 there is no scheme before the signature. */
    @Test
    void anExportKeyExchangeShowsTheShortKey() throws Exception {
        RawHandshake raw = new RawHandshake(12, HexFormat.of().parseHex("0002c001" + "0003010001" + "000155"));

        ServerKeyExchange message = (ServerKeyExchange) HandshakeCodec.parse(raw, TlsVersion.TLSV1_0, suite(0x0003));

        var key = (ServerKeyExchangeParameters.RsaKey) message.parameters();
        assertThat(key.modulus().bitLength()).isEqualTo(16);
        assertThat(key.exponent()).isEqualTo(BigInteger.valueOf(65537));
        assertThat(key.signature().orElseThrow().scheme()).isEmpty();
    }

    /** Anonymous suites sign nothing (RFC 5246 section 7.4.3). */
    @Test
    void anAnonymousKeyExchangeHasNoSignature() throws Exception {
        RawHandshake raw = new RawHandshake(12, HexFormat.of().parseHex("03001d" + "0101"));

        ServerKeyExchange message = (ServerKeyExchange) HandshakeCodec.parse(raw, TlsVersion.TLSV1_2, suite(0xc018));

        assertThat(message.parameters().signature()).isEmpty();
    }

    @ParameterizedTest(name = "random ending {0} hides {1}")
    @CsvSource({"444f574e47524401,TLSV1_3", "444f574e47524400,TLSV1_2"})
    void aServerThatCouldDoBetterMarksItsRandom(String end, TlsVersion hidden) throws Exception {
        byte[] body = HexFormat.of().parseHex("0303" + "00".repeat(24) + end + "00" + "c02f" + "00");

        assertThat(HandshakeCodec.serverHello(body).downgradeSentinel()).contains(hidden);
    }

    /** RFC 8446 section 4.1.3: the random is the SHA-256 of "HelloRetryRequest". */
    @Test
    void aHelloRetryRequestIsKnownByItsRandomAndNamesAGroup() throws Exception {
        byte[] random = java.security.MessageDigest.getInstance("SHA-256")
                .digest("HelloRetryRequest".getBytes(java.nio.charset.StandardCharsets.US_ASCII));
        byte[] body = HexFormat.of()
                .parseHex("0303" + HexFormat.of().formatHex(random) + "00" + "1301" + "00" + "000c" + "002b00020304"
                        + "003300020018");

        ServerHello hello = HandshakeCodec.serverHello(body);

        assertThat(hello.helloRetryRequest()).isTrue();
        assertThat(hello.version()).isEqualTo(0x0304);
        assertThat(hello.extension(Extension.RequestedGroup.class)).contains(new Extension.RequestedGroup(24));
    }

    @Test
    void unknownAndGreaseExtensionsAreKept() throws Exception {
        ClientHello hello = new ClientHello(
                0x0303,
                new byte[32],
                new byte[0],
                List.of(0x1a1a, 0x1301),
                List.of(0),
                Optional.of(List.of(new Extension.Unknown(0x2a2a, new byte[] {1, 2}))));
        byte[] encoded = hello.encode();

        ClientHello read = HandshakeCodec.clientHello(Arrays.copyOfRange(encoded, 4, encoded.length));

        assertThat(read.suites()).containsExactly(0x1a1a, 0x1301);
        assertThat(read.extensions().orElseThrow().getFirst().name()).isEqualTo("GREASE(0x2a2a)");
        assertThat(read.encode()).isEqualTo(encoded);
    }

    /** Cut anywhere, the reader says so; it never returns half a message. */
    @Test
    void aHelloCutAnywhereIsAFormatErrorThatSaysWhere() {
        byte[] body = Rfc8448.message("client_hello").body();
        // 45 bytes are a whole hello without extensions, as SSLv3 sends it.
        for (int length = 0; length < body.length; length++) {
            byte[] cut = Arrays.copyOf(body, length);
            if (length != 45) {
                assertThatThrownBy(() -> HandshakeCodec.clientHello(cut))
                        .as("cut at %d", length)
                        .isInstanceOfSatisfying(
                                TlsFormatException.class,
                                e -> assertThat(e.offset()).isBetween(0L, (long) cut.length));
            }
        }
    }

    @Test
    void bytesAfterAMessageAreAnError() {
        RawHandshake raw = new RawHandshake(14, new byte[] {0});

        assertThatThrownBy(() -> HandshakeCodec.parse(raw, TlsVersion.TLSV1_2, Optional.empty()))
                .isInstanceOf(TlsFormatException.class)
                .hasMessage("server_hello_done is followed by 1 stray bytes (at byte 0)");
    }

    private static Optional<CipherSuite> suite(int code) {
        return CipherSuite.registry().find(code);
    }
}
