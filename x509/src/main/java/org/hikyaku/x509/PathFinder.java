package org.hikyaku.x509;

import java.time.Instant;
import java.util.List;
import java.util.Optional;
import org.hikyaku.net.Limit;

/**
 * Builds and judges paths from a server's certificate to a trust anchor (RFC 5280 section 6), out of the chain as it
 * was sent: in any order, with needless certificates among them. Nothing is fetched. Names are not compared (see
 * {@link NameMatch}) and revocation is not looked up.
 *
 * <p>Every possible path is tried until one holds, so an expired cross-signature does no harm when another way leads to
 * an anchor. When none holds, the fault told is that of the first path that reached an anchor, or else why none did.
 */
public final class PathFinder {
    /** Public servers send two to five. */
    public static final Limit CERTIFICATES = new Limit("certificates in a chain", 32);

    /** Many authorities of one name with different keys would make the search try them all. */
    public static final Limit SIGNATURE_CHECKS = new Limit("signature checks in the search for one path", 100);

    private final TrustAnchors anchors;
    private final SignatureVerifier verifier;
    private final boolean leafMayBeAnchor;
    private final boolean client;

    public PathFinder(TrustAnchors anchors) {
        this(anchors, SignatureVerifier.best());
    }

    public PathFinder(TrustAnchors anchors, SignatureVerifier verifier) {
        this(anchors, verifier, true, false);
    }

    private PathFinder(TrustAnchors anchors, SignatureVerifier verifier, boolean leafMayBeAnchor, boolean client) {
        this.anchors = anchors;
        this.verifier = verifier;
        this.leafMayBeAnchor = leafMayBeAnchor;
        this.client = client;
    }

    /** For the certificates of TLS clients: the same rules, with the purpose of a client. */
    public static PathFinder forClients(TrustAnchors anchors) {
        return new PathFinder(anchors, SignatureVerifier.best(), true, true);
    }

    /** The anchors must have issued the leaf, they can not be the leaf itself: DANE-TA (D12, RFC 7671 section 5.2). */
    public static PathFinder issuedBy(TrustAnchors anchors, SignatureVerifier verifier) {
        return new PathFinder(anchors, verifier, false, false);
    }

    /** Searches for a path that holds at this time. The server's own certificate is the first of the chain. */
    public PathResult find(List<Certificate> chainAsSent, Instant at) {
        return find(chainAsSent, Optional.of(at));
    }

    /** As {@link #find(List, Instant)}, whatever the time. */
    public PathResult findIgnoringDates(List<Certificate> chainAsSent) {
        return find(chainAsSent, Optional.empty());
    }

    private PathResult find(List<Certificate> chain, Optional<Instant> at) {
        if (chain.isEmpty()) {
            return new PathResult.Untrusted(
                    Fault.NO_ANCHOR, (client ? "the client" : "the server") + " sent no certificate");
        }
        if (chain.size() > CERTIFICATES.value()) {
            return new PathResult.Untrusted(
                    Fault.TOO_LONG,
                    (client ? "the client sent " : "the server sent ") + chain.size()
                            + " certificates, more than the limit of " + CERTIFICATES.value() + " "
                            + CERTIFICATES.name());
        }
        return new PathSearch(anchors, verifier, chain, new PathRules(at, client), leafMayBeAnchor).run();
    }
}
