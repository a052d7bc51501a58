package org.hikyaku.tlsrpt.send;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.util.Optional;
import org.hikyaku.smtp.Envelope;
import org.hikyaku.smtp.MailContent;
import org.hikyaku.smtp.Reply;
import org.hikyaku.smtp.SessionOutcome;
import org.hikyaku.smtp.SmtpAttempt;
import org.hikyaku.smtp.SmtpClient;
import org.hikyaku.smtp.SmtpSession;
import org.hikyaku.smtp.SmtpTransaction;
import org.hikyaku.smtp.TlsUse;
import org.hikyaku.smtp.TransactionOutcome;
import org.hikyaku.smtp.TransactionTimes;

/**
 * Hands mails to one server that passes them on. Without a login inside TLS when the server offers it; with one inside TLS only,
 * and a password that could be read goes to nobody but a server whose name is proved.
 */
public final class SmtpMailer implements ReportMailer {
    private final SmtpClient client;
    private final InetSocketAddress server;
    private final String name;
    private final TlsUse tls;
    private final Optional<SmartHostLogin> login;

    /**
     * @param server where it is, resolved
     * @param name what it is called in sentences, and as server name in the handshake when it is a name
     * @param tls STARTTLS, or TLS from the first byte
     * @param login who logs in
     */
    public SmtpMailer(
            SmtpClient client, InetSocketAddress server, String name, TlsUse tls, Optional<SmartHostLogin> login) {
        this.client = client;
        this.server = server;
        this.name = name;
        this.tls = tls;
        this.login = login;
    }

    @Override
    public HandOver mail(Envelope envelope, byte[] mail) {
        SmtpAttempt attempt = client.open(server, tls, Optional.empty());
        if (login.isEmpty()
                && tls == TlsUse.STARTTLS
                && attempt.session().isEmpty()
                && !(attempt.outcome() instanceof SessionOutcome.NotReached)) {
            // T14: a report goes without TLS rather than not at all
            attempt = client.open(server, TlsUse.NONE, Optional.empty());
        }
        if (attempt.session().isEmpty()) {
            return new HandOver.Later(
                    attempt.outcome() instanceof SessionOutcome.NotReached notReached
                            ? notReached.sentence()
                            : "No session with " + name + " came about.");
        }
        try (SmtpSession session = attempt.session().get()) {
            Optional<String> trouble = login.flatMap(l -> l.run(session));
            if (trouble.isPresent()) {
                session.quit();
                return new HandOver.Later("The login at " + name + " failed: " + trouble.get());
            }
            TransactionOutcome outcome = new SmtpTransaction(session, TransactionTimes.rfc5321())
                    .run(envelope, MailContent.of(mail), SmtpTransaction.Transfer.DATA);
            session.quit();
            return handOver(outcome);
        } catch (IOException e) {
            return new HandOver.Later("The session with " + name + " broke off: " + e.getMessage() + ".");
        }
    }

    private HandOver handOver(TransactionOutcome outcome) {
        return switch (outcome) {
            case TransactionOutcome.Taken taken -> new HandOver.Taken(name + " took the mail: " + taken.reply() + ".");
            case TransactionOutcome.NotSent not -> new HandOver.Refused(not.sentence());
            case TransactionOutcome.SenderRefused refused -> refused(refused.reply());
            case TransactionOutcome.RecipientsRefused refused ->
                refused(refused.refused().getFirst().reply());
            case TransactionOutcome.ContentRefused refused -> refused(refused.reply());
            case TransactionOutcome.Broken broken -> new HandOver.Later(broken.sentence());
        };
    }

    private HandOver refused(Reply reply) {
        String sentence = name + " refused the mail: " + reply + ".";
        return reply.code() >= 500 ? new HandOver.Refused(sentence) : new HandOver.Later(sentence);
    }
}
