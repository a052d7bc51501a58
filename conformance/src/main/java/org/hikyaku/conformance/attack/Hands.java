package org.hikyaku.conformance.attack;

import java.util.List;
import java.util.Optional;

/** What the attacker does to what goes through him. As it stands here: nothing. */
interface Hands {

    /** A whole reply of the receiver's, its lines without their ends; what the sender gets instead. */
    default List<String> reply(List<String> lines) {
        return lines;
    }

    /** The answer that a command of the sender's gets at once, without reaching the receiver; empty lets it through. */
    default Optional<String> answer(String command) {
        return Optional.empty();
    }

    /** A line of the mail; what the receiver gets instead. */
    default String content(String line) {
        return line;
    }

    /** The first TLS record of the sender's; what the receiver gets instead. Empty: a forged alert ends it all. */
    default Optional<byte[]> hello(byte[] clientHello) {
        return Optional.of(clientHello);
    }

    /** Whether the receiver may get something else than what the sender sent. */
    default boolean changes() {
        return true;
    }
}
