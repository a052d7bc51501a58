package org.hikyaku.check.auth.dkim;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.hikyaku.check.auth.Asker;
import org.hikyaku.check.auth.KnownAnswers;
import org.hikyaku.check.auth.TextRecords;
import org.hikyaku.check.auth.dkim.DkimReport.Outcome;
import org.hikyaku.check.auth.dkim.DkimReport.Presence;
import org.hikyaku.check.auth.dkim.DkimReport.Selector;
import org.hikyaku.dns.Answer;
import org.hikyaku.dns.Content;
import org.xbill.DNS.Name;
import org.xbill.DNS.NameTooLongException;
import org.xbill.DNS.TextParseException;
import org.xbill.DNS.Type;

/** Looks for a domain's DKIM keys. */
public final class DkimReader {
    private final KnownAnswers known;
    private final Name domain;

    private DkimReader(KnownAnswers known, Name domain) {
        this.known = known;
        this.domain = domain;
    }

    /**
     * Looks at these selectors, or at common ones.
     *
     * @param given named by the user; empty for common ones
     */
    public static DkimReport read(Name domain, List<String> given, DkimSelectors common, Asker asker) {
        return KnownAnswers.read(asker, known -> new DkimReader(known, domain).report(given, common));
    }

    private DkimReport report(List<String> given, DkimSelectors common) {
        Optional<Answer> above = name("_domainkey").flatMap(n -> known.get(n, Type.TXT));
        List<Selector> selectors = new ArrayList<>();
        List<List<String>> batches =
                given.isEmpty() ? common.batches() : DkimSelectors.given(given).batches();
        if (given.isEmpty() && (above.isEmpty() || doesNotExist(above.get()))) {
            batches = List.of(); // RFC 8020: nothing is below a name that does not exist
        }
        for (List<String> batch : batches) {
            int asked = 0;
            int answered = 0;
            for (String selector : batch) {
                Optional<Name> owner = name(selector + "._domainkey");
                Optional<Answer> answer = owner.flatMap(o -> known.get(o, Type.TXT));
                asked += owner.isPresent() ? 1 : 0;
                answered += answer.isPresent() ? 1 : 0;
                owner.ifPresent(o ->
                        answer.ifPresent(a -> selectors.add(new Selector(selector, o, outcome(a, !given.isEmpty())))));
            }
            boolean found = selectors.stream().anyMatch(DkimReader::hasKey);
            if (found || answered < asked) {
                break;
            }
        }
        return new DkimReport(domain, presence(above, selectors), selectors, !given.isEmpty());
    }

    private static boolean hasKey(Selector selector) {
        return selector.outcome() instanceof Outcome.Found || selector.outcome() instanceof Outcome.Several;
    }

    private static Presence presence(Optional<Answer> above, List<Selector> selectors) {
        if (selectors.stream().anyMatch(DkimReader::hasKey)) {
            return Presence.FOUND;
        }
        return above.map(a -> !(a instanceof Answer.Definite)
                        ? Presence.FAILED
                        : doesNotExist(a) ? Presence.NOT_THERE : Presence.NOT_KNOWN)
                .orElse(Presence.NOT_KNOWN);
    }

    private static boolean doesNotExist(Answer answer) {
        return answer instanceof Answer.Definite definite && definite.content() instanceof Content.NxDomain;
    }

    /** Of a guessed selector only what is meant as a key counts: wildcards answer for every name. */
    private static Outcome outcome(Answer answer, boolean given) {
        Optional<TextRecords> texts = TextRecords.of(answer);
        if (texts.isEmpty()) {
            return new Outcome.NotKnown(answer);
        }
        List<DkimKey> keys = texts.get().texts().stream()
                .filter(t -> given || DkimKeyParser.isKey(t))
                .map(DkimKeyParser::parse)
                .toList();
        return switch (keys.size()) {
            case 0 -> new Outcome.NotThere();
            case 1 -> new Outcome.Found(keys.getFirst());
            default -> new Outcome.Several(keys);
        };
    }

    private Optional<Name> name(String prefix) {
        try {
            return Optional.of(Name.concatenate(Name.fromString(prefix), domain));
        } catch (TextParseException | NameTooLongException e) {
            return Optional.empty(); // no such name can exist
        }
    }
}
