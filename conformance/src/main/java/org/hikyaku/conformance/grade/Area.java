package org.hikyaku.conformance.grade;

/** What the rules are about; each has a score of its own. */
public enum Area {
    DANE("DANE", 'D'),
    MTA_STS("MTA-STS", 'S'),
    TLS_RPT("TLS-RPT", 'T'),
    REQUIRETLS("REQUIRETLS", 'Q');

    private final String title;
    private final char letter;

    Area(String title, char letter) {
        this.title = title;
        this.letter = letter;
    }

    /** As people write it. */
    public String title() {
        return title;
    }

    /** The area of a rule by its number, such as {@code D11}. */
    static Area of(String rule) {
        for (Area area : values()) {
            if (rule.charAt(0) == area.letter) {
                return area;
            }
        }
        throw new IllegalArgumentException("no area has rule " + rule);
    }
}
