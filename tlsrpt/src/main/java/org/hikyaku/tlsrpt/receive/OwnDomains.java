package org.hikyaku.tlsrpt.receive;

import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;

/** The domains that we want reports about. */
public final class OwnDomains {
    private final Optional<Set<String>> domains;

    private OwnDomains(Optional<Set<String>> domains) {
        this.domains = domains;
    }

    /** These, in A-labels, with the hosts in them. */
    public static OwnDomains of(Set<String> domains) {
        Set<String> lower = new TreeSet<>();
        domains.forEach(d -> lower.add(d.toLowerCase(Locale.ROOT)));
        return new OwnDomains(Optional.of(lower));
    }

    /** Whatever a report names: for files that somebody chose. */
    public static OwnDomains all() {
        return new OwnDomains(Optional.empty());
    }

    /** The domain of ours that a policy domain is, or lies in. */
    Optional<String> of(String policyDomain) {
        String name = policyDomain.toLowerCase(Locale.ROOT);
        if (name.isEmpty()) {
            return Optional.empty();
        }
        if (domains.isEmpty()) {
            return Optional.of(name);
        }
        for (String rest = name; ; rest = rest.substring(rest.indexOf('.') + 1)) {
            if (domains.get().contains(rest)) {
                return Optional.of(rest);
            }
            if (rest.indexOf('.') < 0) {
                return Optional.empty();
            }
        }
    }

    /** The one that must be meant, where there is only one. */
    Optional<String> only() {
        return domains.filter(d -> d.size() == 1).map(d -> d.iterator().next());
    }
}
