package org.hikyaku.dns;

import java.time.Duration;
import org.hikyaku.net.Limit;

/**
 * What a {@link ValidatingResolver} may be told.
 *
 * @param skew tolerance for clocks that disagree
 * @param sha1 true to accept signatures with RSASHA1 (algorithms 5 and 7); by default a zone signed only with them is
 *     treated as unsigned (RFC 9905)
 * @param maxNsec3Iterations more than these make an answer insecure (RFC 9276 section 3.2); 0 to 2500
 * @param perLookup the longest that one look-up may take
 * @param bogusTtl how long a bogus outcome is remembered
 * @param maxTtl no answer is remembered for longer
 * @param maxNegativeTtl no negative answer is remembered for longer
 * @param limits bounds on the work that one look-up may cause
 * @param cache bounds on what is remembered
 */
public record ValidatorOptions(
        SkewRule skew,
        boolean sha1,
        int maxNsec3Iterations,
        Duration perLookup,
        Duration bogusTtl,
        Duration maxTtl,
        Duration maxNegativeTtl,
        Limits limits,
        CacheSize cache) {

    public ValidatorOptions {
        if (maxNsec3Iterations < 0 || maxNsec3Iterations > 2500) {
            throw new IllegalArgumentException("NSEC3 iterations are 0 to 2500, not " + maxNsec3Iterations);
        }
    }

    /**
     * The bounds that keep a hostile zone from burning our time (KeyTrap, CVE-2023-50387; NSEC3 exhaustion,
     * CVE-2023-50868). Legitimate answers stay far below all of them.
     *
     * @param aliases CNAME and DNAME records followed for one question
     * @param queries questions to the resolver behind, for one look-up
     * @param signatureChecks cryptographic checks, for one look-up
     * @param failedChecksPerSet failed cryptographic checks for one record set
     * @param nsec3Hashes names hashed for NSEC3 denials, for one look-up
     * @param recordsPerSet records in one record set
     * @param keysPerZone DNSKEY records of one zone
     */
    public record Limits(
            Limit aliases,
            Limit queries,
            Limit signatureChecks,
            Limit failedChecksPerSet,
            Limit nsec3Hashes,
            Limit recordsPerSet,
            Limit keysPerZone) {

        public static Limits defaults() {
            return new Limits(
                    new Limit("aliases followed for one question", 12),
                    new Limit("queries for one look-up", 120),
                    new Limit("signature checks for one look-up", 160),
                    new Limit("failed signature checks for one record set", 4),
                    new Limit("names hashed for NSEC3 in one look-up", 256),
                    new Limit("records in one record set", 2000),
                    new Limit("keys of one zone", 64));
        }
    }

    /**
     * Bounds of the cache.
     *
     * @param entries answers remembered at most; zones have room for a quarter as many
     * @param bytes about how much memory the answers may take
     */
    public record CacheSize(Limit entries, Limit bytes) {

        public static CacheSize defaults() {
            return new CacheSize(
                    new Limit("answers in the cache", 200_000), new Limit("bytes in the answer cache", 256L << 20));
        }
    }

    /** When something with this TTL is to be forgotten, milliseconds since 1970. */
    long expiry(long nowMillis, long ttlSeconds) {
        return nowMillis + 1000 * Math.min(ttlSeconds, maxTtl.toSeconds());
    }

    public static ValidatorOptions defaults() {
        return new ValidatorOptions(
                SkewRule.defaults(),
                false,
                150,
                Duration.ofSeconds(20),
                Duration.ofSeconds(60),
                Duration.ofDays(1),
                Duration.ofHours(1),
                Limits.defaults(),
                CacheSize.defaults());
    }

    public ValidatorOptions withSkew(SkewRule skew) {
        return new ValidatorOptions(
                skew, sha1, maxNsec3Iterations, perLookup, bogusTtl, maxTtl, maxNegativeTtl, limits, cache);
    }

    /** Whether algorithms 5 and 7 count as signed (RFC 9905 says no). */
    public ValidatorOptions withSha1(boolean sha1) {
        return new ValidatorOptions(
                skew, sha1, maxNsec3Iterations, perLookup, bogusTtl, maxTtl, maxNegativeTtl, limits, cache);
    }

    public ValidatorOptions withPerLookup(Duration perLookup) {
        return new ValidatorOptions(
                skew, sha1, maxNsec3Iterations, perLookup, bogusTtl, maxTtl, maxNegativeTtl, limits, cache);
    }

    public ValidatorOptions withLimits(Limits limits) {
        return new ValidatorOptions(
                skew, sha1, maxNsec3Iterations, perLookup, bogusTtl, maxTtl, maxNegativeTtl, limits, cache);
    }

    public ValidatorOptions withCache(CacheSize cache) {
        return new ValidatorOptions(
                skew, sha1, maxNsec3Iterations, perLookup, bogusTtl, maxTtl, maxNegativeTtl, limits, cache);
    }
}
