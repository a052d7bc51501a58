package org.hikyaku.x509;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.hikyaku.x509.PathResult.Trusted;
import org.hikyaku.x509.PathResult.Untrusted;

/**
 * One search for a path: depth first from the leaf, anchors before other certificates, certificates whose key
 * identifier fits before those where it is absent. No certificate stands on a path twice and the number of signature
 * checks is bounded, so the search ends whatever was sent.
 */
final class PathSearch {
    private final TrustAnchors anchors;
    private final SignatureVerifier verifier;
    private final List<Certificate> pool;
    private final Certificate leaf;
    private final PathRules rules;
    private final boolean leafMayBeAnchor;

    private int signatureChecks;
    private Optional<Untrusted> faultOfComplete = Optional.empty();
    private Optional<Untrusted> badSignature = Optional.empty();
    private List<Certificate> longest = List.of();

    PathSearch(
            TrustAnchors anchors,
            SignatureVerifier verifier,
            List<Certificate> chain,
            PathRules rules,
            boolean leafMayBeAnchor) {
        this.anchors = anchors;
        this.verifier = verifier;
        this.leaf = chain.getFirst();
        Set<Certificate> others = new LinkedHashSet<>(chain.subList(1, chain.size()));
        others.remove(leaf);
        this.pool = List.copyOf(others);
        this.rules = rules;
        this.leafMayBeAnchor = leafMayBeAnchor;
    }

    PathResult run() {
        Optional<Trusted> trusted = extend(List.of(leaf));
        if (trusted.isPresent()) {
            return trusted.get();
        }
        if (signatureChecks > PathFinder.SIGNATURE_CHECKS.value()) {
            return new Untrusted(
                    Fault.TOO_LONG,
                    "the chain needs more than the limit of " + PathFinder.SIGNATURE_CHECKS.value() + " "
                            + PathFinder.SIGNATURE_CHECKS.name());
        }
        return faultOfComplete.or(() -> badSignature).orElseGet(this::noAnchor);
    }

    private Optional<Trusted> extend(List<Certificate> path) {
        Certificate last = path.getLast();
        if (path.size() > longest.size()) {
            longest = path;
        }
        if (anchors.contains(last) && (leafMayBeAnchor || path.size() > 1)) {
            return complete(path, true);
        }
        for (Certificate anchor : candidates(last, anchors.named(last.holder().getIssuer()), path)) {
            if (signed(last, anchor)) {
                Optional<Trusted> trusted = complete(append(path, anchor), true);
                if (trusted.isPresent()) {
                    return trusted;
                }
            }
        }
        for (byte[] key : anchors.keys()) {
            if (signedByKey(last, key)) {
                Optional<Trusted> trusted = complete(path, false);
                if (trusted.isPresent()) {
                    return trusted;
                }
            }
        }
        for (Certificate issuer : candidates(last, pool, path)) {
            if (signed(last, issuer)) {
                Optional<Trusted> trusted = extend(append(path, issuer));
                if (trusted.isPresent()) {
                    return trusted;
                }
            }
        }
        return Optional.empty();
    }

    private Optional<Trusted> complete(List<Certificate> path, boolean lastIsAnchor) {
        Optional<Untrusted> fault = rules.fault(path, lastIsAnchor);
        if (fault.isEmpty()) {
            return Optional.of(new Trusted(path));
        }
        if (faultOfComplete.isEmpty()) {
            faultOfComplete = fault;
        }
        return Optional.empty();
    }

    /** Those that may have issued the certificate, by name; the right key identifier first, a wrong one last. */
    private static List<Certificate> candidates(Certificate child, List<Certificate> from, List<Certificate> path) {
        List<Certificate> fitting = new ArrayList<>();
        List<Certificate> others = new ArrayList<>();
        for (Certificate issuer : from) {
            if (!path.contains(issuer)
                    && issuer.holder().getSubject().equals(child.holder().getIssuer())) {
                (keyIdentifiersDiffer(child, issuer) ? others : fitting).add(issuer);
            }
        }
        fitting.addAll(others);
        return fitting;
    }

    private static boolean keyIdentifiersDiffer(Certificate child, Certificate issuer) {
        Optional<byte[]> wanted = child.extensions().authorityKeyIdentifier;
        Optional<byte[]> own = issuer.extensions().subjectKeyIdentifier;
        return wanted.isPresent() && own.isPresent() && !Arrays.equals(wanted.get(), own.get());
    }

    private boolean signed(Certificate child, Certificate issuer) {
        if (!budgetLeft()) {
            return false;
        }
        if (verifier.isSignedBy(child, issuer.subjectPublicKeyInfo())) {
            return true;
        }
        // Another key under the same name is another authority; only the right key makes this a bad signature.
        if (badSignature.isEmpty() && !keyIdentifiersDiffer(child, issuer)) {
            badSignature = Optional.of(new Untrusted(
                    Fault.BAD_SIGNATURE,
                    "the signature on the certificate of " + child.label() + " ("
                            + child.signatureAlgorithm().title() + ") does not verify with the key of its issuer "
                            + child.issuer()));
        }
        return false;
    }

    private boolean signedByKey(Certificate child, byte[] key) {
        return budgetLeft() && verifier.isSignedBy(child, key);
    }

    private boolean budgetLeft() {
        if (signatureChecks > PathFinder.SIGNATURE_CHECKS.value()) {
            return false;
        }
        signatureChecks++;
        return signatureChecks <= PathFinder.SIGNATURE_CHECKS.value();
    }

    private Untrusted noAnchor() {
        Certificate last = longest.getLast();
        if (leaf.isSelfSigned(verifier)) {
            return new Untrusted(
                    Fault.SELF_SIGNED,
                    "the certificate of " + leaf.label() + " is signed by its own key and is no trust anchor");
        }
        if (last.isSelfSigned(verifier)) {
            return new Untrusted(
                    Fault.NO_ANCHOR,
                    "the chain ends at the self-signed certificate " + last.subject() + ", which is no trust anchor");
        }
        return new Untrusted(
                Fault.NO_ANCHOR,
                "the certificate of " + last.label() + " was issued by " + last.issuer()
                        + ", which is neither among the certificates sent nor a trust anchor");
    }

    private static List<Certificate> append(List<Certificate> path, Certificate next) {
        List<Certificate> longer = new ArrayList<>(path);
        longer.add(next);
        return List.copyOf(longer);
    }
}
