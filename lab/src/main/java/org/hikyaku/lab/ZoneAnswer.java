package org.hikyaku.lab;

import java.util.List;
import java.util.Optional;
import org.xbill.DNS.Name;

/**
 * What one zone has to say to one question.
 *
 * @param kind which of the four cases
 * @param answer for the answer section
 * @param authority for the authority section: proofs, and the SOA when there is nothing
 * @param next where an alias leads to
 */
record ZoneAnswer(Kind kind, List<SignedSet> answer, List<SignedSet> authority, Optional<Name> next) {

    enum Kind {
        FOUND,
        ALIAS,
        NO_DATA,
        NX_DOMAIN
    }
}
