package org.hikyaku.relay.receive;

import java.io.IOException;
import java.net.InetSocketAddress;
import org.hikyaku.net.Addresses;
import org.hikyaku.smtp.Reply;
import org.hikyaku.smtp.sasl.SaslMechanism;
import org.hikyaku.smtp.server.CertificateStanding;
import org.hikyaku.smtp.server.Client;
import org.hikyaku.smtp.server.IncomingMail;
import org.hikyaku.smtp.server.ServerEvents;
import org.hikyaku.smtp.server.SessionEnd;
import org.hikyaku.tls.HandshakeFailure;
import org.hikyaku.tls.SessionFacts;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Logs what happens in sessions, one line each: an address in brackets, what happened, with what. */
public final class ReceiveLog implements ServerEvents {
    private static final Logger LOG = LoggerFactory.getLogger(ReceiveLog.class);

    @Override
    public void turnedAway(InetSocketAddress remote, String why) {
        LOG.warn("[{}] turned away: {}", Addresses.text(remote), why);
    }

    /** As Postfix says it: Anonymous, Untrusted or Trusted. */
    @Override
    public void secured(Client client) {
        if (!LOG.isInfoEnabled()) {
            return;
        }
        SessionFacts tls = client.tls().orElseThrow();
        LOG.info(
                "{} {} TLS connection: {} with cipher {} ({} bits){}{}",
                who(client),
                trust(client),
                tls.version().title(),
                tls.suite(),
                tls.bits(),
                tls.group().map(g -> " key-exchange " + g).orElse(""),
                client.certificate().map(ReceiveLog::certificate).orElse(""));
    }

    private static String trust(Client client) {
        return switch (client.certificate().map(CertificateStanding::trust).orElse(CertificateStanding.Trust.NONE)) {
            case NONE -> "Anonymous";
            case UNTRUSTED -> "Untrusted";
            case TRUSTED -> "Trusted";
        };
    }

    private static String certificate(CertificateStanding standing) {
        if (standing.trust() == CertificateStanding.Trust.NONE) {
            return "";
        }
        return ", client certificate subject=" + standing.subject() + " issuer=" + standing.issuer() + " fingerprint="
                + standing.fingerprint()
                + standing.user().map(u -> " user=" + u).orElse("")
                + (standing.sentence().isEmpty() ? "" : " (" + standing.sentence() + ")");
    }

    @Override
    public void handshakeFailed(Client client, HandshakeFailure failure) {
        LOG.info("{} TLS handshake failed: {}", who(client), failure.sentence());
    }

    @Override
    public void refused(Client client, String command, Reply reply) {
        LOG.info("{} refused {}: {}", who(client), command, reply);
    }

    @Override
    public void loggedIn(Client client) {
        client.login()
                .ifPresent(
                        login -> LOG.info("{} user {} logged in by {}", who(client), login.user(), login.mechanism()));
    }

    @Override
    public void loginFailed(Client client, SaslMechanism mechanism, String why) {
        LOG.warn("{} login by {} failed: {}", who(client), mechanism, why);
    }

    @Override
    public void taken(Client client, IncomingMail mail, String id, long bytes) {
        if (LOG.isInfoEnabled()) {
            LOG.info(
                    "{} {}: from={} recipients={} size={} proto={}{}{}",
                    who(client),
                    id,
                    mail.sender(),
                    mail.recipients().size(),
                    bytes,
                    ReceivedHeader.protocol(client, mail),
                    client.user().map(u -> " user=" + u).orElse(""),
                    mail.sender().requireTls() ? " requiretls" : "");
        }
    }

    @Override
    public void ended(Client client, SessionEnd end) {
        switch (end.why()) {
            case QUIT -> LOG.debug("{} quit", who(client));
            case STOPPING -> LOG.debug("{} ended: the server stops", who(client));
            case HUNG_UP, TIMED_OUT, REFUSED, NO_TLS, FAULT ->
                LOG.info(
                        "{} ended: {}{} commands={} mails={} errors={}",
                        who(client),
                        end.why(),
                        end.sentence().isEmpty() ? "" : " (" + end.sentence() + ")",
                        end.commands(),
                        end.mails(),
                        end.errors());
        }
    }

    @Override
    public void fault(Client client, Throwable fault) {
        if (fault instanceof IOException) {
            // a disk that does not do what it should, and not our program
            LOG.error("{} a mail could not be kept and was refused for now: {}", who(client), fault.getMessage());
        } else {
            LOG.error("{} a fault of ours", who(client), fault);
        }
    }

    /** {@code [192.0.2.1:4025] mx.example}. */
    private static String who(Client client) {
        return "[" + Addresses.text(client.remote()) + "]";
    }
}
