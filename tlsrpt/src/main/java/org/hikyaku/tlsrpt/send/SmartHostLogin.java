package org.hikyaku.tlsrpt.send;

import java.security.SecureRandom;
import java.time.InstantSource;
import java.util.Optional;
import org.hikyaku.smtp.LoginOutcome;
import org.hikyaku.smtp.SmtpLogin;
import org.hikyaku.smtp.SmtpSession;
import org.hikyaku.smtp.sasl.Credentials;
import org.hikyaku.smtp.sasl.SaslOffer;
import org.hikyaku.tls.SessionFacts;
import org.hikyaku.x509.CommonName;
import org.hikyaku.x509.NameMatch;
import org.hikyaku.x509.PathFinder;
import org.hikyaku.x509.PathResult;
import org.hikyaku.x509.TrustAnchors;

/** A login at the server that passes reports on. */
public final class SmartHostLogin {
    private final Credentials credentials;
    private final String host;
    private final int port;
    private final TrustAnchors authorities;
    private final InstantSource clock;
    private final SecureRandom random;

    /** @param host the name that the server's certificate must be good for before it sees a password */
    public SmartHostLogin(
            Credentials credentials,
            String host,
            int port,
            TrustAnchors authorities,
            InstantSource clock,
            SecureRandom random) {
        this.credentials = credentials;
        this.host = host;
        this.port = port;
        this.authorities = authorities;
        this.clock = clock;
        this.random = random;
    }

    /** Logs in; a sentence when that did not work. */
    Optional<String> run(SmtpSession session) {
        if (session.facts().isEmpty()) {
            return Optional.of("it offers no TLS, and nobody logs in without.");
        }
        SaslOffer offer = new SaslOffer(
                SmtpLogin.offered(session.ehlo()),
                proved(session.facts().get()),
                session.bindings().stream().findFirst(),
                host,
                port);
        return switch (offer.choose(credentials, Optional.empty(), false)) {
            case SaslOffer.Choice.NoneFits none -> Optional.of(none.sentence() + ".");
            case SaslOffer.Choice.WouldReveal reveal ->
                Optional.of("it offers " + reveal.mechanism().title()
                        + " at best, which would show it the password, and its certificate is not good for " + host
                        + ".");
            case SaslOffer.Choice.Chosen chosen ->
                switch (new SmtpLogin(session, offer.client(chosen.mechanism(), credentials, random), false).run()) {
                    case LoginOutcome.Accepted _ -> Optional.empty();
                    case LoginOutcome.Refused refused -> Optional.of("it said \"" + refused.reply() + "\".");
                    case LoginOutcome.GivenUp given -> Optional.of(given.sentence() + ".");
                    case LoginOutcome.Broken broken -> Optional.of(broken.sentence() + ".");
                };
        };
    }

    private boolean proved(SessionFacts facts) {
        return !facts.chain().isEmpty()
                && new PathFinder(authorities).find(facts.chain(), clock.instant()) instanceof PathResult.Trusted
                && NameMatch.matches(facts.chain().getFirst(), host, CommonName.NEVER);
    }
}
