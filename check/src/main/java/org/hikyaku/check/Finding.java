package org.hikyaku.check;

import java.util.List;
import java.util.Optional;

/**
 * One thing found out about a domain. The {@code id} is a promise: it never changes its meaning.
 *
 * @param id stable identifier, such as {@code dane-mismatch}
 * @param severity how much it matters
 * @param subject what it is about: the domain, an MX host, or one address
 * @param seen what was seen, a sentence with the values
 * @param matters why it matters, one sentence
 * @param mend the exact records or settings that mend it, one a line; empty when there is nothing to mend
 * @param rule the rule's number ({@code D11}) or RFC section
 */
public record Finding(
        String id,
        Severity severity,
        String subject,
        String seen,
        String matters,
        List<String> mend,
        Optional<String> rule) {
    public Finding {
        mend = List.copyOf(mend);
    }
}
