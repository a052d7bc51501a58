package org.hikyaku.smtp.sasl;

import java.util.Optional;

/** One conversation, from the server's side. For one use by one thread. Its steps never fail otherwise than by {@link Refused}. */
public interface SaslServer {

    /** What comes next. */
    sealed interface Step {}

    /** The server says this and waits for an answer. */
    @SuppressWarnings("ArrayRecordComponent") // said, never compared
    record Challenge(byte[] bytes) implements Step {}

    /** The client has proved to be this user. */
    record Accepted(String user) implements Step {}

    /**
     * It has not.
     *
     * @param kind what is wrong, for the reply's code
     * @param sentence for the log, not for the client; without any secret
     */
    record Refused(Kind kind, String sentence) implements Step {}

    /** What is wrong. */
    enum Kind {
        /** Wrong name or password, or a certificate that stands for nobody: nobody is told which. */
        CREDENTIALS,
        /** What came is not what the mechanism wants there. */
        MALFORMED,
        /** Somebody between client and server has changed what is offered, or passes the conversation on. */
        BINDING
    }

    SaslMechanism mechanism();

    /** Begins, with what the client said in the command itself. */
    Step begin(Optional<byte[]> initial);

    /** Goes on with the answer to a challenge. */
    Step answer(byte[] response);
}
