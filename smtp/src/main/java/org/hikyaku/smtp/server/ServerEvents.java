package org.hikyaku.smtp.server;

import java.net.InetSocketAddress;
import org.hikyaku.smtp.Reply;
import org.hikyaku.smtp.sasl.SaslMechanism;
import org.hikyaku.tls.HandshakeFailure;

/** Is told what happens in sessions, for logs and counters. Called on many threads; must not wait. */
public interface ServerEvents {

    /** Somebody has connected. */
    default void connected(Client client) {}

    /** A connection was closed before a session began: too many of them. */
    default void turnedAway(InetSocketAddress remote, String why) {}

    /** A TLS session stands; the client's certificate is judged. */
    default void secured(Client client) {}

    /** A TLS handshake failed. */
    default void handshakeFailed(Client client, HandshakeFailure failure) {}

    /** A command was refused. */
    default void refused(Client client, String command, Reply reply) {}

    /** Somebody has logged in. */
    default void loggedIn(Client client) {}

    /** A login failed. */
    default void loginFailed(Client client, SaslMechanism mechanism, String why) {}

    /** A mail was taken. */
    default void taken(Client client, IncomingMail mail, String id, long bytes) {}

    /** The session is over. */
    default void ended(Client client, SessionEnd end) {}

    /** Something broke on our side. */
    default void fault(Client client, Throwable fault) {}

    /** Tells nobody. */
    static ServerEvents none() {
        return new ServerEvents() {};
    }
}
