package org.hikyaku.check.auth.spf;

import java.util.Optional;

/** One term of a record that keeps to the grammar (RFC 7208 section 12). */
public sealed interface SpfTerm {
    Place place();

    /**
     * Where a term stands.
     *
     * @param position of its first character in the record, from 1
     * @param text the term as it is
     */
    record Place(int position, String text) {}

    /** A term that matches senders. */
    sealed interface Mechanism extends SpfTerm {
        Qualifier qualifier();
    }

    /** Section 5.1. */
    record All(Place place, Qualifier qualifier) implements Mechanism {}

    /** Section 5.2. */
    record Include(Place place, Qualifier qualifier, DomainSpec domain) implements Mechanism {}

    /** Section 5.3; without a domain the current one. */
    record A(Place place, Qualifier qualifier, Optional<DomainSpec> domain, Cidr cidr) implements Mechanism {}

    /** Section 5.4; without a domain the current one. */
    record Mx(Place place, Qualifier qualifier, Optional<DomainSpec> domain, Cidr cidr) implements Mechanism {}

    /** Section 5.5. */
    record Ptr(Place place, Qualifier qualifier, Optional<DomainSpec> domain) implements Mechanism {}

    /** Section 5.6: {@code ip4} or {@code ip6}. */
    record Ip(Place place, Qualifier qualifier, String network, int prefix) implements Mechanism {}

    /** Section 5.7. */
    record Exists(Place place, Qualifier qualifier, DomainSpec domain) implements Mechanism {}

    /** Section 6.1. */
    record Redirect(Place place, DomainSpec domain) implements SpfTerm {}

    /** Section 6.2. */
    record Explanation(Place place, DomainSpec domain) implements SpfTerm {}

    /** Section 6: a modifier that this version does not know and ignores. */
    record Unknown(Place place, String name) implements SpfTerm {}

    /** Prefix lengths of both families; empty for the whole address. */
    record Cidr(Optional<Integer> ip4, Optional<Integer> ip6) {
        static final Cidr WHOLE = new Cidr(Optional.empty(), Optional.empty());
    }
}
