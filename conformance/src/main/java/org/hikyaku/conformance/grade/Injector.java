package org.hikyaku.conformance.grade;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.security.SecureRandom;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.hikyaku.mail.MailDates;
import org.hikyaku.net.Network;
import org.hikyaku.smtp.Envelope;
import org.hikyaku.smtp.LoginOutcome;
import org.hikyaku.smtp.MailContent;
import org.hikyaku.smtp.Mailbox;
import org.hikyaku.smtp.SmtpAttempt;
import org.hikyaku.smtp.SmtpClient;
import org.hikyaku.smtp.SmtpClientOptions;
import org.hikyaku.smtp.SmtpLogin;
import org.hikyaku.smtp.SmtpSession;
import org.hikyaku.smtp.SmtpTransaction;
import org.hikyaku.smtp.TlsUse;
import org.hikyaku.smtp.TransactionOutcome;
import org.hikyaku.smtp.TransactionTimes;
import org.hikyaku.smtp.sasl.Credentials;
import org.hikyaku.smtp.sasl.SaslOffer;
import org.hikyaku.tls.TlsClient;
import org.hikyaku.tls.TlsClientOptions;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Hands the mails of all cases to the sender under test, each in a transaction of its own, some over one session. STARTTLS is used
 * where it is offered; who the server is, is not looked at: it is the user's own.
 */
public final class Injector {
    /** How long is waited for an answer of the sender under test, to each command. */
    private static final Duration WAIT = Duration.ofSeconds(60);

    /** OpenSMTPD takes no more than 100 mails over one session. */
    private static final int PER_SESSION = 50;

    private static final Logger LOG = LoggerFactory.getLogger(Injector.class);

    private final SmtpClient client;
    private final SecureRandom random;
    private final InstantSource clock;
    private final Target target;

    /**
     * Where the sender under test takes mail.
     *
     * @param host its name, for the login
     * @param credentials who logs in; empty for nobody
     * @param sender the envelope's sender of all mails
     */
    public record Target(InetSocketAddress address, String host, Optional<Credentials> credentials, Mailbox sender) {}

    /** What became of one mail; {@code refusal} says why the sender under test did not take it. */
    public record Handed(Case subject, Optional<String> refusal) {}

    public Injector(Network network, SecureRandom random, InstantSource clock, Target target) {
        this.client = new SmtpClient(
                network,
                new TlsClient(TlsClientOptions.defaults(), random),
                new SmtpClientOptions("grade.invalid", WAIT, WAIT, WAIT));
        this.random = random;
        this.clock = clock;
        this.target = target;
    }

    /** Waits a moment; false when there is no time any more. */
    @FunctionalInterface
    public interface Pause {
        boolean await() throws InterruptedException;
    }

    /**
     * As {@link #hand}, as soon as the sender under test opens a session.
     *
     * @param time how long it may take for that
     * @param pause between two tries
     */
    public List<Handed> handWhenThere(List<Case> cases, Duration time, Pause pause)
            throws IOException, InterruptedException {
        long end = System.nanoTime() + time.toNanos();
        while (client.open(target.address(), TlsUse.NONE, Optional.empty())
                .session()
                .map(Injector::leave)
                .isEmpty()) {
            if (System.nanoTime() - end > 0 || !pause.await()) {
                throw new IOException("Nobody takes mail at " + target.address() + ".");
            }
        }
        return hand(cases);
    }

    private static boolean leave(SmtpSession session) {
        try {
            session.quit();
        } catch (IOException e) {
            LOG.debug("the first session ended with {}", e.getMessage());
        }
        return true;
    }

    /**
     * Hands all of them over.
     *
     * @throws IOException when there is no session, or it breaks; the message is for people
     */
    public List<Handed> hand(List<Case> cases) throws IOException {
        List<Handed> handed = new ArrayList<>();
        for (int from = 0; from < cases.size(); from += PER_SESSION) {
            try (SmtpSession session = open()) {
                for (Case c : cases.subList(from, Math.min(cases.size(), from + PER_SESSION))) {
                    handed.add(new Handed(c, hand(session, c)));
                }
                session.quit();
            }
        }
        return handed;
    }

    private SmtpSession open() throws IOException {
        SmtpAttempt attempt = client.open(target.address(), TlsUse.STARTTLS, Optional.empty());
        if (attempt.session().isEmpty()) {
            throw new IOException("The sender under test at " + target.address() + " did not open a session: "
                    + attempt.outcome() + ".");
        }
        SmtpSession session = attempt.session().get();
        if (target.credentials().isPresent()) {
            Optional<String> trouble = login(session, target.credentials().get());
            if (trouble.isPresent()) {
                session.close();
                throw new IOException("The login at " + target.address() + " failed: " + trouble.get() + ".");
            }
        }
        return session;
    }

    private Optional<String> login(SmtpSession session, Credentials credentials) {
        SaslOffer offer = new SaslOffer(
                SmtpLogin.offered(session.ehlo()),
                session.facts().isPresent(),
                session.bindings().stream().findFirst(),
                target.host(),
                target.address().getPort());
        return switch (offer.choose(credentials, Optional.empty(), false)) {
            case SaslOffer.Choice.NoneFits none -> Optional.of(none.sentence());
            case SaslOffer.Choice.WouldReveal reveal ->
                Optional.of("it offers " + reveal.mechanism().title()
                        + " at best, which would show the password in clear text");
            case SaslOffer.Choice.Chosen chosen ->
                switch (new SmtpLogin(session, offer.client(chosen.mechanism(), credentials, random), false).run()) {
                    case LoginOutcome.Accepted _ -> Optional.empty();
                    case LoginOutcome.Refused refused -> Optional.of("it said \"" + refused.reply() + "\"");
                    case LoginOutcome.GivenUp given -> Optional.of(given.sentence());
                    case LoginOutcome.Broken broken -> Optional.of(broken.sentence());
                };
        };
    }

    private Optional<String> hand(SmtpSession session, Case c) throws IOException {
        Envelope envelope = new Envelope(
                Optional.of(target.sender()),
                List.of(Envelope.Recipient.of(Mailbox.parse(c.recipient()))),
                Optional.empty(),
                Optional.empty(),
                c.probe() == Probe.REQUIRE_TLS);
        String date = MailDates.text(clock.instant());
        MailContent content = MailContent.of(TestMail.of(c, target.sender().toString(), date));
        TransactionOutcome outcome = new SmtpTransaction(session, TransactionTimes.rfc5321())
                .run(envelope, content, SmtpTransaction.Transfer.DATA);
        return switch (outcome) {
            case TransactionOutcome.Taken _ -> Optional.empty();
            case TransactionOutcome.NotSent lacking -> Optional.of(lacking.sentence());
            case TransactionOutcome.SenderRefused refused -> Optional.of("it said " + refused.reply());
            case TransactionOutcome.RecipientsRefused refused ->
                Optional.of("it said " + refused.refused().getFirst().reply());
            case TransactionOutcome.ContentRefused refused -> Optional.of("it said " + refused.reply());
            case TransactionOutcome.Broken broken ->
                throw new IOException("The session with the sender under test broke: " + broken.sentence());
        };
    }
}
