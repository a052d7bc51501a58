package org.hikyaku.conformance.grade;

/** What a correct sender does with the mail of a case. */
public enum Must {
    /** It hands the mail over. */
    DELIVER("deliver"),
    /** It hands it to nobody, and keeps it for later. */
    HOLD("hold back"),
    /** It hands it to nobody, and sends it back. */
    RETURN("return"),
    /** It may do as it likes, as far as its deviations are not named. */
    FREE("free");

    private final String title;

    Must(String title) {
        this.title = title;
    }

    /** As a verb. */
    public String title() {
        return title;
    }
}
