package org.hikyaku.dns;

import java.io.IOException;
import java.security.GeneralSecurityException;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.spec.ECGenParameterSpec;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.Objects;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import org.xbill.DNS.DClass;
import org.xbill.DNS.DNSKEYRecord;
import org.xbill.DNS.DNSSEC;
import org.xbill.DNS.DSRecord;
import org.xbill.DNS.NSEC3Record;
import org.xbill.DNS.NSECRecord;
import org.xbill.DNS.Name;
import org.xbill.DNS.RRSIGRecord;
import org.xbill.DNS.RRset;
import org.xbill.DNS.Record;
import org.xbill.DNS.Type;
import org.xbill.DNS.utils.base32;

/** A small signed zone for tests, signed by dnsjava: an implementation other than the one under test. */
final class SignedZone {
    enum Denials {
        NONE,
        NSEC,
        NSEC3,
        OPT_OUT
    }

    static final long TTL = 3600;
    static final Instant NOW = Instant.parse("2026-11-22T01:02:03Z");

    final Name apex;
    final Denials denials;
    int iterations;
    byte[] salt = {0x0a, 0x0b};
    int[] digests = {2};
    Instant inception = NOW.minus(Duration.ofDays(5));
    Instant expiration = NOW.plus(Duration.ofDays(5));
    /** What the parent publishes; empty for an insecure delegation. */
    boolean publishDs = true;

    final int algorithm;
    final KeyPair kskPair;
    KeyPair zskPair;
    DNSKEYRecord ksk;
    DNSKEYRecord zsk;
    final List<Record> extraKeys = new ArrayList<>();

    /** Owner to type to records. */
    final TreeMap<Name, TreeMap<Integer, List<Record>>> data = new TreeMap<>();

    private final Map<Question, List<RRSIGRecord>> signed = new HashMap<>();

    SignedZone(String apex, Denials denials, int algorithm) {
        this.apex = Name.fromConstantString(apex);
        this.denials = denials;
        this.algorithm = algorithm;
        this.kskPair = pair(algorithm);
        this.zskPair = pair(algorithm);
        try {
            ksk = new DNSKEYRecord(this.apex, DClass.IN, TTL, 257, 3, algorithm, kskPair.getPublic());
            zsk = new DNSKEYRecord(this.apex, DClass.IN, TTL, 256, 3, algorithm, zskPair.getPublic());
        } catch (DNSSEC.DNSSECException e) {
            throw new IllegalStateException(e);
        }
        add("@ SOA ns hostmaster 1 3600 600 86400 300");
        add("@ NS ns.elsewhere.invalid.");
    }

    SignedZone(String apex, Denials denials) {
        this(apex, denials, DNSSEC.Algorithm.ECDSAP256SHA256);
    }

    static KeyPair pair(int algorithm) {
        try {
            return switch (algorithm) {
                case DNSSEC.Algorithm.ECDSAP256SHA256 -> ec("secp256r1");
                case DNSSEC.Algorithm.ECDSAP384SHA384 -> ec("secp384r1");
                case DNSSEC.Algorithm.ED25519 ->
                    KeyPairGenerator.getInstance("Ed25519").generateKeyPair();
                case DNSSEC.Algorithm.ED448 ->
                    KeyPairGenerator.getInstance("Ed448").generateKeyPair();
                default -> {
                    KeyPairGenerator rsa = KeyPairGenerator.getInstance("RSA");
                    rsa.initialize(1024);
                    yield rsa.generateKeyPair();
                }
            };
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException(e);
        }
    }

    private static KeyPair ec(String curve) throws GeneralSecurityException {
        KeyPairGenerator generator = KeyPairGenerator.getInstance("EC");
        generator.initialize(new ECGenParameterSpec(curve));
        return generator.generateKeyPair();
    }

    /** Adds a record: {@code "www A 192.0.2.1"}; names without a final dot are below the apex. */
    SignedZone add(String line) {
        String[] fields = line.split(" ", 3);
        try {
            Name owner = Name.fromString(fields[0], apex);
            int type = Type.value(fields[1]);
            addRecord(Record.fromString(owner, type, DClass.IN, TTL, fields[2], apex));
        } catch (IOException e) {
            throw new IllegalArgumentException(line, e);
        }
        return this;
    }

    void addRecord(Record rr) {
        data.computeIfAbsent(rr.getName(), n -> new TreeMap<>())
                .computeIfAbsent(rr.getType(), t -> new ArrayList<>())
                .add(rr);
        signed.clear();
    }

    /** The records there, for changing; none when there are none. */
    List<Record> at(Name name, int type) {
        Map<Integer, List<Record>> types = data.get(name);
        List<Record> records = types == null ? null : types.get(type);
        return records == null ? List.of() : records;
    }

    /** Replaces the key at once, as nobody should. */
    void changeZoneSigningKey() {
        SignedZone fresh = new SignedZone(apex.toString(), denials, algorithm);
        zsk = fresh.zsk;
        zskPair = fresh.zskPair;
        signed.clear();
    }

    /** To be called after the data was changed by hand. */
    void forgetSignatures() {
        signed.clear();
    }

    /** Delegates to a child. */
    void delegate(SignedZone child) {
        try {
            addRecord(Record.fromString(child.apex, Type.NS, DClass.IN, TTL, "ns.elsewhere.invalid.", apex));
        } catch (IOException e) {
            throw new IllegalStateException(e);
        }
        if (child.isSigned() && child.publishDs) {
            child.ds().forEach(this::addRecord);
        }
    }

    List<DSRecord> ds() {
        return Arrays.stream(digests)
                .mapToObj(d -> new DSRecord(apex, DClass.IN, TTL, d, ksk))
                .toList();
    }

    boolean isSigned() {
        return denials != Denials.NONE;
    }

    List<Record> keys() {
        List<Record> keys = new ArrayList<>(List.of(ksk, zsk));
        keys.addAll(extraKeys);
        return keys;
    }

    List<RRSIGRecord> sign(List<Record> records) {
        if (!isSigned()) {
            return List.of();
        }
        Question key =
                new Question(records.getFirst().getName(), records.getFirst().getType());
        return signed.computeIfAbsent(key, k -> {
            boolean ofKeys = key.type() == Type.DNSKEY;
            return List.of(sign(records, ofKeys ? ksk : zsk, ofKeys ? kskPair : zskPair, inception, expiration));
        });
    }

    static RRSIGRecord sign(List<Record> records, DNSKEYRecord key, KeyPair pair, Instant from, Instant to) {
        try {
            return DNSSEC.sign(new RRset(records), key, pair.getPrivate(), from, to);
        } catch (DNSSEC.DNSSECException e) {
            throw new IllegalStateException(e);
        }
    }

    boolean isCut(Name name) {
        TreeMap<Integer, List<Record>> types = data.get(name);
        return types != null && types.containsKey(Type.NS) && !name.equals(apex);
    }

    /** Whether the name, or one above it in the zone, is delegated. */
    boolean isBelowCut(Name name) {
        for (Name n = name; n.labels() > apex.labels(); n = new Name(n, 1)) {
            if (isCut(n)) {
                return true;
            }
        }
        return false;
    }

    boolean exists(Name name) {
        return data.containsKey(name) || data.keySet().stream().anyMatch(n -> n.subdomain(name));
    }

    private int[] types(Name name, boolean nsec) {
        Set<Integer> types = new TreeSet<>();
        TreeMap<Integer, List<Record>> at = data.getOrDefault(name, new TreeMap<>());
        if (isCut(name)) {
            types.add(Type.NS);
            if (at.containsKey(Type.DS)) {
                types.add(Type.DS);
            }
        } else {
            types.addAll(at.keySet());
        }
        if (name.equals(apex)) {
            types.add(Type.DNSKEY);
            if (!nsec) {
                types.add(Type.NSEC3PARAM);
            }
        }
        if (nsec) {
            types.add(Type.NSEC);
        }
        if (nsec || !types.isEmpty() && !(isCut(name) && !types.contains(Type.DS))) {
            types.add(Type.RRSIG);
        }
        return types.stream().mapToInt(Integer::intValue).toArray();
    }

    /** The NSEC that matches the name, else the one that covers it. */
    List<Record> nsec(Name name) {
        List<Name> owners =
                data.keySet().stream().filter(n -> !isBelowCut(n) || isCut(n)).toList();
        int at = owners.size() - 1;
        for (int i = 0; i < owners.size(); i++) {
            if (owners.get(i).compareTo(name) <= 0) {
                at = i;
            }
        }
        Name owner = owners.get(at);
        Name next = owners.get((at + 1) % owners.size());
        return List.of(new NSECRecord(owner, DClass.IN, 300, next, types(owner, true)));
    }

    private NavigableMap<String, Name> hashed() {
        TreeMap<String, Name> hashed = new TreeMap<>();
        for (Name name : data.keySet()) {
            boolean optedOut =
                    denials == Denials.OPT_OUT && isCut(name) && !data.get(name).containsKey(Type.DS);
            if (isBelowCut(name) && !isCut(name) || optedOut) {
                continue;
            }
            for (Name n = name; n.labels() >= apex.labels(); n = new Name(n, 1)) {
                hashed.put(hash(n), n);
                if (n.labels() == 1) {
                    break;
                }
            }
        }
        return hashed;
    }

    /** By dnsjava, not by the code under test. */
    String hash(Name name) {
        try {
            byte[] hash = new NSEC3Record(name, DClass.IN, 300, 1, 0, iterations, salt, new byte[20], new int[0])
                    .hashName(name);
            return new base32(base32.Alphabet.BASE32HEX, false, true).toString(hash);
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException(e);
        }
    }

    /** The NSEC3 that matches the name, else the one that covers it. */
    List<Record> nsec3(Name name) {
        NavigableMap<String, Name> hashed = hashed();
        String hash = hash(name);
        String owner = hashed.floorKey(hash) == null ? hashed.lastKey() : hashed.floorKey(hash);
        String next = hashed.higherKey(owner) == null ? hashed.firstKey() : hashed.higherKey(owner);
        try {
            return List.of(new NSEC3Record(
                    Name.fromString(owner, apex),
                    DClass.IN,
                    300,
                    1,
                    denials == Denials.OPT_OUT ? 1 : 0,
                    iterations,
                    salt,
                    new base32(base32.Alphabet.BASE32HEX, false, true).fromString(next),
                    types(Objects.requireNonNull(hashed.get(owner)), false)));
        } catch (IOException e) {
            throw new IllegalStateException(e);
        }
    }

    boolean hasNsec3(Name name) {
        return hashed().containsKey(hash(name));
    }
}
