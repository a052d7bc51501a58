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

/** Hands mails to one server that passes them on; inside TLS when the server offers it. */
public final class SmtpMailer implements ReportMailer {
    private final SmtpClient client;
    private final InetSocketAddress server;
    private final String name;

    /**
     * @param server where it is, resolved
     * @param name what it is called in sentences, and as server name in the handshake when it is a name
     */
    public SmtpMailer(SmtpClient client, InetSocketAddress server, String name) {
        this.client = client;
        this.server = server;
        this.name = name;
    }

    @Override
    public HandOver mail(Envelope envelope, byte[] mail) {
        SmtpAttempt attempt = client.open(server, TlsUse.STARTTLS, Optional.empty());
        if (attempt.session().isEmpty() && !(attempt.outcome() instanceof SessionOutcome.NotReached)) {
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
