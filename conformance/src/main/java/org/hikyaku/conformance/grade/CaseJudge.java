package org.hikyaku.conformance.grade;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.hikyaku.conformance.grade.Case.Use;
import org.hikyaku.conformance.grade.Evidence.Visit;

/** Looks at one case: what was done there that is wrong, and whether what is right shows anything. Pure. */
final class CaseJudge {
    private final Case subject;
    private final Evidence evidence;
    private final List<Visit> visits;
    private final List<Offer> offers;
    private final List<Evidence.Returned> returned;
    private final List<Wrong> wrongs = new ArrayList<>();

    /** A deviation, before it is settled which rule it breaks. */
    record Wrong(Deviation deviation, List<String> rules, String sentence) {}

    /**
     * What was seen of a case.
     *
     * @param wrongs the deviations that are not free
     * @param right whether the sender was seen to do what it must
     * @param held whether mail was held back after a handshake that worked, or seemed to: somebody looked at what it showed
     * @param textKept whether a notice about the mail was seen, and none with its text
     * @param rightNames the rules about the server name that were kept in a handshake
     */
    record Seen(
            Case subject,
            List<Wrong> wrongs,
            boolean right,
            boolean held,
            boolean delivered,
            boolean textKept,
            List<String> rightNames,
            List<String> story,
            int sessions) {
        /** Whether no more is to be expected than has been seen; a mail that is held back may still go. */
        boolean settled() {
            return right || wrongs.stream().anyMatch(w -> w.deviation() != Deviation.HELD);
        }
    }

    CaseJudge(Case subject, Evidence evidence) {
        this.subject = subject;
        this.evidence = evidence;
        this.visits = evidence.visits(subject);
        this.offers = evidence.offers(subject);
        this.returned = evidence.returned(subject);
    }

    /** Of a case that says nothing, for what it is about was never learned. */
    static Seen unknown(Case subject) {
        return new Seen(
                subject,
                List.of(),
                false,
                false,
                false,
                false,
                List.of(),
                List.of("The policy was not fetched before the domain changed: there was nothing to remember."),
                0);
    }

    Seen look() {
        offers.forEach(this::look);
        List<String> names = new ArrayList<>();
        visits.forEach(v -> look(v, names));
        lookAside();
        boolean delivered = offers.stream().anyMatch(o -> o.taken() && isRight(o));
        boolean right = switch (subject.must()) {
            case DELIVER -> delivered(delivered);
            case HOLD -> held();
            case RETURN -> !returned.isEmpty() && offers.isEmpty();
            case FREE -> false;
        };
        boolean held = subject.must() == Must.HOLD && right && shown();
        return new Seen(
                subject,
                List.copyOf(wrongs),
                right,
                held,
                delivered,
                !returned.isEmpty() && returned.stream().noneMatch(Evidence.Returned::wholeText),
                names,
                new CaseStory(subject, visits, offers, returned, evidence).tell(),
                visits.size());
    }

    private Optional<Case.Host> host(String name) {
        return subject.hosts().stream()
                .filter(h -> h.name().equalsIgnoreCase(name))
                .findFirst();
    }

    private boolean isRight(Offer offer) {
        return host(offer.session().host())
                .filter(h -> h.use() == Use.YES && (offer.tls().isPresent() || h.clear()))
                .isPresent();
    }

    private void look(Offer offer) {
        String host = offer.session().host();
        Optional<Case.Host> known = host(host);
        if (known.isEmpty()) {
            wrong(Deviation.HANDED_OVER, "It was offered to " + host + ", which is no MX host of the domain.");
            return;
        }
        String what = offer.taken() ? "It was handed to " : "It was offered to ";
        boolean openly = offer.tls().isEmpty();
        if (openly && !known.get().clear()) {
            wrong(Deviation.IN_CLEAR, what + host + " in clear.");
        } else if (subject.probe() == Probe.REQUIRE_TLS && !offer.requireTls()) {
            wrong(Deviation.WORD_DROPPED, what + host + " without the word REQUIRETLS.");
        } else if (known.get().use() == Use.NO || known.get().use() == Use.NO_CONNECTION) {
            wrong(Deviation.HANDED_OVER, what + host + over(offer) + ", which must not have it.");
        }
    }

    private static String over(Offer offer) {
        return offer.tls().map(v -> " over " + v.title()).orElse(" in clear");
    }

    private void look(Visit visit, List<String> names) {
        Optional<Case.Host> known = host(visit.session().host());
        if (known.isEmpty()) {
            return;
        }
        Case.Host host = known.get();
        if (!host.startTls() && visit.said("STARTTLS")) {
            wrong(Deviation.BLIND_STARTTLS, "STARTTLS was sent to " + host.name() + ", which does not offer it.");
        }
        if (host.sni().isEmpty() || host.sniRule().isEmpty()) {
            return;
        }
        String wanted = host.sni().get();
        visit.handshakes().forEach(h -> {
            String named = h.facts().sni().orElse("");
            if (named.equalsIgnoreCase(wanted)) {
                names.add(host.sniRule().get());
            } else {
                wrongs.add(new Wrong(
                        Deviation.WRONG_NAME,
                        subject.blamedForName(host.sniRule().get()),
                        "The handshake with " + host.name() + " named "
                                + (named.isEmpty() ? "no server" : "the server " + named) + " and not " + wanted
                                + "."));
            }
        });
    }

    /** DNS, policy hosts, notices. */
    private void lookAside() {
        for (Case.Host host : subject.hosts()) {
            if (!subject.blamed(Deviation.TLSA_ASKED).isEmpty() && evidence.askedTlsa(host.name())) {
                wrong(
                        Deviation.TLSA_ASKED,
                        "TLSA records were asked for at " + host.name() + ", whose addresses are not signed.");
            }
        }
        if (!evidence.fetches(subject.domain()).isEmpty()) {
            wrong(
                    Deviation.POLICY_READ,
                    "The policy at mta-sts." + subject.domain() + " was asked for, where it must not be.");
        }
        for (Evidence.Returned notice : returned) {
            if (subject.must() == Must.DELIVER
                    || (subject.must() != Must.RETURN && subject.probe() != Probe.REQUIRE_TLS)) {
                wrong(Deviation.RETURNED, "The mail was sent back for good.");
            }
            if (notice.wholeText()) {
                wrong(Deviation.TEXT_RETURNED, "The notice of its failure shows the whole text.");
            }
        }
    }

    private boolean delivered(boolean handedOver) {
        if (handedOver) {
            Optional<Case.Host> best =
                    subject.hosts().stream().filter(h -> h.use() == Use.YES).findFirst();
            boolean triedBest = best.isEmpty()
                    || visits.stream()
                            .anyMatch(v -> v.session()
                                    .host()
                                    .equalsIgnoreCase(best.get().name()));
            if (!triedBest) {
                wrong(
                        Deviation.PASSED_OVER,
                        best.map(Case.Host::name).orElse("") + ", the best MX host, was not even tried.");
            }
            return triedBest;
        }
        if (offers.isEmpty() && returned.isEmpty() && came() && canReach()) {
            wrong(Deviation.HELD, "The mail was held back, though nothing stands in its way.");
        }
        return false;
    }

    /**
     * Whether the sender was seen to take the mail up. What a domain sees does not tell which of several mails it was for: of
     * a mail of a special kind it must be known besides that the sender has it.
     */
    private boolean came() {
        return mine() && cameToDomain();
    }

    private boolean mine() {
        return subject.probe() == Probe.ORDINARY || evidence.given(subject);
    }

    private boolean cameToDomain() {
        return !visits.isEmpty() || evidence.asked(subject.domain(), "MX");
    }

    /** A sender without IPv6 is not to blame for a host that has nothing else. */
    private boolean canReach() {
        return !visits.isEmpty() || subject.hosts().stream().anyMatch(h -> h.use() == Use.YES && h.reachable());
    }

    private boolean held() {
        if (!offers.isEmpty() || !mine()) {
            return false;
        }
        boolean bySession = subject.hosts().stream()
                .filter(h -> h.use() == Use.NO)
                .anyMatch(h -> visits.stream().anyMatch(v -> v.session().host().equalsIgnoreCase(h.name())));
        boolean withoutSession = subject.hosts().stream().noneMatch(h -> h.use() == Use.NO);
        return bySession || (withoutSession && evidence.asked(subject.domain(), "MX"));
    }

    /** Whether a server whose TLS works was left: what it showed was looked at. */
    private boolean shown() {
        return subject.hosts().stream()
                .filter(h -> h.use() == Use.NO && h.tlsWorks())
                .anyMatch(h -> visits.stream()
                        .anyMatch(v -> v.session().host().equalsIgnoreCase(h.name())
                                && (v.handshakes().findAny().isPresent()
                                        || v.failures().findAny().isPresent())));
    }

    private void wrong(Deviation deviation, String sentence) {
        List<String> rules = subject.blamed(deviation);
        if (!rules.isEmpty()) {
            wrongs.add(new Wrong(deviation, rules, sentence));
        }
    }
}
