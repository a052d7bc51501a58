package org.hikyaku.conformance.grade;

/** Whether a rule was kept. */
public enum Standing {
    KEPT("kept"),
    BROKEN("broken"),
    /** Nothing was seen that decides it. */
    NOT_SEEN("not seen");

    private final String title;

    Standing(String title) {
        this.title = title;
    }

    /** In words. */
    public String title() {
        return title;
    }
}
