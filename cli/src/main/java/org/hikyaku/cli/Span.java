package org.hikyaku.cli;

import java.time.Duration;

/** Lengths of time for people: the two largest units. */
final class Span {
    private Span() {}

    /** {@code 12 d 3 h}, {@code 5 h 20 min}, {@code 3 min 4 s}, {@code 9 s}; of a negative one its amount. */
    static String words(Duration duration) {
        Duration d = duration.abs();
        if (d.toDays() > 0) {
            return d.toDays() + " d " + d.toHoursPart() + " h";
        }
        if (d.toHours() > 0) {
            return d.toHours() + " h " + d.toMinutesPart() + " min";
        }
        return d.toMinutes() > 0 ? d.toMinutes() + " min " + d.toSecondsPart() + " s" : d.toSeconds() + " s";
    }
}
