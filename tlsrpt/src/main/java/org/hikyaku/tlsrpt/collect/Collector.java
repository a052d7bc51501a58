package org.hikyaku.tlsrpt.collect;

import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.util.Optional;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.Semaphore;
import java.util.concurrent.atomic.LongAdder;
import java.util.function.BooleanSupplier;
import org.hikyaku.net.Limit;
import org.hikyaku.net.LimitExceededException;
import org.hikyaku.tlsrpt.count.SessionCounts;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Counts what datagrams say. One that cannot be read costs itself alone. Postfix does not wait: what comes faster than
 * it is taken is lost, and the system holds ten datagrams where nobody told it otherwise. So one thread takes and another
 * counts.
 */
public final class Collector {
    /** Taken and not counted yet; when there are more, the system holds them, and drops them before long. */
    static final Limit MAX_WAITING = new Limit("bytes of TLS-RPT datagrams waiting to be counted", 64 << 20);

    /** What one costs besides its own bytes. */
    private static final int OVERHEAD = 64;

    private static final Duration LOOK = Duration.ofMillis(500);

    /** A sender gone mad must not fill the log. */
    private static final Duration BETWEEN_WARNINGS = Duration.ofMinutes(1);

    private static final Logger LOG = LoggerFactory.getLogger(Collector.class);

    private final DatagramSource source;
    private final SessionCounts counts;
    private final InstantSource clock;

    private final LongAdder taken = new LongAdder();
    private final LongAdder dropped = new LongAdder();
    private final LinkedBlockingQueue<Arrival> waiting = new LinkedBlockingQueue<>();
    private final Semaphore room = new Semaphore((int) MAX_WAITING.value());
    private long nextWarning; // milliseconds since 1970; by the counting thread alone
    private boolean versionTold; // by the counting thread alone

    /** What came in, in order. */
    private sealed interface Arrival {
        default int cost() {
            return OVERHEAD;
        }
    }

    @SuppressWarnings("ArrayRecordComponent") // carried, never compared
    private record Taken(byte[] bytes, Instant at) implements Arrival {
        @Override
        public int cost() {
            return bytes.length + OVERHEAD;
        }
    }

    private record TooLong(String why) implements Arrival {}

    private record End() implements Arrival {}

    public Collector(DatagramSource source, SessionCounts counts, InstantSource clock) {
        this.source = source;
        this.counts = counts;
        this.clock = clock;
    }

    /** Datagrams counted. */
    public long taken() {
        return taken.sum();
    }

    /** Datagrams that could not be read. */
    public long dropped() {
        return dropped.sum();
    }

    /**
     * Collects until told to stop, and then what is waiting already.
     *
     * @throws IOException when the source breaks
     */
    public void run(BooleanSupplier stopping) throws IOException {
        Thread counting = Thread.ofVirtual().name("tlsrpt-counting").start(this::countAll);
        try {
            takeAll(stopping);
        } finally {
            put(new End());
            join(counting);
        }
    }

    private void takeAll(BooleanSupplier stopping) throws IOException {
        while (true) {
            boolean last = stopping.getAsBoolean();
            try {
                Optional<byte[]> datagram = source.receive(last ? Duration.ofMillis(1) : LOOK);
                if (datagram.isPresent()) {
                    put(new Taken(datagram.get(), clock.instant()));
                } else if (last) {
                    return;
                }
            } catch (LimitExceededException e) {
                put(new TooLong("It has " + e.getMessage() + "."));
            }
        }
    }

    private void put(Arrival arrival) {
        room.acquireUninterruptibly(arrival.cost());
        waiting.add(arrival);
    }

    private void countAll() {
        try {
            while (true) {
                Arrival arrival = waiting.take();
                switch (arrival) {
                    case Taken taken -> count(taken);
                    case TooLong tooLong -> drop(tooLong.why());
                    case End _ -> {
                        return;
                    }
                }
                room.release(arrival.cost());
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private static void join(Thread thread) {
        boolean interrupted = false;
        while (thread.isAlive()) {
            try {
                thread.join();
            } catch (InterruptedException e) {
                interrupted = true; // what was taken is counted all the same
            }
        }
        if (interrupted) {
            Thread.currentThread().interrupt();
        }
    }

    private void count(Taken arrival) {
        try {
            Datagram datagram = DatagramReader.read(arrival.bytes());
            if (!datagram.version().equals(Datagram.VERSION) && !versionTold) {
                versionTold = true;
                LOG.atWarn()
                        .log(
                                "Postfix's TLS-RPT datagrams have version {}; they are read as version 1",
                                shown(datagram.version()));
            }
            // T10: the day of UTC on which the session ended
            datagram.counts(LocalDate.ofInstant(arrival.at(), ZoneOffset.UTC)).forEach(counts::add);
            taken.increment();
        } catch (DatagramFormatException e) {
            drop(e.sentence());
        } catch (RuntimeException e) {
            LOG.atError().setCause(e).log("a TLS-RPT datagram could not be counted");
            drop("It could not be counted.");
        }
    }

    private void drop(String why) {
        dropped.increment();
        long now = clock.millis();
        if (now >= nextWarning) {
            nextWarning = now + BETWEEN_WARNINGS.toMillis();
            LOG.atWarn().log("a TLS-RPT datagram was dropped ({} so far): {}", dropped.sum(), shown(why));
        }
    }

    private static String shown(String text) {
        StringBuilder shown = new StringBuilder();
        text.codePoints().limit(200).forEach(c -> shown.append(c >= ' ' && c < 0x7F ? (char) c : '?'));
        return shown.toString();
    }
}
