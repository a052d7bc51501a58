package org.hikyaku.check.grade;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import org.hikyaku.check.grade.DomainGrade.CategoryGrade;
import org.hikyaku.check.grade.DomainGrade.ServerGrade;
import org.hikyaku.check.grade.MailFacts.Address;
import org.hikyaku.check.grade.MailFacts.Dane;
import org.hikyaku.check.grade.MailFacts.Host;
import org.hikyaku.check.grade.MailFacts.MxStatus;
import org.hikyaku.check.grade.MailFacts.Signed;
import org.hikyaku.check.grade.Scheme.Category;
import org.hikyaku.check.grade.Scorer.Row;
import org.hikyaku.tls.probe.Known;

/** Grades a mail domain by a profile. Pure: the same facts give the same grade. */
public final class MailGrader {
    /** internet.nl tests the first ten MX hosts by name ("because of performance reasons", checks/tasks/shared.py). */
    public static final int HOSTS = 10;

    private static final int FULL = 10;
    private static final int PARTIAL = 2;

    private final Profile profile;
    private final Grader grader;

    public MailGrader(Profile profile) {
        this.profile = profile;
        this.grader = new Grader(profile);
    }

    public Profile profile() {
        return profile;
    }

    public DomainGrade grade(MailFacts facts) {
        List<Host> hosts = facts.hosts().stream()
                .sorted(Comparator.comparing(Host::name))
                .limit(HOSTS)
                .toList();
        List<ServerGrade> servers = new ArrayList<>();
        for (Host host : hosts) {
            for (Address address : host.addresses()) {
                if (address instanceof Address.Probed probed) {
                    servers.add(new ServerGrade(
                            host.name(), probed.address(), probed.facts(), grader.grade(probed.facts())));
                }
            }
        }
        List<CategoryGrade> categories = profile.scheme().map(Scheme::categories).orElse(List.of()).stream()
                .map(c -> Scorer.category(c, rows(c, facts, hosts, servers)))
                .toList();
        return new DomainGrade(
                profile, categories, servers, Scorer.total(categories), notes(facts, hosts, servers, categories));
    }

    private static List<Row> rows(Category category, MailFacts facts, List<Host> hosts, List<ServerGrade> servers) {
        List<Row> rows = new ArrayList<>(
                switch (category.id()) {
                    case "ipv6" -> ipv6(facts, hosts);
                    case "dnssec" -> dnssec(facts, hosts);
                    case "tls" -> tls(facts, hosts, servers);
                    default -> List.<Row>of();
                });
        List<Mark> elsewhere = facts.elsewhere().stream()
                .filter(m -> category.rule(m.subtest()).isPresent())
                .toList();
        if (rows.isEmpty() && !elsewhere.isEmpty()) {
            rows.add(new Row("", elsewhere));
        } else if (!elsewhere.isEmpty()) {
            List<Mark> first = new ArrayList<>(rows.getFirst().marks());
            first.addAll(elsewhere);
            rows.set(0, new Row(rows.getFirst().place(), first));
        }
        return rows;
    }

    /** The mail servers' half; the name servers' is measured elsewhere. */
    private static List<Row> ipv6(MailFacts facts, List<Host> hosts) {
        if (facts.mx() != MxStatus.HAS_MX) {
            return List.of(new Row("", List.of(Mark.of("mx_aaaa", facts.mx().outcome(), ""))));
        }
        if (hosts.stream().anyMatch(h -> !h.ipv6().known())) {
            return List.of(new Row("", List.of(Mark.of("mx_aaaa", Mark.UNKNOWN, ""))));
        }
        List<String> without = hosts.stream()
                .filter(h -> h.ipv6().addresses() == 0)
                .map(Host::name)
                .toList();
        Mark addresses = without.isEmpty()
                ? Mark.of("mx_aaaa", "good", "")
                : new Mark("mx_aaaa", "insufficient", without, "no IPv6 address: " + list(without), Optional.empty());
        return List.of(new Row("", List.of(addresses, reach(hosts, without))));
    }

    private static Mark reach(List<Host> hosts, List<String> without) {
        if (without.size() == hosts.size()) {
            return Mark.of("mx_reach", "no_address", "there is no address to try, which counts as none reached");
        }
        if (hosts.stream().anyMatch(h -> h.ipv6().tried() < h.ipv6().addresses())) {
            return Mark.of("mx_reach", Mark.UNKNOWN, "");
        }
        int points = 0;
        List<String> silent = new ArrayList<>();
        for (Host host : hosts) {
            int lost = host.ipv6().addresses() - host.ipv6().reached();
            points += host.ipv6().reached() == 0 ? 0 : lost > 0 ? PARTIAL : FULL;
            if (lost > 0) {
                silent.add(host.name());
            }
        }
        return new Mark(
                "mx_reach",
                silent.isEmpty() ? "good" : "insufficient",
                silent,
                silent.isEmpty() ? "" : "silent over IPv6: " + list(silent),
                Optional.of(points / hosts.size()));
    }

    private static List<Row> dnssec(MailFacts facts, List<Host> hosts) {
        List<Row> rows = new ArrayList<>();
        List<Mark> domain = new ArrayList<>(signed(facts.signed(), "dnssec_exists", "dnssec_valid"));
        if (facts.mx() != MxStatus.HAS_MX) {
            domain.add(Mark.of("dnssec_mx_exists", facts.mx().outcome(), ""));
        }
        rows.add(new Row("the domain", domain));
        if (facts.mx() == MxStatus.HAS_MX) {
            hosts.forEach(h -> rows.add(new Row(h.name(), signed(h.signed(), "dnssec_mx_exists", "dnssec_mx_valid"))));
        }
        return rows;
    }

    private static List<Mark> signed(Signed signed, String exists, String valid) {
        return switch (signed) {
            case SECURE -> List.of(Mark.of(exists, "good", ""), Mark.of(valid, "secure", ""));
            case INSECURE -> List.of(Mark.of(exists, "insufficient", "not signed"), Mark.of(valid, "insecure", ""));
            case UNSUPPORTED_ALGORITHM ->
                List.of(
                        Mark.of(exists, "good", ""),
                        Mark.of(valid, "unsupported_algorithm", "signed by algorithms that no longer count"));
            case BOGUS -> List.of(Mark.of(exists, "good", ""), Mark.of(valid, "bogus", "the signatures do not hold"));
            case UNKNOWN -> List.of(Mark.of(exists, Mark.UNKNOWN, ""), Mark.of(valid, Mark.UNKNOWN, ""));
        };
    }

    private static List<Row> tls(MailFacts facts, List<Host> hosts, List<ServerGrade> servers) {
        if (facts.mx() != MxStatus.HAS_MX) {
            return List.of(
                    new Row("", List.of(Mark.of("tls_available", facts.mx().outcome(), ""))));
        }
        List<Row> rows = new ArrayList<>();
        for (Host host : hosts) {
            List<Row> answering = new ArrayList<>();
            List<Row> silent = new ArrayList<>();
            for (Address address : host.addresses()) {
                String place =
                        host.name() + " " + address.address().getAddress().getHostAddress();
                switch (address) {
                    case Address.Probed probed ->
                        answering.add(new Row(place, marks(host, report(servers, host, probed))));
                    case Address.NoTls none ->
                        answering.add(
                                new Row(place, List.of(Mark.of("tls_available", "insufficient", none.sentence()))));
                    case Address.Unreachable not ->
                        silent.add(new Row(place, List.of(Mark.of("tls_available", "unreachable", not.sentence()))));
                    case Address.NotFoundOut _ -> {}
                }
            }
            // internet.nl tests one address of each, so that a silent one beside an answering one does no harm.
            boolean open = host.addresses().stream().anyMatch(Address.NotFoundOut.class::isInstance);
            rows.addAll(!answering.isEmpty() ? answering : open ? List.of() : silent);
            if (host.addresses().isEmpty()) {
                rows.add(new Row(host.name(), List.of(Mark.of("tls_available", "unreachable", "it has no address"))));
            }
        }
        return rows;
    }

    private static GradeReport report(List<ServerGrade> servers, Host host, Address.Probed probed) {
        return servers.stream()
                .filter(s -> s.host().equals(host.name()) && s.address().equals(probed.address()))
                .map(ServerGrade::report)
                .findFirst()
                .orElseThrow(() -> new IllegalStateException("every probed address has been graded"));
    }

    private static List<Mark> marks(Host host, GradeReport report) {
        List<Mark> marks = new ArrayList<>();
        report.subtests()
                .forEach(s -> marks.add(new Mark(
                        s.id(),
                        s.outcome(),
                        s.grade() == Grade.GOOD ? List.of() : s.values(),
                        s.grade() == Grade.GOOD ? "" : s.sentence(),
                        Optional.empty())));
        dane(host, marks);
        known(host.trusted(), "certificate_trust", "insufficient", "no known authority vouches for it", marks);
        known(
                host.named(),
                "certificate_name",
                // A TLSA record of usage 2 makes the name count.
                host.anchored() ? "with_dane_ta" : "insufficient",
                "it is for another name",
                marks);
        return marks;
    }

    private static void known(Known known, String subtest, String bad, String sentence, List<Mark> marks) {
        switch (known) {
            case YES -> marks.add(Mark.of(subtest, "good", ""));
            case NO -> marks.add(Mark.of(subtest, bad, sentence));
            case UNKNOWN -> marks.add(Mark.of(subtest, Mark.UNKNOWN, ""));
        }
    }

    private static void dane(Host host, List<Mark> marks) {
        switch (host.dane()) {
            case ABSENT -> marks.add(Mark.of("dane_exists", "absent", "no TLSA records"));
            case BOGUS -> marks.add(Mark.of("dane_exists", "bogus", "the answer for TLSA does not validate"));
            case UNKNOWN -> marks.add(Mark.of("dane_exists", Mark.UNKNOWN, ""));
            case VALID -> {
                marks.add(Mark.of("dane_exists", "valid", ""));
                marks.add(Mark.of("dane_valid", "valid", ""));
            }
            case BROKEN -> {
                marks.add(Mark.of("dane_exists", "broken", ""));
                marks.add(Mark.of("dane_valid", "broken", "the server does not show what they promise"));
            }
        }
        if (host.dane() == Dane.VALID || host.dane() == Dane.BROKEN) {
            marks.add(Mark.of(
                    "dane_rollover", host.rollover() ? "good" : "insufficient", host.rollover() ? "" : "one only"));
        }
    }

    private static List<String> notes(
            MailFacts facts, List<Host> hosts, List<ServerGrade> servers, List<CategoryGrade> categories) {
        List<String> notes = new ArrayList<>();
        int left = facts.hosts().size() - hosts.size();
        if (left > 0) {
            notes.add("Graded are the first " + HOSTS + " mail servers by name, as internet.nl does; " + left
                    + (left == 1 ? " is" : " are") + " left out.");
        }
        for (Host host : hosts) {
            for (Address address : host.addresses()) {
                if (address instanceof Address.NotFoundOut open) {
                    notes.add(host.name() + " " + open.address().getAddress().getHostAddress() + " is not graded: "
                            + open.sentence());
                }
            }
        }
        servers.stream()
                .filter(s -> s.facts().refusing())
                .forEach(s -> notes.add(s.host() + " "
                        + s.address().getAddress().getHostAddress()
                        + " began to turn us away: what was not asked by then is not graded."));
        notTested(categories).ifPresent(notes::add);
        return notes;
    }

    private static Optional<String> notTested(List<CategoryGrade> categories) {
        List<String> titles = new ArrayList<>();
        for (CategoryGrade category : categories) {
            List<String> inside = category.subtests().stream()
                    .filter(s -> s.status() == Status.NOT_TESTED && !s.counts())
                    .filter(s -> s.rule().full() > 0)
                    // Without TLSA records there is nothing to match.
                    .filter(s -> category.subtests().stream()
                            .noneMatch(o -> o.counts()
                                    && o.rule().field().equals(s.rule().field())))
                    .map(s -> s.rule().title())
                    .toList();
            if (category.most() == 0) {
                titles.add(category.category().title());
            } else {
                titles.addAll(inside);
            }
        }
        return titles.isEmpty()
                ? Optional.empty()
                : Optional.of("Not tested, and so no part of the total: " + list(titles) + ".");
    }

    private static String list(List<String> items) {
        return String.join(", ", items);
    }
}
