package org.hikyaku.smtp.interop;

import static org.assertj.core.api.Assertions.assertThat;

import java.security.SecureRandom;
import java.util.Optional;
import org.hikyaku.net.SystemNetwork;
import org.hikyaku.smtp.SessionOutcome;
import org.hikyaku.smtp.SmtpAttempt;
import org.hikyaku.smtp.SmtpClient;
import org.hikyaku.smtp.SmtpClientOptions;
import org.hikyaku.smtp.SmtpSession;
import org.hikyaku.smtp.TlsUse;
import org.hikyaku.smtp.interop.PostfixServer.Mx;
import org.hikyaku.tls.TlsClient;
import org.hikyaku.tls.TlsClientOptions;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** The client against Postfix in clear, and every way in which Postfix turns clients away. */
@Tag("interop")
@Timeout(180)
class PostfixInteropTest {
    private static final Mx PLAIN = Mx.inClear("plain.example", "127.77.1.1");
    private static final Mx IPV6 = Mx.inClear("six.example", "::1");
    private static final Mx NO_MAIL = Mx.inClear("nomail.example", "127.77.1.2")
            .with("smtpd_delay_reject", "no")
            .with("smtpd_client_restrictions", "reject");
    private static final Mx DEFER = Mx.inClear("defer.example", "127.77.1.3")
            .with("smtpd_delay_reject", "no")
            .with("smtpd_client_restrictions", "defer");
    private static final Mx BAD_HELO = Mx.inClear("helo.example", "127.77.1.4")
            .with("smtpd_delay_reject", "no")
            .with("smtpd_helo_restrictions", "reject");
    private static final Mx NO_KEYWORD = Mx.inClear("keyword.example", "127.77.1.5")
            .with(
                    "smtpd_discard_ehlo_keywords",
                    "pipelining, size, vrfy, etrn, enhancedstatuscodes, 8bitmime, dsn, smtputf8, chunking");

    private static PostfixServer postfix;

    private final SmtpClient client = new SmtpClient(
            new SystemNetwork(),
            new TlsClient(TlsClientOptions.defaults(), new SecureRandom()),
            SmtpClientOptions.brisk("client.example"));

    @BeforeAll
    static void start() throws Exception {
        PostfixServer.assumeInstalled();
        postfix = PostfixServer.start(PLAIN, IPV6, NO_MAIL, DEFER, BAD_HELO, NO_KEYWORD);
    }

    @AfterAll
    static void stop() throws Exception {
        if (postfix != null) {
            postfix.close();
        }
    }

    @Test
    void aServerWithoutTls() throws Exception {
        for (Mx host : new Mx[] {PLAIN, IPV6}) {
            SmtpAttempt attempt = open(host);
            assertThat(attempt.outcome()).isInstanceOfSatisfying(SessionOutcome.NoStartTls.class, none -> {
                assertThat(none.refusal()).isEmpty();
                assertThat(none.ehlo().name()).isEqualTo(host.hostname());
                assertThat(none.ehlo().greeting()).startsWith(host.hostname() + " ESMTP Postfix");
                assertThat(none.ehlo().offers("PIPELINING")).isTrue();
            });
            attempt.session().orElseThrow().quit();
        }
    }

    @Test
    void commandsAndEnhancedStatusCodes() throws Exception {
        try (SmtpSession session = open(PLAIN).session().orElseThrow()) {
            assertThat(session.command("MAIL FROM:<a@client.example>").enhanced())
                    .hasToString("Optional[2.1.0]");
            assertThat(session.command("RCPT TO:<b@plain.example>").enhanced()).hasToString("Optional[2.1.5]");
            assertThat(session.command("HUH").code()).isEqualTo(500);
            assertThat(session.command("RSET").code()).isEqualTo(250);
            session.quit();
        }
    }

    @Test
    void noExtensionsAtAll() throws Exception {
        SmtpAttempt attempt = open(NO_KEYWORD);
        assertThat(attempt.inClear().orElseThrow().extensions()).isEmpty();
        attempt.session().orElseThrow().quit();
    }

    @Test
    void turnedAwayAtTheGreeting() {
        assertThat(open(NO_MAIL).outcome()).isInstanceOfSatisfying(SessionOutcome.NotReached.class, away -> {
            assertThat(away.reason()).isEqualTo(SessionOutcome.NotReached.Reason.TURNED_AWAY);
            assertThat(away.sentence()).contains("greets with \"554 5.7.1");
        });
        assertThat(open(DEFER).outcome()).isInstanceOfSatisfying(SessionOutcome.NotReached.class, away -> {
            assertThat(away.reason()).isEqualTo(SessionOutcome.NotReached.Reason.TURNED_AWAY_FOR_NOW);
            assertThat(away.sentence()).contains("\"450 4.3.2");
        });
    }

    @Test
    void turnedAwayAtHelo() {
        assertThat(open(BAD_HELO).outcome()).isInstanceOfSatisfying(SessionOutcome.NotReached.class, away -> {
            assertThat(away.reason()).isEqualTo(SessionOutcome.NotReached.Reason.TURNED_AWAY);
            assertThat(away.sentence()).contains("answers EHLO and HELO with \"554 5.7.1");
        });
    }

    private SmtpAttempt open(Mx host) {
        return client.open(postfix.address(host), TlsUse.STARTTLS, Optional.of(host.hostname()));
    }
}
