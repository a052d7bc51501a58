package org.hikyaku.smtp.sasl;

import java.util.Optional;

/** One conversation, from the client's side. For one use by one thread. */
public interface SaslClient {

    SaslMechanism mechanism();

    /**
     * What the client says first; empty when the server begins.
     *
     * @throws SaslException when the user name or password cannot be said in this mechanism
     */
    Optional<SaslMessage> first() throws SaslException;

    /**
     * The answer to what the server said. After an exception the conversation must be cancelled.
     *
     * @throws SaslException when the server said something wrong
     */
    SaslMessage answer(byte[] challenge) throws SaslException;

    /**
     * To be called when the server says that all is well.
     *
     * @throws SaslException when it may not say so: it has not proved itself
     */
    void succeeded() throws SaslException;

    /** What the server said about the failure inside the conversation; fit to be shown. */
    default Optional<String> serverError() {
        return Optional.empty();
    }
}
