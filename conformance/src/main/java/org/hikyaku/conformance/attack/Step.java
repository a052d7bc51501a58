package org.hikyaku.conformance.attack;

/**
 * One thing that happened, in the order in which it did.
 *
 * @param from who said or did it
 * @param to whom it was said to; the same as {@code from} for a note beside it
 * @param kind how it went over the wire
 * @param text what was said; one line, or several separated by line feeds
 */
public record Step(Party from, Party to, Kind kind, String text) {

    /** Who takes part. */
    public enum Party {
        SENDER("sender"),
        ATTACKER("attacker"),
        RECEIVER("receiver"),
        DNS("DNS"),
        POLICY_HOST("policy host");

        private final String title;

        Party(String title) {
            this.title = title;
        }

        public String title() {
            return title;
        }
    }

    /** How it went over the wire. */
    public enum Kind {
        /** Readable for anybody on the way. */
        CLEAR("in clear"),
        /** Inside TLS. */
        SEALED("encrypted"),
        /** Said by the attacker in somebody else's name, or changed by him. */
        FORGED("forged"),
        /** Inside TLS whose other end is the attacker. */
        TO_ATTACKER("encrypted for the attacker"),
        /** Said by nobody. */
        NOTE("note");

        private final String title;

        Kind(String title) {
            this.title = title;
        }

        public String title() {
            return title;
        }

        /** Stable, for programs. */
        public String id() {
            return name().toLowerCase(java.util.Locale.ROOT).replace('_', '-');
        }
    }
}
