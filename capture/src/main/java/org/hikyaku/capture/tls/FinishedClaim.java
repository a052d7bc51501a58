package org.hikyaku.capture.tls;

import java.util.Arrays;
import java.util.Optional;
import org.hikyaku.capture.tcp.Side;
import org.hikyaku.tls.TlsVersion;
import org.hikyaku.tls.wire.CipherSuite;
import org.hikyaku.tls.wire.Tls12KeySchedule;
import org.hikyaku.tls.wire.Tls13KeySchedule;
import org.jspecify.annotations.Nullable;

/**
 * A Finished message as it passed, with what it must agree with (RFC 8446 section 4.4.4, RFC 5246 section 7.4.9). It is compared
 * when somebody asks: hashing all of the handshake again is a good part of what a short session costs.
 *
 * @param secret in TLS 1.3 the sender's handshake traffic secret, before the master secret
 * @param messages the handshake's
 * @param length of the messages before this one
 */
@SuppressWarnings("ArrayRecordComponent") // never compared
record FinishedClaim(
        TlsVersion version,
        CipherSuite suite,
        byte[] secret,
        boolean byClient,
        Transcript messages,
        int length,
        byte[] verifyData) {

    /** Empty when messages, keys or the way to compute it are missing. To be called before the message is appended. */
    static Optional<FinishedClaim> of(Handshake handshake, Direction d, byte[] verifyData) {
        CipherSuite suite = handshake.suite;
        TlsVersion version = handshake.version;
        Optional<Transcript> messages = handshake.messages();
        if (messages.isEmpty() || suite == null || version == null) {
            return Optional.empty();
        }
        int length = messages.get().size();
        boolean byClient = d.side == Side.CLIENT;
        byte[] secret = secret(handshake, d);
        return secret == null
                ? Optional.empty()
                : Optional.of(new FinishedClaim(version, suite, secret, byClient, messages.get(), length, verifyData));
    }

    private static byte @Nullable [] secret(Handshake handshake, Direction d) {
        Secret master = handshake.master;
        if (!handshake.tls13()) {
            return master == null ? null : master.value();
        }
        return d.phase == Direction.Phase.HANDSHAKE && !handshake.complete() ? d.secret : null;
    }

    TlsReport.FinishedCheck check() {
        byte[] before = messages.first(length);
        byte[] expected;
        if (version == TlsVersion.TLSV1_3) {
            Tls13KeySchedule schedule = new Tls13KeySchedule(suite.prf());
            expected = schedule.finished(secret, schedule.hash(before));
        } else {
            expected = new Tls12KeySchedule(version, suite.prf()).finished(secret, byClient, before);
        }
        return Arrays.equals(expected, verifyData) ? TlsReport.FinishedCheck.GOOD : TlsReport.FinishedCheck.BAD;
    }

    /** Never the secret. */
    @Override
    public String toString() {
        return "Finished of " + (byClient ? "the client" : "the server") + " after " + length + " bytes";
    }
}
