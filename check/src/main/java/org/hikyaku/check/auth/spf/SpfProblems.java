package org.hikyaku.check.auth.spf;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import org.hikyaku.check.auth.Shown;
import org.hikyaku.check.auth.spf.SpfProblem.Kind;
import org.hikyaku.check.auth.spf.SpfReport.Ending;
import org.hikyaku.dns.Answer;
import org.xbill.DNS.Name;
import org.xbill.DNS.Type;

/** What is wrong with a domain's SPF record and with those that it leads to, in sentences; each is told once. */
final class SpfProblems {
    /** RFC 7208 section 3.4: name and TXT records together; more may not fit into 512 octets. */
    private static final int COMFORTABLE_OCTETS = 450;

    private static final Set<String> MECHANISMS = Set.of("all", "include", "a", "mx", "ptr", "ip4", "ip6", "exists");

    private final Name sender;
    private final List<SpfProblem> all = new ArrayList<>();

    /** @param sender the domain whose record was asked for first */
    SpfProblems(Name sender) {
        this.sender = sender;
    }

    /** In the order in which they were met. */
    List<SpfProblem> all() {
        return all;
    }

    void limits(int lookups, int voids) {
        if (lookups > SpfReader.MAX_LOOKUPS) {
            problem(
                    Kind.TOO_MANY_LOOKUPS,
                    sender,
                    "The record causes " + lookups + " look-ups, and " + SpfReader.MAX_LOOKUPS + " are allowed.");
        }
        if (voids > SpfReader.MAX_VOIDS) {
            problem(
                    Kind.TOO_MANY_VOIDS,
                    sender,
                    "The record causes " + voids + " look-ups that find nothing, and receivers allow "
                            + SpfReader.MAX_VOIDS + ".");
        }
    }

    void ending(Ending ending) {
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

    void faults(Name domain, SpfRecord record) {
        record.faults()
                .forEach(f -> problem(
                        Kind.SYNTAX,
                        domain,
                        "The term " + Shown.quoted(f.term().text()) + in(domain) + " is wrong. "
                                + f.fault().inWords()));
    }

    void style(Name domain, SpfSelection.Found found) {
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

    void unreached(Name domain, SpfRecord record) {
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

    void several(Name domain, SpfSelection.Several several) {
        problem(
                Kind.SEVERAL,
                domain,
                "There are " + several.texts().size() + " SPF records at " + name(domain)
                        + ", and only one is allowed: "
                        + String.join(
                                ", ",
                                several.texts().stream().map(Shown::quoted).toList()) + ".");
    }

    void ptr(Name domain, SpfTerm.Place place) {
        problem(
                Kind.PTR,
                domain,
                "The term " + Shown.quoted(place.text()) + in(domain)
                        + " asks for names of the sender's address: slow, unreliable, and not to be used.");
    }

    /** @param letters of the macros that only a mail fills in */
    void dependsOnMail(Name domain, SpfTerm.Place place, String letters) {
        problem(
                Kind.DEPENDS_ON_MAIL,
                domain,
                "What " + Shown.quoted(place.text()) + in(domain) + " comes to depends on each mail (" + words(letters)
                        + "), so it is not followed here.");
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

    void tooManyMx(Name domain, SpfTerm.Place place, int hosts) {
        problem(
                Kind.TOO_MANY_MX,
                domain,
                "The term " + Shown.quoted(place.text()) + in(domain) + " leads to " + hosts + " MX hosts, and "
                        + SpfReader.MAX_MX + " are allowed.");
    }

    void loop(Name domain, SpfTerm.Place place, Name target) {
        problem(
                Kind.LOOP,
                domain,
                "The term " + Shown.quoted(place.text()) + in(domain) + " leads back to the record of " + name(target)
                        + ", from which reading came.");
    }

    void targetWithoutRecord(Name domain, SpfTerm.Place place, Name target, SpfSelection.None none) {
        problem(
                Kind.TARGET_WITHOUT_RECORD,
                domain,
                "The term " + Shown.quoted(place.text()) + in(domain) + " leads to " + name(target)
                        + ", which has no SPF record."
                        + (none.looksLike().isEmpty() ? "" : " " + String.join(" ", none.looksLike())));
    }

    void voided(Name domain, SpfTerm.Place place, Name target, String what) {
        problem(
                Kind.VOID,
                domain,
                "The term " + Shown.quoted(place.text()) + in(domain) + " leads to " + name(target) + ", which has no "
                        + what + ".");
    }

    void notKnown(Name domain, SpfTerm.Place place, Answer answer) {
        if (!(answer instanceof Answer.Definite)) {
            problem(
                    Kind.NOT_KNOWN,
                    domain,
                    "What " + Shown.quoted(place.text()) + in(domain) + " leads to is not known: the look-up of "
                            + name(answer.question().name()) + " "
                            + Type.string(answer.question().type()) + " did not succeed.");
        }
    }

    private String in(Name domain) {
        return domain.equals(sender) ? "" : " in the record of " + name(domain);
    }

    private void problem(Kind kind, Name domain, String sentence) {
        SpfProblem problem = new SpfProblem(kind, domain, sentence);
        if (!all.contains(problem)) {
            all.add(problem);
        }
    }

    static String name(Name name) {
        return name.equals(Name.root) ? "." : name.toString(true);
    }
}
