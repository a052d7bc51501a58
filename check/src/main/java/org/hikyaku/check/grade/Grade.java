package org.hikyaku.check.grade;

import java.util.Locale;

/** A judgement of one value, best first; the words are those of NCSC-NL's guidelines. */
public enum Grade {
    GOOD,
    SUFFICIENT,
    PHASE_OUT,
    INSUFFICIENT,
    /** Not known, or does not apply: leaves the score. */
    NOT_TESTED;

    /** As it stands in JSON and data files: {@code phase_out}. */
    public String token() {
        return name().toLowerCase(Locale.ROOT);
    }

    static Grade ofToken(String token) {
        return valueOf(token.toUpperCase(Locale.ROOT));
    }

    /** The worse of two; what was not tested gives way to what was. */
    public Grade worse(Grade other) {
        if (this == NOT_TESTED || other == NOT_TESTED) {
            return this == NOT_TESTED ? other : this;
        }
        return compareTo(other) >= 0 ? this : other;
    }
}
