package org.hikyaku.tls.wire;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.ByteArrayInputStream;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.HexFormat;
import org.hikyaku.net.Limit;
import org.junit.jupiter.api.Test;

class RecordReaderTest {

    @Test
    void recordsAreCutWithTheirOffsets() throws Exception {
        RecordReader reader = new RecordReader(bytes("1503030002" + "0100" + "1603010001" + "0e"), false);

        TlsRecord alert = reader.next().orElseThrow();
        TlsRecord handshake = reader.next().orElseThrow();

        assertThat(alert.is(ContentType.ALERT)).isTrue();
        assertThat(Alert.parse(alert.fragment()).name()).isEqualTo("close_notify");
        assertThat(handshake.version()).isEqualTo(0x0301);
        assertThat(handshake.offset()).isEqualTo(7);
        assertThat(reader.next()).isEmpty();
    }

    @Test
    void anSmtpReplyIsNotTls() {
        RecordReader reader = new RecordReader(
                new ByteArrayInputStream("454 TLS not available\r\n".getBytes(StandardCharsets.US_ASCII)), false);

        assertThatThrownBy(reader::next)
                .isInstanceOf(TlsFormatException.class)
                .hasMessage("not TLS: a record begins with byte 0x34 '4' (at byte 0)");
    }

    @Test
    void aRecordCutOffSaysHowMuchIsMissing() {
        RecordReader reader = new RecordReader(bytes("1603010005" + "0102"), false);

        assertThatThrownBy(reader::next).isInstanceOf(TlsFormatException.class).hasMessageContaining("2 of 5 bytes");
    }

    /** RFC 5246 section 6.2.3: at most 2^14 + 2048 bytes. */
    @Test
    void aRecordLongerThanAllowedIsRefusedBeforeItIsRead() {
        RecordReader reader = new RecordReader(bytes("160301" + "4801"), false);

        assertThatThrownBy(reader::next)
                .isInstanceOf(TlsFormatException.class)
                .hasMessageContaining("limit of 18432 bytes in a TLS record");
    }

    @Test
    void endlessTinyRecordsHitANamedLimit() throws Exception {
        RecordReader reader = new RecordReader(bytes("1503030000".repeat(4)), false, new Limit("TLS records", 3));
        for (int i = 0; i < 3; i++) {
            assertThat(reader.next()).isPresent();
        }

        assertThatThrownBy(reader::next).hasMessageContaining("more than the limit of 3 TLS records");
    }

    /** The SSLv2 ServerHello: Hickman, "The SSL Protocol", section 2.6. */
    @Test
    void anSslv2ServerHelloIsReadWhereItMayStand() throws Exception {
        String body = "04" + "00" + "01" + "0002" + "0003" + "0003" + "0002" + "308001" + "010080" + "abcd";
        RecordReader reader = new RecordReader(bytes("8013" + body), true);

        TlsRecord record = reader.next().orElseThrow();
        Sslv2.ServerHello hello = Sslv2.serverHello(record.fragment());

        assertThat(record.sslv2()).isTrue();
        assertThat(hello.version()).isEqualTo(2);
        assertThat(Sslv2.cipherName(hello.ciphers().getFirst())).isEqualTo("SSL_CK_RC4_128_WITH_MD5");
    }

    /** RFC 5246 appendix E.2: our own hello has the fields where that RFC has them. */
    @Test
    void anSslv2ClientHelloIsWrittenAsTheRfcSays() throws Exception {
        byte[] record = Sslv2.encodeClientHello(new byte[16]);

        assertThat(record).startsWith(0x80, record.length - 2, 1, 0, 2, 0, 30, 0, 0, 0, 16, 1, 0, 0x80);
        Sslv2.ClientHello read = Sslv2.clientHello(java.util.Arrays.copyOfRange(record, 2, record.length));
        assertThat(read.ciphers()).hasSize(10);
    }

    @Test
    void aMessageIsPutTogetherFromFragmentsAndTwoFromOne() throws Exception {
        HandshakeReassembler reassembler = new HandshakeReassembler();

        reassembler.add(HexFormat.of().parseHex("0e0000"));
        assertThat(reassembler.next()).isEmpty();
        assertThat(reassembler.incomplete()).isTrue();
        reassembler.add(HexFormat.of().parseHex("00" + "14000001aa"));

        assertThat(reassembler.next().orElseThrow().type()).isEqualTo(HandshakeType.SERVER_HELLO_DONE);
        assertThat(reassembler.next().orElseThrow().body()).isEqualTo(new byte[] {(byte) 0xaa});
        assertThat(reassembler.incomplete()).isFalse();
    }

    @Test
    void aMessageOfSixteenMegabytesIsRefusedByItsHeader() {
        HandshakeReassembler reassembler = new HandshakeReassembler();
        reassembler.add(HexFormat.of().parseHex("0bffffff"));

        assertThatThrownBy(reassembler::next)
                .isInstanceOf(TlsFormatException.class)
                .hasMessageContaining("certificate of 16777215 bytes, more than the limit of 262144 bytes");
    }

    private static InputStream bytes(String hex) {
        return new ByteArrayInputStream(HexFormat.of().parseHex(hex));
    }
}
