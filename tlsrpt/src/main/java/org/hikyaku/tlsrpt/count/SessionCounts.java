package org.hikyaku.tlsrpt.count;

import java.io.Closeable;
import java.io.IOException;
import java.time.LocalDate;
import java.util.List;
import java.util.Set;

/**
 * Counted sessions, kept durably and added up. For use by many threads; several processes may count into the same store.
 */
public interface SessionCounts extends Closeable {

    /**
     * Counts. Returns at once: what was counted is durable within a second (or after {@link #flush()}), and is kept in
     * memory, within bounds, while the store cannot be reached.
     */
    void add(SessionCount count);

    /**
     * Returns when all that was counted before is durable.
     *
     * @throws IOException when it could not be written; it is kept and tried again
     */
    void flush() throws IOException;

    /** The days for which sessions are counted. */
    Set<LocalDate> days() throws IOException;

    /** The sums of a day: one for each domain, record text and policy, in the order of these. */
    List<SessionCount> sums(LocalDate day) throws IOException;

    /** Forgets the days before this one. */
    void forgetBefore(LocalDate day) throws IOException;

    /** Writes what is left and lets the store go. */
    @Override
    void close() throws IOException;
}
