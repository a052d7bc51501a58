package org.hikyaku.smtp.server;

import java.time.Duration;

/**
 * How long a client may take.
 *
 * @param command for the next whole command; RFC 5321 section 4.5.3.2.7 wants 5 minutes
 * @param handshake for a TLS handshake
 * @param block for the next bytes of a mail; RFC 5321 section 4.5.3.2.5 has 3 minutes
 * @param grace how long the content of a mail may take whatever its size, before {@code minimumRate} counts
 * @param minimumRate bytes of content a second on average that a slow sender must bring; 0 for no minimum
 * @param reply for the client to take our words
 */
public record ServerTimes(
        Duration command, Duration handshake, Duration block, Duration grace, int minimumRate, Duration reply) {

    /** 5 minutes a command, 30 s a handshake, 3 minutes a block; after 5 minutes 500 bytes a second at least. */
    public static ServerTimes defaults() {
        return new ServerTimes(
                Duration.ofMinutes(5),
                Duration.ofSeconds(30),
                Duration.ofMinutes(3),
                Duration.ofMinutes(5),
                500,
                Duration.ofMinutes(1));
    }
}
