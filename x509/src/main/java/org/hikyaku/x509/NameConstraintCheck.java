package org.hikyaku.x509;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import org.bouncycastle.asn1.x500.X500Name;
import org.bouncycastle.asn1.x509.GeneralName;
import org.bouncycastle.asn1.x509.GeneralSubtree;
import org.bouncycastle.asn1.x509.NameConstraintValidatorException;
import org.bouncycastle.asn1.x509.NameConstraints;
import org.bouncycastle.asn1.x509.PKIXNameConstraintValidator;

/**
 * The names that the authorities of a path allow below them (RFC 5280 section 4.2.1.10). DNS names are compared here,
 * so that a wildcard is allowed only when everything it stands for is; the other kinds by BouncyCastle.
 */
final class NameConstraintCheck {
    private final List<List<String>> permittedDns = new ArrayList<>();
    private final List<String> excludedDns = new ArrayList<>();
    private final PKIXNameConstraintValidator others = new PKIXNameConstraintValidator();

    /** Adds what one more authority demands; every permitted set must allow a name, no excluded set may hold it. */
    void add(NameConstraints constraints) {
        List<GeneralSubtree> othersPermitted = new ArrayList<>();
        List<String> dns = new ArrayList<>();
        boolean anyDns = false;
        for (GeneralSubtree tree : trees(constraints.getPermittedSubtrees())) {
            if (tree.getBase().getTagNo() == GeneralName.dNSName) {
                dns.add(lower(tree.getBase()));
                anyDns = true;
            } else {
                othersPermitted.add(tree);
            }
        }
        if (anyDns) {
            permittedDns.add(dns);
        }
        if (!othersPermitted.isEmpty()) {
            others.intersectPermittedSubtree(othersPermitted.toArray(GeneralSubtree[]::new));
        }
        for (GeneralSubtree tree : trees(constraints.getExcludedSubtrees())) {
            if (tree.getBase().getTagNo() == GeneralName.dNSName) {
                excludedDns.add(lower(tree.getBase()));
            } else {
                others.addExcludedSubtree(tree);
            }
        }
    }

    /** The first name of the certificate that is not allowed, in words; empty when all are. */
    Optional<String> objection(Certificate certificate, boolean withCommonName) {
        for (GeneralName name : certificate.extensions().alternativeNames) {
            if (name.getTagNo() == GeneralName.dNSName) {
                String dns = lower(name);
                if (!dnsAllowed(dns)) {
                    return Optional.of(PrintableText.of(dns));
                }
            } else if (!othersAllow(name)) {
                return Optional.of(PrintableText.of(name.getName().toString()));
            }
        }
        // A common name may be taken as a DNS name when there is no DNS-ID (D16), so it is bound like one.
        if (withCommonName && certificate.dnsNames().isEmpty()) {
            for (String common : certificate.commonNames()) {
                String lower = common.toLowerCase(Locale.ROOT);
                if (lower.indexOf('.') > 0 && lower.indexOf(' ') < 0 && !dnsAllowed(lower)) {
                    return Optional.of(PrintableText.of(common));
                }
            }
        }
        X500Name subject = certificate.holder().getSubject();
        if (subject.size() > 0 && !othersAllow(new GeneralName(subject))) {
            return Optional.of(certificate.subject());
        }
        return Optional.empty();
    }

    private boolean dnsAllowed(String name) {
        for (List<String> permitted : permittedDns) {
            if (permitted.stream().noneMatch(base -> within(name, base))) {
                return false;
            }
        }
        return excludedDns.stream().noneMatch(base -> within(name, base) || wildcardReaches(name, base));
    }

    /** True when the name is the base or below it; the empty base holds every name. */
    private static boolean within(String name, String base) {
        if (base.isEmpty()) {
            return true;
        }
        if (base.startsWith(".")) {
            return name.endsWith(base) && name.length() > base.length();
        }
        return name.equals(base) || name.endsWith("." + base);
    }

    /** {@code *.example} also stands for an excluded {@code a.example}. */
    private static boolean wildcardReaches(String name, String excluded) {
        if (!name.startsWith("*.")) {
            return false;
        }
        String base = excluded.startsWith(".") ? excluded.substring(1) : excluded;
        int dot = base.indexOf('.');
        return dot >= 0 && base.substring(dot).equals(name.substring(1));
    }

    private boolean othersAllow(GeneralName name) {
        try {
            others.checkPermitted(name);
            others.checkExcluded(name);
            return true;
        } catch (NameConstraintValidatorException e) {
            return false;
        } catch (RuntimeException e) {
            return false; // A name that cannot even be compared is not known to be allowed.
        }
    }

    private static GeneralSubtree[] trees(GeneralSubtree[] subtrees) {
        return subtrees == null ? new GeneralSubtree[0] : subtrees;
    }

    private static String lower(GeneralName name) {
        return name.getName().toString().toLowerCase(Locale.ROOT);
    }
}
