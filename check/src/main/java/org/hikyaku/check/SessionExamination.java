package org.hikyaku.check;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.hikyaku.check.Evidence.AddressEvidence;
import org.hikyaku.check.Evidence.HostEvidence;
import org.hikyaku.check.grade.ServerSettings;
import org.hikyaku.smtp.SessionOutcome;
import org.hikyaku.smtp.SessionOutcome.Established;
import org.hikyaku.smtp.SessionOutcome.HandshakeFailed;
import org.hikyaku.smtp.SessionOutcome.NoStartTls;
import org.hikyaku.smtp.SessionOutcome.NotReached;
import org.hikyaku.tls.HandshakeFailure;
import org.hikyaku.tls.SessionFacts;

/** Do the servers offer TLS, does a session come about, and what is it worth against a listener? */
final class SessionExamination implements Examination {
    private final ServerSettings settings = new ServerSettings();

    @Override
    public List<Finding> examine(Evidence evidence) {
        List<Finding> findings = new ArrayList<>();
        boolean established = false;
        for (HostEvidence host : evidence.hosts()) {
            Map<String, List<AddressEvidence>> bySight = new LinkedHashMap<>();
            for (AddressEvidence attempt : host.addresses()) {
                established |= attempt.outcome() instanceof Established;
                bySight.computeIfAbsent(sight(attempt.outcome()), _ -> new ArrayList<>())
                        .add(attempt);
            }
            bySight.forEach((_, attempts) -> findings.addAll(examine(host, attempts)));
        }
        if (established && findings.isEmpty()) {
            findings.add(Finding.of(
                    FindingId.STARTTLS_OK,
                    Severity.OK,
                    evidence.domain(),
                    "Every server that answers offers STARTTLS, and a session with forward secrecy comes about."));
        }
        return findings;
    }

    /** Addresses that did the same become one finding. */
    private static String sight(SessionOutcome outcome) {
        return switch (outcome) {
            case NotReached _ -> "not reached";
            case NoStartTls no -> "no STARTTLS " + no.refusal().orElse("");
            case HandshakeFailed failed -> "failed " + failed.failure().sentence();
            case Established ok -> forwardSecret(ok.facts()) ? "well" : "no forward secrecy";
        };
    }

    private List<Finding> examine(HostEvidence host, List<AddressEvidence> attempts) {
        String where = host.name() + " (" + MxExamination.addresses(attempts) + ")";
        return switch (attempts.getFirst().outcome()) {
            case NotReached _ -> List.of(); // a finding of MxExamination
            case NoStartTls no ->
                List.of(Finding.of(
                        FindingId.STARTTLS_ABSENT,
                        Severity.ERROR,
                        host.name(),
                        no.refusal()
                                .map(reply -> where + " offers STARTTLS and then refuses it: \"" + reply + "\".")
                                .orElse(where + " does not offer STARTTLS."),
                        Mend.of(
                                "give the server a certificate and switch TLS on",
                                settings.of("tls_available", host.name()))));
            case HandshakeFailed failed ->
                List.of(Finding.of(
                        FindingId.TLS_HANDSHAKE_FAILED,
                        Severity.ERROR,
                        host.name(),
                        "With " + where + " no TLS session comes about: "
                                + failed.failure().sentence(),
                        // After ServerHello the versions were agreed on: what follows is the certificate.
                        failed.failure().stage() == HandshakeFailure.Stage.AUTHENTICATION
                                ? Mend.of(
                                        "see what the server's log says of it, and have it send its own certificate and"
                                                + " those that lead to its authority, no others")
                                : Mend.of(
                                        "see what the server's log says of it, and allow TLS 1.2 and 1.3",
                                        settings.of("versions", host.name()))));
            case Established ok ->
                forwardSecret(ok.facts())
                        ? List.of()
                        : List.of(Finding.of(
                                FindingId.TLS_NO_FORWARD_SECRECY,
                                Severity.WARNING,
                                host.name(),
                                where + " chooses " + ok.facts().suite() + ", whose key exchange is not ephemeral.",
                                Mend.of(
                                        "prefer cipher suites with ECDHE, or allow TLS 1.3",
                                        settings.of("ciphers", host.name()))));
        };
    }

    private static boolean forwardSecret(SessionFacts facts) {
        return facts.resumed() || facts.group().isPresent();
    }
}
