package org.hikyaku.lab;

import java.util.Collection;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.function.Predicate;
import org.xbill.DNS.Name;
import org.xbill.DNS.Type;

/** All zones, found by name. */
final class LabZones {
    private final Map<Name, Zone> first;
    private final Map<Name, Zone> moved;
    private volatile Map<Name, Zone> byApex; // one of the two

    /**
     * @param first as they are at the start
     * @param later those that are otherwise when the lab has moved on
     */
    LabZones(Map<Name, Zone> first, Map<Name, Zone> later) {
        this.first = new TreeMap<>(first);
        this.moved = new TreeMap<>(first);
        this.moved.putAll(later);
        this.byApex = this.first;
    }

    void moveOn(boolean on) {
        byApex = on ? moved : first;
    }

    /** The zone that answers this question: the deepest that holds the name; for DS the one above the cut. */
    Zone responsible(Name name, int type) {
        boolean above = type == Type.DS && name.labels() > 1;
        Name apex = above ? new Name(name, 1) : name;
        while (true) {
            Zone zone = byApex.get(apex);
            if (zone != null) {
                return zone;
            }
            apex = new Name(apex, 1);
        }
    }

    /** The deepest of some zones that holds the name; for DS the one above the cut, where that is among them. */
    Optional<Zone> deepest(Name name, int type, Predicate<Name> among) {
        Optional<Zone> below = Optional.empty();
        for (int up = 0; up < name.labels(); up++) {
            Name apex = up == 0 ? name : new Name(name, up);
            Zone zone = byApex.get(apex);
            if (zone != null && among.test(apex)) {
                if (up > 0 || type != Type.DS || apex.labels() == 1) {
                    return Optional.of(zone);
                }
                below = Optional.of(zone);
            }
        }
        return below;
    }

    Zone root() {
        return responsible(Name.root, Type.SOA);
    }

    Collection<Zone> all() {
        return byApex.values();
    }
}
