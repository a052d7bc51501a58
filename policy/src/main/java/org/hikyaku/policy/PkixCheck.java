package org.hikyaku.policy;

import java.time.InstantSource;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import org.hikyaku.policy.Verdict.Refusal;
import org.hikyaku.x509.Certificate;
import org.hikyaku.x509.CommonName;
import org.hikyaku.x509.NameMatch;
import org.hikyaku.x509.PathFinder;
import org.hikyaku.x509.PathResult;

/** Holds a certificate chain against the public authorities and the names it should be for. TLSA records play no part. */
final class PkixCheck {
    private final PathFinder paths;
    private final InstantSource clock;

    PkixCheck(PathFinder paths, InstantSource clock) {
        this.paths = paths;
        this.clock = clock;
    }

    /** Whether an authority that is trusted vouches for the certificate, for whatever name. */
    boolean knowsAuthority(List<Certificate> chain) {
        return !chain.isEmpty() && paths.find(chain, clock.instant()) instanceof PathResult.Trusted;
    }

    /**
     * What is wrong with the certificate; empty when all is well.
     *
     * @param chain as sent, not empty
     * @param names it must be for one of them; one that begins with a dot means every name below
     * @param rule the rule that wants the certificate
     */
    Optional<Refusal> objection(List<Certificate> chain, List<String> names, String rule) {
        if (paths.find(chain, clock.instant()) instanceof PathResult.Untrusted untrusted) {
            return Optional.of(Refusals.untrusted(untrusted, rule));
        }
        Certificate leaf = chain.getFirst();
        if (names.stream().anyMatch(name -> carries(leaf, name))) {
            return Optional.empty();
        }
        String wanted = String.join(" or ", names);
        // S10: a common name alone does not count
        boolean commonNameOnly =
                names.stream().anyMatch(name -> NameMatch.matches(leaf, name, CommonName.WHEN_NO_DNS_ID));
        return Optional.of(
                commonNameOnly
                        ? Refusals.of(
                                rule.equals("S8") ? "S10" : rule,
                                ResultType.CERTIFICATE_HOST_MISMATCH,
                                Optional.empty(),
                                "the certificate carries the name " + wanted
                                        + " only as common name; a subjectAltName with that DNS name is needed")
                        : Refusals.of(
                                rule,
                                ResultType.CERTIFICATE_HOST_MISMATCH,
                                Optional.empty(),
                                "the certificate is for " + TlsaMatcher.namesOf(leaf) + " and not for "
                                        + (rule.equals("S8") ? "the MX host " : "") + wanted));
    }

    private static boolean carries(Certificate leaf, String name) {
        return name.startsWith(".")
                ? leaf.dnsNames().stream()
                        .map(n -> n.toLowerCase(Locale.ROOT))
                        .anyMatch(n -> n.length() > name.length() && n.endsWith(name.toLowerCase(Locale.ROOT)))
                : NameMatch.matches(leaf, name, CommonName.NEVER);
    }
}
