package org.hikyaku.dns;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.xbill.DNS.DNSKEYRecord;
import org.xbill.DNS.DSRecord;
import org.xbill.DNS.Name;
import org.xbill.DNS.Record;

/** Checks the keys of a zone against what vouches for them (RFC 4035 section 5.2). */
final class ZoneKeyCheck {
    private final RecordSetCheck check;
    private final SignatureVerifier verifier;
    private final ValidatorOptions options;

    ZoneKeyCheck(RecordSetCheck check, SignatureVerifier verifier, ValidatorOptions options) {
        this.check = check;
        this.verifier = verifier;
        this.options = options;
    }

    // RFC 4035 section 5.2
    ZoneTrust check(Name zone, Endorsement by, Optional<RecordSet> dnskeys, LookupWork work) throws StoppedException {
        List<DSRecord> usable = usable(by.ds());
        if (usable.isEmpty()) {
            return unsupported(zone, by, work);
        }
        if (dnskeys.isEmpty()) {
            return brokenKeys(
                    zone,
                    by,
                    List.of(),
                    BogusReasons.of(options, work).noKeys(zone, "its parent has DS " + BogusReasons.tags(usable)),
                    List.of(),
                    work);
        }
        RecordSet set = dnskeys.get();
        if (set.records().size() > work.limits().keysPerZone().value()) {
            throw work.overLimit(
                    work.limits().keysPerZone(),
                    BogusReasons.bare(zone) + " has " + set.records().size());
        }
        List<ZoneKey> keys = new ArrayList<>(set.records().size());
        for (Record rr : set.records()) {
            if (rr instanceof DNSKEYRecord dnskey) {
                keys.add(new ZoneKey(dnskey, verifier));
            }
        }
        List<ZoneKey> endorsed = new ArrayList<>(2);
        Set<DSRecord> matched = new HashSet<>();
        Optional<ZoneKey> withoutBit = Optional.empty();
        Optional<ZoneKey> revoked = Optional.empty();
        for (ZoneKey key : keys) {
            boolean fits = false;
            for (DSRecord ds : usable) {
                if (ds.getFootprint() == key.tag()
                        && ds.getAlgorithm() == key.algorithm()
                        && DigestType.matches(ds, key.dnskey())) {
                    fits = true;
                    matched.add(ds);
                }
            }
            if (fits && key.maySign()) {
                endorsed.add(key);
            } else if (fits && !key.hasZoneBit()) {
                withoutBit = Optional.of(key);
            } else if (fits && key.isRevoked()) {
                revoked = Optional.of(key);
            }
        }
        if (endorsed.isEmpty()) {
            BogusReasons reasons = BogusReasons.of(options, work);
            BogusReason reason;
            if (withoutBit.isPresent()) {
                reason = reasons.keyWithoutZoneBit(zone, withoutBit.get());
            } else if (revoked.isPresent()) {
                reason = reasons.revokedKey(zone, revoked.get(), by.isAnchor());
            } else {
                reason = reasons.dsWithoutKey(zone, usable, keys, by.isAnchor());
            }
            return brokenKeys(zone, by, keys, reason, List.of(), work);
        }
        return switch (check.check(set, zone, endorsed, work)) {
            case SetVerdict.Bad bad ->
                brokenKeys(zone, by, keys, keysReason(zone, set, endorsed, bad, work), bad.signatures(), work);
            case SetVerdict.Good good -> {
                Proof.Delegation delegation = new Proof.Delegation(
                        by.isAnchor() ? Proof.Vouching.ANCHOR : Proof.Vouching.DS,
                        described(by.ds(), matched),
                        Optional.empty());
                Proof.Link link = new Proof.Link(
                        zone, Proof.Status.SECURE, delegation, describedKeys(keys), good.signatures(), "");
                yield new ZoneTrust.Trusted(
                        zone,
                        List.copyOf(keys),
                        by.parent(),
                        link,
                        by.signatures(),
                        by.thanksToSkew() || good.thanksToSkew(),
                        options.expiry(work.nowMillis(), Math.min(by.ttl(), good.ttl())));
            }
        };
    }

    /** The DS records that count: supported, and without SHA-1 where there is better (RFC 4509 section 3). */
    List<DSRecord> usable(List<DSRecord> all) {
        List<DSRecord> supported = new ArrayList<>(all.size());
        boolean better = false;
        for (DSRecord ds : all) {
            if (check.isSupported(ds.getAlgorithm()) && DigestType.isSupported(ds.getDigestID())) {
                supported.add(ds);
                better |= ds.getDigestID() != DigestType.SHA1;
            }
        }
        if (better) {
            supported.removeIf(ds -> ds.getDigestID() == DigestType.SHA1);
        }
        return supported;
    }

    // RFC 4035 section 5.2: no DS of a supported kind is as good as no DS
    ZoneTrust.Unsigned unsupported(Name zone, Endorsement by, LookupWork work) {
        boolean algorithm = by.ds().stream().noneMatch(ds -> check.isSupported(ds.getAlgorithm()));
        String note;
        if (!algorithm) {
            note = "The DS of " + BogusReasons.bare(zone) + " has only digest types that are not supported.";
        } else if (by.ds().stream().anyMatch(ds -> SignatureVerifier.isSha1(ds.getAlgorithm()))) {
            note = "The zone " + BogusReasons.bare(zone)
                    + " is signed only with SHA-1 or unsupported algorithms, which counts as unsigned" + " (RFC 9905).";
        } else {
            note = "The zone " + BogusReasons.bare(zone) + " is signed only with algorithms that are not supported: "
                    + BogusReasons.algorithm(by.ds().getFirst().getAlgorithm()) + ".";
        }
        Proof.Delegation delegation = new Proof.Delegation(
                Proof.Vouching.UNSUPPORTED_DS,
                described(by.ds(), Set.of()),
                Optional.of(
                        algorithm ? ExtendedError.UNSUPPORTED_DNSKEY_ALGORITHM : ExtendedError.UNSUPPORTED_DS_DIGEST));
        return new ZoneTrust.Unsigned(
                zone,
                by.parent(),
                new Proof.Link(zone, Proof.Status.INSECURE, delegation, note),
                by.signatures(),
                by.thanksToSkew(),
                options.expiry(work.nowMillis(), by.ttl()));
    }

    // the set may be signed, but not by the key that the DS names
    private BogusReason keysReason(
            Name zone, RecordSet set, List<ZoneKey> endorsed, SetVerdict.Bad bad, LookupWork work) {
        if (bad.cause() == SetVerdict.Cause.KEY_MISSING) {
            ZoneKey key = endorsed.getFirst();
            return new BogusReason(
                    ExtendedError.RRSIGS_MISSING,
                    zone,
                    "The DNSKEY records of " + BogusReasons.bare(zone)
                            + " are not signed by the key that the parent vouches for, " + key.algorithm() + "/"
                            + key.tag() + ".",
                    "Sign the DNSKEY records of " + BogusReasons.bare(zone) + " with key " + key.tag()
                            + ", or let the registrar publish the DS of the key that signs them.");
        }
        return BogusReasons.of(options, work).of(zone, set, bad);
    }

    private ZoneTrust.Broken brokenKeys(
            Name zone,
            Endorsement by,
            List<ZoneKey> keys,
            BogusReason reason,
            List<Proof.Signature> signatures,
            LookupWork work) {
        Proof.Delegation delegation = new Proof.Delegation(
                by.isAnchor() ? Proof.Vouching.ANCHOR : Proof.Vouching.DS,
                described(by.ds(), Set.of()),
                Optional.empty());
        Proof.Link link = new Proof.Link(
                zone, Proof.Status.BOGUS, delegation, describedKeys(keys), signatures, reason.sentence());
        return new ZoneTrust.Broken(
                zone,
                by.parent(),
                link,
                by.signatures(),
                reason,
                options.expiry(work.nowMillis(), options.bogusTtl().toSeconds()));
    }

    private static List<Proof.Ds> described(List<DSRecord> ds, Set<DSRecord> matched) {
        return ds.stream()
                .map(d -> new Proof.Ds(d.getFootprint(), d.getAlgorithm(), d.getDigestID(), matched.contains(d)))
                .toList();
    }

    private static List<Proof.Key> describedKeys(List<ZoneKey> keys) {
        return keys.stream().map(ZoneKey::described).toList();
    }
}
