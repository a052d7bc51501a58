package org.hikyaku.smtp.sasl;

import java.util.Optional;

/** The users of a server. Called on many threads. */
@FunctionalInterface
public interface Accounts {

    /** What is kept of a user's password; empty when there is no such user. */
    Optional<ScramKeys> keys(String user);
}
