package org.hikyaku.tlsrpt.receive;

import java.util.List;

/** What became of something that was handed in as a report. */
public sealed interface Intake {

    /** For people and logs. */
    String sentence();

    /**
     * It is kept.
     *
     * @param id its name in the store
     * @param skipped policy domains in it that are not ours; they were not kept (T24)
     */
    record Kept(String id, List<String> skipped) implements Intake {
        public Kept {
            skipped = List.copyOf(skipped);
        }

        @Override
        public String sentence() {
            return "Report " + id.substring(0, 12) + " is kept"
                    + (skipped.isEmpty()
                            ? "."
                            : "; " + skipped.size() + " of its policies are about domains that are not ours (T24).");
        }
    }

    /** It was there already (T20). */
    record Known(String id) implements Intake {
        @Override
        public String sentence() {
            return "Report " + id.substring(0, 12) + " was there already (T20).";
        }
    }

    /** It is not taken. */
    record Refused(Reason reason, String sentence) implements Intake {}

    /** Why something is not taken: for counting, and for answers. */
    enum Reason {
        /** No mail, or a mail without a report in it. */
        NO_REPORT("no-report"),
        /** A mail without a signature of its sender (T13). */
        UNSIGNED("unsigned"),
        /** A signature that is not good, or of somebody else (T13). */
        BAD_SIGNATURE("bad-signature"),
        /** The signer's key could not be looked up: try again later. */
        KEY_UNKNOWN("key-unknown"),
        NOT_GZIP("not-gzip"),
        NOT_JSON("not-json"),
        NOT_A_REPORT("not-a-report"),
        /** Past a named limit (T24). */
        LIMIT("limit"),
        /** About none of our domains (T24). */
        OTHER_DOMAIN("other-domain"),
        /** About days that have not come. */
        FUTURE("future"),
        /** More than is taken in a day. */
        FULL("full");

        private final String token;

        Reason(String token) {
            this.token = token;
        }

        public String token() {
            return token;
        }
    }
}
