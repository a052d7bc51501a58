package org.hikyaku.conformance.attack;

/** What became of the mail. In order of badness. */
public enum Outcome {
    /** It is at the true receiver, and the attacker holds nothing of it. */
    SAFE("safe", "safe"),
    /** The sender keeps it, or returns it: neither receiver nor attacker has it. */
    HELD_BACK("held-back", "held back"),
    /** The attacker holds it in clear; it arrived as it was, or not at all. */
    READ("read", "read"),
    /** The attacker holds it in clear, and it arrived with his changes. */
    CHANGED("changed", "changed"),
    /** It ended at a server of the attacker's. */
    DIVERTED("diverted", "diverted");

    private final String id;
    private final String title;

    Outcome(String id, String title) {
        this.id = id;
        this.title = title;
    }

    /** Stable, for programs. */
    public String id() {
        return id;
    }

    /** A word or two for people. */
    public String title() {
        return title;
    }

    /** Whether the attacker has the mail. */
    public boolean isExposed() {
        return this == READ || this == CHANGED || this == DIVERTED;
    }
}
