package org.hikyaku.smtp;

import java.util.List;
import java.util.Optional;
import org.hikyaku.tls.SessionFacts;

/**
 * An attempt to open a session: what came of it, and what was seen on the way.
 *
 * @param outcome what came of it
 * @param connected whether the TCP connection stood
 * @param session the open session, which the caller must close; empty when there is none
 * @param inClear what the server offered before TLS; empty when it did not get so far, or TLS was implicit
 * @param facts what the handshake settled, also when SMTP broke down inside TLS afterwards
 * @param anomalies what was odd
 */
public record SmtpAttempt(
        SessionOutcome outcome,
        boolean connected,
        Optional<SmtpSession> session,
        Optional<EhloReply> inClear,
        Optional<SessionFacts> facts,
        List<Anomaly> anomalies) {

    public SmtpAttempt {
        anomalies = List.copyOf(anomalies);
    }
}
