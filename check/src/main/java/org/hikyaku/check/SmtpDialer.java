package org.hikyaku.check;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.util.Optional;
import org.hikyaku.smtp.SessionOutcome;
import org.hikyaku.smtp.SmtpAttempt;
import org.hikyaku.smtp.SmtpClient;
import org.hikyaku.smtp.SmtpSession;
import org.hikyaku.smtp.TlsUse;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Dials for real: greeting, EHLO, STARTTLS, EHLO again, QUIT. */
public final class SmtpDialer implements Dialer {
    private static final Logger LOG = LoggerFactory.getLogger(SmtpDialer.class);

    private final SmtpClient client;

    public SmtpDialer(SmtpClient client) {
        this.client = client;
    }

    @Override
    public SessionOutcome dial(InetSocketAddress address, Optional<String> sni) {
        SmtpAttempt attempt = client.open(address, TlsUse.STARTTLS, sni);
        attempt.session().ifPresent(SmtpDialer::leave);
        return attempt.outcome();
    }

    private static void leave(SmtpSession session) {
        try (session) {
            session.quit();
        } catch (IOException e) {
            // What was to be seen has been seen; how the other side takes leave is no finding.
            LOG.debug("QUIT to {}: {}", session.address(), e.getMessage());
        }
    }
}
