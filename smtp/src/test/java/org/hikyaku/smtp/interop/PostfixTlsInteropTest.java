package org.hikyaku.smtp.interop;

import static org.assertj.core.api.Assertions.assertThat;

import java.security.SecureRandom;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Optional;
import org.hikyaku.net.SystemNetwork;
import org.hikyaku.smtp.RecordedTranscript;
import org.hikyaku.smtp.SessionOutcome;
import org.hikyaku.smtp.SmtpAttempt;
import org.hikyaku.smtp.SmtpClient;
import org.hikyaku.smtp.SmtpClientOptions;
import org.hikyaku.smtp.SmtpSession;
import org.hikyaku.smtp.TlsUse;
import org.hikyaku.smtp.interop.PostfixServer.Mx;
import org.hikyaku.tls.HandshakeFailure;
import org.hikyaku.tls.TlsClient;
import org.hikyaku.tls.TlsClientOptions;
import org.hikyaku.tls.TlsVersion;
import org.hikyaku.x509.CertificateMaker;
import org.hikyaku.x509.CertificateMaker.Authority;
import org.hikyaku.x509.CertificateTemplate;
import org.hikyaku.x509.Credential;
import org.hikyaku.x509.KeyChoice;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** The client against Postfix with TLS of many kinds. */
@Tag("interop")
@Timeout(180)
class PostfixTlsInteropTest {
    private static final Instant FROM = Instant.parse("2026-01-01T00:00:00Z");
    private static final Instant TO = Instant.parse("2036-01-01T00:00:00Z");
    private static final CertificateMaker MAKER = CertificateMaker.seeded("PostfixTlsInteropTest");
    private static final Authority ROOT =
            MAKER.root(CertificateTemplate.authority(FROM, TO, "Test Root"), KeyChoice.EC_P256);
    private static final Authority MIDDLE =
            MAKER.intermediate(CertificateTemplate.authority(FROM, TO, "Test Middle"), KeyChoice.EC_P256, ROOT);

    private static final Mx ANY = host(1, KeyChoice.EC_P256);
    private static final Mx TLS12 = host(2, KeyChoice.RSA_2048).with("smtpd_tls_protocols", "TLSv1.2");
    private static final Mx TLS10 = host(3, KeyChoice.RSA_2048)
            .with("smtpd_tls_protocols", "TLSv1")
            .with("tls_medium_cipherlist", "ALL:@SECLEVEL=0");
    private static final Mx IMPLICIT = host(4, KeyChoice.EC_P256).with("smtpd_tls_wrappermode", "yes");
    private static final Mx BROKEN = host(5, KeyChoice.EC_P256).with("smtpd_tls_protocols", "NoSuchProtocol");
    private static final Mx NO_CERTIFICATE =
            host(9, KeyChoice.EC_P256).with("smtpd_tls_chain_files", "/nonexistent.pem");
    private static final Mx NOT_OFFERED = host(6, KeyChoice.EC_P256).with("smtpd_discard_ehlo_keywords", "starttls");
    private static final Mx CLIENT_CERTIFICATE = host(7, KeyChoice.EC_P256)
            .with("smtpd_tls_security_level", "encrypt")
            .with("smtpd_tls_req_ccert", "yes");
    private static final Mx ENCRYPT = host(8, KeyChoice.EC_P256)
            .with("smtpd_tls_security_level", "encrypt")
            .with("smtpd_tls_auth_only", "yes");

    private static PostfixServer postfix;

    private final RecordedTranscript transcript = new RecordedTranscript(InstantSource.system());

    private static Mx host(int n, KeyChoice key) {
        String name = "mx" + n + ".example";
        Credential credential = MAKER.server(CertificateTemplate.server(FROM, TO, name), key, MIDDLE);
        return Mx.of(name, "127.77.3." + n, credential);
    }

    @BeforeAll
    static void start() throws Exception {
        PostfixServer.assumeInstalled();
        postfix = PostfixServer.start(
                ANY, TLS12, TLS10, IMPLICIT, BROKEN, NOT_OFFERED, CLIENT_CERTIFICATE, ENCRYPT, NO_CERTIFICATE);
    }

    @AfterAll
    static void stop() throws Exception {
        if (postfix != null) {
            postfix.close();
        }
    }

    @Test
    void tls13WithTheChainAsSent() throws Exception {
        SmtpAttempt attempt = open(ANY, TlsUse.STARTTLS);
        assertThat(attempt.outcome()).isInstanceOfSatisfying(SessionOutcome.Established.class, done -> {
            assertThat(done.facts().version()).isEqualTo(TlsVersion.TLSV1_3);
            assertThat(done.facts().suite()).startsWith("TLS_");
            assertThat(done.facts().chain())
                    .isEqualTo(ANY.credential().orElseThrow().chain())
                    .hasSize(2);
            assertThat(done.facts().sni()).contains("mx1.example");
            assertThat(done.ehlo().offers("STARTTLS")).isFalse();
            assertThat(done.ehlo().offers("PIPELINING")).isTrue();
        });
        assertThat(attempt.inClear().orElseThrow().offers("STARTTLS")).isTrue();
        assertThat(attempt.anomalies()).isEmpty();
        attempt.session().orElseThrow().quit();
        assertThat(postfix.log()).contains("TLS connection established from unknown[127.0.0.1]: TLSv1.3");
    }

    @Test
    void tls12WithRsa() throws Exception {
        SmtpAttempt attempt = open(TLS12, TlsUse.STARTTLS);
        assertThat(attempt.facts().orElseThrow().version()).isEqualTo(TlsVersion.TLSV1_2);
        assertThat(attempt.facts().orElseThrow().suite()).startsWith("TLS_ECDHE_RSA_WITH_");
        assertThat(attempt.facts().orElseThrow().extendedMasterSecret()).isTrue();
        attempt.session().orElseThrow().quit();
    }

    @Test
    void anOldVersionOnlyWhenAskedFor() throws Exception {
        assertThat(open(TLS10, TlsUse.STARTTLS).outcome())
                .isInstanceOfSatisfying(
                        SessionOutcome.HandshakeFailed.class,
                        failed -> assertThat(failed.failure().stage()).isEqualTo(HandshakeFailure.Stage.HELLO));
        TlsClientOptions old = TlsClientOptions.defaults().withVersions(TlsVersion.TLSV1_0, TlsVersion.TLSV1_3);
        SmtpAttempt attempt = open(TLS10, TlsUse.STARTTLS, old);
        assertThat(attempt.facts().orElseThrow().version()).isEqualTo(TlsVersion.TLSV1_0);
        attempt.session().orElseThrow().quit();
    }

    @Test
    void tlsFromTheFirstByte() throws Exception {
        SmtpAttempt attempt = open(IMPLICIT, TlsUse.IMPLICIT);
        assertThat(attempt.outcome()).isInstanceOf(SessionOutcome.Established.class);
        assertThat(attempt.inClear()).isEmpty();
        attempt.session().orElseThrow().quit();
    }

    @Test
    void aPlainServerWhereTlsIsExpectedFromTheFirstByte() {
        assertThat(open(ANY, TlsUse.IMPLICIT).outcome())
                .isInstanceOfSatisfying(
                        SessionOutcome.HandshakeFailed.class,
                        failed -> assertThat(failed.failure().stage()).isEqualTo(HandshakeFailure.Stage.NOT_TLS));
    }

    @Test
    void aServerWhoseTlsIsOutOfOrder() throws Exception {
        SmtpAttempt attempt = open(BROKEN, TlsUse.STARTTLS);
        assertThat(attempt.outcome())
                .isInstanceOfSatisfying(
                        SessionOutcome.NoStartTls.class,
                        none -> assertThat(none.refusal().orElseThrow()).startsWith("454 4.7.0 TLS not available"));
        attempt.session().orElseThrow().quit();
    }

    @Test
    void startTlsNotOffered() throws Exception {
        SmtpAttempt attempt = open(NOT_OFFERED, TlsUse.STARTTLS);
        assertThat(attempt.outcome())
                .isInstanceOfSatisfying(
                        SessionOutcome.NoStartTls.class,
                        none -> assertThat(none.refusal()).isEmpty());
        attempt.session().orElseThrow().quit();
        assertThat(transcript.entries()).noneMatch(e -> e.line().equals("STARTTLS"));
    }

    @Test
    void aServerWithoutAUsableCertificate() {
        assertThat(open(NO_CERTIFICATE, TlsUse.STARTTLS).outcome())
                .isInstanceOfSatisfying(SessionOutcome.HandshakeFailed.class, failed -> {
                    assertThat(failed.failure().stage()).isEqualTo(HandshakeFailure.Stage.HELLO);
                    assertThat(failed.failure().alert()).contains("handshake_failure");
                });
    }

    @Test
    void aServerThatWantsACertificateOfUs() {
        // Postfix finishes the handshake without one and hangs up afterwards, in words.
        SmtpAttempt attempt = open(CLIENT_CERTIFICATE, TlsUse.STARTTLS);
        assertThat(attempt.outcome()).isInstanceOfSatisfying(SessionOutcome.NotReached.class, away -> {
            assertThat(away.reason()).isEqualTo(SessionOutcome.NotReached.Reason.TURNED_AWAY_FOR_NOW);
            assertThat(away.sentence()).contains("421 4.7.1", "No client certificate presented");
        });
        assertThat(attempt.facts()).isPresent();
        assertThat(attempt.session()).isEmpty();
    }

    @Test
    void aMailInsideTlsOnly() throws Exception {
        try (SmtpSession clear = open(ENCRYPT, TlsUse.NONE).session().orElseThrow()) {
            assertThat(clear.command("MAIL FROM:<a@client.example>"))
                    .hasToString("530 5.7.0 Must issue a STARTTLS command first");
            clear.quit();
        }
        try (SmtpSession inside = open(ENCRYPT, TlsUse.STARTTLS).session().orElseThrow()) {
            List<String> commands = List.of("MAIL FROM:<a@client.example>", "RCPT TO:<b@mx8.example>", "RSET");
            for (String command : commands) {
                assertThat(inside.command(command).code()).as(command).isEqualTo(250);
            }
            inside.quit();
        }
    }

    private SmtpAttempt open(Mx host, TlsUse use) {
        return open(host, use, TlsClientOptions.defaults());
    }

    private SmtpAttempt open(Mx host, TlsUse use, TlsClientOptions tls) {
        SmtpClient client = new SmtpClient(
                new SystemNetwork(), new TlsClient(tls, new SecureRandom()), SmtpClientOptions.brisk("client.example"));
        return client.open(postfix.address(host), use, Optional.of(host.hostname()), transcript);
    }
}
