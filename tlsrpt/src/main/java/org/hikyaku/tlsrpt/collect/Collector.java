package org.hikyaku.tlsrpt.collect;

import java.io.IOException;
import java.time.Duration;
import java.time.InstantSource;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.util.Optional;
import java.util.concurrent.atomic.LongAdder;
import java.util.function.BooleanSupplier;
import org.hikyaku.net.LimitExceededException;
import org.hikyaku.tlsrpt.count.SessionCounts;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Counts what datagrams say. One that cannot be read costs itself alone. Postfix does not wait: what comes faster than
 * it is taken is dropped by the system, so that nothing here may wait either.
 */
public final class Collector {
    private static final Duration LOOK = Duration.ofMillis(500);

    /** A sender gone mad must not fill the log. */
    private static final Duration BETWEEN_WARNINGS = Duration.ofMinutes(1);

    private static final Logger LOG = LoggerFactory.getLogger(Collector.class);

    private final DatagramSource source;
    private final SessionCounts counts;
    private final InstantSource clock;

    private final LongAdder taken = new LongAdder();
    private final LongAdder dropped = new LongAdder();
    private long nextWarning; // milliseconds since 1970; by the collecting thread alone
    private boolean versionTold; // by the collecting thread alone

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
        while (true) {
            boolean last = stopping.getAsBoolean();
            try {
                Optional<byte[]> datagram = source.receive(last ? Duration.ofMillis(1) : LOOK);
                if (datagram.isPresent()) {
                    count(datagram.get());
                } else if (last) {
                    return;
                }
            } catch (LimitExceededException e) {
                drop("It has " + e.getMessage() + ".");
            }
        }
    }

    private void count(byte[] bytes) {
        try {
            Datagram datagram = DatagramReader.read(bytes);
            if (!datagram.version().equals(Datagram.VERSION) && !versionTold) {
                versionTold = true;
                LOG.atWarn()
                        .log(
                                "Postfix's TLS-RPT datagrams have version {}; they are read as version 1",
                                shown(datagram.version()));
            }
            // T10: the day of UTC on which the session ended
            datagram.counts(LocalDate.ofInstant(clock.instant(), ZoneOffset.UTC))
                    .forEach(counts::add);
            taken.increment();
        } catch (DatagramFormatException e) {
            drop(e.sentence());
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
