package org.hikyaku.lab;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.hikyaku.lab.LabDomain.Trouble;
import org.xbill.DNS.CNAMERecord;
import org.xbill.DNS.DClass;
import org.xbill.DNS.DNAMERecord;
import org.xbill.DNS.Name;
import org.xbill.DNS.NameTooLongException;
import org.xbill.DNS.RRSIGRecord;
import org.xbill.DNS.Record;
import org.xbill.DNS.TextParseException;
import org.xbill.DNS.Type;

/** One zone of the lab, answering as an authoritative server does (RFC 1034 section 4.3.2, RFC 4035 section 3.1). */
final class Zone {
    private final ZoneSetup setup;
    private final ZoneSigner signer;
    private final NavigableMap<Name, Map<Integer, Lazy<List<Record>>>> nodes;
    private final Set<Name> delegations;
    private final Lazy<DenialChain> denial;
    private final Map<LabQuestion, Trouble.Kind> trouble;
    private final Map<LabQuestion, SignedSet> signed = new ConcurrentHashMap<>();

    Zone(ZoneBuilder from) {
        this.setup = from.setup();
        this.signer = from.signer();
        this.nodes = from.nodes();
        this.delegations = from.delegations();
        this.trouble = from.trouble();
        this.denial = new Lazy<>(from::denialChain);
    }

    ZoneSetup setup() {
        return setup;
    }

    ZoneSigner signer() {
        return signer;
    }

    ZoneAnswer lookup(Name name, int type) {
        Map<Integer, Lazy<List<Record>>> node = nodes.get(name);
        if (node != null) {
            return atNode(name, node, type);
        }
        Optional<ZoneAnswer> renamed = byDname(name);
        if (renamed.isPresent()) {
            return renamed.get();
        }
        if (exists(name)) {
            return nothing(ZoneAnswer.Kind.NO_DATA, name, type, denial.get().noData(name));
        }
        Name encloser = closestEncloser(name);
        Name wildcard = NsecChain.wildcard(encloser);
        Map<Integer, Lazy<List<Record>>> source = nodes.get(wildcard);
        if (source == null) {
            return nothing(ZoneAnswer.Kind.NX_DOMAIN, name, type, denial.get().nxDomain(name, encloser));
        }
        int found = source.containsKey(type) ? type : Type.CNAME;
        if (!source.containsKey(found)) {
            return nothing(ZoneAnswer.Kind.NO_DATA, name, type, denial.get().wildcardNoData(name, encloser));
        }
        SignedSet expanded = expand(set(wildcard, found, source), name);
        List<SignedSet> proof = proofs(name, type, denial.get().wildcardAnswer(name, encloser));
        return found == type
                ? new ZoneAnswer(ZoneAnswer.Kind.FOUND, List.of(expanded), proof, Optional.empty())
                : alias(List.of(expanded), proof, expanded.records().getFirst());
    }

    /**
     * The delegation on the way to the name, when this zone is not the one to answer: the NS records, and the DS records
     * or the proof that there are none (RFC 4035 section 3.1.4). The question for DS at the cut itself is for this zone.
     */
    Optional<List<SignedSet>> referral(Name name, int type) {
        for (int up = name.labels() - setup.apex().labels() - 1; up >= 0; up--) {
            Name cut = up == 0 ? name : new Name(name, up);
            if (delegations.contains(cut) && !(up == 0 && type == Type.DS)) {
                Map<Integer, Lazy<List<Record>>> node = nodes.getOrDefault(cut, Map.of());
                List<SignedSet> sets = new ArrayList<>();
                sets.add(set(cut, Type.NS, node));
                if (node.containsKey(Type.DS)) {
                    sets.add(set(cut, Type.DS, node));
                } else {
                    sets.addAll(proofs(cut, Type.DS, denial.get().noData(cut)));
                }
                return Optional.of(sets);
            }
        }
        return Optional.empty();
    }

    private ZoneAnswer atNode(Name name, Map<Integer, Lazy<List<Record>>> node, int type) {
        if (node.containsKey(type)) {
            return new ZoneAnswer(ZoneAnswer.Kind.FOUND, List.of(set(name, type, node)), List.of(), Optional.empty());
        }
        if (node.containsKey(Type.CNAME)) {
            SignedSet cname = set(name, Type.CNAME, node);
            return alias(List.of(cname), List.of(), cname.records().getFirst());
        }
        return nothing(ZoneAnswer.Kind.NO_DATA, name, type, denial.get().noData(name));
    }

    /** DNAME at an ancestor: the record, and the CNAME that follows from it (RFC 6672 section 3.1). */
    private Optional<ZoneAnswer> byDname(Name name) {
        for (int up = 1; name.labels() - up >= setup.apex().labels(); up++) {
            Name ancestor = new Name(name, up);
            Map<Integer, Lazy<List<Record>>> node = nodes.get(ancestor);
            if (node == null || !node.containsKey(Type.DNAME)) {
                continue;
            }
            SignedSet dname = set(ancestor, Type.DNAME, node);
            try {
                Name target = name.fromDNAME((DNAMERecord) dname.records().getFirst());
                CNAMERecord follows = new CNAMERecord(name, DClass.IN, ZoneBuilder.TTL, target);
                return Optional.of(
                        alias(List.of(dname, new SignedSet(List.of(follows), List.of())), List.of(), follows));
            } catch (NameTooLongException e) {
                throw new CatalogueException(name + " grows too long through the DNAME of " + ancestor, e);
            }
        }
        return Optional.empty();
    }

    private static ZoneAnswer alias(List<SignedSet> answer, List<SignedSet> authority, Record cname) {
        return new ZoneAnswer(ZoneAnswer.Kind.ALIAS, answer, authority, Optional.of(((CNAMERecord) cname).getTarget()));
    }

    private ZoneAnswer nothing(ZoneAnswer.Kind kind, Name name, int type, List<Record> proof) {
        List<SignedSet> authority = new ArrayList<>();
        authority.add(set(setup.apex(), Type.SOA, nodes.getOrDefault(setup.apex(), Map.of())));
        authority.addAll(proofs(name, type, proof));
        return new ZoneAnswer(kind, List.of(), authority, Optional.empty());
    }

    private List<SignedSet> proofs(Name name, int type, List<Record> proof) {
        if (trouble.get(new LabQuestion(name, type)) == Trouble.Kind.NO_DENIAL) {
            return List.of();
        }
        return proof.stream()
                .map(r ->
                        signed.computeIfAbsent(new LabQuestion(r.getName(), r.getType()), k -> signer.sign(List.of(r))))
                .toList();
    }

    private SignedSet set(Name owner, int type, Map<Integer, Lazy<List<Record>>> node) {
        return signed.computeIfAbsent(new LabQuestion(owner, type), k -> {
            Lazy<List<Record>> records = node.get(type);
            if (records == null) {
                throw new IllegalStateException("no " + Type.string(type) + " at " + owner);
            }
            boolean referral = delegations.contains(owner) && type == Type.NS;
            return referral ? new SignedSet(records.get(), List.of()) : signer.sign(records.get());
        });
    }

    /** The same records and signatures under the name that was asked for (RFC 4035 section 3.1.3.3). */
    private static SignedSet expand(SignedSet source, Name name) {
        return new SignedSet(
                source.records().stream().map(r -> renamed(r, name)).toList(),
                source.signatures().stream()
                        .map(r -> (RRSIGRecord) renamed(r, name))
                        .toList());
    }

    private static Record renamed(Record record, Name name) {
        return Record.newRecord(name, record.getType(), DClass.IN, record.getTTL(), record.rdataToWireCanonical());
    }

    private boolean exists(Name name) {
        Name next = nodes.ceilingKey(name);
        return next != null && next.subdomain(name);
    }

    private Name closestEncloser(Name name) {
        Name encloser = new Name(name, 1);
        while (!exists(encloser)) {
            encloser = new Name(encloser, 1);
        }
        return encloser;
    }

    /** Everything that the zone holds, signed, in canonical order: what a zone file has. */
    List<SignedSet> contents() {
        List<SignedSet> all = new ArrayList<>();
        nodes.forEach((name, node) ->
                new HashMap<>(node).keySet().stream().sorted().forEach(type -> all.add(set(name, type, node))));
        denial.get().all().forEach(r -> all.add(signer.sign(List.of(r))));
        return all;
    }

    static Name child(String label, Name parent) {
        try {
            return Name.fromString(label, parent);
        } catch (TextParseException e) {
            throw new CatalogueException("not a name: " + label + "." + parent, e);
        }
    }
}
