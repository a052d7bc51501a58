package org.hikyaku.check;

import java.io.FilterInputStream;
import java.io.FilterOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicBoolean;
import org.hikyaku.dns.Resolver;
import org.hikyaku.net.Connection;
import org.hikyaku.net.Deadline;
import org.hikyaku.net.ForwardingConnection;
import org.hikyaku.net.Listener;
import org.hikyaku.net.Network;

/**
 * Makes every round trip take a while and notes when it was under way. Round trips that overlap were made side by side;
 * the longest chain of those that did not is what somebody waits for.
 */
final class RoundTrips {
    private record Trip(long from, long until, String what) {}

    private final Duration each;
    private final Queue<Trip> trips = new ConcurrentLinkedQueue<>();

    RoundTrips(Duration each) {
        this.each = each;
    }

    /** All of them, side by side or not. */
    int count() {
        return trips.size();
    }

    /** What was asked one after the other, at most: the first to end first, then the first to end that began after it. */
    List<String> critical() {
        List<Trip> byEnd = new ArrayList<>(trips);
        byEnd.sort(Comparator.comparingLong(Trip::until));
        List<String> chain = new ArrayList<>();
        long end = Long.MIN_VALUE;
        for (Trip trip : byEnd) {
            if (trip.from >= end) {
                chain.add(trip.what);
                end = trip.until;
            }
        }
        return chain;
    }

    private void travel(String what) throws IOException {
        long from = System.nanoTime();
        try {
            Thread.sleep(each); // this is the packets' way, not a wait for an event
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IOException("interrupted on the way", e);
        }
        trips.add(new Trip(from, System.nanoTime(), what));
    }

    Resolver over(Resolver resolver) {
        return (question, deadline) -> {
            try {
                travel(question.toString());
            } catch (IOException e) {
                throw new IllegalStateException(e);
            }
            return resolver.ask(question, deadline);
        };
    }

    Network over(Network network) {
        return new Network() {
            @Override
            public Connection dial(InetSocketAddress remote, Deadline deadline) throws IOException {
                travel("connect " + remote);
                return new Slow(network.dial(remote, deadline));
            }

            @Override
            public Listener listen(InetSocketAddress local) throws IOException {
                return network.listen(local);
            }
        };
    }

    /** The first read after a write waits for the way there and back; so does the first of all, for the greeting. */
    private final class Slow extends ForwardingConnection {
        private final AtomicBoolean ourTurn = new AtomicBoolean(true);

        Slow(Connection real) {
            super(real);
        }

        private void turn() throws IOException {
            if (ourTurn.getAndSet(false)) {
                travel("answer of " + remote());
            }
        }

        @Override
        public InputStream input() {
            return new FilterInputStream(super.input()) {
                @Override
                public int read() throws IOException {
                    turn();
                    return in.read();
                }

                @Override
                public int read(byte[] buffer, int offset, int length) throws IOException {
                    turn();
                    return in.read(buffer, offset, length);
                }
            };
        }

        @Override
        public OutputStream output() {
            return new FilterOutputStream(super.output()) {
                @Override
                public void write(int octet) throws IOException {
                    ourTurn.set(true);
                    out.write(octet);
                }

                @Override
                public void write(byte[] buffer, int offset, int length) throws IOException {
                    ourTurn.set(true);
                    out.write(buffer, offset, length);
                }
            };
        }
    }
}
