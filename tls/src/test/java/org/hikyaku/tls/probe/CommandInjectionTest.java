package org.hikyaku.tls.probe;

import static org.assertj.core.api.Assertions.assertThat;

import java.security.SecureRandom;
import java.time.Duration;
import java.util.Optional;
import org.hikyaku.net.SystemNetwork;
import org.hikyaku.tls.TlsVersion;
import org.hikyaku.tls.probe.StartTlsPeer.Early;
import org.hikyaku.tls.probe.StartTlsPeer.Inside;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Whether a command sent in the clear behind STARTTLS is run inside TLS (CVE-2011-0411). */
class CommandInjectionTest {

    @ParameterizedTest(name = "{0} {1} {2}: {3}")
    @CsvSource({
        // the flaw
        "SMTP, RUN_INSIDE_TLS,   TALKATIVE,    YES",
        "SMTP, RUN_INSIDE_TLS,   TERSE,        YES",
        "IMAP, RUN_INSIDE_TLS,   TALKATIVE,    YES",
        "POP3, RUN_INSIDE_TLS,   TALKATIVE,    YES",
        // good servers; an answer of one line to EHLO is no answer to NOOP
        "SMTP, THROWN_AWAY,      TALKATIVE,    NO",
        "SMTP, THROWN_AWAY,      TERSE,        NO",
        "IMAP, THROWN_AWAY,      TALKATIVE,    NO",
        "POP3, THROWN_AWAY,      TALKATIVE,    NO",
        "SMTP, REFUSED_IN_WORDS, TALKATIVE,    NO",
        "IMAP, REFUSED_IN_WORDS, TALKATIVE,    NO",
        "SMTP, TAKEN_FOR_TLS,    TALKATIVE,    NO",
        // nothing can be said of a server that breaks off, once
        "SMTP, MAKES_IT_HANG_UP, TALKATIVE,    UNKNOWN",
        "POP3, MAKES_IT_HANG_UP, TALKATIVE,    UNKNOWN",
        "SMTP, THROWN_AWAY,      HANGS_UP,     UNKNOWN",
        "IMAP, THROWN_AWAY,      HANGS_UP,     UNKNOWN",
        "POP3, THROWN_AWAY,      HANGS_UP,     UNKNOWN",
        "SMTP, RUN_INSIDE_TLS,   HANGS_UP,     UNKNOWN",
        "SMTP, RUN_INSIDE_TLS,   SAYS_NOTHING, UNKNOWN",
    })
    void isToldFromGoodServersAndFromThoseThatBreakOff(Service.Talk talk, Early early, Inside inside, Known expected)
            throws Exception {
        Service service = Service.valueOf(talk + "_STARTTLS");
        Duration patience = inside == Inside.SAYS_NOTHING ? Duration.ofMillis(800) : Duration.ofSeconds(15);
        ProbeOptions options = Probes.options(patience);
        Facts facts = new Facts();
        facts.version(TlsVersion.TLSV1_3, Known.YES);
        try (StartTlsPeer peer = new StartTlsPeer(talk, early, inside)) {
            Dialer dialer =
                    new Dialer(new SystemNetwork(), peer.address(), service, options, _ -> {}, System::nanoTime, 1);

            new Questions(dialer, facts, service, Optional.empty(), options, new SecureRandom()).startTlsManners();

            assertThat(peer.connections()).isEqualTo(1);
        }
        assertThat(facts.injection).isEqualTo(expected);
    }

    @Test
    void theFlawIsInTheFactsOfTheServer() throws Exception {
        try (StartTlsPeer peer = new StartTlsPeer(Service.Talk.SMTP, Early.RUN_INSIDE_TLS, Inside.TALKATIVE)) {
            ServerFacts facts = Probes.probe(peer.address(), Service.SMTP_STARTTLS, Depth.JUDGEMENT);

            assertThat(facts.starttls())
                    .isEqualTo(new ServerFacts.StartTlsFacts(Known.YES, Known.YES, Known.YES, Known.YES));
            assertThat(facts.connections()).isEqualTo(peer.connections()).isLessThanOrEqualTo(25);
        }
    }

    /** What a second try tells of a server that hung up on the command. */
    @ParameterizedTest
    @CsvSource({
        "SMTP, MAKES_IT_HANG_UP,       NO",
        "IMAP, MAKES_IT_HANG_UP,       NO",
        "POP3, MAKES_IT_HANG_UP,       NO",
        "SMTP, HANGS_UP_ONCE_THEN_RUN, YES",
        "SMTP, HANGS_UP_FROM_THEN_ON,  UNKNOWN",
    })
    void hangingUpOnTheCommandAloneAndTwiceIsRefusingIt(Service.Talk talk, Early early, Known expected)
            throws Exception {
        try (StartTlsPeer peer = new StartTlsPeer(talk, early, Inside.TALKATIVE)) {
            ServerFacts facts = Probes.probe(peer.address(), Service.valueOf(talk + "_STARTTLS"), Depth.JUDGEMENT);

            assertThat(facts.starttls().injection()).isEqualTo(expected);
            assertThat(facts.connections()).isEqualTo(peer.connections()).isLessThanOrEqualTo(25);
        }
    }
}
