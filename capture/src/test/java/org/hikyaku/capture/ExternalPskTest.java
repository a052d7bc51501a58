package org.hikyaku.capture;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.HexFormat;
import org.hikyaku.capture.tcp.Side;
import org.hikyaku.capture.tls.Dark;
import org.hikyaku.capture.tls.RsaKeys;
import org.hikyaku.capture.tls.SecretStore;
import org.hikyaku.capture.tls.TlsReport;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * TLS 1.3 with a pre-shared key agreed on outside (RFC 8446 section 4.2.11): {@code openssl s_server -rev -psk} and
 * {@code s_client -psk -psk_identity courier} 3.0, with {@code -allow_no_dhe_kex} and no common group for psk_ke.
 */
class ExternalPskTest {
    private static final byte[] KEY = HexFormat.of().parseHex("0102030405060708090a0b0c0d0e0f10");

    private static TlsReport report(Captures.Decoded decoded) {
        assertThat(decoded.connections).hasSize(1);
        return decoded.connections.getFirst().tls().orElseThrow();
    }

    private static SecretStore key(String identity, byte[] key) {
        SecretStore store = new SecretStore();
        store.putPsk(identity, key, "the pre-shared key");
        return store;
    }

    @ParameterizedTest
    @ValueSource(strings = {"courier", ""})
    void keyAloneOpensIt(String identity) throws IOException {
        Captures.Decoded decoded = Captures.decode(Captures.bytes("psk13-ke.pcap"), key(identity, KEY));
        assertThat(decoded.texts).containsExactly("hello from psk13-ke\nek-31ksp morf olleh\n");
        TlsReport tls = report(decoded);
        assertThat(tls.finished(Side.CLIENT)).isEqualTo(TlsReport.FinishedCheck.GOOD);
        assertThat(tls.finished(Side.SERVER)).isEqualTo(TlsReport.FinishedCheck.GOOD);
        assertThat(tls.keyOrigin()).contains("the pre-shared key");
        assertThat(tls.resumed()).isFalse();
        assertThat(tls.notes())
                .anySatisfy(
                        note -> assertThat(note).contains("identity 'courier'").contains("binder fits"));
    }

    @ParameterizedTest
    @ValueSource(strings = {"psk13-ke", "psk13-dhe"})
    void keyLogOpensItToo(String name) throws IOException {
        Captures.Decoded decoded = Captures.decode(Captures.bytes(name + ".pcap"), Captures.keys(name + ".keys"));
        assertThat(decoded.texts)
                .containsExactly(
                        "hello from " + name + "\n" + new StringBuilder("hello from " + name).reverse() + "\n");
    }

    @Test
    void otherKeyDoesNotFitTheBinder() throws IOException {
        byte[] other = KEY.clone();
        other[15] ^= 1;
        Dark dark = report(Captures.decode(Captures.bytes("psk13-ke.pcap"), key("courier", other)))
                .dark()
                .orElseThrow();
        assertThat(dark.reason()).isEqualTo(Dark.Reason.WRONG_SECRET);
        assertThat(dark.sentence()).contains("does not fit the binder of identity 'courier'");
    }

    @Test
    void ephemeralExchangeMixedInIsTold() throws IOException {
        Dark dark = report(Captures.decode(Captures.bytes("psk13-dhe.pcap"), key("courier", KEY)))
                .dark()
                .orElseThrow();
        assertThat(dark.reason()).isEqualTo(Dark.Reason.EPHEMERAL);
        assertThat(dark.sentence())
                .contains("of identity 'courier' is the right one")
                .contains("psk_dhe_ke, x25519")
                .contains("only a key log opens it");
    }

    @Test
    void keyOfAnotherIdentityIsNoHelp() throws IOException {
        Dark dark = report(Captures.decode(Captures.bytes("psk13-ke.pcap"), key("somebody", KEY)))
                .dark()
                .orElseThrow();
        assertThat(dark.reason()).isEqualTo(Dark.Reason.TLS13);
    }

    /** The secrets are made over all messages: what comes behind a lost one stays dark, and nothing false comes out. */
    @Test
    void lostPacketsNeverGiveFalseText() throws IOException {
        byte[] pcap = Captures.bytes("psk13-ke.pcap");
        ByteBuffer in = ByteBuffer.wrap(pcap).order(ByteOrder.LITTLE_ENDIAN);
        for (int at = 24; at < pcap.length; at += 16 + in.getInt(at + 8)) {
            int size = 16 + in.getInt(at + 8);
            byte[] without = new byte[pcap.length - size];
            System.arraycopy(pcap, 0, without, 0, at);
            System.arraycopy(pcap, at + size, without, at, pcap.length - at - size);
            Captures.Decoded decoded = Captures.decode(without, key("courier", KEY), new RsaKeys());
            for (String text : decoded.texts) {
                assertThat("hello from psk13-ke\nek-31ksp morf olleh\n".lines().toList())
                        .containsAll(text.lines().toList());
            }
        }
    }
}
