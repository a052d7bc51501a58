package org.hikyaku.tls;

import java.util.Optional;

/**
 * Why no session came about.
 *
 * @param stage how far it got
 * @param alert the alert's name, such as {@code handshake_failure}, when one was sent by either side
 * @param byPeer true when the other side gave up (its alert, or it hung up); false when we did
 * @param sentence what happened, for people
 */
public record HandshakeFailure(Stage stage, Optional<String> alert, boolean byPeer, String sentence) {

    public enum Stage {
        /** Nothing that looks like TLS came back. */
        NOT_TLS,
        /** Before or at ServerHello: no version or suite in common, usually. */
        HELLO,
        /** After ServerHello. */
        AUTHENTICATION,
        /** Finished did not verify, or the session broke right after it. */
        FINISHED,
        TIMEOUT,
        /** The connection ended or reset without an alert. */
        CLOSED
    }
}
