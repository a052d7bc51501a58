package org.hikyaku.x509;

import java.time.Instant;
import java.util.EnumSet;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;
import org.hikyaku.x509.PathResult.Untrusted;

/**
 * What a path of certificates must fulfil beyond its signatures (RFC 5280 section 6.1). Where the RFC leaves a choice,
 * OpenSSL's: an anchor that is a certificate is held to its own dates, CA flag and path length too.
 */
final class PathRules {
    private static final String ANY_PURPOSE = "2.5.29.37.0";
    private static final int WEAKEST_RSA_BITS = 1024;
    private static final int WEAKEST_EC_BITS = 160;

    /** A client's key signs the handshake (RFC 5246 section 7.4.8). */
    private static final Set<KeyUsageBit> CLIENT_USES = EnumSet.of(KeyUsageBit.DIGITAL_SIGNATURE);

    /** A TLS server key signs, deciphers a premaster secret, or agrees on one; any of these will do. */
    private static final Set<KeyUsageBit> SERVER_USES =
            EnumSet.of(KeyUsageBit.DIGITAL_SIGNATURE, KeyUsageBit.KEY_ENCIPHERMENT, KeyUsageBit.KEY_AGREEMENT);

    private final Optional<Instant> at;

    private final boolean client;

    /** @param client whether the certificate is a TLS client's; a server's otherwise */
    PathRules(Optional<Instant> at, boolean client) {
        this.at = at;
        this.client = client;
    }

    /**
     * The first fault of the path.
     *
     * @param path leaf first
     * @param lastIsAnchor whether the last certificate is the anchor, and not signed by an anchor that is a bare key
     */
    Optional<Untrusted> fault(List<Certificate> path, boolean lastIsAnchor) {
        for (Certificate certificate : path) {
            Optional<Untrusted> fault = dates(certificate).or(() -> extensions(certificate));
            if (fault.isPresent()) {
                return fault;
            }
        }
        int anchor = lastIsAnchor ? path.size() - 1 : path.size();
        return issuers(path, anchor)
                .or(() -> purposes(path))
                .or(() -> nameConstraints(path))
                .or(() -> strength(path, anchor));
    }

    private Optional<Untrusted> dates(Certificate certificate) {
        if (at.isEmpty()) {
            return Optional.empty();
        }
        // RFC 5280 section 4.1.2.5: both ends belong to the validity period, in whole seconds.
        if (at.get().isBefore(certificate.notBefore())) {
            return fault(
                    Fault.NOT_YET_VALID,
                    "the certificate of " + certificate.label() + " is not valid before " + certificate.notBefore());
        }
        if (!at.get().isBefore(certificate.notAfter().plusSeconds(1))) {
            return fault(
                    Fault.EXPIRED,
                    "the certificate of " + certificate.label() + " expired on " + certificate.notAfter());
        }
        return Optional.empty();
    }

    private static Optional<Untrusted> extensions(Certificate certificate) {
        CertificateExtensions extensions = certificate.extensions();
        if (!extensions.malformed.isEmpty()) {
            return fault(
                    Fault.EXTENSION,
                    "the certificate of " + certificate.label() + " has an unreadable extension "
                            + extensions.malformed.getFirst());
        }
        if (!extensions.unknownCritical.isEmpty()) {
            return fault(
                    Fault.EXTENSION,
                    "the certificate of " + certificate.label() + " has the critical extension "
                            + extensions.unknownCritical.getFirst() + ", which is unknown here");
        }
        return Optional.empty();
    }

    /** RFC 5280 section 6.1.4 (k) to (n): CA flag, path length, keyCertSign. */
    private static Optional<Untrusted> issuers(List<Certificate> path, int anchor) {
        int below = 0; // intermediates between the issuer looked at and the leaf, self-issued ones not counted
        for (int i = 1; i < path.size(); i++) {
            Certificate issuer = path.get(i);
            if (!mayIssue(issuer, i == anchor)) {
                return fault(
                        Fault.NOT_A_CA,
                        "the certificate " + issuer.subject()
                                + " issued another one but is not a certificate authority");
            }
            OptionalInt limit = issuer.pathLength();
            if (limit.isPresent() && below > limit.getAsInt()) {
                return fault(
                        Fault.PATH_LENGTH,
                        "the authority " + issuer.subject() + " allows " + limit.getAsInt()
                                + " intermediates below it, the path has " + below);
            }
            if (!issuer.isSelfIssued()) {
                below++;
            }
        }
        return Optional.empty();
    }

    private static boolean mayIssue(Certificate issuer, boolean anchor) {
        CertificateExtensions extensions = issuer.extensions();
        boolean authority = extensions.basicConstraints.isPresent()
                ? issuer.isAuthority()
                // An anchor is trusted by decision: old roots are version 1 and have no such extension.
                : anchor;
        return authority
                && issuer.keyUsage()
                        .map(bits -> bits.contains(KeyUsageBit.KEY_CERT_SIGN))
                        .orElse(true);
    }

    private Optional<Untrusted> purposes(List<Certificate> path) {
        Certificate leaf = path.getFirst();
        Set<KeyUsageBit> uses = client ? CLIENT_USES : SERVER_USES;
        String purpose = client ? CertificateTemplate.CLIENT_AUTH : CertificateTemplate.SERVER_AUTH;
        String role = client ? "client" : "server";
        if (leaf.keyUsage().map(bits -> bits.stream().noneMatch(uses::contains)).orElse(false)) {
            return fault(
                    Fault.PURPOSE,
                    "the key usage of the certificate of " + leaf.label() + " does not allow a TLS " + role);
        }
        // The purposes of an authority bind what is below it, as in OpenSSL and the browsers.
        for (Certificate certificate : path) {
            if (certificate
                    .extendedKeyUsage()
                    .map(ids -> !ids.contains(purpose) && !ids.contains(ANY_PURPOSE))
                    .orElse(false)) {
                return fault(
                        Fault.PURPOSE,
                        "the extended key usage of the certificate of " + certificate.label() + " does not allow TLS "
                                + role + " authentication");
            }
        }
        return Optional.empty();
    }

    /** RFC 5280 section 6.1.4 (g) and 6.1.3 (b), (c): from the top down; self-issued intermediates are free. */
    private static Optional<Untrusted> nameConstraints(List<Certificate> path) {
        NameConstraintCheck check = new NameConstraintCheck();
        boolean any = false;
        for (int i = path.size() - 1; i >= 0; i--) {
            Certificate certificate = path.get(i);
            if (any && (i == 0 || !certificate.isSelfIssued())) {
                Optional<String> name = check.objection(certificate, i == 0);
                if (name.isPresent()) {
                    return fault(
                            Fault.NAME_CONSTRAINT,
                            "an authority on the path may not certify the name " + name.get()
                                    + " in the certificate of " + certificate.label());
                }
            }
            if (i > 0 && certificate.extensions().nameConstraints.isPresent()) {
                check.add(certificate.extensions().nameConstraints.get());
                any = true;
            }
        }
        return Optional.empty();
    }

    private static Optional<Untrusted> strength(List<Certificate> path, int anchor) {
        for (int i = 0; i < path.size(); i++) {
            Certificate certificate = path.get(i);
            SubjectKey key = certificate.key();
            boolean weakKey = switch (key.algorithm()) {
                case RSA, RSA_PSS -> key.bits() < WEAKEST_RSA_BITS;
                case EC -> key.bits() < WEAKEST_EC_BITS;
                case ED25519, ED448, DSA, ML_DSA, OTHER -> false;
            };
            if (weakKey) {
                return fault(
                        Fault.WEAK,
                        "the key of the certificate of " + certificate.label() + " is weak: " + key.title());
            }
            // Nobody relies on the signature that an anchor carries.
            if (i != anchor && certificate.signatureAlgorithm().strength() == SignatureAlgorithm.Strength.BROKEN) {
                return fault(
                        Fault.WEAK,
                        "the certificate of " + certificate.label() + " is signed with "
                                + certificate.signatureAlgorithm().title() + ", which can be forged");
            }
        }
        return Optional.empty();
    }

    private static Optional<Untrusted> fault(Fault fault, String sentence) {
        return Optional.of(new Untrusted(fault, sentence));
    }
}
