package org.hikyaku.tlsrpt.send;

import java.io.Closeable;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Semaphore;
import java.util.concurrent.locks.ReentrantLock;
import org.hikyaku.net.Limit;
import org.hikyaku.tlsrpt.count.ReportCounter;

/**
 * What TLS-RPT records say while sessions are counted, so that a record that changes within the day gives a report for each of its
 * texts (T23). A domain's record is looked up behind the back of its first session; what is counted before the answer belongs
 * to the record of the day of sending.
 */
public final class AskedRecords implements ReportCounter.KnownRecords, Closeable {
    /** Domains that are remembered; past it the one that was not asked for the longest is forgotten. */
    static final Limit MAX_DOMAINS = new Limit("domains whose TLS-RPT record is remembered", 50_000);

    private static final int AT_ONCE = 16;
    private static final Duration HOLDS = Duration.ofMinutes(30);

    private final ReportRequests requests;
    private final InstantSource clock;
    private final Semaphore places = new Semaphore(AT_ONCE);
    private final Set<Thread> asking = ConcurrentHashMap.newKeySet();

    /** Guards {@code known} and {@code closed}. */
    private final ReentrantLock lock = new ReentrantLock();

    private final Map<String, Known> known = new LinkedHashMap<>(1024, 0.75f, true) {
        private static final long serialVersionUID = 1;

        @Override
        protected boolean removeEldestEntry(Map.Entry<String, Known> eldest) {
            return size() > MAX_DOMAINS.value();
        }
    };

    private boolean closed;

    /** @param text empty while it is not known, and for a domain that does not ask */
    private record Known(Optional<String> text, Instant until) {}

    public AskedRecords(ReportRequests requests, InstantSource clock) {
        this.requests = requests;
        this.clock = clock;
    }

    @Override
    public Optional<String> text(String domain) {
        Instant now = clock.instant();
        lock.lock();
        try {
            Known record = known.get(domain);
            if (record != null && now.isBefore(record.until())) {
                return record.text();
            }
            Optional<String> last = record == null ? Optional.empty() : record.text();
            // without a free place nobody asks now; the next session does
            if (!closed && places.tryAcquire()) {
                known.put(domain, new Known(last, now.plus(HOLDS)));
                Thread thread = Thread.ofVirtual().name("tlsrpt-record").unstarted(() -> ask(domain, last));
                asking.add(thread);
                thread.start();
            }
            return last;
        } finally {
            lock.unlock();
        }
    }

    private void ask(String domain, Optional<String> last) {
        try {
            Optional<String> text = switch (requests.of(domain)) {
                case ReportRequest.Asked asked -> Optional.of(asked.text());
                case ReportRequest.NotAsked _ -> Optional.empty();
                case ReportRequest.Unknown _ -> last;
            };
            lock.lock();
            try {
                known.put(domain, new Known(text, clock.instant().plus(HOLDS)));
            } finally {
                lock.unlock();
            }
        } finally {
            places.release();
            asking.remove(Thread.currentThread());
        }
    }

    /** Asks for nothing more. */
    @Override
    public void close() {
        lock.lock();
        try {
            closed = true;
        } finally {
            lock.unlock();
        }
        asking.forEach(Thread::interrupt);
    }
}
