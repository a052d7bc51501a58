package org.hikyaku.dns;

import java.time.Instant;
import java.util.List;
import java.util.Optional;
import org.xbill.DNS.Name;

/**
 * How an answer's status came about: the chain of zones from the root down to the one that answered.
 *
 * @param links one for each zone cut, root first
 * @param thanksToSkew true when some signature was accepted only because of the clock-skew tolerance: the answer will
 *     be bogus for stricter validators
 */
public record Proof(List<Link> links, boolean thanksToSkew) {

    public static final Proof NONE = new Proof(List.of(), false);

    public Proof {
        links = List.copyOf(links);
    }

    /** The first instant at which some signature of the chain ends (tolerance not counted). */
    public Optional<Instant> validUntil() {
        return links.stream()
                .flatMap(l -> l.signatures().stream())
                .map(Signature::expiration)
                .min(Instant::compareTo);
    }

    public enum Status {
        SECURE,
        INSECURE,
        BOGUS
    }

    /**
     * One zone of the chain.
     *
     * @param zone its apex
     * @param status how far trust reaches here
     * @param delegation how the parent vouches for it, in words: {@code DS 20326 ok}, {@code no DS, proved by NSEC3}
     * @param keys the zone's keys, in words: {@code KSK 20326, ZSK 61050}
     * @param signatures the signatures that were checked in this zone for this answer
     * @param note what broke or was noticed here; empty when all is well
     */
    public record Link(
            Name zone, Status status, String delegation, String keys, List<Signature> signatures, String note) {
        public Link {
            signatures = List.copyOf(signatures);
        }
    }

    /**
     * One RRSIG that was looked at.
     *
     * @param owner name of the record set
     * @param covered number of the type that it covers
     * @param algorithm DNSSEC algorithm number
     * @param keyTag tag of the signing key
     * @param inception start of validity
     * @param expiration end of validity
     * @param valid true when it verified, with the tolerance
     * @param thanksToSkew true when it did so only with the tolerance
     */
    public record Signature(
            Name owner,
            int covered,
            int algorithm,
            int keyTag,
            Instant inception,
            Instant expiration,
            boolean valid,
            boolean thanksToSkew) {}
}
