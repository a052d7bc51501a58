package org.hikyaku.dns;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import org.xbill.DNS.DNSKEYRecord;
import org.xbill.DNS.DSRecord;
import org.xbill.DNS.NSEC3Record;
import org.xbill.DNS.NSECRecord;
import org.xbill.DNS.Name;
import org.xbill.DNS.RRSIGRecord;
import org.xbill.DNS.Record;
import org.xbill.DNS.Type;

/**
 * Knows, for every name, whether the zone there is signed, and with which keys (RFC 4035 section 5).
 *
 * <p>Signed data names its zone: the signer of its RRSIG. So the chain is built from below: DS and DNSKEY of the
 * signer are asked for at once, the DS names its signer in turn, until a zone is known already. Only data without
 * signatures needs the walk from above, name by name, to the delegation that is proved to be unsigned.
 *
 * <p>Judging a zone waits only for zones above it, so look-ups that share the work cannot wait for each other in a
 * circle.
 */
final class ChainOfTrust {
    /** About what a judged zone takes in memory. */
    private static final long ZONE_BYTES = 4096;

    private final TrustAnchors anchors;
    private final ValidatorOptions options;
    private final RecordSetCheck check;
    private final SignatureVerifier verifier;
    private final BoundedCache<Name, ZoneTrust> known;
    private final ConcurrentHashMap<Name, CompletableFuture<ZoneTrust>> underway = new ConcurrentHashMap<>();

    ChainOfTrust(TrustAnchors anchors, ValidatorOptions options, SignatureVerifier verifier) {
        this.anchors = anchors;
        this.options = options;
        this.verifier = verifier;
        this.check = new RecordSetCheck(verifier, options.skew(), options.sha1());
        long zones = Math.max(2, options.cache().entries().value() / 4);
        this.known = new BoundedCache<>(zones, zones * ZONE_BYTES, zone -> ZONE_BYTES);
    }

    RecordSetCheck check() {
        return check;
    }

    void clear() {
        known.clear();
    }

    /** The nearest trust anchor: no signer above it is believed. */
    Optional<Name> anchorOf(Name name) {
        return anchors.nearest(name);
    }

    /**
     * The deepest zone that a signature claims and that may sign for the name.
     *
     * @param strictlyAbove for DS and its denial, which the parent signs
     */
    Optional<Name> signer(List<RRSIGRecord> signatures, Name name, boolean strictlyAbove) {
        Optional<Name> anchor = anchors.nearest(name);
        Optional<Name> deepest = Optional.empty();
        for (RRSIGRecord signature : signatures) {
            Name signer = signature.getSigner();
            if (name.subdomain(signer)
                    && !(strictlyAbove && name.equals(signer))
                    && (anchor.isEmpty() || signer.subdomain(anchor.get()))
                    && (deepest.isEmpty() || signer.labels() > deepest.get().labels())) {
                deepest = Optional.of(signer);
            }
        }
        return deepest;
    }

    /** The zone that the name is in, found from above; never {@link ZoneTrust.Within}. */
    ZoneTrust enclosing(Name name, LookupWork work) throws StoppedException {
        Optional<Name> anchor = anchors.nearest(name);
        if (anchor.isEmpty()) {
            return zone(name, work);
        }
        int from = anchor.get().labels();
        ZoneTrust reached = zone(anchor.get(), work);
        for (int labels = from + 1; labels <= name.labels(); labels++) {
            switch (reached) {
                case ZoneTrust.Trusted t -> {
                    Name next = labels == name.labels() ? name : new Name(name, name.labels() - labels);
                    switch (zone(next, work)) {
                        case ZoneTrust.Within within -> {
                            if (!within.nameExists()) {
                                return t;
                            }
                        }
                        case ZoneTrust other -> reached = other;
                    }
                }
                case ZoneTrust.Unsigned u -> {
                    return u;
                }
                case ZoneTrust.Broken b -> {
                    return b;
                }
                case ZoneTrust.Within w -> throw new IllegalStateException("walked into " + w);
            }
        }
        return reached;
    }

    /** What is known of the zone with this apex. */
    ZoneTrust zone(Name zone, LookupWork work) throws StoppedException {
        Optional<ZoneTrust> met = work.known(zone);
        if (met.isPresent()) {
            return met.get();
        }
        Optional<ZoneTrust> cached = known.get(zone);
        if (cached.isPresent() && cached.get().expiresAt() > work.nowMillis()) {
            work.zones().put(zone, cached.get());
            return cached.get();
        }
        CompletableFuture<ZoneTrust> mine = new CompletableFuture<>();
        CompletableFuture<ZoneTrust> others = underway.putIfAbsent(zone, mine);
        ZoneTrust judged;
        if (others == null) {
            try {
                judged = judge(zone, work);
                known.put(zone, judged);
                mine.complete(judged);
            } catch (StoppedException e) {
                mine.completeExceptionally(e);
                throw e;
            } finally {
                underway.remove(zone, mine);
                // whoever waits must never wait in vain, whatever went wrong here
                mine.completeExceptionally(work.stopped(
                        Failure.Kind.MALFORMED, "The zone " + BogusReasons.bare(zone) + " was not judged."));
            }
        } else {
            judged = sharedOrOwn(zone, others, work);
        }
        work.zones().put(zone, judged);
        return judged;
    }

    // another look-up's failure may be its own limit or deadline: try once for ourselves
    private ZoneTrust sharedOrOwn(Name zone, CompletableFuture<ZoneTrust> others, LookupWork work)
            throws StoppedException {
        try {
            return work.await(others);
        } catch (StoppedException e) {
            if (!others.isDone()) {
                throw e;
            }
            ZoneTrust judged = judge(zone, work);
            known.put(zone, judged);
            return judged;
        }
    }

    private ZoneTrust judge(Name zone, LookupWork work) throws StoppedException {
        List<DSRecord> anchor = anchors.of(zone);
        if (!anchor.isEmpty()) {
            return anchored(zone, anchor, work);
        }
        if (anchors.nearest(zone).isEmpty()) {
            Proof.Link link = link(
                    zone,
                    Proof.Status.INSECURE,
                    new Proof.Delegation(
                            Proof.Vouching.NO_ANCHOR, List.of(), Optional.of(ExtendedError.DNSSEC_INDETERMINATE)),
                    "There is no trust anchor at or above " + BogusReasons.bare(zone) + ".");
            return new ZoneTrust.Unsigned(
                    zone,
                    Optional.empty(),
                    link,
                    List.of(),
                    false,
                    expiry(work, options.maxTtl().toSeconds()));
        }
        CompletableFuture<Reply> keys = work.askMeanwhile(zone, Type.DNSKEY);
        Response response = work.ask(zone, Type.DS);
        Optional<RecordSet> ds = response.answer(zone, Type.DS);
        if (ds.isPresent()) {
            return byDs(zone, ds.get(), keys, work);
        }
        Optional<RecordSet> alias = response.answer(zone, Type.CNAME);
        if (alias.isPresent() && alias.get().isSigned()) {
            return byAlias(zone, alias.get(), work);
        }
        return byDenial(zone, response, work);
    }

    private ZoneTrust anchored(Name zone, List<DSRecord> anchor, LookupWork work) throws StoppedException {
        Response response = work.ask(zone, Type.DNSKEY);
        Optional<RecordSet> keys = response.answer(zone, Type.DNSKEY);
        if (keys.isEmpty() || !keys.get().isSigned()) {
            // D24: the zone of a trust anchor is signed; who shows it without signatures leaves them out everywhere
            throw work.stopped(
                    Failure.Kind.DNSSEC_STRIPPED,
                    "Nothing can be validated through " + work.resolverInWords() + ": it gave "
                            + (keys.isEmpty() ? "no keys" : "keys without a signature") + " for " + named(zone)
                            + ", which is signed. It leaves DNSSEC records out; use one that passes them on.");
        }
        work.excludeStripping();
        Endorsement anchors = new Endorsement(anchor, Optional.empty(), List.of(), false, Long.MAX_VALUE / 1000, true);
        return withKeys(zone, anchors, keys, work);
    }

    static String named(Name zone) {
        return zone.equals(Name.root) ? "the root zone" : "the zone " + BogusReasons.bare(zone);
    }

    /** What vouches for a zone's keys. */
    private record Endorsement(
            List<DSRecord> ds,
            Optional<ZoneTrust.Trusted> parent,
            List<Proof.Signature> signatures,
            boolean thanksToSkew,
            long ttl,
            boolean isAnchor) {}

    private ZoneTrust byDs(Name zone, RecordSet ds, CompletableFuture<Reply> keys, LookupWork work)
            throws StoppedException {
        Optional<Name> signer = signer(ds.signatures(), zone, true);
        if (signer.isEmpty()) {
            return unsignedFromParent(zone, Optional.of(ds), work);
        }
        return switch (zone(signer.get(), work)) {
            case ZoneTrust.Unsigned u -> u;
            case ZoneTrust.Broken b -> b;
            case ZoneTrust.Within w ->
                broken(
                        zone,
                        w.enclosing(),
                        reasons(work).signerIsNoZone(w.enclosing().zone(), ds, signer.get()),
                        List.of(),
                        work);
            case ZoneTrust.Trusted parent ->
                switch (check.check(ds, parent.zone(), parent.keys(), work)) {
                    case SetVerdict.Bad bad ->
                        broken(zone, parent, reasons(work).of(parent.zone(), ds, bad), bad.signatures(), work);
                    case SetVerdict.Good good -> {
                        Endorsement endorsement = new Endorsement(
                                dsRecords(ds),
                                Optional.of(parent),
                                good.signatures(),
                                good.thanksToSkew(),
                                good.ttl(),
                                false);
                        if (usable(endorsement.ds()).isEmpty()) {
                            yield unsupported(zone, endorsement, work);
                        }
                        yield withKeys(
                                zone,
                                endorsement,
                                work.join(zone, Type.DNSKEY, keys).answer(zone, Type.DNSKEY),
                                work);
                    }
                };
        };
    }

    private static List<DSRecord> dsRecords(RecordSet set) {
        List<DSRecord> ds = new ArrayList<>(set.records().size());
        for (Record rr : set.records()) {
            if (rr instanceof DSRecord d) {
                ds.add(d);
            }
        }
        return ds;
    }

    /** The DS records that count: supported, and without SHA-1 where there is better (RFC 4509 section 3). */
    private List<DSRecord> usable(List<DSRecord> all) {
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
    private ZoneTrust unsupported(Name zone, Endorsement by, LookupWork work) {
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
                link(zone, Proof.Status.INSECURE, delegation, note),
                by.signatures(),
                by.thanksToSkew(),
                expiry(work, by.ttl()));
    }

    // RFC 4035 section 5.2
    private ZoneTrust withKeys(Name zone, Endorsement by, Optional<RecordSet> dnskeys, LookupWork work)
            throws StoppedException {
        List<DSRecord> usable = usable(by.ds());
        if (usable.isEmpty()) {
            return unsupported(zone, by, work);
        }
        if (dnskeys.isEmpty()) {
            return brokenKeys(
                    zone,
                    by,
                    List.of(),
                    reasons(work).noKeys(zone, "its parent has DS " + BogusReasons.tags(usable)),
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
            }
        }
        if (endorsed.isEmpty()) {
            BogusReason reason = withoutBit.isPresent()
                    ? reasons(work).keyWithoutZoneBit(zone, withoutBit.get())
                    : reasons(work).dsWithoutKey(zone, usable, keys, by.isAnchor());
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
                        expiry(work, Math.min(by.ttl(), good.ttl())));
            }
        };
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
        return reasons(work).of(zone, set, bad);
    }

    // a name with a signed CNAME is no zone cut (RFC 2181 section 10.1)
    private ZoneTrust byAlias(Name name, RecordSet alias, LookupWork work) throws StoppedException {
        Optional<Name> signer = signer(alias.signatures(), name, true);
        if (signer.isEmpty()) {
            return unsignedFromParent(name, Optional.of(alias), work);
        }
        return switch (zone(signer.get(), work)) {
            case ZoneTrust.Unsigned u -> u;
            case ZoneTrust.Broken b -> b;
            case ZoneTrust.Within w ->
                broken(
                        name,
                        w.enclosing(),
                        reasons(work).signerIsNoZone(w.enclosing().zone(), alias, signer.get()),
                        List.of(),
                        work);
            case ZoneTrust.Trusted parent ->
                switch (check.check(alias, parent.zone(), parent.keys(), work)) {
                    case SetVerdict.Bad bad ->
                        broken(name, parent, reasons(work).of(parent.zone(), alias, bad), bad.signatures(), work);
                    case SetVerdict.Good good -> new ZoneTrust.Within(parent, true, expiry(work, good.ttl()));
                };
        };
    }

    private ZoneTrust byDenial(Name zone, Response response, LookupWork work) throws StoppedException {
        List<RRSIGRecord> signatures = new ArrayList<>();
        for (RecordSet set : response.denials()) {
            signatures.addAll(set.signatures());
        }
        Optional<Name> signer = signer(signatures, zone, true);
        if (signer.isEmpty()) {
            return unsignedFromParent(zone, Optional.empty(), work);
        }
        return switch (zone(signer.get(), work)) {
            case ZoneTrust.Unsigned u -> u;
            case ZoneTrust.Broken b -> b;
            case ZoneTrust.Within w ->
                broken(
                        zone,
                        w.enclosing(),
                        reasons(work).dsDenialMissing(w.enclosing().zone(), zone),
                        List.of(),
                        work);
            case ZoneTrust.Trusted parent -> {
                CheckedDenial denial = checkedDenial(response, parent, work);
                yield byDenial(zone, response, parent, denial, work);
            }
        };
    }

    private ZoneTrust byDenial(
            Name zone, Response response, ZoneTrust.Trusted parent, CheckedDenial denial, LookupWork work)
            throws StoppedException {
        long ttl = Math.min(denial.ttl(), options.maxNegativeTtl().toSeconds());
        DenialOutcome outcome = denial.denial().delegation(zone);
        return switch (outcome) {
            case UNSIGNED_DELEGATION ->
                unsigned(zone, parent, denial, denial.denial().noDs(), "", ttl, work);
            case OPT_OUT -> unsigned(zone, parent, denial, Proof.Vouching.OPT_OUT, "", ttl, work);
            case TOO_MANY_ITERATIONS ->
                unsigned(
                        zone,
                        parent,
                        denial,
                        Proof.Vouching.TOO_MANY_ITERATIONS,
                        "The zone " + BogusReasons.bare(parent.zone()) + " uses more than "
                                + options.maxNsec3Iterations()
                                + " NSEC3 iterations, so its denials are not checked (RFC 9276 section 3.2).",
                        ttl,
                        work);
            case NO_DELEGATION -> new ZoneTrust.Within(parent, !response.isNxDomain(), expiry(work, ttl));
            case NOT_PROVED, NAME_ERROR, NO_DATA, WILDCARD_FITS ->
                broken(
                        zone,
                        parent,
                        denial.reason().orElseGet(() -> reasons(work).dsDenialMissing(parent.zone(), zone)),
                        denial.signatures(),
                        work);
        };
    }

    private ZoneTrust unsigned(
            Name zone,
            ZoneTrust.Trusted parent,
            CheckedDenial denial,
            Proof.Vouching vouching,
            String note,
            long ttl,
            LookupWork work) {
        Optional<ExtendedError> code = vouching == Proof.Vouching.TOO_MANY_ITERATIONS
                ? Optional.of(ExtendedError.UNSUPPORTED_NSEC3_ITERATIONS)
                : Optional.empty();
        return new ZoneTrust.Unsigned(
                zone,
                Optional.of(parent),
                link(zone, Proof.Status.INSECURE, new Proof.Delegation(vouching, List.of(), code), note),
                denial.signatures(),
                denial.thanksToSkew(),
                expiry(work, ttl));
    }

    /**
     * The verified NSEC or NSEC3 records of a response.
     *
     * @param ttl seconds for which they may be used
     * @param reason why one of them did not count, if so: should the proof fail, this is the truest cause
     */
    record CheckedDenial(
            Denial denial,
            List<Proof.Signature> signatures,
            boolean thanksToSkew,
            long ttl,
            Optional<BogusReason> reason) {}

    CheckedDenial checkedDenial(Response response, ZoneTrust.Trusted zone, LookupWork work) throws StoppedException {
        List<NSECRecord> nsecs = new ArrayList<>(4);
        List<NSEC3Record> nsec3s = new ArrayList<>(4);
        List<Proof.Signature> signatures = new ArrayList<>(4);
        boolean thanksToSkew = false;
        long ttl = Integer.MAX_VALUE;
        Optional<BogusReason> reason = Optional.empty();
        for (RecordSet set : response.denials()) {
            SetVerdict verdict = check.check(set, zone.zone(), zone.keys(), work);
            signatures.addAll(verdict.signatures());
            switch (verdict) {
                case SetVerdict.Good good -> {
                    // one that is expanded from a wildcard does not speak for its owner name (CVE-2017-15105)
                    if (!good.isExpanded(set)) {
                        thanksToSkew |= good.thanksToSkew();
                        ttl = Math.min(ttl, good.ttl());
                        for (Record rr : set.records()) {
                            if (rr instanceof NSECRecord nsec) {
                                nsecs.add(nsec);
                            } else if (rr instanceof NSEC3Record nsec3) {
                                nsec3s.add(nsec3);
                            }
                        }
                    }
                }
                case SetVerdict.Bad bad when bad.cause() == SetVerdict.Cause.WRONG_SIGNER -> {
                    // another zone's, such as the parent's in the same response
                }
                case SetVerdict.Bad bad -> {
                    BogusReason why = reasons(work).of(zone.zone(), set, bad);
                    if (reason.isEmpty() || tellsMore(why, reason.get())) {
                        reason = Optional.of(why);
                    }
                }
            }
        }
        Denial denial = nsecs.isEmpty() && !nsec3s.isEmpty()
                ? new Nsec3Denial(zone.zone(), nsec3s, options.maxNsec3Iterations(), work)
                : new NsecDenial(nsecs);
        return new CheckedDenial(denial, signatures, thanksToSkew, ttl, reason);
    }

    private static boolean tellsMore(BogusReason one, BogusReason other) {
        return one.code() == ExtendedError.SIGNATURE_EXPIRED && other.code() != ExtendedError.SIGNATURE_EXPIRED;
    }

    // nothing in the parent's response is signed: either all above is unsigned already, or something is missing
    private ZoneTrust unsignedFromParent(Name zone, Optional<RecordSet> seen, LookupWork work) throws StoppedException {
        ZoneTrust above = enclosing(new Name(zone, 1), work);
        return switch (above) {
            case ZoneTrust.Unsigned u -> u;
            case ZoneTrust.Broken b -> b;
            case ZoneTrust.Within w -> throw new IllegalStateException("enclosing gave " + w);
            case ZoneTrust.Trusted parent -> {
                excludeStripping(parent, work);
                BogusReason reason = seen.isPresent()
                        ? reasons(work).missingSignature(parent.zone(), seen.get())
                        : reasons(work).dsDenialMissing(parent.zone(), zone);
                yield broken(zone, parent, reason, List.of(), work);
            }
        };
    }

    /**
     * Before a signed zone is blamed for missing signatures: does the resolver pass any on? Asks for the SOA of the
     * trust anchor's zone.
     *
     * @throws StoppedException {@link Failure.Kind#DNSSEC_STRIPPED} when it does not (D24)
     */
    void excludeStripping(ZoneTrust.Trusted zone, LookupWork work) throws StoppedException {
        if (work.strippingExcluded()) {
            return;
        }
        Name anchor = anchors.nearest(zone.zone()).orElse(Name.root);
        Optional<RecordSet> soa = work.ask(anchor, Type.SOA).answer(anchor, Type.SOA);
        if (soa.isEmpty() || !soa.get().isSigned()) {
            throw work.stopped(
                    Failure.Kind.DNSSEC_STRIPPED,
                    "Nothing can be validated through " + work.resolverInWords() + ": it gave "
                            + (soa.isEmpty() ? "no SOA" : "the SOA without a signature") + " for " + named(anchor)
                            + ", which is signed. It leaves DNSSEC records out; use one that passes them on.");
        }
        work.excludeStripping();
    }

    BogusReasons reasons(LookupWork work) {
        return new BogusReasons(options.skew(), options.limits().failedChecksPerSet(), work.nowSeconds());
    }

    private ZoneTrust.Broken broken(
            Name zone, ZoneTrust.Trusted parent, BogusReason reason, List<Proof.Signature> byParent, LookupWork work) {
        Proof.Link link =
                link(zone, Proof.Status.BOGUS, new Proof.Delegation(Proof.Vouching.UNPROVED), reason.sentence());
        return new ZoneTrust.Broken(
                zone,
                Optional.of(parent),
                link,
                byParent,
                reason,
                expiry(work, options.bogusTtl().toSeconds()));
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
                expiry(work, options.bogusTtl().toSeconds()));
    }

    private static Proof.Link link(Name zone, Proof.Status status, Proof.Delegation delegation, String note) {
        return new Proof.Link(zone, status, delegation, List.of(), List.of(), note);
    }

    private static List<Proof.Ds> described(List<DSRecord> ds, Set<DSRecord> matched) {
        return ds.stream()
                .map(d -> new Proof.Ds(d.getFootprint(), d.getAlgorithm(), d.getDigestID(), matched.contains(d)))
                .toList();
    }

    private static List<Proof.Key> describedKeys(List<ZoneKey> keys) {
        return keys.stream().map(ZoneKey::described).toList();
    }

    private long expiry(LookupWork work, long ttlSeconds) {
        return work.nowMillis() + 1000 * Math.min(ttlSeconds, options.maxTtl().toSeconds());
    }
}
