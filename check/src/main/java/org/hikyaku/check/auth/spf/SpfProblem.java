package org.hikyaku.check.auth.spf;

import org.xbill.DNS.Name;

/**
 * Something that a reading of SPF records found.
 *
 * @param kind what it is
 * @param domain whose record it is in
 * @param sentence what was seen, where
 */
public record SpfProblem(Kind kind, Name domain, String sentence) {

    /** Kinds, and the section of RFC 7208 that decides. */
    public enum Kind {
        /** A term breaks the grammar: "permerror" (4.6). */
        SYNTAX("4.6"),
        /** More than one record at a name: "permerror" (4.5). */
        SEVERAL("4.5"),
        /** An include or redirect leads to a name without SPF: "permerror" (5.2, 6.1). */
        TARGET_WITHOUT_RECORD("5.2"),
        /** Records include each other: "permerror" by the limit of look-ups (4.6.4). */
        LOOP("4.6.4"),
        /** More than ten look-ups: "permerror" (4.6.4). */
        TOO_MANY_LOOKUPS("4.6.4"),
        /** More than two look-ups that find nothing: "permerror" at most receivers (4.6.4). */
        TOO_MANY_VOIDS("4.6.4"),
        /** An mx term with more than ten hosts: "permerror" (4.6.4). */
        TOO_MANY_MX("4.6.4"),
        /** A name that holds nothing: a look-up for nothing (4.6.4). */
        VOID("4.6.4"),
        /** The ptr mechanism, which should not be used (5.5). */
        PTR("5.5"),
        /** Terms that are never looked at (5.1, 6.1). */
        UNREACHED("5.1"),
        /** Everybody passes (5.1). */
        OPEN("5.1"),
        /** Everybody is neutral: no protection (4.7, 5.1). */
        NEUTRAL("4.7"),
        /** The answer is so long that it may not fit (3.4). */
        LONG("3.4"),
        /** A modifier that is ignored (6). */
        UNKNOWN_MODIFIER("6"),
        /** A modifier that has a mechanism's name: ignored, and surely not meant (4.6.1). */
        MISTAKEN_MODIFIER("4.6.1"),
        /** A term that depends on the mail, so that a static reading ends there (7). */
        DEPENDS_ON_MAIL("7.2"),
        /** An explanation that nobody will see (6.2). */
        EXPLANATION("6.2"),
        /** A look-up failed: what is behind it is not known (D1 in spirit: not the same as absent). */
        NOT_KNOWN("4.4");

        private final String section;

        Kind(String section) {
            this.section = section;
        }

        /** The section of RFC 7208, such as {@code 4.6.4}. */
        public String section() {
            return section;
        }

        /** Whether receivers come to "permerror" by it, whoever sends. */
        public boolean isPermanentError() {
            return switch (this) {
                case SYNTAX, SEVERAL, TARGET_WITHOUT_RECORD, LOOP, TOO_MANY_LOOKUPS, TOO_MANY_VOIDS, TOO_MANY_MX ->
                    true;
                case VOID,
                        PTR,
                        UNREACHED,
                        OPEN,
                        NEUTRAL,
                        LONG,
                        UNKNOWN_MODIFIER,
                        MISTAKEN_MODIFIER,
                        DEPENDS_ON_MAIL,
                        EXPLANATION,
                        NOT_KNOWN -> false;
            };
        }
    }
}
