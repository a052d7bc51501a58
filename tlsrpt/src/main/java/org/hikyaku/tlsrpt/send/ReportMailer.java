package org.hikyaku.tlsrpt.send;

import org.hikyaku.smtp.Envelope;

/** Takes mails that carry reports: a relay's queue, or a server that is told by name. */
@FunctionalInterface
public interface ReportMailer {

    /**
     * Hands a mail on. The session that carries it must not be counted, and no policy may hold it back (T14): the mail
     * says so with {@code TLS-Required: No}.
     *
     * @param mail whole, signed, lines ending with CR LF
     */
    HandOver mail(Envelope envelope, byte[] mail) throws InterruptedException;
}
