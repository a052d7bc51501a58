package org.hikyaku.conformance.grade;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Predicate;
import java.util.stream.Stream;
import org.hikyaku.conformance.serve.Sighting;

/** All sightings of a run, put in order: connection by connection. */
final class Evidence {
    private final Map<Long, Visit> visits = new LinkedHashMap<>();
    private final List<Sighting.Asked> asked = new ArrayList<>();
    private final List<Sighting.PolicyFetch> fetches = new ArrayList<>();
    private final List<Sighting.ReportTaken> reports = new ArrayList<>();
    private final Set<String> reportAddresses = new HashSet<>();
    private final List<Returned> returned = new ArrayList<>();
    private final Set<String> given = new HashSet<>();

    /** A notice that a mail could not be delivered for good, and to whom. */
    record Returned(String recipient, boolean wholeText) {}

    /**
     * What was seen on one connection to a mail server.
     *
     * @param offers the mails that were offered there, but for TLS reports: those go though TLS is broken (T14)
     * @param forReports whether reports alone were brought
     */
    record Visit(Sighting.Session session, List<Sighting.OnSession> seen, List<Offer> offers, boolean forReports) {
        static Visit of(Sighting.Session session, List<Sighting.OnSession> seen, Predicate<Offer> isReport) {
            List<Offer> all = Offer.of(seen);
            List<Offer> mails = all.stream().filter(isReport.negate()).toList();
            return new Visit(session, List.copyOf(seen), mails, !all.isEmpty() && mails.isEmpty());
        }

        Stream<Sighting.Handshake> handshakes() {
            return seen.stream().filter(Sighting.Handshake.class::isInstance).map(Sighting.Handshake.class::cast);
        }

        Stream<Sighting.HandshakeFailed> failures() {
            return seen.stream()
                    .filter(Sighting.HandshakeFailed.class::isInstance)
                    .map(Sighting.HandshakeFailed.class::cast);
        }

        boolean said(String verb) {
            return seen.stream()
                    .anyMatch(s -> s instanceof Sighting.Command c && c.verb().equals(verb));
        }

        /** Whether it carried mail for others and none for this recipient. */
        boolean isForOthers(String recipient) {
            return !offers.isEmpty()
                    && offers.stream().allMatch(o -> !o.recipients().isEmpty() && !o.isFor(recipient));
        }
    }

    /** @param given the recipients of the mails that the sender is known to have taken in */
    Evidence(List<Sighting> sightings, Collection<String> given) {
        given.forEach(r -> this.given.add(r.toLowerCase(Locale.ROOT)));
        Map<Long, List<Sighting.OnSession>> connections = new LinkedHashMap<>();
        for (Sighting sighting : sightings) {
            switch (sighting) {
                case Sighting.Asked a -> asked.add(a);
                case Sighting.MovedOn _ -> {
                    // is looked for where a run is cut into its stages
                }
                case Sighting.OnSession s -> {
                    connections
                            .computeIfAbsent(s.session().number(), n -> new ArrayList<>())
                            .add(s);
                    collect(s);
                }
            }
        }
        connections.forEach((number, seen) -> {
            Sighting.Session session = seen.getFirst().session();
            if (session.service() == Sighting.Service.MAIL) {
                visits.put(number, Visit.of(session, seen, this::isReport));
            }
        });
    }

    private boolean isReport(Offer offer) {
        return !offer.recipients().isEmpty()
                && offer.recipients().stream()
                        .allMatch(r -> reports.stream().anyMatch(t -> t.to().equalsIgnoreCase(r)));
    }

    private void collect(Sighting.OnSession sighting) {
        switch (sighting) {
            case Sighting.PolicyFetch f -> fetches.add(f);
            case Sighting.ReportTaken r -> {
                reports.add(r);
                reportAddresses.add(r.to().toLowerCase(Locale.ROOT));
            }
            case Sighting.MailTaken m -> collect(m);
            case Sighting.Connected _,
                    Sighting.Ended _,
                    Sighting.Command _,
                    Sighting.Handshake _,
                    Sighting.HandshakeFailed _ -> {
                // only of interest beside the others of its connection
            }
        }
    }

    /** RFC 3464: a notice has an empty sender, and a part that says who did not get the mail. */
    private void collect(Sighting.MailTaken taken) {
        if (!taken.mail().from().isEmpty()) {
            return;
        }
        String text = new String(taken.mail().content(), StandardCharsets.ISO_8859_1);
        boolean failed = false;
        List<String> recipients = new ArrayList<>();
        for (String line : text.split("\r\n")) {
            String lower = line.toLowerCase(Locale.ROOT);
            if (lower.startsWith("final-recipient:") || lower.startsWith("original-recipient:")) {
                recipients.add(lower.substring(lower.lastIndexOf(';') + 1).strip());
            } else if (lower.startsWith("action:")) {
                failed |= lower.contains("failed");
            }
        }
        if (failed) {
            boolean whole = text.contains(TestMail.SECRET);
            recipients.stream().distinct().forEach(r -> returned.add(new Returned(r, whole)));
        }
    }

    /** The visits to these hosts, other than those for the mail of other cases. */
    List<Visit> visits(Case c) {
        return visits.values().stream()
                .filter(v -> c.hosts().stream()
                                .anyMatch(h ->
                                        h.name().equalsIgnoreCase(v.session().host()))
                        || v.offers().stream().anyMatch(o -> o.isFor(c.recipient())))
                .filter(v -> !v.forReports() && !v.isForOthers(c.recipient()))
                .toList();
    }

    /** The mail of a case, as offered to whomever. */
    List<Offer> offers(Case c) {
        return visits.values().stream()
                .flatMap(v -> v.offers().stream())
                .filter(o -> o.isFor(c.recipient()))
                .toList();
    }

    /** Whether the sender is known to have taken this mail in. */
    boolean given(Case c) {
        return given.contains(c.recipient().toLowerCase(Locale.ROOT));
    }

    /** The notices of failure about the mail of a case. */
    List<Returned> returned(Case c) {
        return returned.stream()
                .filter(r -> Offer.same(r.recipient(), c.recipient()))
                .toList();
    }

    /** Whether any mail was sent back to where it can be seen. */
    boolean anyReturned() {
        return !returned.isEmpty();
    }

    /** Whether any mail was handed on with the word REQUIRETLS. */
    boolean anyRequireTls() {
        return visits.values().stream().flatMap(v -> v.offers().stream()).anyMatch(Offer::requireTls);
    }

    /** Whether this was asked in the DNS. */
    boolean asked(String name, String type) {
        return asked.stream().anyMatch(a -> a.type().equals(type) && a.name().equalsIgnoreCase(name));
    }

    /** Whether the TLSA records of a host were asked for, under whatever port. */
    boolean askedTlsa(String host) {
        return asked.stream()
                .anyMatch(a -> a.type().equals("TLSA")
                        && a.name().toLowerCase(Locale.ROOT).endsWith("._tcp." + host.toLowerCase(Locale.ROOT)));
    }

    /** How often the policy of a domain was asked for over HTTPS. */
    List<Sighting.PolicyFetch> fetches(String domain) {
        return fetches.stream()
                .filter(f -> f.session().domain().equalsIgnoreCase(domain))
                .toList();
    }

    boolean anyFetch() {
        return !fetches.isEmpty();
    }

    List<Sighting.ReportTaken> reports() {
        return List.copyOf(reports);
    }

    /** The mail that a report came in. */
    Optional<Sighting.MailTaken> mailOf(Sighting.ReportTaken report) {
        return Optional.ofNullable(visits.get(report.session().number())).stream()
                .flatMap(v -> v.seen().stream())
                .filter(Sighting.MailTaken.class::isInstance)
                .map(Sighting.MailTaken.class::cast)
                .filter(m -> m.mail().to().stream().anyMatch(t -> report.to().endsWith(t)))
                .reduce((first, last) -> last);
    }

    /** How many mails were offered in clear. */
    int offeredInClear() {
        return (int) visits.values().stream()
                .flatMap(v -> v.offers().stream())
                .filter(o -> o.tls().isEmpty())
                .count();
    }

    int connections() {
        return visits.size();
    }
}
