package org.hikyaku.check;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.hikyaku.check.Evidence.HostEvidence;
import org.hikyaku.dns.Answer;
import org.hikyaku.dns.ExtendedError;
import org.hikyaku.dns.Failure;
import org.hikyaku.dns.Proof;
import org.hikyaku.policy.Route;
import org.xbill.DNS.Name;
import org.xbill.DNS.Type;

/** What DNSSEC says of the domain and its hosts, why, and for how long still. */
final class DnssecExamination implements Examination {
    /** Signatures are renewed long before; a signer that has stopped shows in the last quarter of their life. */
    private static final int LAST_PART = 4;

    @Override
    public List<Finding> examine(Evidence evidence) {
        List<Finding> findings = new ArrayList<>();
        findings.addAll(unusable(evidence));
        if (evidence.route() instanceof Route.Hosts) {
            findings.addAll(insecure(evidence));
            findings.addAll(iterations(evidence));
            findings.addAll(signatures(evidence));
            boolean allSecure = evidence.mxSecure()
                    && evidence.hosts().stream()
                            .flatMap(h -> h.observed().stream())
                            .allMatch(o -> o.a() instanceof Answer.Secure || o.aaaa() instanceof Answer.Secure);
            if (allSecure && findings.stream().allMatch(f -> f.severity() == Severity.UNKNOWN)) {
                findings.add(Finding.of(
                        FindingId.DNSSEC_OK,
                        Severity.OK,
                        evidence.domain(),
                        "The MX records and the addresses of the MX hosts are signed, and the signatures hold."));
            }
        }
        return findings;
    }

    /** Bogus answers, and questions that got none. */
    private static List<Finding> unusable(Evidence evidence) {
        Map<String, Finding> findings = new LinkedHashMap<>();
        for (Answer answer : Answers.all(evidence)) {
            switch (answer) {
                case Answer.Bogus bogus
                when !Answers.faultOfTheDomain(bogus) -> findings.putIfAbsent("root", rootBogus(evidence, bogus));
                case Answer.Bogus bogus -> {
                    // One finding for each break of the chain, however many answers it spoils.
                    String cause = bogus.reason().zone() + bogus.reason().sentence();
                    findings.putIfAbsent(cause, bogus(evidence, bogus));
                }
                case Answer.Failed failed ->
                    failed(evidence, failed).ifPresent(f -> findings.putIfAbsent(f.id() + f.subject() + f.seen(), f));
                case Answer.Definite _ -> {}
            }
        }
        return List.copyOf(findings.values());
    }

    private static Finding bogus(Evidence evidence, Answer.Bogus bogus) {
        ExtendedError code = bogus.reason().code();
        return Finding.of(
                FindingId.DNSSEC_BOGUS,
                Severity.ERROR,
                evidence.domain(),
                "The answer for " + Words.question(bogus) + " is bogus (" + code.title() + ", extended DNS error "
                        + code.code() + ", zone " + Words.name(bogus.reason().zone()) + "): "
                        + bogus.reason().sentence(),
                Mend.of(bogus.reason().mend()));
    }

    /** No domain can mend the root: the trust anchor, the clock or the resolver here is at fault. */
    private static Finding rootBogus(Evidence evidence, Answer.Bogus bogus) {
        return Finding.of(
                FindingId.LOOKUP_FAILED,
                Severity.UNKNOWN,
                evidence.domain(),
                "The chain of trust breaks at the root zone, so nothing can be validated: "
                        + bogus.reason().sentence(),
                Mend.of("see whether this machine's clock is right, and whether the resolver is meant for this trust"
                        + " anchor; others are named with --resolver ADDRESS and --trust-anchor FILE"));
    }

    private static Optional<Finding> failed(Evidence evidence, Answer.Failed failed) {
        Failure failure = failed.failure();
        if (failure.kind() == Failure.Kind.DNSSEC_STRIPPED) {
            return Optional.of(Finding.of(
                    FindingId.DNSSEC_STRIPPED,
                    Severity.UNKNOWN,
                    evidence.domain(),
                    failure.sentence(),
                    Mend.of("ask a resolver that passes DNSSEC records on: --resolver ADDRESS")));
        }
        if (failed.question().type() == Type.TLSA) {
            return Optional.empty(); // a finding of DaneExamination: senders do not use the host
        }
        return Optional.of(Finding.of(
                FindingId.LOOKUP_FAILED,
                Severity.UNKNOWN,
                evidence.domain(),
                "The look-up of " + Words.question(failed) + " failed: " + withoutQuestion(failed),
                Mend.of(
                        switch (failure.kind()) {
                            case UNREACHABLE, REFUSED, MALFORMED ->
                                "see whether the network is up, or ask another resolver: --resolver ADDRESS";
                            case TIMEOUT ->
                                "try again, with more patience (--timeout SECONDS) or another resolver (--resolver"
                                        + " ADDRESS)";
                            case SERVFAIL, UNANSWERABLE, LIMIT, DNSSEC_STRIPPED ->
                                "try again, with another resolver (--resolver ADDRESS) too; when it stays, ask the"
                                        + " operator of the domain's name servers";
                        })));
    }

    /** The resolver's sentences begin with the question, which has been said. */
    private static String withoutQuestion(Answer.Failed failed) {
        String question = failed.question() + ": ";
        String sentence = failed.failure().sentence();
        return sentence.startsWith(question) ? sentence.substring(question.length()) : sentence;
    }

    /** What DNSSEC does not vouch for, by the zone at which trust ends. */
    private static List<Finding> insecure(Evidence evidence) {
        Map<String, Insecurity> byZone = new LinkedHashMap<>();
        if (evidence.observation().mx() instanceof Answer.Insecure mx) {
            Insecurity.note(byZone, mx, "the MX records of " + evidence.domain());
        }
        for (HostEvidence host : evidence.hosts()) {
            host.observed()
                    .filter(o -> !(o.a() instanceof Answer.Secure) && !(o.aaaa() instanceof Answer.Secure))
                    .flatMap(o -> List.of(o.a(), o.aaaa()).stream()
                            .filter(Answer.Insecure.class::isInstance)
                            .map(Answer.Insecure.class::cast)
                            .findFirst())
                    .ifPresent(a -> Insecurity.note(byZone, a, "the addresses of " + host.name()));
        }
        return byZone.entrySet().stream()
                .map(e -> e.getValue().finding(e.getKey()))
                .toList();
    }

    /**
     * One zone at which trust ends.
     *
     * @param answer an answer that ends there
     * @param names what is unprotected for it
     */
    private record Insecurity(Answer.Insecure answer, Set<String> names) {

        static void note(Map<String, Insecurity> byZone, Answer.Insecure answer, String what) {
            String zone = Words.name(
                    end(answer).map(Proof.Link::zone).orElse(answer.question().name()));
            byZone.computeIfAbsent(zone, _ -> new Insecurity(answer, new LinkedHashSet<>()))
                    .names()
                    .add(what);
        }

        private static Optional<Proof.Link> end(Answer.Insecure answer) {
            return answer.proof().firstNotSecure();
        }

        Finding finding(String zone) {
            Optional<Proof.Link> link = end(answer);
            boolean algorithm = link.filter(l -> l.delegation().vouching() == Proof.Vouching.UNSUPPORTED_DS)
                    .isPresent();
            String why = link.map(
                            l -> l.note().isEmpty() ? "It has " + l.delegation().inWords() + "." : l.note())
                    .orElse("");
            return Finding.of(
                    algorithm ? FindingId.DNSSEC_ALGORITHM : FindingId.DNSSEC_ABSENT,
                    Severity.WARNING,
                    zone,
                    ("DNSSEC does not vouch for " + Words.list(names) + ": the zone " + zone + " counts as unsigned. "
                                    + why)
                            .strip(),
                    algorithm
                            ? Mend.of("sign the zone with ECDSA P-256 (algorithm 13) and replace its DS record")
                            : topLevel()
                                    ? Mend.of("only the registry of the top-level domain can sign it; until then let"
                                            + " MTA-STS protect the mail")
                                    : Mend.of("sign the zone " + zone
                                            + " and have its DS record put into the parent zone"));
        }

        private boolean topLevel() {
            return end(answer).filter(l -> l.zone().labels() == 2).isPresent(); // its own and the root's
        }
    }

    /** Secure records whose absence could not be proved the same way: the zone hashes its names too often. */
    private static List<Finding> iterations(Evidence evidence) {
        return Answers.all(evidence).stream()
                .filter(a -> a instanceof Answer.Insecure i
                        && i.proof().firstNotSecure().isEmpty())
                .flatMap(a -> ((Answer.Insecure) a).proof().links().stream())
                .filter(l -> l.noticed().contains(ExtendedError.UNSUPPORTED_NSEC3_ITERATIONS))
                .map(l -> Finding.of(
                        FindingId.NSEC3_ITERATIONS,
                        Severity.WARNING,
                        Words.name(l.zone()),
                        l.note(),
                        Mend.of(
                                "sign the zone with NSEC3 parameters of 0 iterations and no salt",
                                "NSEC3PARAM 1 0 0 -")))
                .distinct()
                .toList();
    }

    /** Signatures that hold only thanks to the skew tolerance, or not for long any more. */
    private static List<Finding> signatures(Evidence evidence) {
        Map<Name, Finding> findings = new LinkedHashMap<>();
        for (Answer answer : Answers.all(evidence)) {
            if (answer instanceof Answer.Secure secure
                    && !secure.proof().links().isEmpty()) {
                // The zones above are not the domain's to mend.
                Proof.Link own = secure.proof().links().getLast();
                signatures(own, evidence.at())
                        .ifPresent(f ->
                                findings.merge(own.zone(), f, (a, b) -> Finding.ORDER.compare(a, b) <= 0 ? a : b));
            }
        }
        return List.copyOf(findings.values());
    }

    private static Optional<Finding> signatures(Proof.Link zone, Instant now) {
        String name = Words.name(zone.zone());
        Optional<Proof.Signature> forgiven =
                zone.signatures().stream().filter(Proof.Signature::thanksToSkew).findFirst();
        if (forgiven.isPresent()) {
            Proof.Signature s = forgiven.get();
            boolean ended = s.expiration().isBefore(now);
            Instant edge = ended ? s.expiration() : s.inception();
            return Optional.of(Finding.of(
                    FindingId.DNSSEC_SKEW,
                    Severity.ERROR,
                    name,
                    "The signature over " + Words.name(s.owner()) + " " + Type.string(s.covered()) + " by key "
                            + s.keyTag()
                            + (ended ? " ended " : " begins only ") + Words.time(edge) + ", "
                            + Words.span(Duration.between(edge, now)) + (ended ? " ago" : " from now")
                            + "; it is accepted only because clocks may be wrong.",
                    Mend.of("sign the zone again, and see why its signer has stopped")));
        }
        return zone.signatures().stream()
                .filter(s -> endsSoon(s, now))
                .min((a, b) -> a.expiration().compareTo(b.expiration()))
                .map(s -> Finding.of(
                        FindingId.DNSSEC_EXPIRING,
                        Severity.WARNING,
                        name,
                        "The signature over " + Words.name(s.owner()) + " " + Type.string(s.covered()) + " by key "
                                + s.keyTag() + " ends " + Words.time(s.expiration()) + ", in "
                                + Words.span(Duration.between(now, s.expiration()))
                                + ", and has not been renewed.",
                        Mend.of("see whether the zone's signer still runs, and sign the zone again before then")));
    }

    private static boolean endsSoon(Proof.Signature signature, Instant now) {
        Duration life = Duration.between(signature.inception(), signature.expiration());
        Duration left = Duration.between(now, signature.expiration());
        return left.compareTo(life.dividedBy(LAST_PART)) < 0;
    }
}
