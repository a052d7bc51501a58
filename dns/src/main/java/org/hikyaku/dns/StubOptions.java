package org.hikyaku.dns;

import java.time.Duration;
import org.hikyaku.net.Limit;

/**
 * How a {@link StubResolver} asks.
 *
 * @param payload largest UDP answer we announce, in bytes, 512 to 65535; 1232 passes every network unfragmented
 * @param firstTimeout how long the first try waits for its answer; each further round waits twice as long
 * @param rounds how often every server is tried over UDP, at least 1
 * @param inFlight how many questions may be under way at once; further ones wait their turn
 * @param tcpConnections how many TCP connections may be open at once
 */
public record StubOptions(int payload, Duration firstTimeout, int rounds, Limit inFlight, Limit tcpConnections) {

    /** A question finds a free id among this many per socket: never more than half may be taken. */
    private static final int MOST_IN_FLIGHT = UdpSocket.SLOTS / 2;

    public StubOptions {
        if (payload < 512 || payload > 65_535) {
            throw new IllegalArgumentException("an EDNS payload size is between 512 and 65535 bytes, not " + payload);
        }
        if (firstTimeout.isNegative() || firstTimeout.isZero()) {
            throw new IllegalArgumentException("the first time-out must be longer than nothing, not " + firstTimeout);
        }
        if (rounds < 1) {
            throw new IllegalArgumentException("at least one round of tries is needed, not " + rounds);
        }
        if (inFlight.value() < 1 || inFlight.value() > MOST_IN_FLIGHT) {
            throw new IllegalArgumentException(
                    "between 1 and " + MOST_IN_FLIGHT + " questions may be in flight, not " + inFlight.value());
        }
        if (tcpConnections.value() < 1 || tcpConnections.value() > 65_535) {
            throw new IllegalArgumentException("between 1 and 65535 TCP connections, not " + tcpConnections.value());
        }
    }

    public static StubOptions defaults() {
        return new StubOptions(
                1232,
                Duration.ofMillis(1_500),
                3,
                new Limit("DNS questions in flight at once", 1_024),
                new Limit("TCP connections to resolvers at once", 64));
    }
}
