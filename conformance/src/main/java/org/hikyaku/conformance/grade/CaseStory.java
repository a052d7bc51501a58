package org.hikyaku.conformance.grade;

import java.util.ArrayList;
import java.util.List;
import org.hikyaku.conformance.grade.Evidence.Visit;
import org.hikyaku.conformance.serve.Sighting;
import org.hikyaku.tls.SessionFacts;

/** Tells what was seen of a case, in sentences. */
final class CaseStory {
    private final Case subject;
    private final List<Visit> visits;
    private final List<Offer> offers;
    private final List<Evidence.Returned> returned;
    private final Evidence evidence;

    CaseStory(
            Case subject, List<Visit> visits, List<Offer> offers, List<Evidence.Returned> returned, Evidence evidence) {
        this.subject = subject;
        this.visits = visits;
        this.offers = offers;
        this.returned = returned;
        this.evidence = evidence;
    }

    List<String> tell() {
        List<String> story = new ArrayList<>();
        asked(story);
        for (Sighting.PolicyFetch fetch : evidence.fetches(subject.domain())) {
            story.add("The policy host was asked for " + fetch.path() + " and answered " + fetch.status() + ".");
        }
        visits.forEach(v -> tell(v, story));
        for (Evidence.Returned notice : returned) {
            story.add("A notice of failure came" + (notice.wholeText() ? ", with the mail's text." : "."));
        }
        if (visits.isEmpty()) {
            story.add("No connection came.");
        }
        return story;
    }

    private void asked(List<String> story) {
        List<String> types = new ArrayList<>();
        if (evidence.asked(subject.domain(), "MX")) {
            types.add("MX");
        }
        if (subject.hosts().stream().anyMatch(h -> evidence.askedTlsa(h.name()))) {
            types.add("TLSA");
        }
        if (evidence.asked("_mta-sts." + subject.domain(), "TXT")) {
            types.add("the MTA-STS record");
        }
        if (evidence.asked("_smtp._tls." + subject.domain(), "TXT")) {
            types.add("the TLS-RPT record");
        }
        if (!types.isEmpty()) {
            story.add("The DNS was asked for " + String.join(", ", types) + ".");
        }
    }

    private void tell(Visit visit, List<String> story) {
        String host = visit.session().host();
        List<String> parts = new ArrayList<>();
        visit.handshakes().forEach(h -> parts.add(words(h.facts())));
        visit.failures()
                .forEach(f -> parts.add("a handshake that failed"
                        + f.failure().alert().map(a -> " (alert " + a + ")").orElse("")));
        if (parts.isEmpty()) {
            parts.add(visit.said("STARTTLS") ? "STARTTLS asked for, and no handshake" : "no STARTTLS");
        }
        List<Offer> here = offers.stream()
                .filter(o -> o.session().number() == visit.session().number())
                .toList();
        for (Offer offer : here) {
            parts.add((offer.taken() ? "the mail handed over" : "the mail offered")
                    + (offer.tls().isPresent() ? "" : " in clear")
                    + (offer.requireTls() ? " under REQUIRETLS" : ""));
        }
        if (here.isEmpty()) {
            parts.add("no mail");
        }
        story.add(host + ": " + String.join(", ", parts) + ".");
    }

    private static String words(SessionFacts facts) {
        return facts.version().title() + " with "
                + facts.sni().map(s -> "the server name " + s).orElse("no server name");
    }
}
