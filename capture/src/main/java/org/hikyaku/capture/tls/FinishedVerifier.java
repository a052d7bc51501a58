package org.hikyaku.capture.tls;

import java.util.Arrays;
import java.util.Optional;
import org.hikyaku.capture.tcp.Side;
import org.hikyaku.tls.TlsVersion;
import org.hikyaku.tls.wire.CipherSuite;
import org.hikyaku.tls.wire.Tls12KeySchedule;
import org.hikyaku.tls.wire.Tls13KeySchedule;

/** Holds a Finished against all messages before it (RFC 8446 section 4.4.4, RFC 5246 section 7.4.9). */
final class FinishedVerifier {
    private FinishedVerifier() {}

    /** {@link TlsReport.FinishedCheck#UNKNOWN} when messages, keys or the way to compute it are missing. */
    static TlsReport.FinishedCheck check(Handshake handshake, Direction d, byte[] verifyData) {
        CipherSuite suite = handshake.suite;
        TlsVersion version = handshake.version;
        Optional<byte[]> transcript = handshake.transcript();
        if (transcript.isEmpty() || suite == null || version == null) {
            return TlsReport.FinishedCheck.UNKNOWN;
        }
        Optional<byte[]> expected = handshake.tls13()
                ? tls13(handshake, d, suite, transcript.get())
                : Optional.ofNullable(handshake.master)
                        .map(master -> new Tls12KeySchedule(version, suite.prf())
                                .finished(master.value(), d.side == Side.CLIENT, transcript.get()));
        return expected.map(
                        e -> Arrays.equals(e, verifyData) ? TlsReport.FinishedCheck.GOOD : TlsReport.FinishedCheck.BAD)
                .orElse(TlsReport.FinishedCheck.UNKNOWN);
    }

    private static Optional<byte[]> tls13(Handshake handshake, Direction d, CipherSuite suite, byte[] transcript) {
        byte[] secret = d.secret;
        if (secret == null || d.phase != Direction.Phase.HANDSHAKE || handshake.complete()) {
            return Optional.empty();
        }
        Tls13KeySchedule schedule = new Tls13KeySchedule(suite.prf());
        return Optional.of(schedule.finished(secret, schedule.hash(transcript)));
    }
}
