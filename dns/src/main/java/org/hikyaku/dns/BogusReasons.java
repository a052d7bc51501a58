package org.hikyaku.dns;

import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.List;
import java.util.Locale;
import java.util.stream.Collectors;
import org.hikyaku.net.Limit;
import org.xbill.DNS.DNSSEC;
import org.xbill.DNS.DSRecord;
import org.xbill.DNS.Name;
import org.xbill.DNS.RRSIGRecord;
import org.xbill.DNS.Type;

/** The sentences that say why something is bogus, each with its RFC 8914 code and what mends it. */
final class BogusReasons {
    private static final DateTimeFormatter UTC = DateTimeFormatter.ofPattern("uuuu-MM-dd HH:mm:ss 'UTC'", Locale.ROOT)
            .withZone(ZoneOffset.UTC);

    private static final String RESIGN =
            "Re-sign the zone. Is the signer running? With BIND: rndc sign, with Knot: knotc"
                    + " zone-sign; NSD needs a newly signed file.";

    private final SkewRule skew;
    private final long now;

    private final Limit failedChecks;

    BogusReasons(SkewRule skew, Limit failedChecks, long nowSeconds) {
        this.skew = skew;
        this.failedChecks = failedChecks;
        this.now = nowSeconds;
    }

    static BogusReasons of(ValidatorOptions options, LookupWork work) {
        return new BogusReasons(options.skew(), options.limits().failedChecksPerSet(), work.nowSeconds());
    }

    /** Why no signature over a record set counts. */
    BogusReason of(Name zone, RecordSet set, SetVerdict.Bad bad) {
        String what = what(set);
        if (bad.by().isEmpty()) {
            return missingSignature(zone, what);
        }
        RRSIGRecord by = bad.by().get();
        String signature = "The signature of " + what + " by key " + key(by);
        return switch (bad.cause()) {
            case EXPIRED ->
                new BogusReason(
                        ExtendedError.SIGNATURE_EXPIRED,
                        zone,
                        signature + " ended " + utc(by.getExpire()) + ", "
                                + inWords(now - by.getExpire().getEpochSecond()) + " ago." + tolerance(by),
                        RESIGN);
            case NOT_YET_VALID ->
                new BogusReason(
                        ExtendedError.SIGNATURE_NOT_YET_VALID,
                        zone,
                        signature + " begins " + utc(by.getTimeSigned()) + ", "
                                + inWords(by.getTimeSigned().getEpochSecond() - now) + " from now (" + utc(now) + ")."
                                + tolerance(by),
                        "Check the clock of this machine and of the machine that signs " + bare(zone)
                                + "; if both are right, re-sign the zone with an inception in the past.");
            case INVERTED_TIMES ->
                new BogusReason(
                        ExtendedError.DNSSEC_BOGUS,
                        zone,
                        signature + " begins " + utc(by.getTimeSigned()) + ", after its end " + utc(by.getExpire())
                                + ": it is never valid.",
                        "Re-sign " + bare(zone) + " with an inception before the expiration.");
            case WRONG ->
                new BogusReason(
                        ExtendedError.DNSSEC_BOGUS,
                        zone,
                        signature + " does not verify: the records were changed after they were signed, or they were"
                                + " signed with another key of the same tag."
                                + (bad.gaveUp() ? gaveUp() : ""),
                        "Re-sign " + bare(zone)
                                + " and serve the records exactly as they were signed, from every name server.");
            case UNREADABLE_KEY ->
                new BogusReason(
                        ExtendedError.DNSSEC_BOGUS,
                        zone,
                        signature + " cannot be checked: the DNSKEY " + by.getFootprint()
                                + " is malformed or has a size that the algorithm does not allow.",
                        "Publish the right DNSKEY for " + bare(zone) + ", or sign with another key.");
            case NO_ZONE_KEY_BIT ->
                new BogusReason(
                        ExtendedError.NO_ZONE_KEY_BIT,
                        zone,
                        signature + " does not count: the DNSKEY " + by.getFootprint()
                                + " has no zone key bit (RFC 4034 section 2.1.1), so it may not sign records.",
                        "Publish that DNSKEY with flags 256 or 257 and re-sign " + bare(zone) + ".");
            case REVOKED_KEY ->
                new BogusReason(
                        ExtendedError.DNSSEC_BOGUS,
                        zone,
                        signature + " does not count: the DNSKEY " + by.getFootprint()
                                + " is marked as revoked (RFC 5011).",
                        "Sign " + bare(zone) + " with a key that is not revoked.");
            case KEY_MISSING ->
                new BogusReason(
                        ExtendedError.DNSKEY_MISSING,
                        zone,
                        signature + " cannot be checked: the zone " + bare(zone)
                                + " has no DNSKEY with this algorithm and tag.",
                        "Publish DNSKEY " + by.getFootprint() + " in " + bare(zone)
                                + ", or re-sign with a key that is published.");
            case MALFORMED ->
                new BogusReason(
                        ExtendedError.DNSSEC_BOGUS,
                        zone,
                        signature + " counts " + by.getLabels() + " labels, which does not fit a name in " + bare(zone)
                                + " (RFC 4035 section 5.3.1).",
                        "Re-sign " + bare(zone) + ".");
            case UNSUPPORTED ->
                new BogusReason(
                        ExtendedError.RRSIGS_MISSING,
                        zone,
                        "The " + what + " is signed only with " + algorithm(by.getAlgorithm())
                                + ", which does not count, though the DS of " + bare(zone)
                                + " promises an algorithm that does.",
                        "Sign " + bare(zone)
                                + " with every algorithm that its DS records name (RFC 4035 section 2.2).");
            case WRONG_SIGNER ->
                new BogusReason(
                        ExtendedError.RRSIGS_MISSING,
                        zone,
                        "The " + what + " is signed in the name of " + bare(by.getSigner()) + ", not of its zone "
                                + bare(zone) + ".",
                        "Re-sign " + bare(zone) + " with its own keys.");
            case NO_SIGNATURE -> missingSignature(zone, what);
        };
    }

    BogusReason missingSignature(Name zone, RecordSet set) {
        return missingSignature(zone, what(set));
    }

    private static BogusReason missingSignature(Name zone, String what) {
        return new BogusReason(
                ExtendedError.RRSIGS_MISSING,
                zone,
                "The " + what + " came without a signature (RRSIG), though the zone " + bare(zone) + " is signed.",
                "Sign the whole zone " + bare(zone)
                        + " and let every one of its name servers serve the signatures; if it was"
                        + " unsigned on purpose, remove its DS from the parent zone.");
    }

    BogusReason signerIsNoZone(Name zone, RecordSet set, Name signer) {
        return new BogusReason(
                ExtendedError.DNSSEC_BOGUS,
                zone,
                "The " + what(set) + " is signed in the name of " + bare(signer) + ", which is no zone: " + bare(zone)
                        + " proves that there is no delegation to it.",
                "Delegate " + bare(signer) + " from " + bare(zone) + " with NS and DS records, or sign the records in "
                        + bare(zone) + ".");
    }

    BogusReason denialMissing(Name zone, Question question, boolean nxdomain) {
        return new BogusReason(
                ExtendedError.NSEC_MISSING,
                zone,
                "The response says that " + (nxdomain ? "the name " + bare(question.name()) : question)
                        + " does not exist, but" + " no NSEC or NSEC3 record of the signed zone " + bare(zone)
                        + " proves it.",
                "Make every name server of " + bare(zone)
                        + " a DNSSEC-aware one that serves the NSEC or NSEC3 records of the"
                        + " signed zone, and re-sign it so that they are complete.");
    }

    BogusReason wildcardNotProved(Name zone, RecordSet set, RRSIGRecord by) {
        return new BogusReason(
                ExtendedError.NSEC_MISSING,
                zone,
                "The " + what(set) + " is made from a wildcard (its signature counts " + by.getLabels()
                        + " labels), but no NSEC or NSEC3 record proves that no closer name exists (RFC 4035 section"
                        + " 5.3.4).",
                "Make every name server of " + bare(zone)
                        + " a DNSSEC-aware one that serves NSEC or NSEC3 records with wildcard answers.");
    }

    BogusReason dsDenialMissing(Name parent, Name zone) {
        return new BogusReason(
                ExtendedError.NSEC_MISSING,
                parent,
                "Whether " + bare(zone) + " is signed is not known: the signed zone " + bare(parent)
                        + " gave neither a DS record for it nor an NSEC or NSEC3 record that proves that there is none.",
                "Let every name server of " + bare(parent)
                        + " serve DS records and their NSEC or NSEC3 denials; re-sign " + bare(parent) + ".");
    }

    BogusReason noKeys(Name zone, String vouched) {
        return new BogusReason(
                ExtendedError.DNSKEY_MISSING,
                zone,
                "The zone " + bare(zone) + " has no DNSKEY records, though " + vouched + ".",
                "Sign " + bare(zone) + " and publish its DNSKEY records, or remove its DS from the parent zone.");
    }

    /** DS records, or an anchor, to which no key of the zone fits. */
    BogusReason dsWithoutKey(Name zone, List<DSRecord> ds, List<ZoneKey> keys, boolean anchored) {
        String present = keys.isEmpty()
                ? "none"
                : keys.stream().map(k -> k.algorithm() + "/" + k.tag()).collect(Collectors.joining(", "));
        return new BogusReason(
                ExtendedError.DNSKEY_MISSING,
                zone,
                (anchored ? "The trust anchor " : "The DS ") + tags(ds) + " of " + bare(zone)
                        + " fits no DNSKEY of the zone (its keys: " + present + ").",
                anchored
                        ? "Use the trust anchor of the key that " + bare(zone) + " has now."
                        : "Let the registrar replace the DS of " + bare(zone)
                                + " by that of a key that is in use, or publish"
                                + " and use the key that the DS names.");
    }

    BogusReason revokedKey(Name zone, ZoneKey key, boolean anchored) {
        return new BogusReason(
                ExtendedError.DNSKEY_MISSING,
                zone,
                (anchored ? "The trust anchor of " : "The DS of ") + bare(zone) + " names DNSKEY " + key.tag()
                        + ", which is marked as revoked (RFC 5011 section 2.1) and vouches for nothing any more.",
                anchored
                        ? "Use the trust anchor of the key that " + bare(zone) + " has now."
                        : "Sign with a key that is not revoked, and publish its DS.");
    }

    BogusReason keyWithoutZoneBit(Name zone, ZoneKey key) {
        return new BogusReason(
                ExtendedError.NO_ZONE_KEY_BIT,
                zone,
                "The DS of " + bare(zone) + " names DNSKEY " + key.tag() + ", which has no zone key bit (flags "
                        + key.dnskey().getFlags() + "; RFC 4034 section 2.1.1).",
                "Publish that DNSKEY with flags 257, sign with it, and publish its new DS.");
    }

    BogusReason dnameMismatch(Name zone, Name alias, Name seen, Name expected) {
        return new BogusReason(
                ExtendedError.DNSSEC_BOGUS,
                zone,
                "The CNAME of " + bare(alias) + " points to " + bare(seen) + ", but the signed DNAME above it leads to "
                        + bare(expected) + " (RFC 6672 section 5.3.1).",
                "Ask another resolver: something between " + bare(zone) + " and here changed the CNAME.");
    }

    private String tolerance(RRSIGRecord by) {
        long lifetime = by.getExpire().getEpochSecond() - by.getTimeSigned().getEpochSecond();
        long forgiven = skew.toleranceSeconds(lifetime);
        return forgiven == 0
                ? ""
                : " It was made for " + inWords(lifetime) + ", so up to " + inWords(forgiven)
                        + " of clock skew is forgiven; that is not enough.";
    }

    // CVE-2023-50387
    private String gaveUp() {
        return " More signatures and keys were not tried, at the limit of " + failedChecks.value() + " "
                + failedChecks.name() + ".";
    }

    private static String what(RecordSet set) {
        return Type.string(set.type()) + " of " + bare(set.owner());
    }

    private static String key(RRSIGRecord by) {
        return by.getAlgorithm() + "/" + by.getFootprint();
    }

    static String tags(List<DSRecord> ds) {
        return ds.stream()
                .map(d -> d.getAlgorithm() + "/" + d.getFootprint())
                .distinct()
                .collect(Collectors.joining(", "));
    }

    /** A name for a sentence: without the final dot. */
    static String bare(Name name) {
        return name.equals(Name.root) ? "the root" : name.toString(true);
    }

    /** {@code ECDSAP256SHA256 (13)}. */
    static String algorithm(int number) {
        return DNSSEC.Algorithm.string(number) + " (" + number + ")";
    }

    private static String utc(Instant time) {
        return UTC.format(time);
    }

    private static String utc(long seconds) {
        return UTC.format(Instant.ofEpochSecond(seconds));
    }

    /** {@code 2 d 0 h}, {@code 3 h 5 min}, {@code 40 s}. */
    static String inWords(long seconds) {
        Duration d = Duration.ofSeconds(Math.abs(seconds));
        if (d.toDays() > 0) {
            return d.toDays() + " d" + (d.toHoursPart() > 0 ? " " + d.toHoursPart() + " h" : "");
        }
        if (d.toHours() > 0) {
            return d.toHours() + " h" + (d.toMinutesPart() > 0 ? " " + d.toMinutesPart() + " min" : "");
        }
        if (d.toMinutes() > 0) {
            return d.toMinutes() + " min" + (d.toSecondsPart() > 0 ? " " + d.toSecondsPart() + " s" : "");
        }
        return d.toSeconds() + " s";
    }
}
