package org.hikyaku.lab;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.xbill.DNS.Name;

/**
 * All domains of the lab, as they stand in {@code catalogue.yaml}, which is meant to be read.
 *
 * @param zones every zone but the root, parents before children
 * @param domains in the order of the file
 * @param texts the files that they stand in
 */
public record Catalogue(List<ZoneSetup> zones, List<LabDomain> domains, List<String> texts) {

    private static final int SMTP = 25;

    public Catalogue {
        zones = List.copyOf(zones);
        domains = List.copyOf(domains);
        texts = List.copyOf(texts);
    }

    /** The catalogue that comes with Hikyaku. */
    public static Catalogue builtIn() {
        try (InputStream file = Objects.requireNonNull(
                Catalogue.class.getResourceAsStream("catalogue.yaml"), "catalogue.yaml is part of the jar")) {
            return parse(new String(file.readAllBytes(), StandardCharsets.UTF_8));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Reads a catalogue in YAML; throws {@link CatalogueException} that says where it is wrong. */
    public static Catalogue parse(String yaml) {
        return new CatalogueReader(SMTP).read(yaml);
    }

    /** The same domains with their mail servers on another port, under which their TLSA records stand then (D8). */
    public Catalogue withMailPort(int port) {
        return texts.stream()
                .map(t -> new CatalogueReader(port).read(t.replace("_" + SMTP + "._tcp", "_" + port + "._tcp")))
                .reduce(Catalogue::with)
                .orElse(this);
    }

    /** These domains and those, of which the latter come last; a zone that both have is as it is here. */
    public Catalogue with(Catalogue more) {
        List<ZoneSetup> allZones = new ArrayList<>(zones);
        Set<Name> known = zones.stream().map(ZoneSetup::apex).collect(Collectors.toSet());
        more.zones.stream().filter(z -> !known.contains(z.apex())).forEach(allZones::add);
        allZones.sort(Comparator.comparingInt(z -> z.apex().labels()));
        List<LabDomain> allDomains = new ArrayList<>(domains);
        allDomains.addAll(more.domains);
        List<String> allTexts = new ArrayList<>(texts);
        allTexts.addAll(more.texts);
        return new Catalogue(allZones, allDomains, allTexts);
    }

    /** The domain of this name, with or without its final dot. */
    public LabDomain domain(String name) {
        String text = name.endsWith(".") ? name.substring(0, name.length() - 1) : name;
        return domains.stream()
                .filter(d -> d.text().equalsIgnoreCase(text))
                .findFirst()
                .orElseThrow(() -> new IllegalArgumentException("the lab has no domain " + name));
    }

    Map<Name, ZoneSetup> zonesByApex() {
        return zones.stream().collect(Collectors.toMap(ZoneSetup::apex, Function.identity()));
    }
}
