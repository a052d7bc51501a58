package org.hikyaku.tls.probe;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.SocketTimeoutException;
import java.time.Duration;
import java.util.Optional;
import java.util.function.LongSupplier;
import org.hikyaku.net.Connection;
import org.hikyaku.net.Deadline;
import org.hikyaku.net.Network;

/** Opens one connection after the other to one address, politely: counted, with pauses that grow when asked to. */
final class Dialer {
    private static final Duration LONGEST_PAUSE = Duration.ofSeconds(8);
    private static final int ATTEMPTS = 3;

    /** Who needs longer for the way to TLS is a tarpit, or has too much to do. */
    static final Duration SLOW = Duration.ofSeconds(3);

    private final Network network;
    private final InetSocketAddress address;
    private final Service service;
    private final ProbeOptions options;
    private final Pauser pauser;
    private final LongSupplier nanos;
    private final int budget;
    private Duration pause;
    private int used;
    private Duration slowest = Duration.ZERO;

    /** Waits between connections. */
    interface Pauser {
        void pause(Duration time) throws InterruptedException;
    }

    Dialer(
            Network network,
            InetSocketAddress address,
            Service service,
            ProbeOptions options,
            Pauser pauser,
            LongSupplier nanos,
            int budget) {
        this.network = network;
        this.address = address;
        this.service = service;
        this.options = options;
        this.pauser = pauser;
        this.nanos = nanos;
        this.budget = budget;
        this.pause = options.pause();
    }

    /** The server does not let us go on; the message says how. */
    static final class GaveUpException extends Exception {
        private static final long serialVersionUID = 1L;

        private final boolean noStartTls;

        GaveUpException(String message, boolean noStartTls) {
            super(message);
            this.noStartTls = noStartTls;
        }

        boolean noStartTls() {
            return noStartTls;
        }
    }

    /** The budget of connections is used up. */
    static final class SpentException extends Exception {
        private static final long serialVersionUID = 1L;
    }

    int used() {
        return used;
    }

    int left() {
        return budget - used;
    }

    /** The longest that one connection needed before TLS, where that was slow. */
    Optional<Duration> slowest() {
        return Optional.of(slowest).filter(s -> s.compareTo(SLOW) >= 0);
    }

    /** A connection on which TLS may begin. */
    Connection toTls() throws GaveUpException, SpentException {
        return open(Opening::toTls);
    }

    /** A connection after the greeting. */
    Connection greeted() throws GaveUpException, SpentException {
        return open(Opening::greet);
    }

    private interface Step {
        void run(Opening opening) throws IOException;
    }

    private Connection open(Step step) throws GaveUpException, SpentException {
        String reason = "";
        for (int attempt = 0; attempt < ATTEMPTS; attempt++) {
            if (left() <= 0 && !reason.isEmpty()) {
                throw new GaveUpException(reason, false); // why says more than that the budget is used up
            }
            if (left() <= 0) {
                throw new SpentException();
            }
            if (used > 0) {
                rest();
            }
            used++;
            try {
                long begun = nanos.getAsLong();
                Connection connection = network.dial(address, Deadline.after(options.connect()));
                try {
                    connection.within(Deadline.after(options.answer()));
                    step.run(new Opening(connection, service, options));
                    took(Duration.ofNanos(nanos.getAsLong() - begun));
                    return connection;
                } catch (IOException e) {
                    connection.close();
                    throw e;
                }
            } catch (Opening.RefusedException e) {
                reason = String.valueOf(e.getMessage());
                if (!e.temporary()) {
                    throw new GaveUpException(reason, e.noStartTls());
                }
            } catch (SocketTimeoutException e) {
                reason = used == 1 ? "nothing came in time" : "the server stopped answering";
            } catch (IOException e) {
                reason = "cannot connect: " + e.getMessage();
                if (used == 1) {
                    throw new GaveUpException(reason, false);
                }
            }
            lengthen();
        }
        throw new GaveUpException(reason, false);
    }

    private void took(Duration time) {
        if (time.compareTo(slowest) > 0) {
            slowest = time;
        }
        if (time.compareTo(SLOW) >= 0) {
            lengthen();
        }
    }

    private void lengthen() {
        Duration longer = pause.multipliedBy(4).plusMillis(500);
        pause = longer.compareTo(LONGEST_PAUSE) > 0 ? LONGEST_PAUSE : longer;
    }

    private void rest() throws GaveUpException {
        try {
            pauser.pause(pause);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new GaveUpException("interrupted", false);
        }
    }
}
