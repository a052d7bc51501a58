package org.hikyaku.lab;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.NavigableMap;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.xbill.DNS.DClass;
import org.xbill.DNS.NSECRecord;
import org.xbill.DNS.Name;
import org.xbill.DNS.Record;
import org.xbill.DNS.Type;

/** NSEC: each name that has records points to the next one in canonical order (RFC 4034 section 4). */
final class NsecChain implements DenialChain {
    private final NavigableMap<Name, Record> byOwner = new TreeMap<>();

    NsecChain(NavigableMap<Name, Set<Integer>> typesByName, long ttl) {
        List<Name> names = new ArrayList<>(typesByName.keySet());
        for (int i = 0; i < names.size(); i++) {
            Name name = names.get(i);
            int[] types = Stream.concat(
                            typesByName.getOrDefault(name, Set.of()).stream(), Stream.of(Type.RRSIG, Type.NSEC))
                    .mapToInt(Integer::intValue)
                    .sorted()
                    .toArray();
            Name next = names.get((i + 1) % names.size());
            byOwner.put(name, new NSECRecord(name, DClass.IN, ttl, next, Arrays.copyOf(types, types.length)));
        }
    }

    @Override
    public List<Record> all() {
        return List.copyOf(byOwner.values());
    }

    @Override
    public List<Record> noData(Name name) {
        // matches, or (empty non-terminal) covers: the next name is below it
        return List.of(atOrBefore(name));
    }

    @Override
    public List<Record> nxDomain(Name name, Name closestEncloser) {
        return distinct(atOrBefore(name), atOrBefore(wildcard(closestEncloser)));
    }

    @Override
    public List<Record> wildcardAnswer(Name name, Name closestEncloser) {
        return List.of(atOrBefore(name));
    }

    @Override
    public List<Record> wildcardNoData(Name name, Name closestEncloser) {
        return distinct(atOrBefore(name), atOrBefore(wildcard(closestEncloser)));
    }

    static Name wildcard(Name closestEncloser) {
        return Zone.child("*", closestEncloser);
    }

    private Record atOrBefore(Name name) {
        return byOwner.floorEntry(name).getValue();
    }

    private static List<Record> distinct(Record... records) {
        return Arrays.stream(records).distinct().toList();
    }
}
