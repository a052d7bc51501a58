package org.hikyaku.check;

import java.util.Comparator;
import java.util.Optional;

/**
 * One thing found out about a domain.
 *
 * @param id what it is; a promise: it never changes its meaning
 * @param severity how much it matters here
 * @param subject what it is about: the domain, an MX host, or one address of a host
 * @param seen what was seen, sentences with the values
 * @param mend what mends it; empty when there is nothing to mend
 * @param rule the rule's number ({@code D11}) or RFC section
 */
public record Finding(FindingId id, Severity severity, String subject, String seen, Optional<Mend> mend, String rule) {

    public Finding {
        seen = Words.sentence(seen);
    }

    /** Worst first; within a severity in the order of the catalogue, then by subject. */
    static final Comparator<Finding> ORDER =
            Comparator.comparing(Finding::severity).thenComparing(Finding::id).thenComparing(Finding::subject);

    /** Why it matters, one sentence. */
    public String matters() {
        return id.matters();
    }

    static Finding of(FindingId id, Severity severity, String subject, String seen) {
        return new Finding(id, severity, subject, seen, Optional.empty(), id.rule());
    }

    static Finding of(FindingId id, Severity severity, String subject, String seen, Mend mend) {
        return new Finding(id, severity, subject, seen, Optional.of(mend), id.rule());
    }

    Finding under(String otherRule) {
        return new Finding(id, severity, subject, seen, mend, otherRule);
    }
}
