package org.hikyaku.lab;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.security.SecureRandom;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.hikyaku.lab.Expectation.Verdict;
import org.hikyaku.smtp.SessionOutcome;
import org.hikyaku.smtp.SmtpAttempt;
import org.hikyaku.smtp.SmtpClient;
import org.hikyaku.smtp.SmtpClientOptions;
import org.hikyaku.smtp.TlsUse;
import org.hikyaku.tls.TlsClient;
import org.hikyaku.tls.TlsClientOptions;
import org.junit.jupiter.api.Test;

/** The project's own mail client meets at every address what the catalogue's verdict presupposes. */
class SessionsTest {

    private enum Seen {
        NOT_REACHED,
        CLEAR_ONLY,
        HANDSHAKE_FAILED,
        ENCRYPTED
    }

    @Test
    void everySessionEndsAsTheVerdictPresupposes() throws Exception {
        List<String> differences = new ArrayList<>();
        int sessions = 0;
        try (Lab lab = Lab.start(LabOptions.defaults())) {
            SmtpClient client = new SmtpClient(
                    lab.network(),
                    new TlsClient(TlsClientOptions.defaults(), new SecureRandom()),
                    SmtpClientOptions.brisk("client.example"));
            for (LabService service : lab.world().services().values()) {
                if (!(service instanceof LabService.Mail mail)) {
                    continue;
                }
                Optional<Expectation.Host> expected = Optional.ofNullable(
                        mail.domain().expectation().hosts().get(mail.host().name()));
                if (expected.isEmpty()) {
                    continue; // mail is not to get as far as this host
                }
                Seen seen = seen(client, mail);
                sessions++;
                if (!possible(expected.get(), position(mail), seen)) {
                    differences.add(mail + ": " + expected.get() + ", but " + seen);
                }
            }
        }
        assertThat(differences).isEmpty();
        assertThat(sessions).isGreaterThan(100);
    }

    /** Where this address stands in the catalogue's list: IPv4 first. */
    private static int position(LabService.Mail mail) {
        return mail.address().getAddress().getAddress().length == 4
                ? 0
                : mail.host().addresses().size() - 1;
    }

    private static boolean possible(Expectation.Host expected, int position, Seen seen) {
        Verdict verdict =
                expected.verdicts().get(Math.min(position, expected.verdicts().size() - 1));
        return switch (verdict) {
            case AUTHENTICATED_DANE, AUTHENTICATED_STS, AUTHENTICATED_BOTH, UNAUTHENTICATED_TLS ->
                seen == Seen.ENCRYPTED;
            case CLEAR -> seen == Seen.CLEAR_ONLY || seen == Seen.HANDSHAKE_FAILED;
            case NOT_REACHED -> seen == Seen.NOT_REACHED;
            case REFUSED ->
                switch (expected.resultType().orElse("")) {
                    case "starttls-not-supported" -> seen == Seen.CLEAR_ONLY;
                    case "certificate-expired",
                            "certificate-host-mismatch",
                            "certificate-not-trusted",
                            "tlsa-invalid" -> seen == Seen.ENCRYPTED;
                    default ->
                        expected.requirement() == Expectation.Requirement.REFUSE || seen == Seen.HANDSHAKE_FAILED;
                };
        };
    }

    private static Seen seen(SmtpClient client, LabService.Mail mail) throws IOException {
        SmtpAttempt attempt = client.open(
                mail.address(), TlsUse.STARTTLS, Optional.of(mail.host().certificateName()));
        if (attempt.session().isPresent()) {
            attempt.session().get().close();
        }
        return switch (attempt.outcome()) {
            case SessionOutcome.NotReached _ -> Seen.NOT_REACHED;
            case SessionOutcome.NoStartTls _ -> Seen.CLEAR_ONLY;
            case SessionOutcome.HandshakeFailed _ -> Seen.HANDSHAKE_FAILED;
            case SessionOutcome.Established _ -> Seen.ENCRYPTED;
        };
    }
}
