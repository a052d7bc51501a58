package org.hikyaku.check.matrix;

/** What becomes of mail. In order of badness: the worst server decides. */
public enum State {
    /** It is delivered, and the attacker gets nothing. */
    DELIVERED("protected", "protected"),
    /** The sender notices and holds it back: the attacker gets nothing but a delay. */
    HELD_BACK("held-back", "held back"),
    /** Could not be found out. */
    NOT_KNOWN("not-known", "not known"),
    /** The attacker gets it; the domain hears of it by reports (MTA-STS testing, S12). */
    REPORTED("reported", "reported"),
    /** The attacker gets it. */
    EXPOSED("exposed", "EXPOSED");

    private final String id;
    private final String title;

    State(String id, String title) {
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

    /** Whether the attacker is known to get nothing. */
    public boolean isProtected() {
        return this == DELIVERED || this == HELD_BACK;
    }

    /** Whether the attacker is known to get the mail. */
    public boolean isExposed() {
        return this == REPORTED || this == EXPOSED;
    }
}
