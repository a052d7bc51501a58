package org.hikyaku.smtp.server;

import java.net.InetSocketAddress;
import java.util.Optional;
import org.hikyaku.smtp.sasl.SaslMechanism;
import org.hikyaku.tls.SessionFacts;

/**
 * What is known of the other side at one point of a session.
 *
 * @param remote its address and port
 * @param local our address and port
 * @param greeting what it said in EHLO or HELO; empty before that, and again after STARTTLS
 * @param esmtp true when it said EHLO
 * @param tls the TLS session, when there is one
 * @param certificate who its certificate says it is; empty without TLS, or when none was asked for
 * @param login who has logged in
 */
public record Client(
        InetSocketAddress remote,
        InetSocketAddress local,
        Optional<String> greeting,
        boolean esmtp,
        Optional<SessionFacts> tls,
        Optional<CertificateStanding> certificate,
        Optional<Login> login) {

    /** A user who has proved to be it. */
    public record Login(String user, SaslMechanism mechanism) {}

    /** A client that has just connected. */
    public static Client of(InetSocketAddress remote, InetSocketAddress local) {
        return new Client(remote, local, Optional.empty(), false, Optional.empty(), Optional.empty(), Optional.empty());
    }

    /** The user: by login, or by a certificate that is mapped to one. */
    public Optional<String> user() {
        return login.map(Login::user).or(() -> certificate.flatMap(CertificateStanding::user));
    }

    Client greeted(String name, boolean extended) {
        return new Client(remote, local, Optional.of(name), extended, tls, certificate, login);
    }

    /** RFC 3207 section 4.2: what was said before TLS is forgotten. */
    Client secured(SessionFacts facts, Optional<CertificateStanding> standing) {
        return new Client(remote, local, Optional.empty(), false, Optional.of(facts), standing, Optional.empty());
    }

    Client loggedIn(Login who) {
        return new Client(remote, local, greeting, esmtp, tls, certificate, Optional.of(who));
    }
}
