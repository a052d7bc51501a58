package org.hikyaku.capture.tls;

import java.time.Duration;

/**
 * How long sessions wait for a key log that is a pipe: nobody knows whether it ends. What it says later is taken as from a log that
 * grows.
 *
 * @param silence without a word of it
 * @param whole in all, since it was opened
 */
record Patience(Duration silence, Duration whole) {
    /** A log that is copied over a network is read to its end, one that somebody follows is told apart soon. */
    static final Patience DEFAULT = new Patience(Duration.ofSeconds(5), Duration.ofMinutes(1));
}
