package org.hikyaku.dns;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import org.xbill.DNS.DSRecord;
import org.xbill.DNS.Name;
import org.xbill.DNS.RRSIGRecord;
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
    private final TrustAnchors anchors;
    private final ValidatorOptions options;
    private final RecordSetCheck check;
    private final ZoneKeyCheck keyCheck;
    private final DenialCheck denialCheck;
    private final KnownZones known;

    ChainOfTrust(TrustAnchors anchors, ValidatorOptions options, SignatureVerifier verifier) {
        this.anchors = anchors;
        this.options = options;
        this.check = new RecordSetCheck(verifier, options.skew(), options.sha1());
        this.keyCheck = new ZoneKeyCheck(check, verifier, options);
        this.denialCheck = new DenialCheck(check, options);
        this.known = new KnownZones(options, this::judge);
    }

    RecordSetCheck check() {
        return check;
    }

    DenialCheck denialCheck() {
        return denialCheck;
    }

    /** Forgets one zone, so that its keys are asked for anew. */
    void forget(Name zone) {
        known.forget(zone);
    }

    void clear() {
        known.clear();
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
                    switch (known.zone(next, false, work)) {
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
        return known.zone(zone, true, work);
    }

    private ZoneTrust judge(Name zone, boolean expectKeys, LookupWork work) throws StoppedException {
        List<DSRecord> anchor = anchors.of(zone);
        if (!anchor.isEmpty()) {
            return anchored(zone, anchor, work);
        }
        if (anchors.nearest(zone).isEmpty()) {
            Proof.Link link = new Proof.Link(
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
                    options.expiry(work.nowMillis(), options.maxTtl().toSeconds()));
        }
        Optional<CompletableFuture<Reply>> keys =
                expectKeys ? Optional.of(work.askMeanwhile(zone, Type.DNSKEY)) : Optional.empty();
        Response response = work.ask(zone, Type.DS);
        Optional<RecordSet> ds = response.answer(zone, Type.DS);
        if (ds.isPresent()) {
            return vouchedFor(
                    zone,
                    ds.get(),
                    (parent, good) -> endorsed(zone, Endorsement.by(parent, ds.get(), good), keys, work),
                    work);
        }
        Optional<RecordSet> alias = response.answer(zone, Type.CNAME);
        if (alias.isPresent() && alias.get().isSigned()) {
            // a name with a signed CNAME is no zone cut (RFC 2181 section 10.1)
            return vouchedFor(
                    zone,
                    alias.get(),
                    (parent, good) -> new ZoneTrust.Within(parent, true, options.expiry(work.nowMillis(), good.ttl())),
                    work);
        }
        return byDenial(zone, response, work);
    }

    private ZoneTrust anchored(Name zone, List<DSRecord> anchor, LookupWork work) throws StoppedException {
        Response response = work.ask(zone, Type.DNSKEY);
        Optional<RecordSet> keys = response.answer(zone, Type.DNSKEY);
        if (keys.isEmpty() || !keys.get().isSigned()) {
            // D24: the zone of a trust anchor is signed; who shows it without signatures leaves them out everywhere
            throw stripping(keys.isEmpty() ? "no keys" : "keys without a signature", zone, work);
        }
        work.excludeStripping();
        Endorsement anchors = new Endorsement(anchor, Optional.empty(), List.of(), false, Long.MAX_VALUE / 1000, true);
        return keyCheck.check(zone, anchors, keys, work);
    }

    private static String named(Name zone) {
        return zone.equals(Name.root) ? "the root zone" : "the zone " + BogusReasons.bare(zone);
    }

    /** What follows from a record set once the parent's signature over it is good. */
    private interface Consequence {
        ZoneTrust of(ZoneTrust.Trusted parent, SetVerdict.Good good) throws StoppedException;
    }

    /** Checks a record set at this name that the zone above has to sign. */
    private ZoneTrust vouchedFor(Name name, RecordSet set, Consequence consequence, LookupWork work)
            throws StoppedException {
        Optional<Name> signer = signer(set.signatures(), name, true);
        if (signer.isEmpty()) {
            return unsignedFromParent(name, Optional.of(set), work);
        }
        return switch (zone(signer.get(), work)) {
            case ZoneTrust.Unsigned u -> u;
            case ZoneTrust.Broken b -> b;
            case ZoneTrust.Within w ->
                broken(
                        name,
                        w.enclosing(),
                        BogusReasons.of(options, work)
                                .signerIsNoZone(w.enclosing().zone(), set, signer.get()),
                        List.of(),
                        work);
            case ZoneTrust.Trusted parent ->
                switch (check.check(set, parent.zone(), parent.keys(), work)) {
                    case SetVerdict.Bad bad ->
                        broken(
                                name,
                                parent,
                                BogusReasons.of(options, work).of(parent.zone(), set, bad),
                                bad.signatures(),
                                work);
                    case SetVerdict.Good good -> consequence.of(parent, good);
                };
        };
    }

    private ZoneTrust endorsed(
            Name zone, Endorsement endorsement, Optional<CompletableFuture<Reply>> keys, LookupWork work)
            throws StoppedException {
        if (keyCheck.usable(endorsement.ds()).isEmpty()) {
            return keyCheck.unsupported(zone, endorsement, work);
        }
        return keyCheck.check(zone, endorsement, keyResponse(zone, keys, work).answer(zone, Type.DNSKEY), work);
    }

    private static Response keyResponse(Name zone, Optional<CompletableFuture<Reply>> asked, LookupWork work)
            throws StoppedException {
        return asked.isPresent() ? work.join(zone, Type.DNSKEY, asked.get()) : work.ask(zone, Type.DNSKEY);
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
                        BogusReasons.of(options, work)
                                .dsDenialMissing(w.enclosing().zone(), zone),
                        List.of(),
                        work);
            case ZoneTrust.Trusted parent -> {
                CheckedDenial denial = denialCheck.check(response, parent, work);
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
            case NO_DELEGATION -> {
                // the response code alone is anyone's word: below an empty non-terminal there may be a delegation
                boolean nothing = response.isNxDomain()
                        && denial.denial().negative(zone, Type.DS, true) == DenialOutcome.NAME_ERROR;
                yield new ZoneTrust.Within(parent, !nothing, options.expiry(work.nowMillis(), ttl));
            }
            case NOT_PROVED, NAME_ERROR, NO_DATA, WILDCARD_FITS ->
                broken(
                        zone,
                        parent,
                        denial.reason()
                                .orElseGet(() -> BogusReasons.of(options, work).dsDenialMissing(parent.zone(), zone)),
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
                new Proof.Link(zone, Proof.Status.INSECURE, new Proof.Delegation(vouching, List.of(), code), note),
                denial.signatures(),
                denial.thanksToSkew(),
                options.expiry(work.nowMillis(), ttl));
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
                        ? BogusReasons.of(options, work).missingSignature(parent.zone(), seen.get())
                        : BogusReasons.of(options, work).dsDenialMissing(parent.zone(), zone);
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
            throw stripping(soa.isEmpty() ? "no SOA" : "the SOA without a signature", anchor, work);
        }
        work.excludeStripping();
    }

    private static StoppedException stripping(String gave, Name zone, LookupWork work) {
        return work.stopped(
                Failure.Kind.DNSSEC_STRIPPED,
                "Nothing can be validated through " + work.resolverInWords() + ": it gave " + gave + " for "
                        + named(zone)
                        + ", which is signed. It leaves DNSSEC records out; use one that passes them on.");
    }

    private ZoneTrust.Broken broken(
            Name zone, ZoneTrust.Trusted parent, BogusReason reason, List<Proof.Signature> byParent, LookupWork work) {
        Proof.Link link = new Proof.Link(
                zone, Proof.Status.BOGUS, new Proof.Delegation(Proof.Vouching.UNPROVED), reason.sentence());
        return new ZoneTrust.Broken(
                zone,
                Optional.of(parent),
                link,
                byParent,
                reason,
                options.expiry(work.nowMillis(), options.bogusTtl().toSeconds()));
    }
}
