package org.hikyaku.lab;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import org.hikyaku.lab.LabDomain.Address;
import org.hikyaku.lab.LabDomain.Cert;
import org.hikyaku.lab.LabDomain.PolicyAddress;
import org.hikyaku.lab.LabDomain.RequireTls;
import org.hikyaku.lab.LabDomain.Smtp;
import org.hikyaku.lab.LabDomain.Trouble;
import org.hikyaku.lab.ZoneSetup.Delegation;
import org.hikyaku.lab.ZoneSetup.Denial;
import org.hikyaku.lab.ZoneSetup.NameServers;
import org.hikyaku.lab.ZoneSetup.Signatures;
import org.hikyaku.lab.ZoneSetup.Signing;
import org.snakeyaml.engine.v2.api.Load;
import org.snakeyaml.engine.v2.api.LoadSettings;
import org.snakeyaml.engine.v2.exceptions.YamlEngineException;
import org.xbill.DNS.Name;
import org.xbill.DNS.TextParseException;
import org.xbill.DNS.Type;

/** Turns the YAML file into records; the defaults are those that the file's head names. */
final class CatalogueReader {
    private static final long FORMAT = 1;

    private final int mailPort;
    private final Map<Name, ZoneSetup> zones = new LinkedHashMap<>();

    CatalogueReader(int mailPort) {
        this.mailPort = mailPort;
    }

    Catalogue read(String yaml) {
        YamlEntry top = new YamlEntry("the catalogue", load(yaml));
        if (top.number("format", 0) != FORMAT) {
            throw new CatalogueException("the catalogue: \"format\" must be " + FORMAT);
        }
        for (String key : List.of("tlds", "zones")) {
            for (YamlEntry zone : top.entries(key)) {
                declare(zone, name(zone.text("name"), Name.root, zone));
                zone.done();
            }
        }
        List<LabDomain> domains = new ArrayList<>();
        for (YamlEntry domain : top.entries("domains")) {
            domains.add(domain(domain));
        }
        top.done();
        List<ZoneSetup> sorted = new ArrayList<>(zones.values());
        sorted.sort(Comparator.comparingInt(z -> z.apex().labels()));
        return new Catalogue(sorted, domains, List.of(yaml));
    }

    private static Object load(String yaml) {
        try {
            LoadSettings settings = LoadSettings.builder()
                    .setLabel("catalogue.yaml")
                    .setMaxAliasesForCollections(1000)
                    .build();
            return new Load(settings).loadFromString(yaml);
        } catch (YamlEngineException e) {
            throw new CatalogueException("the catalogue is not YAML: " + e.getMessage(), e);
        }
    }

    private void declare(YamlEntry entry, Name apex) {
        zones.put(
                apex,
                new ZoneSetup(
                        apex,
                        entry.choice("sign", Signing.ECDSA),
                        entry.choice("denial", Denial.NSEC),
                        entry.choice("signatures", Signatures.GOOD),
                        entry.choice("ds", Delegation.GOOD),
                        entry.choice("name-servers", NameServers.BOTH)));
    }

    private LabDomain domain(YamlEntry unnamed) {
        String text = unnamed.text("domain");
        YamlEntry entry = unnamed.called(text);
        Name name = name(entry.text("domain"), Name.root, entry);
        boolean exists = entry.flag("exists", true);
        Name zone = entry.has("zone") ? name(entry.text("zone"), Name.root, entry) : name;
        if (exists && !zones.containsKey(zone)) {
            declare(entry, zone);
        }
        LabDomain domain = new LabDomain(
                name,
                entry.text("about"),
                entry.texts("rules"),
                entry.text("judgement"),
                expectation(entry.entry("expect").orElseThrow(() -> missing(entry, "expect")), name),
                setup(entry, name, exists, zone),
                entry.entry("later").map(l -> later(entry.with(l), name, zone)));
        entry.done();
        return domain;
    }

    /** The domain as it is in the end, what is said under "later" put over what is said above it. */
    private LabDomain.Later later(YamlEntry over, Name name, Name zone) {
        if (!zone.equals(name)) {
            throw new CatalogueException(over.where() + ": only a domain with a zone of its own has a \"later\"");
        }
        LabDomain.Later later = new LabDomain.Later(
                setup(over, name, true, zone),
                over.choice("mail", Expectation.Fate.class),
                over.flag("restarted", false),
                over.text("judgement"));
        over.doneOver();
        return later;
    }

    private LabDomain.Setup setup(YamlEntry entry, Name domain, boolean exists, Name zone) {
        List<LabDomain.Host> hosts = new ArrayList<>();
        for (YamlEntry host : entry.entries("hosts")) {
            hosts.add(host(host, domain));
            host.done();
        }
        Optional<List<String>> tlsrpt = switch (entry.text("tlsrpt", "good")) {
            case "good" -> Optional.of(List.of("v=TLSRPTv1; rua=mailto:tls-reports@" + domain.toString(true)));
            case "absent" -> Optional.empty();
            case String ignored -> entry.optionalTexts("tlsrpt");
        };
        return new LabDomain.Setup(
                exists,
                zone,
                entry.optionalTexts("mx"),
                hosts,
                entry.texts("records"),
                entry.entry("sts").map(CatalogueReader::sts),
                tlsrpt,
                entry.entry("reports").map(CatalogueReader::reports),
                auth(entry, domain),
                entry.texts("trouble").stream()
                        .map(t -> trouble(t, domain, entry))
                        .toList());
    }

    private static MailAuthRecords auth(YamlEntry entry, Name domain) {
        return new MailAuthRecords(
                records(entry, "spf", MailAuthRecords.GOOD_SPF),
                records(entry, "dmarc", MailAuthRecords.goodDmarc(domain.toString(true))),
                records(entry, "dkim", MailAuthRecords.GOOD_DKIM),
                records(entry, "caa", MailAuthRecords.GOOD_CAA));
    }

    private static List<String> records(YamlEntry entry, String key, List<String> good) {
        return switch (entry.text(key, "good")) {
            case "good" -> good;
            case "absent" -> List.of();
            case String ignored -> entry.optionalTexts(key).orElse(good);
        };
    }

    private static Optional<Name> pointer(YamlEntry entry, Name host, Name domain) {
        return switch (entry.text("ptr", "good")) {
            case "good" -> Optional.of(host);
            case "absent" -> Optional.empty();
            case String other -> Optional.of(name(other, domain, entry));
        };
    }

    private LabDomain.Host host(YamlEntry entry, Name domain) {
        Name name = name(entry.text("name"), domain, entry);
        Optional<Name> alias = entry.optionalText("alias").map(a -> name(a, domain, entry));
        List<Address> addresses = entry.optionalTexts("addresses").orElse(List.of("v4")).stream()
                .map(a -> entry.choice("addresses", a, Address.class))
                .toList();
        return new LabDomain.Host(
                name,
                addresses,
                alias,
                entry.choice("cert", Cert.TRUSTED),
                entry.optionalText("cert-name"),
                entry.choice("smtp", Smtp.NORMAL),
                entry.choice("requiretls", RequireTls.NO),
                entry.texts("tlsa").stream().map(t -> tlsa(t, entry)).toList(),
                entry.optionalText("tlsa-at")
                        .map(o -> name(o, domain, entry))
                        .orElseGet(() -> name("_" + mailPort + "._tcp", name, entry)),
                pointer(entry, alias.orElse(name), domain));
    }

    private static LabDomain.Tlsa tlsa(String text, YamlEntry entry) {
        String[] words = text.split(" ");
        try {
            if (words.length == 4) {
                return new LabDomain.Tlsa(
                        Integer.parseInt(words[0]), Integer.parseInt(words[1]), Integer.parseInt(words[2]), words[3]);
            }
        } catch (NumberFormatException e) {
            throw new CatalogueException(entry.where() + ": not a TLSA record: " + text, e);
        }
        throw new CatalogueException(entry.where() + ": a TLSA record is \"USAGE SELECTOR TYPE OF\", not: " + text);
    }

    private static LabDomain.Reports reports(YamlEntry entry) {
        LabDomain.Reports reports =
                new LabDomain.Reports(entry.choice("cert", Cert.TRUSTED), (int) entry.number("status", 201));
        entry.done();
        return reports;
    }

    private static LabDomain.Sts sts(YamlEntry entry) {
        LabDomain.Sts sts = new LabDomain.Sts(
                entry.text("mode", "enforce"),
                entry.optionalTexts("mx"),
                entry.number("max-age", 604_800),
                entry.text("id", "20261122000000"),
                entry.optionalTexts("record"),
                entry.optionalText("body"),
                (int) entry.number("status", 200),
                entry.optionalText("location"),
                entry.text("content-type", "text/plain"),
                entry.text("line-ends", "crlf").equals("lf"),
                entry.has("size") ? Optional.of((int) entry.number("size", 0)) : Optional.empty(),
                entry.choice("cert", Cert.TRUSTED),
                entry.choice("address", PolicyAddress.V4));
        entry.done();
        return sts;
    }

    private static Trouble trouble(String text, Name domain, YamlEntry entry) {
        String[] words = text.split(" ");
        int type = words.length == 3 ? Type.value(words[1]) : -1;
        if (type < 0) {
            throw new CatalogueException(entry.where() + ": trouble is \"NAME TYPE WHAT\", not: " + text);
        }
        return new Trouble(name(words[0], domain, entry), type, entry.choice("trouble", words[2], Trouble.Kind.class));
    }

    private static Expectation expectation(YamlEntry entry, Name domain) {
        Map<Name, Expectation.Host> hosts = new LinkedHashMap<>();
        entry.entry("hosts").ifPresent(all -> {
            for (String host : all.keys()) {
                YamlEntry one = all.entry(host).orElseThrow(() -> missing(all, host));
                hosts.put(name(host, domain, one), expectedHost(one));
            }
        });
        Expectation expectation = new Expectation(
                entry.choice("route", Expectation.Route.DELIVER),
                entry.choice("dnssec", Expectation.Status.SECURE),
                entry.has("ede") ? OptionalInt.of((int) entry.number("ede", 0)) : OptionalInt.empty(),
                entry.choice("sts", Expectation.Sts.ABSENT),
                java.util.Collections.unmodifiableMap(hosts),
                entry.texts("errors"),
                entry.texts("warnings"),
                entry.texts("unknowns"),
                entry.texts("notices"),
                fate(entry, "requiretls"),
                fate(entry, "tls-required-no"));
        entry.done();
        return expectation;
    }

    private static Optional<Expectation.Fate> fate(YamlEntry entry, String key) {
        return entry.has(key) ? Optional.of(entry.choice(key, Expectation.Fate.class)) : Optional.empty();
    }

    private static Expectation.Host expectedHost(YamlEntry entry) {
        Expectation.Host host = new Expectation.Host(
                entry.choice("dnssec", Expectation.Status.SECURE),
                entry.choice("requirement", Expectation.Requirement.class),
                entry.texts("verdict").stream()
                        .map(v -> entry.choice("verdict", v, Expectation.Verdict.class))
                        .toList(),
                entry.optionalText("rule"),
                entry.optionalText("shortfall"),
                entry.optionalText("type"));
        entry.done();
        return host;
    }

    private static Name name(String text, Name origin, YamlEntry entry) {
        try {
            return Name.fromString(text, origin);
        } catch (TextParseException e) {
            throw new CatalogueException(entry.where() + ": not a domain name: " + text, e);
        }
    }

    private static CatalogueException missing(YamlEntry entry, String key) {
        return new CatalogueException(entry.where() + ": \"" + key + "\" is missing");
    }
}
