package org.hikyaku.lab;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.Supplier;
import org.hikyaku.lab.LabDomain.Trouble;
import org.hikyaku.lab.ZoneSetup.Denial;
import org.hikyaku.lab.ZoneSetup.Signatures;
import org.xbill.DNS.DClass;
import org.xbill.DNS.NSEC3PARAMRecord;
import org.xbill.DNS.NSRecord;
import org.xbill.DNS.Name;
import org.xbill.DNS.Record;
import org.xbill.DNS.SOARecord;
import org.xbill.DNS.Type;

/** Collects the records of one zone. Data may come late: only names and types need be known to build the chains. */
final class ZoneBuilder {
    /** TTL of positive data, seconds. */
    static final long TTL = 3600;

    /** TTL of the data of a zone that will change while the lab runs, seconds. */
    static final long SHORT_TTL = 5;

    /** TTL of SOA and denial, seconds: how long absence may be believed (RFC 2308, RFC 9077). */
    static final long NEGATIVE_TTL = 300;

    /** The name server of the root. */
    static final Name ROOT_SERVER = Name.fromConstantString("root-servers.nic.example.");

    /** The name server of the top-level domains. */
    static final Name TLD_SERVER = Name.fromConstantString("tld-servers.nic.example.");

    /** The name server of every domain, at every address of the lab's name servers. */
    static final Name NAME_SERVER = Name.fromConstantString("ns.nic.example.");

    /** The same server by another name, as a zone should have two. */
    static final Name SECOND_NAME_SERVER = Name.fromConstantString("ns2.nic.example.");

    /** The same server by a name that has no IPv6 address. */
    static final Name OLD_NAME_SERVER = Name.fromConstantString("ns-v4.nic.example.");

    private static final int ITERATIONS_500 = 500;

    private static final Set<Integer> HOLDS_ZONE = Set.of(Type.SOA, Type.NS, Type.DNSKEY, Type.NSEC3PARAM);

    private final ZoneSetup setup;
    private final ZoneSigner signer;
    private final Map<LabQuestion, Trouble.Kind> trouble;
    private final NavigableMap<Name, Map<Integer, List<Supplier<List<Record>>>>> nodes = new TreeMap<>();
    private final Set<Name> delegations = new HashSet<>();
    private final Set<Name> unsignedDelegations = new HashSet<>();

    private final long ttl;

    /** @param ttl of its data, seconds; what holds the zone itself together keeps the usual one */
    ZoneBuilder(ZoneSetup setup, ZoneSigner signer, long serial, Map<LabQuestion, Trouble.Kind> trouble, long ttl) {
        this.setup = setup;
        this.ttl = ttl;
        this.signer = signer;
        this.trouble = trouble;
        Name apex = setup.apex();
        add(new SOARecord(
                apex,
                DClass.IN,
                NEGATIVE_TTL,
                NAME_SERVER,
                Name.fromConstantString("hostmaster.nic.example."),
                serial,
                7200,
                900,
                1_209_600,
                NEGATIVE_TTL));
        nameServers(apex, setup);
        if (setup.signed()) {
            add(apex, Type.DNSKEY, signer::dnskeys);
        }
        if (hasChain() && setup.denial() != Denial.NSEC) {
            add(new NSEC3PARAMRecord(apex, DClass.IN, 0, Nsec3Chain.SHA1, 0, iterations(), new byte[0]));
        }
    }

    void add(Record record) {
        add(record.getName(), record.getType(), () -> List.of(record));
    }

    /** Adds records that are made when they are first asked for. */
    void add(Name owner, int type, Supplier<List<Record>> records) {
        if (!owner.subdomain(setup.apex())) {
            throw new CatalogueException(owner + " is not in the zone " + setup.apex());
        }
        nodes.computeIfAbsent(owner, k -> new TreeMap<>())
                .computeIfAbsent(type, k -> new ArrayList<>())
                .add(ttl == TTL || HOLDS_ZONE.contains(type) ? records : () -> shortLived(records.get()));
    }

    private List<Record> shortLived(List<Record> records) {
        return records.stream()
                .map(r -> Record.newRecord(r.getName(), r.getType(), DClass.IN, ttl, r.rdataToWireCanonical()))
                .toList();
    }

    private void nameServers(Name owner, ZoneSetup zone) {
        if (zone.apex().labels() <= 2) {
            add(new NSRecord(owner, DClass.IN, TTL, zone.apex().labels() == 1 ? ROOT_SERVER : TLD_SERVER));
            return;
        }
        switch (zone.nameServers()) {
            case BOTH -> {
                add(new NSRecord(owner, DClass.IN, TTL, NAME_SERVER));
                add(new NSRecord(owner, DClass.IN, TTL, SECOND_NAME_SERVER));
            }
            case V4 -> add(new NSRecord(owner, DClass.IN, TTL, OLD_NAME_SERVER));
        }
    }

    /** Delegates to a child zone, which is vouched for by DS records when it has any. */
    void delegate(ZoneSetup zone, ZoneSigner childSigner) {
        Name child = zone.apex();
        delegations.add(child);
        nameServers(child, zone);
        if (childSigner.hasDs()) {
            add(child, Type.DS, childSigner::ds);
        } else {
            unsignedDelegations.add(child);
        }
    }

    Zone build() {
        return new Zone(this);
    }

    ZoneSetup setup() {
        return setup;
    }

    ZoneSigner signer() {
        return signer;
    }

    Map<LabQuestion, Trouble.Kind> trouble() {
        return trouble;
    }

    Set<Name> delegations() {
        return Set.copyOf(delegations);
    }

    NavigableMap<Name, Map<Integer, Lazy<List<Record>>>> nodes() {
        NavigableMap<Name, Map<Integer, Lazy<List<Record>>>> built = new TreeMap<>();
        nodes.forEach((name, types) -> {
            Map<Integer, Lazy<List<Record>>> node = new HashMap<>();
            types.forEach((type, sources) -> node.put(type, merged(sources)));
            built.put(name, node);
        });
        return built;
    }

    private static Lazy<List<Record>> merged(List<Supplier<List<Record>>> sources) {
        List<Supplier<List<Record>>> fixed = List.copyOf(sources);
        return new Lazy<>(
                () -> fixed.stream().flatMap(s -> s.get().stream()).distinct().toList());
    }

    DenialChain denialChain() {
        if (!hasChain()) {
            return new NoChain();
        }
        NavigableMap<Name, Set<Integer>> types = new TreeMap<>();
        nodes.forEach((name, node) -> types.put(name, new TreeSet<>(node.keySet())));
        return switch (setup.denial()) {
            case NSEC -> new NsecChain(types, NEGATIVE_TTL);
            case NSEC3, NSEC3_500 -> nsec3(types, false);
            case NSEC3_OPTOUT -> {
                unsignedDelegations.forEach(types::remove);
                yield nsec3(types, true);
            }
        };
    }

    private Nsec3Chain nsec3(NavigableMap<Name, Set<Integer>> types, boolean optOut) {
        for (Name name : List.copyOf(types.keySet())) {
            for (int up = 1; name.labels() - up > setup.apex().labels(); up++) {
                types.putIfAbsent(new Name(name, up), Set.of());
            }
        }
        return new Nsec3Chain(setup.apex(), types, unsignedDelegations, iterations(), optOut, NEGATIVE_TTL);
    }

    private boolean hasChain() {
        return setup.signed() && setup.signatures() != Signatures.MISSING;
    }

    private int iterations() {
        return setup.denial() == Denial.NSEC3_500 ? ITERATIONS_500 : 0;
    }
}
