package org.hikyaku.check.auth.dkim;

import java.util.List;
import org.hikyaku.dns.Answer;
import org.xbill.DNS.Name;

/**
 * Which DKIM keys a domain was seen to have.
 *
 * @param domain whose keys they are
 * @param presence whether it has keys
 * @param selectors what was looked at: given ones first
 * @param given whether the selectors were named by the user
 */
public record DkimReport(Name domain, Presence presence, List<Selector> selectors, boolean given) {
    public DkimReport {
        selectors = List.copyOf(selectors);
    }

    /** Whether there are keys. */
    public enum Presence {
        /** A key was seen. */
        FOUND,
        /** {@code _domainkey} does not exist, and so no key does (RFC 8020). */
        NOT_THERE,
        /** None was seen, and there may be some under other selectors; {@code _domainkey} exists. */
        NOT_KNOWN,
        /** The look-up of {@code _domainkey} failed. */
        FAILED
    }

    /**
     * One selector.
     *
     * @param owner where its key is
     */
    public record Selector(String name, Name owner, Outcome outcome) {}

    /** What is at a selector. */
    public sealed interface Outcome {
        record Found(DkimKey key) implements Outcome {}

        /** More than one key: what verifiers do is undefined (RFC 6376 section 3.6.2.2). */
        record Several(List<DkimKey> keys) implements Outcome {}

        record NotThere() implements Outcome {}

        record NotKnown(Answer answer) implements Outcome {}
    }

    /** The selectors at which something was found. */
    public List<Selector> found() {
        return selectors.stream()
                .filter(s -> s.outcome() instanceof Outcome.Found || s.outcome() instanceof Outcome.Several)
                .toList();
    }
}
