package org.hikyaku.conformance.serve;

import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import org.hikyaku.lab.Catalogue;
import org.hikyaku.lab.LabDomain;
import org.xbill.DNS.Name;

/** Finds the domain of the catalogue that a name in the DNS belongs to: its own names, and its hosts in other zones. */
final class DomainIndex {
    private final Map<Name, String> byName = new HashMap<>();

    DomainIndex(Catalogue catalogue) {
        for (LabDomain domain : catalogue.domains()) {
            byName.put(domain.name(), domain.text());
        }
        for (LabDomain domain : catalogue.domains()) {
            for (LabDomain.Host host : domain.setup().hosts()) {
                byName.putIfAbsent(host.name(), domain.text());
            }
        }
    }

    /** The domain of the name or of the nearest name above it. */
    Optional<String> domain(Name name) {
        for (int up = 0; up < name.labels(); up++) {
            String found = byName.get(up == 0 ? name : new Name(name, up));
            if (found != null) {
                return Optional.of(found);
            }
        }
        return Optional.empty();
    }
}
