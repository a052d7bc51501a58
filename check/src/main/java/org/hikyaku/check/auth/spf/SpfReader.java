package org.hikyaku.check.auth.spf;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.hikyaku.check.auth.Asker;
import org.hikyaku.check.auth.KnownAnswers;
import org.hikyaku.check.auth.spf.SpfReport.Cost;
import org.hikyaku.check.auth.spf.SpfReport.Ending;
import org.hikyaku.dns.Answer;
import org.hikyaku.dns.Content;
import org.xbill.DNS.MXRecord;
import org.xbill.DNS.Name;
import org.xbill.DNS.TextParseException;
import org.xbill.DNS.Type;

/** Reads a domain's SPF record and all that it leads to. */
public final class SpfReader {
    /** RFC 7208 section 4.6.4. */
    public static final int MAX_LOOKUPS = 10;

    /** RFC 7208 section 4.6.4, recommended. */
    public static final int MAX_VOIDS = 2;

    /** Hosts that one mx term may lead to (RFC 7208 section 4.6.4). */
    public static final int MAX_MX = 10;

    /** No honest record nests deeper: each step costs a look-up. */
    private static final int MAX_DEPTH = 20;

    private final KnownAnswers known;
    private final Name sender;
    private final SpfProblems problems;
    private final List<Cost> costs = new ArrayList<>();
    private int lookups;
    private int voids;

    private SpfReader(KnownAnswers known, Name sender) {
        this.known = known;
        this.sender = sender;
        this.problems = new SpfProblems(sender);
    }

    /** Reads the record of a domain. */
    public static SpfReport read(Name domain, Asker asker) {
        return KnownAnswers.read(asker, known -> new SpfReader(known, domain).report());
    }

    private SpfReport report() {
        Optional<SpfSelection> own = known.get(sender, Type.TXT).map(SpfSelection::of);
        SpfSelection selection = own.orElse(new SpfSelection.None(List.of()));
        Optional<Ending> ending = switch (selection) {
            case SpfSelection.Found found -> record(sender, found, List.of(sender));
            case SpfSelection.Several several -> {
                problems.several(sender, several);
                yield Optional.empty();
            }
            case SpfSelection.None _, SpfSelection.NotKnown _ -> Optional.empty();
        };
        problems.limits(lookups, voids);
        ending.ifPresent(problems::ending);
        return new SpfReport(sender, selection, problems.all(), lookups, costs, voids, ending);
    }

    /** One record; says how reading it ends. */
    private Optional<Ending> record(Name domain, SpfSelection.Found found, List<Name> path) {
        SpfRecord record = found.record();
        problems.faults(domain, record);
        problems.style(domain, found);
        for (SpfTerm.Mechanism mechanism : record.evaluated()) {
            int before = lookups;
            mechanism(domain, mechanism, path);
            cost(domain, mechanism.place(), before);
        }
        if (record.all().isPresent()) {
            problems.unreached(domain, record);
            return Optional.of(new Ending(record.all().get().qualifier(), true, domain));
        }
        if (record.redirect().isPresent()) {
            SpfTerm.Redirect redirect = record.redirect().get();
            int before = lookups;
            lookups++;
            Optional<Ending> ending = follow(domain, redirect.place(), redirect.domain(), path);
            cost(domain, redirect.place(), before);
            return ending;
        }
        // A term that is wrong may be the one that was meant as the end.
        return record.faults().isEmpty() ? Optional.of(new Ending(Qualifier.NEUTRAL, false, domain)) : Optional.empty();
    }

    private void cost(Name domain, SpfTerm.Place place, int before) {
        if (domain.equals(sender) && lookups > before) {
            costs.add(new Cost(place.text(), lookups - before));
        }
    }

    private void mechanism(Name domain, SpfTerm.Mechanism mechanism, List<Name> path) {
        switch (mechanism) {
            case SpfTerm.All _, SpfTerm.Ip _ -> {}
            case SpfTerm.Include include -> {
                lookups++;
                follow(domain, include.place(), include.domain(), path);
            }
            case SpfTerm.A a -> {
                lookups++;
                target(domain, a.place(), a.domain()).ifPresent(t -> address(domain, a.place(), t));
            }
            case SpfTerm.Mx mx -> {
                lookups++;
                target(domain, mx.place(), mx.domain()).ifPresent(t -> mx(domain, mx.place(), t));
            }
            case SpfTerm.Exists exists -> {
                lookups++;
                target(domain, exists.place(), Optional.of(exists.domain()))
                        .flatMap(t -> known.get(t, Type.A))
                        .ifPresent(answer -> {
                            if (isVoid(answer)) {
                                voided(domain, exists.place(), answer.question().name(), "address");
                            } else {
                                problems.notKnown(domain, exists.place(), answer);
                            }
                        });
            }
            case SpfTerm.Ptr ptr -> {
                lookups++;
                problems.ptr(domain, ptr.place());
            }
        }
    }

    /** The name that a term is about; empty when only a mail would tell, or it is no name. */
    private Optional<Name> target(Name domain, SpfTerm.Place place, Optional<DomainSpec> spec) {
        if (spec.isEmpty()) {
            return Optional.of(domain);
        }
        Optional<String> text = spec.get().expand(SpfProblems.name(domain), SpfProblems.name(sender));
        if (text.isEmpty()) {
            problems.dependsOnMail(domain, place, spec.get().letters());
            return Optional.empty();
        }
        try {
            return Optional.of(Name.fromString(escaped(text.get()), Name.root));
        } catch (TextParseException e) {
            voids++; // RFC 7208 section 4.3: a name that cannot be asked for counts as one that is not there
            return Optional.empty();
        }
    }

    /** In master-file form a backslash means something. */
    private static String escaped(String name) {
        return name.replace("\\", "\\\\")
                .replace("\"", "\\\"")
                .replace("(", "\\(")
                .replace(")", "\\)");
    }

    private void address(Name domain, SpfTerm.Place place, Name target) {
        Optional<Answer> four = known.get(target, Type.A);
        Optional<Answer> six = known.get(target, Type.AAAA);
        if (four.isEmpty() || six.isEmpty()) {
            return;
        }
        if (isVoid(four.get()) && isVoid(six.get())) {
            voided(domain, place, target, "address");
        }
        problems.notKnown(domain, place, four.get());
        problems.notKnown(domain, place, six.get());
    }

    private void mx(Name domain, SpfTerm.Place place, Name target) {
        Optional<Answer> answer = known.get(target, Type.MX);
        if (answer.isEmpty()) {
            return;
        }
        if (isVoid(answer.get())) {
            voided(domain, place, target, "MX record");
            return;
        }
        problems.notKnown(domain, place, answer.get());
        if (answer.get() instanceof Answer.Definite definite) {
            List<Name> hosts = definite.content().recordsOrNone().stream()
                    .map(r -> ((MXRecord) r).getTarget())
                    .filter(n -> !n.equals(Name.root))
                    .toList();
            if (hosts.size() > MAX_MX) {
                problems.tooManyMx(domain, place, hosts.size());
                return;
            }
            hosts.stream().distinct().forEach(h -> address(domain, place, h));
        }
    }

    private Optional<Ending> follow(Name domain, SpfTerm.Place place, DomainSpec spec, List<Name> path) {
        Optional<Name> target = target(domain, place, Optional.of(spec));
        if (target.isEmpty()) {
            return Optional.empty();
        }
        if (path.contains(target.get())) {
            problems.loop(domain, place, target.get());
            return Optional.empty();
        }
        Optional<SpfSelection> selection = known.get(target.get(), Type.TXT).map(SpfSelection::of);
        if (selection.isEmpty() || path.size() > MAX_DEPTH) {
            return Optional.empty();
        }
        return switch (selection.get()) {
            case SpfSelection.Found found -> {
                List<Name> deeper = new ArrayList<>(path);
                deeper.add(target.get());
                yield record(target.get(), found, deeper);
            }
            case SpfSelection.Several several -> {
                problems.several(target.get(), several);
                yield Optional.empty();
            }
            case SpfSelection.None none -> {
                if (known.get(target.get(), Type.TXT).filter(SpfReader::isVoid).isPresent()) {
                    voids++;
                }
                problems.targetWithoutRecord(domain, place, target.get(), none);
                yield Optional.empty();
            }
            case SpfSelection.NotKnown not -> {
                problems.notKnown(domain, place, not.answer());
                yield Optional.empty();
            }
        };
    }

    private void voided(Name domain, SpfTerm.Place place, Name target, String what) {
        voids++;
        problems.voided(domain, place, target, what);
    }

    /** RFC 7208 section 4.6.4: no error, and no records. */
    private static boolean isVoid(Answer answer) {
        return answer instanceof Answer.Definite definite && !(definite.content() instanceof Content.Records);
    }
}
