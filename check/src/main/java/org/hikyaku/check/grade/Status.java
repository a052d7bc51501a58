package org.hikyaku.check.grade;

import java.util.Locale;

/** What internet.nl says of a subtest, a server or a category; its words, worst first (checks/scoring.py). */
public enum Status {
    ERROR,
    FAILED,
    WARNING,
    INFO,
    NOT_TESTED,
    PASSED;

    /** As it stands in JSON and data files: {@code not_tested}. */
    public String token() {
        return name().toLowerCase(Locale.ROOT);
    }

    static Status ofToken(String token) {
        return valueOf(token.toUpperCase(Locale.ROOT));
    }

    Status worse(Status other) {
        return compareTo(other) <= 0 ? this : other;
    }
}
