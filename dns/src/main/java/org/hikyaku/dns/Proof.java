package org.hikyaku.dns;

import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import org.xbill.DNS.Name;
import org.xbill.DNS.Type;

/**
 * How an answer's status came about: the chain of zones from the trust anchor down to the one that answered. With
 * aliases into other parts of the tree, the zones of each alias follow, every zone once and never before its parent.
 *
 * @param links one for each zone, the trust anchor's first
 * @param thanksToSkew true when some signature was accepted only because of the clock-skew tolerance: the answer will
 *     be bogus for stricter validators
 */
public record Proof(List<Link> links, boolean thanksToSkew) {

    public static final Proof NONE = new Proof(List.of(), false);

    public Proof {
        links = List.copyOf(links);
    }

    /** The first instant at which a signature that the answer rests on ends (tolerance not counted). */
    public Optional<Instant> validUntil() {
        return links.stream()
                .flatMap(l -> l.signatures().stream())
                .filter(Signature::valid)
                .map(Signature::expiration)
                .min(Instant::compareTo);
    }

    /** The link where trust ends or breaks: the first that is not secure. */
    public Optional<Link> firstNotSecure() {
        return links.stream().filter(l -> l.status() != Status.SECURE).findFirst();
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
     * @param delegation how the parent, or the trust anchor, vouches for it
     * @param keys the zone's keys; none where they were not needed
     * @param signatures the signatures that were checked in this zone for this answer; those of its DS are the parent's
     * @param note what broke or was noticed here, a sentence; empty when all is well
     * @param noticed the Extended DNS Errors that stand for what was noticed although nothing broke, where there are such
     */
    public record Link(
            Name zone,
            Status status,
            Delegation delegation,
            List<Key> keys,
            List<Signature> signatures,
            String note,
            Set<ExtendedError> noticed) {
        public Link {
            keys = List.copyOf(keys);
            signatures = List.copyOf(signatures);
            noticed = Set.copyOf(noticed);
        }

        public Link(
                Name zone,
                Status status,
                Delegation delegation,
                List<Key> keys,
                List<Signature> signatures,
                String note) {
            this(zone, status, delegation, keys, signatures, note, Set.of());
        }

        Link(Name zone, Status status, Delegation delegation, String note) {
            this(zone, status, delegation, List.of(), List.of(), note);
        }

        /** The keys in words: {@code KSK 20326, ZSK 61050 (2 keys)}; empty when there are none. */
        public String keysInWords() {
            Map<String, Integer> count = new LinkedHashMap<>();
            keys.forEach(key -> count.merge(key.inWords(), 1, Integer::sum));
            return count.entrySet().stream()
                    .map(e -> e.getValue() == 1 ? e.getKey() : e.getKey() + " (" + e.getValue() + " keys)")
                    .collect(Collectors.joining(", "));
        }
    }

    /** What stands above a zone. */
    public enum Vouching {
        /** A trust anchor: built in or from a file. */
        ANCHOR,
        /** DS records in the parent zone. */
        DS,
        /** The parent proved by NSEC that there is no DS. */
        NO_DS_BY_NSEC,
        /** The parent proved by NSEC3 that there is no DS. */
        NO_DS_BY_NSEC3,
        /** The parent's NSEC3 opt-out range holds the name: there may be an unsigned delegation (RFC 5155 section 6). */
        OPT_OUT,
        /** There are DS records, but none with an algorithm and digest that we use (RFC 4035 section 5.2). */
        UNSUPPORTED_DS,
        /** The denial uses more NSEC3 iterations than are computed (RFC 9276 section 3.2). */
        TOO_MANY_ITERATIONS,
        /** No trust anchor at or above the zone. */
        NO_ANCHOR,
        /** The delegation could not be shown to be signed or unsigned. */
        UNPROVED
    }

    /**
     * How a zone is vouched for.
     *
     * @param vouching by what
     * @param ds the DS records, or those of the trust anchor
     * @param code for insecure delegations of a special kind, the Extended DNS Error that says so
     */
    public record Delegation(Vouching vouching, List<Ds> ds, Optional<ExtendedError> code) {
        public Delegation {
            ds = List.copyOf(ds);
        }

        public Delegation(Vouching vouching) {
            this(vouching, List.of(), Optional.empty());
        }

        /** In words: {@code DS 20326 ok}, {@code no DS, proved by NSEC3}. */
        public String inWords() {
            return switch (vouching) {
                case ANCHOR -> "trust anchor " + tags();
                case DS -> "DS " + tags();
                case NO_DS_BY_NSEC -> "no DS, proved by NSEC";
                case NO_DS_BY_NSEC3 -> "no DS, proved by NSEC3";
                case OPT_OUT -> "no DS, in an opt-out range of NSEC3";
                case UNSUPPORTED_DS -> "DS " + tags() + ", none of a supported kind";
                case TOO_MANY_ITERATIONS -> "denial of DS with too many NSEC3 iterations";
                case NO_ANCHOR -> "no trust anchor";
                case UNPROVED -> "delegation not proved";
            };
        }

        private String tags() {
            List<Ds> shown = ds.stream().anyMatch(Ds::matched)
                    ? ds.stream().filter(Ds::matched).toList()
                    : ds;
            String tags = shown.stream()
                    .map(d -> Integer.toString(d.keyTag()))
                    .distinct()
                    .collect(Collectors.joining(", "));
            return ds.stream().anyMatch(Ds::matched) ? tags + " ok" : tags;
        }
    }

    /**
     * One DS record, or one record of a trust anchor.
     *
     * @param keyTag of the key it stands for
     * @param algorithm DNSSEC algorithm number of that key
     * @param digestType 1 SHA-1, 2 SHA-256, 4 SHA-384
     * @param matched true when the zone has this key and it signed the zone's keys
     */
    public record Ds(int keyTag, int algorithm, int digestType, boolean matched) {}

    /**
     * One DNSKEY record.
     *
     * @param keyTag as in RRSIG and DS
     * @param algorithm DNSSEC algorithm number
     * @param bits size of the key: modulus for RSA, curve for the others; 0 when not known
     * @param secureEntryPoint the SEP flag: a KSK by custom
     * @param zoneKey the zone key flag, without which it may sign nothing (RFC 4034 section 2.1.1)
     * @param revoked the revoke flag (RFC 5011)
     */
    public record Key(int keyTag, int algorithm, int bits, boolean secureEntryPoint, boolean zoneKey, boolean revoked) {

        /** {@code KSK 20326}, {@code ZSK 61050}. */
        public String inWords() {
            return (secureEntryPoint ? "KSK " : "ZSK ")
                    + keyTag
                    + (revoked ? " (revoked)" : "")
                    + (zoneKey ? "" : " (no zone key bit)");
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
            boolean thanksToSkew) {

        /** {@code MX by key 13/44871}. */
        public String inWords() {
            return Type.string(covered) + " by key " + algorithm + "/" + keyTag;
        }
    }
}
