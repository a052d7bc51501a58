package org.hikyaku.check.auth.caa;

import java.util.List;
import java.util.Optional;
import org.hikyaku.dns.Answer;
import org.xbill.DNS.Name;

/**
 * Which authorities may issue a certificate for a host.
 *
 * @param host whose certificate it is about
 * @param set the set that counts
 */
public record CaaReport(Name host, Relevant set) {

    /** The relevant record set (RFC 8659 section 3). */
    public sealed interface Relevant {
        /** @param at the name that holds it */
        record Found(Name at, List<CaaProperty> properties) implements Relevant {
            public Found {
                properties = List.copyOf(properties);
            }

            /** Records that critically ask for what authorities do not know: nobody may issue. */
            public List<CaaProperty> criticalUnknown() {
                return properties.stream()
                        .filter(p -> p.critical() && !CaaParser.isRegistered(p.tag()))
                        .toList();
            }

            /** Whether the set limits who may issue a certificate for a name that is no wildcard. */
            public boolean restricts() {
                return properties.stream().anyMatch(p -> p.tag().equals("issue"));
            }

            /** The authorities that {@code issue} names, lower case, each once. */
            public List<String> issuers() {
                return properties.stream()
                        .filter(p -> p.tag().equals("issue"))
                        .flatMap(p -> p.issuer().stream())
                        .distinct()
                        .toList();
            }

            /** Whether an authority known by these domains may issue for a name that is no wildcard. */
            public boolean permits(List<String> domains) {
                return criticalUnknown().isEmpty()
                        && (!restricts() || issuers().stream().anyMatch(domains::contains));
            }
        }

        /** No records up to the top-level domain: every authority may issue. */
        record None() implements Relevant {}

        /** A look-up failed, or its answer is bogus; authorities do not issue then. */
        record NotKnown(Answer answer) implements Relevant {}
    }

    public Optional<Relevant.Found> found() {
        return set instanceof Relevant.Found found ? Optional.of(found) : Optional.empty();
    }
}
