package org.hikyaku.lab;

import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.xbill.DNS.DClass;
import org.xbill.DNS.NSEC3Record;
import org.xbill.DNS.Name;
import org.xbill.DNS.Record;
import org.xbill.DNS.Type;
import org.xbill.DNS.utils.base32;

/** NSEC3: the same over hashes of names, empty non-terminals among them (RFC 5155). No salt (RFC 9276). */
final class Nsec3Chain implements DenialChain {
    static final int SHA1 = 1;
    static final int OPT_OUT = 0x01;

    private final Name apex;
    private final int iterations;
    /** By hash in lower-case hex, which sorts as the hashes do. */
    private final NavigableMap<String, Record> byHash = new TreeMap<>();

    /**
     * @param typesByName every name that the chain covers, with its types; empty non-terminals with none
     * @param unsigned names of which nothing is signed: delegations without DS
     */
    Nsec3Chain(
            Name apex,
            NavigableMap<Name, Set<Integer>> typesByName,
            Set<Name> unsigned,
            int iterations,
            boolean optOut,
            long ttl) {
        this.apex = apex;
        this.iterations = iterations;
        NavigableMap<String, Name> names = new TreeMap<>();
        typesByName.keySet().forEach(n -> names.put(hash(n), n));
        List<String> hashes = new ArrayList<>(names.keySet());
        for (int i = 0; i < hashes.size(); i++) {
            Name name = names.get(hashes.get(i));
            Set<Integer> types = typesByName.getOrDefault(name, Set.of());
            boolean signed = !types.isEmpty() && !unsigned.contains(name);
            int[] bitmap = Stream.concat(types.stream(), signed ? Stream.of(Type.RRSIG) : Stream.of())
                    .mapToInt(Integer::intValue)
                    .sorted()
                    .toArray();
            byte[] hash = HexFormat.of().parseHex(hashes.get(i));
            byte[] next = HexFormat.of().parseHex(hashes.get((i + 1) % hashes.size()));
            byHash.put(
                    hashes.get(i),
                    new NSEC3Record(
                            Zone.child(label(hash), apex),
                            DClass.IN,
                            ttl,
                            SHA1,
                            optOut ? OPT_OUT : 0,
                            iterations,
                            new byte[0],
                            next,
                            bitmap));
        }
    }

    @Override
    public List<Record> all() {
        return List.copyOf(byHash.values());
    }

    @Override
    public List<Record> noData(Name name) {
        if (byHash.containsKey(hash(name))) {
            return List.of(atOrBefore(name));
        }
        // Opt-out: the delegation itself has no record; closest provable encloser and covered next-closer name
        // (RFC 5155 section 7.2.4).
        Name encloser = new Name(name, 1);
        while (!byHash.containsKey(hash(encloser))) {
            encloser = new Name(encloser, 1);
        }
        return distinct(atOrBefore(encloser), atOrBefore(nextCloser(name, encloser)));
    }

    @Override
    public List<Record> nxDomain(Name name, Name closestEncloser) {
        return distinct(
                atOrBefore(closestEncloser),
                atOrBefore(nextCloser(name, closestEncloser)),
                atOrBefore(NsecChain.wildcard(closestEncloser)));
    }

    @Override
    public List<Record> wildcardAnswer(Name name, Name closestEncloser) {
        return List.of(atOrBefore(nextCloser(name, closestEncloser)));
    }

    @Override
    public List<Record> wildcardNoData(Name name, Name closestEncloser) {
        return nxDomain(name, closestEncloser);
    }

    private static Name nextCloser(Name name, Name encloser) {
        return new Name(name, name.labels() - encloser.labels() - 1);
    }

    /** The record that matches the name's hash, or else covers it; the last one covers what is before the first. */
    private Record atOrBefore(Name name) {
        Map.Entry<String, Record> entry = byHash.floorEntry(hash(name));
        return entry == null ? byHash.lastEntry().getValue() : entry.getValue();
    }

    private String hash(Name name) {
        try {
            MessageDigest sha1 = MessageDigest.getInstance("SHA-1");
            byte[] hash = sha1.digest(name.toWireCanonical());
            for (int i = 0; i < iterations; i++) {
                hash = sha1.digest(hash);
            }
            return HexFormat.of().formatHex(hash);
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every JDK has SHA-1", e);
        }
    }

    private static String label(byte[] hash) {
        return new base32(base32.Alphabet.BASE32HEX, false, true).toString(hash);
    }

    private static List<Record> distinct(Record... records) {
        return List.copyOf(new LinkedHashSet<>(Arrays.asList(records)));
    }

    /** The apex, for messages. */
    @Override
    public String toString() {
        return "NSEC3 of " + apex;
    }
}
