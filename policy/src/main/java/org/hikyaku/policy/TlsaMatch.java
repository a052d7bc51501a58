package org.hikyaku.policy;

import java.util.List;
import org.hikyaku.x509.Fault;

/** What comes of holding a certificate chain against TLSA records. */
public sealed interface TlsaMatch {

    /**
     * The server is authenticated (D13: one match is enough).
     *
     * @param record the first record that matched
     * @param depth where it matched: 0 the server's own certificate, 1 its issuer, and so on; for an anchor that only
     *     DNS holds, the place where it would stand
     */
    record Matched(TlsaRecord record, int depth) implements TlsaMatch {}

    /** No record matches; why not, record by record, in their order. */
    record None(List<Miss> misses) implements TlsaMatch {
        public None {
            misses = List.copyOf(misses);
        }

        /** The miss that came nearest to a match: the one to mend. Empty when there are no records. */
        public java.util.Optional<Miss> nearest() {
            return misses.stream().max(java.util.Comparator.comparingInt(m -> m.reason().nearness));
        }
    }

    /**
     * Why one record does not authenticate the server.
     *
     * @param sentence a sentence
     */
    record Miss(TlsaRecord record, Reason reason, String sentence) {}

    /** Kinds of miss. */
    enum Reason {
        /** Not a record that mail senders use (D10). */
        UNUSABLE(0),
        /** Usage 2, and no certificate above the server's own is the anchor (D14). */
        ANCHOR_NOT_SENT(1),
        /** Usage 3, and the server's certificate or key is another one (D11). */
        OTHER_CERTIFICATE(2),
        /** It matches, but a stronger digest of the same usage and selector is published and counts alone (D25). */
        OUTDONE(3),
        /** Usage 2, the anchor is there, but no path from the server's certificate to it holds (D12). */
        NO_PATH(4),
        /** As before, because a certificate has expired (D12). */
        EXPIRED(5),
        /** As before, because a certificate is not valid yet (D12). */
        NOT_YET_VALID(5),
        /** Usage 2, the path holds, but the certificate is for another name (D12, D15). */
        OTHER_NAME(6);

        private final int nearness;

        Reason(int nearness) {
            this.nearness = nearness;
        }

        static Reason of(Fault fault) {
            return switch (fault) {
                case EXPIRED -> EXPIRED;
                case NOT_YET_VALID -> NOT_YET_VALID;
                case NO_ANCHOR,
                        SELF_SIGNED,
                        BAD_SIGNATURE,
                        NOT_A_CA,
                        PATH_LENGTH,
                        NAME_CONSTRAINT,
                        PURPOSE,
                        WEAK,
                        TOO_LONG,
                        EXTENSION -> NO_PATH;
            };
        }
    }
}
