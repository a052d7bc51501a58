package org.hikyaku.dns;

import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.xbill.DNS.CNAMERecord;
import org.xbill.DNS.DClass;
import org.xbill.DNS.DNAMERecord;
import org.xbill.DNS.Name;
import org.xbill.DNS.NameTooLongException;
import org.xbill.DNS.RRSIGRecord;
import org.xbill.DNS.SOARecord;
import org.xbill.DNS.Type;

/** One look-up from question to answer: follows aliases, checks each step, collects the proof. Used once. */
final class Validation {
    private final ChainOfTrust chain;
    private final ValidatorOptions options;
    private final LookupWork work;
    private final Question question;
    private final ProofBuilder proof = new ProofBuilder();
    private final List<CNAMERecord> aliases = new ArrayList<>(2);
    private final Set<Name> visited = new HashSet<>();
    private boolean insecure;
    private long ttl;

    /** Ends the look-up as bogus. */
    private static final class BogusException extends Exception {
        private static final long serialVersionUID = 1L;
        private final transient BogusReason reason;

        BogusException(BogusReason reason) {
            super(reason.sentence(), null, false, false);
            this.reason = reason;
        }
    }

    Validation(ChainOfTrust chain, ValidatorOptions options, LookupWork work, Question question) {
        this.chain = chain;
        this.options = options;
        this.work = work;
        this.question = question;
        this.ttl = options.maxTtl().toSeconds();
    }

    Answer run() throws StoppedException {
        try {
            Content content = follow();
            return insecure
                    ? new Answer.Insecure(question, content, proof.build())
                    : new Answer.Secure(question, content, proof.build());
        } catch (BogusException e) {
            return new Answer.Bogus(question, e.reason, proof.build());
        }
    }

    private Content follow() throws StoppedException, BogusException {
        Name name = question.name();
        int type = question.type();
        Name asked = name;
        Response response = work.ask(name, type);
        visited.add(name);
        while (true) {
            Optional<RecordSet> set = response.answer(name, type);
            Optional<RecordSet> dname = response.dnameAbove(name);
            // a CNAME that follows from a DNAME carries no signature of its own (RFC 6672 section 5.3.1)
            if (set.isPresent()
                    && !(type == Type.CNAME && dname.isPresent() && !set.get().isSigned())) {
                accept(set.get(), response);
                return new Content.Records(aliases, set.get().records(), Duration.ofSeconds(ttl));
            }
            Optional<CNAMERecord> alias = alias(name, response, dname);
            if (alias.isPresent()) {
                if (type == Type.CNAME) {
                    return new Content.Records(aliases, List.of(alias.get()), Duration.ofSeconds(ttl));
                }
                name = step(alias.get());
            } else if (name.equals(asked) || speaksOf(response, name)) {
                return negative(name, type, response, name.equals(asked));
            } else {
                // the resolver did not follow the alias to its end
                response = work.ask(name, type);
                asked = name;
            }
        }
    }

    private Name step(CNAMERecord alias) throws StoppedException {
        aliases.add(alias);
        if (aliases.size() > options.limits().aliases().value()) {
            throw work.overLimit(
                    options.limits().aliases(),
                    "the last one is " + BogusReasons.bare(alias.getName()) + " -> "
                            + BogusReasons.bare(alias.getTarget()));
        }
        if (!visited.add(alias.getTarget())) {
            throw work.stopped(
                    Failure.Kind.LIMIT,
                    "The aliases of " + BogusReasons.bare(question.name()) + " run in a circle: "
                            + BogusReasons.bare(alias.getName()) + " leads back to "
                            + BogusReasons.bare(alias.getTarget()) + ".");
        }
        return alias.getTarget();
    }

    private Optional<CNAMERecord> alias(Name name, Response response, Optional<RecordSet> dname)
            throws StoppedException, BogusException {
        Optional<RecordSet> cname = response.answer(name, Type.CNAME);
        if (dname.isPresent() && (cname.isEmpty() || !cname.get().isSigned())) {
            return Optional.of(synthesised(name, dname.get(), cname, response));
        }
        if (cname.isEmpty() || !(cname.get().records().getFirst() instanceof CNAMERecord alias)) {
            return Optional.empty();
        }
        if (cname.get().records().size() > 1) {
            throw work.stopped(
                    Failure.Kind.MALFORMED,
                    BogusReasons.bare(name) + " has " + cname.get().records().size()
                            + " CNAME records; only one is allowed (RFC 2181" + " section 10.1).");
        }
        accept(cname.get(), response);
        return Optional.of(alias);
    }

    private CNAMERecord synthesised(Name name, RecordSet dname, Optional<RecordSet> cname, Response response)
            throws StoppedException, BogusException {
        if (!(dname.records().getFirst() instanceof DNAMERecord record)
                || dname.records().size() > 1) {
            throw work.stopped(
                    Failure.Kind.MALFORMED,
                    BogusReasons.bare(dname.owner())
                            + " has more than one DNAME record; only one is allowed (RFC 6672 section 2.4).");
        }
        Optional<Name> zone = accept(dname, response);
        Name target;
        try {
            target = name.fromDNAME(record);
        } catch (NameTooLongException e) {
            throw work.stopped(
                    Failure.Kind.MALFORMED,
                    "The DNAME of " + BogusReasons.bare(dname.owner()) + " makes a name longer than 255 octets out of "
                            + BogusReasons.bare(name) + ".");
        }
        if (zone.isPresent()
                && cname.isPresent()
                && cname.get().records().getFirst() instanceof CNAMERecord sent
                && !sent.getTarget().equals(target)) {
            throw bogusIn(
                    zone.get(),
                    BogusReasons.of(options, work).dnameMismatch(zone.get(), name, sent.getTarget(), target));
        }
        return new CNAMERecord(name, DClass.IN, record.getTTL(), target);
    }

    private static boolean speaksOf(Response response, Name name) {
        Optional<SOARecord> soa = response.soa();
        return soa.isPresent() && name.subdomain(soa.get().getName());
    }

    /** Checks a positive record set; gives the zone that signed it, nothing when it is insecure. */
    private Optional<Name> accept(RecordSet set, Response response) throws StoppedException, BogusException {
        boolean atParent = set.type() == Type.DS;
        Optional<Name> signer = chain.signer(set.signatures(), set.owner(), atParent);
        ZoneTrust trust = signer.isPresent() ? chain.zone(signer.get(), work) : region(set.owner(), set.type());
        proof.add(trust);
        switch (trust) {
            case ZoneTrust.Unsigned u -> {
                insecure = true;
                shorten(set.ttl());
                return Optional.empty();
            }
            case ZoneTrust.Broken broken -> throw new BogusException(broken.reason());
            case ZoneTrust.Within within -> {
                Name zone = within.enclosing().zone();
                throw bogusIn(
                        zone, BogusReasons.of(options, work).signerIsNoZone(zone, set, signer.orElse(set.owner())));
            }
            case ZoneTrust.Trusted zone -> {
                if (set.signatures().isEmpty()) {
                    chain.excludeStripping(zone, work);
                }
                verify(set, zone, response);
                return Optional.of(zone.zone());
            }
        }
    }

    private void verify(RecordSet set, ZoneTrust.Trusted zone, Response response)
            throws StoppedException, BogusException {
        switch (chain.check().check(set, zone.zone(), zone.keys(), work)) {
            case SetVerdict.Bad bad -> {
                proof.sign(zone.zone(), bad.signatures());
                throw bogusIn(zone.zone(), BogusReasons.of(options, work).of(zone.zone(), set, bad));
            }
            case SetVerdict.Good good -> {
                proof.good(zone.zone(), good);
                shorten(good.ttl());
                if (good.isExpanded(set)) {
                    proveExpansion(set, good.by(), zone, response);
                }
            }
        }
    }

    // RFC 4035 section 5.3.4, RFC 5155 section 8.8: a wildcard answers only for names that do not exist
    private void proveExpansion(RecordSet set, RRSIGRecord by, ZoneTrust.Trusted zone, Response response)
            throws StoppedException, BogusException {
        CheckedDenial denial = chain.denialCheck().check(response, zone, work);
        proof.sign(zone.zone(), denial.signatures());
        DenialOutcome outcome = denial.denial().wildcardAnswer(set.owner(), by.getLabels());
        switch (outcome) {
            case WILDCARD_FITS -> shorten(denial.ttl());
            case OPT_OUT, TOO_MANY_ITERATIONS -> insecureDenial(zone.zone(), outcome, denial);
            case NOT_PROVED, NAME_ERROR, NO_DATA, UNSIGNED_DELEGATION, NO_DELEGATION ->
                throw bogusIn(
                        zone.zone(),
                        denial.reason()
                                .orElseGet(
                                        () -> BogusReasons.of(options, work).wildcardNotProved(zone.zone(), set, by)));
        }
        if (denial.thanksToSkew()) {
            proof.skewed();
        }
    }

    private void insecureDenial(Name zone, DenialOutcome outcome, CheckedDenial denial) {
        insecure = true;
        shorten(denial.ttl());
        if (outcome == DenialOutcome.OPT_OUT) {
            proof.note(
                    zone,
                    "The denial lies in an opt-out range of NSEC3, so it is not proved that the name is not an"
                            + " unsigned delegation (RFC 5155 section 9.2).");
        } else {
            proof.note(
                    zone,
                    "The zone uses more than " + options.maxNsec3Iterations()
                            + " NSEC3 iterations, so its denials are not checked (RFC 9276 section 3.2).",
                    ExtendedError.UNSUPPORTED_NSEC3_ITERATIONS);
        }
    }

    private Content negative(Name name, int type, Response response, boolean direct)
            throws StoppedException, BogusException {
        boolean nxdomain = response.isNxDomain();
        List<RRSIGRecord> signatures = new ArrayList<>(4);
        for (RecordSet set : response.denials()) {
            signatures.addAll(set.signatures());
        }
        boolean atParent = type == Type.DS && name.labels() > 1;
        Optional<Name> signer = chain.signer(signatures, name, atParent);
        ZoneTrust trust = signer.isPresent() ? chain.zone(signer.get(), work) : region(name, type);
        if (trust instanceof ZoneTrust.Within within) {
            trust = within.enclosing();
        }
        proof.add(trust);
        return switch (trust) {
            case ZoneTrust.Unsigned u -> unprovedNegative(nxdomain, response);
            case ZoneTrust.Broken broken -> throw new BogusException(broken.reason());
            case ZoneTrust.Within w -> throw new IllegalStateException("still within " + w);
            case ZoneTrust.Trusted zone -> denied(name, type, response, zone, direct);
        };
    }

    private Content denied(Name name, int type, Response response, ZoneTrust.Trusted zone, boolean direct)
            throws StoppedException, BogusException {
        boolean nxdomain = response.isNxDomain();
        CheckedDenial denial = chain.denialCheck().check(response, zone, work);
        DenialOutcome outcome = denial.denial().negative(name, type, nxdomain);
        proof.sign(zone.zone(), denial.signatures());
        if (denial.thanksToSkew()) {
            proof.skewed();
        }
        return switch (outcome) {
            // the signed proof decides, not the response code, which anyone can change
            case NAME_ERROR -> {
                shortenNegative(response, denial.ttl());
                yield new Content.NxDomain(aliases, Duration.ofSeconds(ttl));
            }
            case NO_DATA -> {
                shortenNegative(response, denial.ttl());
                yield new Content.NoData(aliases, Duration.ofSeconds(ttl));
            }
            case OPT_OUT, TOO_MANY_ITERATIONS -> {
                insecureDenial(zone.zone(), outcome, denial);
                yield unprovedNegative(nxdomain, response);
            }
            case NOT_PROVED, WILDCARD_FITS, UNSIGNED_DELEGATION, NO_DELEGATION ->
                notDenied(name, type, response, zone, denial, direct);
        };
    }

    private Content notDenied(
            Name name, int type, Response response, ZoneTrust.Trusted zone, CheckedDenial denial, boolean direct)
            throws StoppedException, BogusException {
        if (!direct) {
            return negative(name, type, work.ask(name, type), true);
        }
        // the records may be those of a parent, about a name in an unsigned child
        ZoneTrust region = region(name, type);
        if (region instanceof ZoneTrust.Unsigned) {
            proof.add(region);
            return unprovedNegative(response.isNxDomain(), response);
        }
        if (region instanceof ZoneTrust.Broken broken) {
            proof.add(region);
            throw new BogusException(broken.reason());
        }
        if (!response.hasSignedAuthority()) {
            chain.excludeStripping(zone, work);
        }
        throw bogusIn(
                zone.zone(),
                denial.reason()
                        .orElseGet(() -> BogusReasons.of(options, work)
                                .denialMissing(zone.zone(), new Question(name, type), response.isNxDomain())));
    }

    /** The zone that unsigned data at the name belongs to; DS belongs to the zone above. */
    private ZoneTrust region(Name name, int type) throws StoppedException {
        return chain.enclosing(type == Type.DS && name.labels() > 1 ? new Name(name, 1) : name, work);
    }

    private Content unprovedNegative(boolean nxdomain, Response response) {
        insecure = true;
        shortenNegative(response, options.maxNegativeTtl().toSeconds());
        return nxdomain
                ? new Content.NxDomain(aliases, Duration.ofSeconds(ttl))
                : new Content.NoData(aliases, Duration.ofSeconds(ttl));
    }

    private BogusException bogusIn(Name zone, BogusReason reason) {
        proof.broken(zone, reason.sentence());
        return new BogusException(reason);
    }

    private void shorten(long seconds) {
        ttl = Math.min(ttl, seconds);
    }

    // RFC 2308 section 5, RFC 9077: the SOA's TTL and MINIMUM; without a SOA only what the denial allows
    private void shortenNegative(Response response, long denialTtl) {
        shorten(denialTtl);
        shorten(options.maxNegativeTtl().toSeconds());
        Optional<SOARecord> soa = response.soa();
        if (soa.isPresent()) {
            shorten(Math.min(soa.get().getTTL(), soa.get().getMinimum()));
        }
    }
}
