package org.hikyaku.conformance.grade;

import java.util.ArrayList;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.hikyaku.lab.Catalogue;
import org.hikyaku.lab.Expectation;
import org.hikyaku.lab.Expectation.Requirement;
import org.hikyaku.lab.Expectation.Verdict;
import org.hikyaku.lab.LabDomain;
import org.xbill.DNS.Name;

/**
 * The cases of a catalogue: what must be done follows from the judgement that stands there by hand, which rule that decides
 * from {@link CaseTable}, also by hand.
 */
public final class CaseBook {
    /** An ordinary mail goes to every domain that shows a rule for senders; what reports come of it is seen by the way. */
    private static final Pattern SENDERS_RULE = Pattern.compile("[DST][0-9]+");

    private static final String TLSA_PREFIX = "_25._tcp.";

    private final Catalogue catalogue;
    private final Rules rules = Rules.builtIn();

    private final ReportBook reports;

    private CaseBook(Catalogue catalogue) {
        this.catalogue = catalogue;
        this.reports = new ReportBook(catalogue);
    }

    /** All cases, in the order of the catalogue. */
    public static List<Case> of(Catalogue catalogue) {
        return new CaseBook(catalogue).cases();
    }

    private List<Case> cases() {
        List<Case> cases = new ArrayList<>();
        for (LabDomain domain : catalogue.domains()) {
            if (!CaseTable.LEFT_OUT.contains(domain.text())
                    && domain.rules().stream()
                            .anyMatch(r -> SENDERS_RULE.matcher(r).matches())) {
                cases.add(ordinary(domain));
            }
            CaseTable.special(domain.text()).forEach(special -> cases.add(special(domain, special)));
            domain.later().ifPresent(later -> cases.add(second(domain, later)));
        }
        return cases;
    }

    private Case ordinary(LabDomain domain) {
        CaseTable.Entry entry = CaseTable.entry(domain.text());
        Must must = entry.must().orElseGet(() -> must(domain));
        List<Case.Host> hosts = hosts(domain);
        Optional<String> rule = entry.free() ? Optional.empty() : entry.rule().or(() -> rule(domain, must));
        Map<Deviation, List<String>> blame = new EnumMap<>(Deviation.class);
        rule.ifPresent(r -> {
            blame.put(Deviation.HANDED_OVER, List.of(r));
            if (must == Must.DELIVER) {
                blame.put(Deviation.HELD, List.of(r));
                blame.put(Deviation.RETURNED, List.of(r));
            }
        });
        blame.putAll(clear(domain));
        if (must == Must.HOLD) {
            blame.put(Deviation.RETURNED, List.of(returnRule(domain)));
        }
        if (hosts.stream().anyMatch(h -> !h.startTls())) {
            blame.put(Deviation.BLIND_STARTTLS, List.of("S19"));
        }
        blame.putAll(entry.blame());
        return new Case(
                domain.text(),
                Probe.ORDINARY,
                domain.about(),
                must,
                hosts,
                rule,
                // what its rule is about comes with the second mail
                entry.proves() && domain.later().isEmpty(),
                blame,
                entry.needs(),
                Optional.of(reports.of(domain, bases(domain))));
    }

    /**
     * A case of REQUIRETLS, or of the header field {@code TLS-Required: No}. What becomes of such a mail stands in the
     * catalogue; a host may have it when it could have any mail, and for REQUIRETLS when it offers that inside TLS.
     */
    private Case special(LabDomain domain, CaseTable.Special special) {
        Expectation expectation = domain.expectation();
        boolean word = special.probe() == Probe.REQUIRE_TLS;
        Must must = (word ? expectation.requireTls() : expectation.tlsRequiredNo())
                .map(CaseBook::must)
                .orElseThrow(() -> new IllegalStateException(
                        "the catalogue does not say what becomes of such a mail to " + domain.text()));
        List<Case.Host> hosts = new ArrayList<>();
        for (Case.Host host : hosts(domain)) {
            boolean may = must == Must.DELIVER && (!word || offersRequireTls(host.name()));
            Case.Use use = host.use() == Case.Use.CANNOT ? Case.Use.CANNOT : may ? Case.Use.YES : Case.Use.NO;
            hosts.add(new Case.Host(
                    host.name(),
                    use,
                    !word,
                    Optional.empty(),
                    Optional.empty(),
                    host.startTls(),
                    host.tlsWorks(),
                    host.reachable()));
        }
        Map<Deviation, List<String>> blame = new EnumMap<>(Deviation.class);
        List<String> rule = List.of(special.rule());
        blame.put(Deviation.HANDED_OVER, rule);
        if (must == Must.DELIVER) {
            blame.put(Deviation.HELD, rule);
            blame.put(Deviation.RETURNED, rule);
        }
        if (word) {
            blame.put(Deviation.IN_CLEAR, List.of("Q7"));
            blame.put(Deviation.WORD_DROPPED, List.of("Q6"));
            blame.put(Deviation.TEXT_RETURNED, List.of("Q8"));
        }
        return new Case(
                domain.text(),
                special.probe(),
                domain.about(),
                must,
                hosts,
                Optional.of(special.rule()),
                true,
                blame,
                special.needs(),
                Optional.empty());
    }

    /** A second mail, when the domain is otherwise than it was at the first. */
    private Case second(LabDomain domain, LabDomain.Later later) {
        boolean goes = later.mail() == Expectation.Fate.DELIVERED;
        List<String> rules = CaseTable.second(domain.text());
        boolean dane = rules.getLast().startsWith("D");
        List<Case.Host> hosts = hosts(domain).stream()
                .map(h -> new Case.Host(
                        h.name(),
                        goes ? Case.Use.YES : Case.Use.NO,
                        goes,
                        Optional.empty(),
                        Optional.empty(),
                        h.startTls(),
                        h.tlsWorks(),
                        h.reachable()))
                .toList();
        Map<Deviation, List<String>> blame = new EnumMap<>(Deviation.class);
        if (goes) {
            blame.put(Deviation.HELD, rules);
            blame.put(Deviation.RETURNED, rules);
        } else {
            blame.put(Deviation.HANDED_OVER, rules);
            blame.put(Deviation.IN_CLEAR, List.of(dane ? "D9" : "S19", rules.getLast()));
            blame.put(Deviation.RETURNED, List.of(dane ? "D21" : "S11"));
        }
        return new Case(
                domain.text(),
                later.restarted() ? Probe.RESTARTED : Probe.LATER,
                later.judgement(),
                goes ? Must.DELIVER : Must.HOLD,
                hosts,
                Optional.of(rules.getLast()),
                true,
                blame,
                List.of(dane ? Area.DANE : Area.MTA_STS),
                Optional.empty());
    }

    private static Must must(Expectation.Fate fate) {
        return switch (fate) {
            case DELIVERED -> Must.DELIVER;
            // whether it comes back at once or waits first is the sender's own business
            case BOUNCED, WAITS -> Must.HOLD;
        };
    }

    private boolean offersRequireTls(String host) {
        return setup(Name.fromConstantString(host + "."))
                .map(h -> h.requireTls() == LabDomain.RequireTls.OFFERED)
                .orElse(false);
    }

    private static Must must(LabDomain domain) {
        Expectation expectation = domain.expectation();
        return switch (expectation.route()) {
            case NO_MAIL -> Must.RETURN;
            case WAIT -> Must.HOLD;
            case DELIVER -> {
                List<Case.Use> uses =
                        expectation.hosts().values().stream().map(CaseBook::use).toList();
                if (uses.contains(Case.Use.YES)) {
                    yield binding(domain) ? Must.DELIVER : Must.FREE;
                }
                yield uses.stream().allMatch(u -> u == Case.Use.CANNOT) ? Must.FREE : Must.HOLD;
            }
        };
    }

    /**
     * Whether mail must go: what is merely opportunistic and not even encrypted, or under nobody's promise, is the sender's
     * own business.
     */
    private static boolean binding(LabDomain domain) {
        return domain.expectation().hosts().values().stream()
                .filter(h -> use(h) == Case.Use.YES)
                .findFirst()
                .filter(h -> !h.verdicts().contains(Verdict.CLEAR))
                .isPresent();
    }

    private static Case.Use use(Expectation.Host host) {
        if (host.requirement() == Requirement.REFUSE) {
            return Case.Use.NO_CONNECTION;
        }
        if (host.verdicts().contains(Verdict.REFUSED)) {
            return Case.Use.NO;
        }
        return host.verdicts().stream().allMatch(v -> v == Verdict.NOT_REACHED) ? Case.Use.CANNOT : Case.Use.YES;
    }

    private List<Case.Host> hosts(LabDomain domain) {
        List<Case.Host> hosts = new ArrayList<>();
        domain.expectation().hosts().forEach((name, expected) -> hosts.add(host(domain, name, expected)));
        return hosts;
    }

    private Case.Host host(LabDomain domain, Name name, Expectation.Host expected) {
        Optional<LabDomain.Host> setup = setup(name);
        String text = name.toString(true);
        boolean dane = expected.requirement() == Requirement.DANE || expected.requirement() == Requirement.BOTH;
        boolean sts = expected.requirement() == Requirement.STS;
        // behind an insecure MX set DANE is the sender's choice (D19)
        boolean named = dane && domain.expectation().dnssec() == Expectation.Status.SECURE;
        Optional<String> sni = named ? setup.map(CaseBook::base) : sts ? Optional.of(text) : Optional.empty();
        boolean open = expected.requirement() == Requirement.OPPORTUNISTIC;
        boolean reachable = setup.map(h -> h.addresses().contains(LabDomain.Address.V4)
                        || h.addresses().contains(LabDomain.Address.V4_REFUSED))
                .orElse(false);
        return new Case.Host(
                text,
                use(expected),
                open,
                sni,
                named ? Optional.of("D17") : sts ? Optional.of("S9") : Optional.empty(),
                setup.map(h -> h.smtp() != LabDomain.Smtp.NO_STARTTLS).orElse(true),
                setup.map(h -> h.smtp() == LabDomain.Smtp.NORMAL).orElse(true),
                reachable);
    }

    private Optional<LabDomain.Host> setup(Name name) {
        return catalogue.domains().stream()
                .flatMap(d -> d.setup().hosts().stream())
                .filter(h -> h.name().equals(name))
                .findFirst();
    }

    private Map<Name, String> bases(LabDomain domain) {
        Map<Name, String> bases = new HashMap<>();
        domain.expectation().hosts().keySet().forEach(h -> setup(h).ifPresent(s -> bases.put(h, base(s))));
        return bases;
    }

    /** The TLSA base domain (D6, D7): where the records stand, when that is a place for them; else the host. */
    private static String base(LabDomain.Host host) {
        String owner = host.tlsaOwner().toString(true);
        return owner.startsWith(TLSA_PREFIX)
                ? owner.substring(TLSA_PREFIX.length())
                : host.name().toString(true);
    }

    /** The rule that a domain decides, when the table says nothing. */
    private Optional<String> rule(LabDomain domain, Must must) {
        Stream<String> named = domain.rules().stream()
                .filter(r -> r.startsWith("D") || r.startsWith("S"))
                .filter(rules.all()::containsKey);
        return switch (must) {
            case HOLD ->
                domain.expectation().hosts().values().stream()
                        .flatMap(h -> h.rule().stream())
                        .findFirst()
                        .or(named::findFirst);
            case DELIVER, RETURN -> named.findFirst();
            case FREE -> Optional.empty();
        };
    }

    /** What clear text breaks at the first host that forbids it. */
    private static Map<Deviation, List<String>> clear(LabDomain domain) {
        return domain.expectation().hosts().values().stream()
                .map(Expectation.Host::requirement)
                .filter(r -> r != Requirement.OPPORTUNISTIC && r != Requirement.REFUSE)
                .findFirst()
                // D9: presence alone is a commitment; S19: enforce is one too
                .map(r -> Map.of(Deviation.IN_CLEAR, List.of(r == Requirement.STS ? "S19" : "D9")))
                .orElseGet(() -> domain.expectation().hosts().values().stream()
                        .flatMap(h -> h.rule().stream())
                        .findFirst()
                        .map(r -> Map.of(Deviation.IN_CLEAR, List.of(r)))
                        .orElse(Map.of()));
    }

    /** D1, D21, S11: what a bounce breaks where mail waits. */
    private static String returnRule(LabDomain domain) {
        Optional<String> rule = domain.expectation().hosts().values().stream()
                .flatMap(h -> h.rule().stream())
                .findFirst();
        return rule.map(r -> r.equals("D1") ? "D1" : r.startsWith("S") ? "S11" : "D21")
                .orElse("D1");
    }
}
