package org.hikyaku.capture;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.util.HexFormat;
import org.hikyaku.capture.tcp.Side;
import org.hikyaku.capture.tls.Dark;
import org.hikyaku.capture.tls.SecretStore;
import org.hikyaku.capture.tls.TlsReport;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Early data of {@code s_client -early_data -psk_session} 3.0, all in the mode psk_dhe_ke: taken by the server, refused by one
 * that has them off, refused since it chose a suite with another hash, and refused by a HelloRetryRequest.
 */
class EarlyDataTest {
    private static final String EARLY = "early from the client\n";
    private static final String SERVER = "later from the server\n";
    private static final String LATER = "later from the client\n";

    /** What {@code openssl sess_id -text} prints of the session that both sides were given. */
    private static final byte[] KEY =
            HexFormat.of().parseHex("5e32b50feaf57fb5e03671be3530bee7cc6337b9879a6a008af11e22b257aab0");

    private static TlsReport report(Captures.Decoded decoded) {
        assertThat(decoded.connections).hasSize(1);
        return decoded.connections.getFirst().tls().orElseThrow();
    }

    @Test
    void whatTheServerTookIsPartOfTheTalk() throws IOException {
        Captures.Decoded decoded =
                Captures.decode(Captures.bytes("early-taken.pcap"), Captures.keys("early-taken.keys"));
        assertThat(decoded.texts.getFirst()).contains(EARLY, SERVER, LATER).startsWith(EARLY);
        TlsReport tls = report(decoded);
        assertThat(tls.earlyBytes()).isEqualTo(EARLY.length());
        assertThat(tls.finished(Side.CLIENT)).isEqualTo(TlsReport.FinishedCheck.GOOD);
        assertThat(tls.finished(Side.SERVER)).isEqualTo(TlsReport.FinishedCheck.GOOD);
        assertThat(tls.dark()).isEmpty();
    }

    /** RFC 8446 section 4.2.10: the server never sees them, so they are no part of what was said; the rest is. */
    @ParameterizedTest
    @ValueSource(strings = {"early-refused", "early-other-suite", "early-retry"})
    void whatTheServerRefusedIsNot(String name) throws IOException {
        Captures.Decoded decoded = Captures.decode(Captures.bytes(name + ".pcap"), Captures.keys(name + ".keys"));
        assertThat(decoded.texts.getFirst()).contains(SERVER, LATER).doesNotContain(EARLY);
        TlsReport tls = report(decoded);
        assertThat(tls.earlyDataOffered()).isTrue();
        assertThat(tls.earlyBytes()).isZero();
        assertThat(tls.dark()).isEmpty();
        assertThat(tls.finished(Side.CLIENT)).isEqualTo(TlsReport.FinishedCheck.GOOD);
        assertThat(tls.finished(Side.SERVER)).isEqualTo(TlsReport.FinishedCheck.GOOD);
        assertThat(tls.notes()).anySatisfy(note -> assertThat(note).contains("refused the client's early data"));
    }

    /** RFC 8446 section 7.1: nothing ephemeral is mixed into the secret of early data. */
    @Test
    void thePreSharedKeyAloneOpensEarlyDataAndNoMore() throws IOException {
        SecretStore store = new SecretStore();
        store.putPsk("courier", KEY, "the pre-shared key");
        Captures.Decoded decoded = Captures.decode(Captures.bytes("early-taken.pcap"), store);
        assertThat(decoded.texts).containsExactly(EARLY);
        TlsReport tls = report(decoded);
        assertThat(tls.earlyBytes()).isEqualTo(EARLY.length());
        assertThat(tls.dark()).hasValueSatisfying(dark -> {
            assertThat(dark.reason()).isEqualTo(Dark.Reason.EPHEMERAL);
            assertThat(dark.sentence()).contains("is the right one").contains("psk_dhe_ke");
        });
    }
}
