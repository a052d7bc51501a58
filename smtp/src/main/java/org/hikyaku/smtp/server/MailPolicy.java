package org.hikyaku.smtp.server;

import java.util.Optional;
import org.hikyaku.smtp.Envelope;
import org.hikyaku.smtp.Reply;
import org.hikyaku.tls.SessionFacts;

/** Decides who may send what to whom. Each answer is empty for yes, or the reply that says no. Called on many threads. */
public interface MailPolicy {

    /** Somebody has connected; a no ends the session (RFC 5321 section 3.1). */
    Optional<Reply> welcome(Client client);

    /** Judges the certificate of a TLS session; empty when none was asked for. */
    Optional<CertificateStanding> judge(SessionFacts facts);

    /** MAIL. */
    Optional<Reply> sender(Client client, Sender sender);

    /** RCPT. */
    Optional<Reply> recipient(Client client, Sender sender, Envelope.Recipient recipient);
}
