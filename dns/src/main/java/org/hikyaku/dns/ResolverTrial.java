package org.hikyaku.dns;

import java.util.Optional;
import org.xbill.DNS.Name;
import org.xbill.DNS.Type;

/** Tries out, with a question for the root, whether a resolver is of any use, before others rely on it. */
public record ResolverTrial(Lookup lookup) {

    /**
     * D24: through a resolver that leaves DNSSEC records out every domain would look as if it were attacked, all mail would be
     * held back, and there would be no DANE. A sentence when the resolver is of that kind.
     */
    public Optional<String> strippedDnssec() {
        return lookup.lookup(Name.root, Type.SOA) instanceof Answer.Failed failed
                        && failed.failure().kind() == Failure.Kind.DNSSEC_STRIPPED
                ? Optional.of(failed.failure().sentence())
                : Optional.empty();
    }

    /** Why nothing can be looked up just now. */
    public Optional<String> unreachable() {
        return switch (lookup.lookup(Name.root, Type.SOA)) {
            case Answer.Definite _ -> Optional.empty();
            case Answer.Bogus bogus -> Optional.of(bogus.reason().sentence());
            case Answer.Failed failed -> Optional.of(failed.failure().sentence());
        };
    }
}
