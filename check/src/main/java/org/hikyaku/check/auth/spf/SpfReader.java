package org.hikyaku.check.auth.spf;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import org.hikyaku.check.auth.Asker;
import org.hikyaku.check.auth.KnownAnswers;
import org.hikyaku.check.auth.Shown;
import org.hikyaku.check.auth.spf.SpfProblem.Kind;
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

    /** RFC 7208 section 3.4: name and TXT records together; more may not fit into 512 octets. */
    public static final int COMFORTABLE_OCTETS = 450;

    /** No honest record nests deeper: each step costs a look-up. */
    private static final int MAX_DEPTH = 20;

    private static final Set<String> MECHANISMS = Set.of("all", "include", "a", "mx", "ptr", "ip4", "ip6", "exists");

    private final KnownAnswers known;
    private final Name sender;
    private final List<SpfProblem> problems = new ArrayList<>();
    private final List<Cost> costs = new ArrayList<>();
    private int lookups;
    private int voids;

    private SpfReader(KnownAnswers known, Name sender) {
        this.known = known;
        this.sender = sender;
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
                several(sender, several);
                yield Optional.empty();
            }
            case SpfSelection.None _, SpfSelection.NotKnown _ -> Optional.empty();
        };
        limits();
        ending.ifPresent(this::ending);
        return new SpfReport(sender, selection, problems, lookups, costs, voids, ending);
    }

    private void limits() {
        if (lookups > MAX_LOOKUPS) {
            problem(
                    Kind.TOO_MANY_LOOKUPS,
                    sender,
                    "The record causes " + lookups + " look-ups, and " + MAX_LOOKUPS + " are allowed.");
        }
        if (voids > MAX_VOIDS) {
            problem(
                    Kind.TOO_MANY_VOIDS,
                    sender,
                    "The record causes " + voids + " look-ups that find nothing, and receivers allow " + MAX_VOIDS
                            + ".");
        }
    }

    private void ending(Ending ending) {
        String where = ending.domain().equals(sender) ? "" : " (in the record of " + name(ending.domain()) + ")";
        switch (ending.qualifier()) {
            case PASS -> problem(Kind.OPEN, sender, "\"+all\"" + where + " lets everybody send in the domain's name.");
            case NEUTRAL ->
                problem(
                        Kind.NEUTRAL,
                        sender,
                        ending.all()
                                ? "\"?all\"" + where + " says nothing about senders that the record does not name."
                                : "The record" + where + " does not end in \"all\", which is as \"?all\": nothing is"
                                        + " said about senders that it does not name.");
            case FAIL, SOFTFAIL -> {}
        }
    }

    /** One record; says how reading it ends. */
    private Optional<Ending> record(Name domain, SpfSelection.Found found, List<Name> path) {
        SpfRecord record = found.record();
        record.faults()
                .forEach(f -> problem(
                        Kind.SYNTAX,
                        domain,
                        "The term " + Shown.quoted(f.term().text()) + in(domain) + " is wrong. "
                                + f.fault().inWords()));
        style(domain, found);
        for (SpfTerm.Mechanism mechanism : record.evaluated()) {
            int before = lookups;
            mechanism(domain, mechanism, path);
            cost(domain, mechanism.place(), before);
        }
        if (record.all().isPresent()) {
            unreached(domain, record);
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
                                notKnown(domain, exists.place(), answer);
                            }
                        });
            }
            case SpfTerm.Ptr ptr -> {
                lookups++;
                problem(
                        Kind.PTR,
                        domain,
                        "The term " + Shown.quoted(ptr.place().text()) + in(domain)
                                + " asks for names of the sender's address: slow, unreliable, and not to be used.");
            }
        }
    }

    /** The name that a term is about; empty when only a mail would tell, or it is no name. */
    private Optional<Name> target(Name domain, SpfTerm.Place place, Optional<DomainSpec> spec) {
        if (spec.isEmpty()) {
            return Optional.of(domain);
        }
        Optional<String> text = spec.get().expand(name(domain), name(sender));
        if (text.isEmpty()) {
            problem(
                    Kind.DEPENDS_ON_MAIL,
                    domain,
                    "What " + Shown.quoted(place.text()) + in(domain)
                            + " comes to depends on each mail ("
                            + words(spec.get().letters())
                            + "), so it is not followed here.");
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

    private static String words(String letters) {
        List<String> words = new ArrayList<>();
        for (int i = 0; i < letters.length(); i++) {
            words.add(
                    switch (letters.charAt(i)) {
                        case 'i' -> "the sender's address";
                        case 's' -> "the envelope sender";
                        case 'l' -> "the part before @";
                        case 'h' -> "the EHLO name";
                        case 'p' -> "the name of the sender's address";
                        case 'v' -> "the kind of address";
                        default -> "%{" + letters.charAt(i) + "}";
                    });
        }
        return String.join(", ", words);
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
        notKnown(domain, place, four.get());
        notKnown(domain, place, six.get());
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
        notKnown(domain, place, answer.get());
        if (answer.get() instanceof Answer.Definite definite) {
            List<Name> hosts = definite.content().recordsOrNone().stream()
                    .map(r -> ((MXRecord) r).getTarget())
                    .filter(n -> !n.equals(Name.root))
                    .toList();
            if (hosts.size() > MAX_MX) {
                problem(
                        Kind.TOO_MANY_MX,
                        domain,
                        "The term " + Shown.quoted(place.text()) + in(domain) + " leads to " + hosts.size()
                                + " MX hosts, and " + MAX_MX + " are allowed.");
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
            problem(
                    Kind.LOOP,
                    domain,
                    "The term " + Shown.quoted(place.text()) + in(domain) + " leads back to the record of "
                            + name(target.get()) + ", from which reading came.");
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
                several(target.get(), several);
                yield Optional.empty();
            }
            case SpfSelection.None none -> {
                if (known.get(target.get(), Type.TXT).filter(SpfReader::isVoid).isPresent()) {
                    voids++;
                }
                problem(
                        Kind.TARGET_WITHOUT_RECORD,
                        domain,
                        "The term " + Shown.quoted(place.text()) + in(domain) + " leads to " + name(target.get())
                                + ", which has no SPF record."
                                + (none.looksLike().isEmpty() ? "" : " " + String.join(" ", none.looksLike())));
                yield Optional.empty();
            }
            case SpfSelection.NotKnown not -> {
                notKnown(domain, place, not.answer());
                yield Optional.empty();
            }
        };
    }

    private void several(Name domain, SpfSelection.Several several) {
        problem(
                Kind.SEVERAL,
                domain,
                "There are " + several.texts().size() + " SPF records at " + name(domain)
                        + ", and only one is allowed: "
                        + String.join(
                                ", ",
                                several.texts().stream().map(Shown::quoted).toList()) + ".");
    }

    private void unreached(Name domain, SpfRecord record) {
        if (!record.afterAll().isEmpty()) {
            problem(
                    Kind.UNREACHED,
                    domain,
                    "Nothing behind "
                            + Shown.quoted(record.all().orElseThrow().place().text()) + in(domain)
                            + " is ever looked at: "
                            + String.join(
                                    ", ",
                                    record.afterAll().stream()
                                            .map(t -> Shown.quoted(t.place().text()))
                                            .toList())
                            + ".");
        }
        record.redirect()
                .ifPresent(r -> problem(
                        Kind.UNREACHED,
                        domain,
                        Shown.quoted(r.place().text()) + in(domain)
                                + " is ignored, because the record has \"all\" (RFC 7208 section 6.1)."));
    }

    private void style(Name domain, SpfSelection.Found found) {
        for (SpfTerm term : found.record().terms()) {
            if (term instanceof SpfTerm.Unknown unknown) {
                boolean mechanism = MECHANISMS.contains(unknown.name().toLowerCase(Locale.ROOT));
                problem(
                        mechanism ? Kind.MISTAKEN_MODIFIER : Kind.UNKNOWN_MODIFIER,
                        domain,
                        mechanism
                                ? Shown.quoted(term.place().text()) + in(domain)
                                        + " is ignored: with \"=\" it is an unknown modifier; the mechanism "
                                        + unknown.name() + " takes \":\"."
                                : "The modifier " + Shown.quoted(term.place().text()) + in(domain)
                                        + " is unknown and is ignored.");
            }
        }
        int octets = name(domain).length() + found.octetsOfAll();
        if (domain.equals(sender) && octets > COMFORTABLE_OCTETS) {
            problem(
                    Kind.LONG,
                    domain,
                    "The TXT records at " + name(domain) + " have " + octets + " octets with the name; above "
                            + COMFORTABLE_OCTETS + " the answer may not fit into the 512 octets of a plain DNS message"
                            + " over UDP, and then depends on TCP or EDNS.");
        }
    }

    private void voided(Name domain, SpfTerm.Place place, Name target, String what) {
        voids++;
        problem(
                Kind.VOID,
                domain,
                "The term " + Shown.quoted(place.text()) + in(domain) + " leads to " + name(target) + ", which has no "
                        + what + ".");
    }

    private void notKnown(Name domain, SpfTerm.Place place, Answer answer) {
        if (!(answer instanceof Answer.Definite)) {
            problem(
                    Kind.NOT_KNOWN,
                    domain,
                    "What " + Shown.quoted(place.text()) + in(domain) + " leads to is not known: the look-up of "
                            + name(answer.question().name()) + " "
                            + Type.string(answer.question().type()) + " did not succeed.");
        }
    }

    /** RFC 7208 section 4.6.4: no error, and no records. */
    private static boolean isVoid(Answer answer) {
        return answer instanceof Answer.Definite definite && !(definite.content() instanceof Content.Records);
    }

    private String in(Name domain) {
        return domain.equals(sender) ? "" : " in the record of " + name(domain);
    }

    private void problem(Kind kind, Name domain, String sentence) {
        SpfProblem problem = new SpfProblem(kind, domain, sentence);
        if (!problems.contains(problem)) {
            problems.add(problem);
        }
    }

    private static String name(Name name) {
        return name.equals(Name.root) ? "." : name.toString(true);
    }
}
