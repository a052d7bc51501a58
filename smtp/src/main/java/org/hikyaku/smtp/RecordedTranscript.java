package org.hikyaku.smtp;

import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;

/** A transcript kept in memory, up to {@link SmtpLimits#TRANSCRIPT_LINES}; what comes after is counted only. */
public final class RecordedTranscript implements Transcript {

    /** Who said what when. */
    public record Entry(Instant at, Speaker speaker, String line) {}

    private final InstantSource clock;
    private final List<Entry> entries = new ArrayList<>();
    private long dropped;

    public RecordedTranscript(InstantSource clock) {
        this.clock = clock;
    }

    @Override
    public synchronized void said(Speaker speaker, String line) {
        if (entries.size() < SmtpLimits.TRANSCRIPT_LINES.value()) {
            entries.add(new Entry(clock.instant(), speaker, line));
        } else {
            dropped++;
        }
    }

    public synchronized List<Entry> entries() {
        return List.copyOf(entries);
    }

    /** How many lines found no room. */
    public synchronized long dropped() {
        return dropped;
    }
}
