package org.hikyaku.lab;

import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import org.hikyaku.lab.LabDomain.Trouble;
import org.hikyaku.lab.ZoneSetup.Signatures;
import org.xbill.DNS.DClass;
import org.xbill.DNS.DNSKEYRecord;
import org.xbill.DNS.DNSSEC;
import org.xbill.DNS.DSRecord;
import org.xbill.DNS.Name;
import org.xbill.DNS.RRSIGRecord;
import org.xbill.DNS.RRset;
import org.xbill.DNS.Record;
import org.xbill.DNS.Type;

/** Makes the signatures of one zone, with the zone's flaws in them. */
final class ZoneSigner {
    private static final Duration DAY = Duration.ofDays(1);

    private final ZoneSetup setup;
    private final Lazy<List<ZoneKey>> keys;
    private final Lazy<ZoneKey> foreignKey;
    private final Instant inception;
    private final Instant expiration;
    private final Map<LabQuestion, Trouble.Kind> trouble;

    ZoneSigner(ZoneSetup setup, long seed, long ttl, Instant now, Map<LabQuestion, Trouble.Kind> trouble) {
        this.setup = setup;
        this.trouble = trouble;
        Name apex = setup.apex();
        // Root and top-level domains have two keys each, as they do in life; domains have one for all.
        boolean split = apex.labels() <= 2;
        this.keys = new Lazy<>(() -> {
            ZoneKey entry = key(apex, "ksk", ZoneKey.ENTRY_POINT, seed, ttl);
            return split ? List.of(entry, key(apex, "zsk", ZoneKey.ZONE_KEY, seed, ttl)) : List.of(entry);
        });
        this.foreignKey = new Lazy<>(() -> key(apex, "foreign", ZoneKey.ENTRY_POINT, seed, ttl));
        this.inception = now.plus(begin(setup.signatures()));
        this.expiration = now.plus(end(setup.signatures()));
    }

    /** The zone's DNSKEY records. */
    List<Record> dnskeys() {
        return keys.get().stream().map(k -> (Record) k.record()).toList();
    }

    /** The DS records for the parent zone. */
    List<Record> ds() {
        return switch (setup.delegation()) {
            case GOOD -> List.of(ds(keys.get().getFirst().record()));
            case WRONG -> List.of(ds(foreignKey.get().record()));
            case NONE -> List.of();
        };
    }

    /** Whether the parent zone has DS records for this one; asks for no key. */
    boolean hasDs() {
        return setup.signed() && setup.delegation() != ZoneSetup.Delegation.NONE;
    }

    /** The set with its signatures. */
    SignedSet sign(List<Record> records) {
        Record first = records.getFirst();
        Trouble.Kind flaw = trouble.get(new LabQuestion(first.getName(), first.getType()));
        if (!setup.signed() || setup.signatures() == Signatures.MISSING || flaw == Trouble.Kind.UNSIGNED) {
            return new SignedSet(records, List.of());
        }
        boolean corrupt = setup.signatures() == Signatures.CORRUPT || flaw == Trouble.Kind.CORRUPT;
        boolean forKeys = first.getType() == Type.DNSKEY;
        List<ZoneKey> all = keys.get();
        List<RRSIGRecord> signatures = all.stream()
                .filter(k -> all.size() == 1 || k.isEntryPoint() == forKeys)
                .map(k -> signature(records, k, corrupt))
                .toList();
        return new SignedSet(records, signatures);
    }

    private RRSIGRecord signature(List<Record> records, ZoneKey key, boolean corrupt) {
        RRSIGRecord unsigned = rrsig(records.getFirst(), key.record(), new byte[0]);
        byte[] bytes = key.sign(DNSSEC.digestRRset(unsigned, new RRset(records)));
        if (corrupt) {
            bytes[bytes.length / 2] ^= 0x01;
        }
        return rrsig(records.getFirst(), key.record(), bytes);
    }

    private RRSIGRecord rrsig(Record covered, DNSKEYRecord key, byte[] signature) {
        return new RRSIGRecord(
                covered.getName(),
                DClass.IN,
                covered.getTTL(),
                covered.getType(),
                key.getAlgorithm(),
                covered.getTTL(),
                expiration,
                inception,
                key.getFootprint(),
                setup.apex(),
                signature);
    }

    private ZoneKey key(Name apex, String role, int flags, long seed, long ttl) {
        return ZoneKey.make(
                apex, setup.signing(), flags, ttl, new SeededRandom(seed, "zone key " + role + " of " + apex));
    }

    private static DSRecord ds(DNSKEYRecord key) {
        return new DSRecord(key.getName(), DClass.IN, key.getTTL(), DNSSEC.Digest.SHA256, key);
    }

    private static Duration begin(Signatures signatures) {
        return switch (signatures) {
            case GOOD, CORRUPT, MISSING -> DAY.multipliedBy(-2);
            case EXPIRED -> DAY.multipliedBy(-40);
            case FUTURE -> DAY.multipliedBy(10);
            case SKEW -> DAY.multipliedBy(-20);
            case EXPIRING -> DAY.multipliedBy(-12);
        };
    }

    private static Duration end(Signatures signatures) {
        return switch (signatures) {
            case GOOD, CORRUPT, MISSING -> DAY.multipliedBy(28);
            case EXPIRED -> DAY.multipliedBy(-10);
            case FUTURE -> DAY.multipliedBy(40);
            case SKEW -> Duration.ofHours(-2);
            case EXPIRING -> DAY.multipliedBy(2);
        };
    }
}
