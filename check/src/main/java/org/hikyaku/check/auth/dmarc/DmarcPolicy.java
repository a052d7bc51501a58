package org.hikyaku.check.auth.dmarc;

import java.util.Locale;
import java.util.Optional;

/** What a domain asks to be done with mail that fails, mildest first (RFC 9989 section 4.7). */
public enum DmarcPolicy {
    NONE,
    QUARANTINE,
    REJECT;

    public String token() {
        return name().toLowerCase(Locale.ROOT);
    }

    /** The policy of this name; the grammar's literals know no case. */
    static Optional<DmarcPolicy> of(String text) {
        for (DmarcPolicy policy : values()) {
            if (policy.token().equalsIgnoreCase(text)) {
                return Optional.of(policy);
            }
        }
        return Optional.empty();
    }

    /** What it comes to under {@code t=y}. */
    public DmarcPolicy oneLevelMilder() {
        return switch (this) {
            case NONE, QUARANTINE -> NONE;
            case REJECT -> QUARANTINE;
        };
    }
}
