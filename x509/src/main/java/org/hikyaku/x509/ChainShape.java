package org.hikyaku.x509;

import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * How well a server put its chain together, whoever is trusted (RFC 8446 section 4.4.2): each certificate should be
 * followed by the one that issued it, the root may be left out, and nothing else belongs there.
 *
 * @param ordered the certificates that lead from the leaf upwards, as far as those sent reach
 * @param inOrder true when the chain, as sent, begins with exactly these in this order
 * @param superfluous sent, but no part of the way up; duplicates too
 * @param rootSent true when the way ends at a self-signed certificate that is not the leaf itself: allowed and needless
 * @param missingIssuer the issuer that was not sent, when it is no trust anchor either
 */
public record ChainShape(
        List<Certificate> ordered,
        boolean inOrder,
        List<Certificate> superfluous,
        boolean rootSent,
        Optional<String> missingIssuer) {

    public ChainShape {
        ordered = List.copyOf(ordered);
        superfluous = List.copyOf(superfluous);
    }

    /**
     * Looks at a chain as it was sent.
     *
     * @param chain server certificate first; at most {@link PathFinder#CERTIFICATES}, which sessions keep to
     */
    public static ChainShape of(List<Certificate> chain, TrustAnchors anchors, SignatureVerifier verifier) {
        if (chain.isEmpty() || chain.size() > PathFinder.CERTIFICATES.value()) {
            throw new IllegalArgumentException(
                    "a chain has 1 to " + PathFinder.CERTIFICATES.value() + " certificates, not " + chain.size());
        }
        List<Certificate> ordered = new ArrayList<>(List.of(chain.getFirst()));
        Set<Certificate> unused = new LinkedHashSet<>(chain);
        unused.remove(chain.getFirst());
        Optional<Certificate> next = issuer(ordered.getLast(), unused, verifier);
        while (next.isPresent()) {
            ordered.add(next.get());
            unused.remove(next.get());
            next = issuer(ordered.getLast(), unused, verifier);
        }
        boolean inOrder = chain.size() >= ordered.size()
                && chain.subList(0, ordered.size()).equals(ordered);
        List<Certificate> superfluous = new ArrayList<>(chain);
        ordered.forEach(superfluous::remove);
        Certificate top = ordered.getLast();
        boolean selfSigned = top.isSelfSigned(verifier);
        boolean anchored = anchors.contains(top)
                || anchors.named(top.holder().getIssuer()).stream()
                        .anyMatch(a -> verifier.isSignedBy(top, a.subjectPublicKeyInfo()));
        return new ChainShape(
                ordered,
                inOrder,
                superfluous,
                selfSigned && ordered.size() > 1,
                selfSigned || anchored ? Optional.empty() : Optional.of(top.issuer()));
    }

    private static Optional<Certificate> issuer(
            Certificate child, Set<Certificate> candidates, SignatureVerifier verifier) {
        if (child.isSelfIssued() && child.isSelfSigned(verifier)) {
            return Optional.empty();
        }
        return candidates.stream()
                .filter(c -> c.holder().getSubject().equals(child.holder().getIssuer()))
                .filter(c -> verifier.isSignedBy(child, c.subjectPublicKeyInfo()))
                .findFirst();
    }
}
