package org.hikyaku.check.grade;

import java.util.List;
import java.util.Optional;
import org.hikyaku.tls.TlsVersion;
import org.hikyaku.tls.probe.Known;
import org.hikyaku.tls.probe.ServerFacts;
import org.hikyaku.tls.probe.ServerFacts.VersionFacts;
import org.hikyaku.tls.wire.CipherSuite;

/** Measures whose order of cipher suites decides, and whether it puts good ones first. */
final class CipherOrder {
    private final Profile profile;
    private final Marking marking;

    CipherOrder(Profile profile, Marking marking) {
        this.profile = profile;
        this.marking = marking;
    }

    /** Suites to be phased out must not be preferred over better ones. */
    Subtest of(ServerFacts facts) {
        Optional<VersionFacts> version = facts.versions().stream()
                .filter(v -> v.offered() == Known.YES && v.version() != TlsVersion.TLSV1_3)
                .findFirst();
        if (version.isEmpty()) {
            return judged(Grade.GOOD, List.of(), "TLS 1.3 alone: nothing to order");
        }
        List<CipherSuite> accepted = version.get().accepted();
        Optional<CipherSuite> poor =
                accepted.stream().filter(s -> ordered(s) && !fine(s)).reduce((first, second) -> second);
        if (poor.isEmpty() || accepted.stream().noneMatch(this::fine)) {
            return judged(Grade.GOOD, List.of(), "nothing to order");
        }
        return switch (version.get().serverOrder()) {
            case UNKNOWN -> judged(Grade.NOT_TESTED, List.of(), "not known");
            case NO ->
                judged(
                        Grade.INSUFFICIENT,
                        List.of(poor.get().name()),
                        "the client's order decides, so that a client may choose a poor suite");
            case YES -> preferred(version.get().preferred());
        };
    }

    private Subtest preferred(Optional<CipherSuite> preferred) {
        if (preferred.isEmpty() || !ordered(preferred.get())) {
            return judged(Grade.NOT_TESTED, List.of(), "not known");
        }
        return fine(preferred.get())
                ? judged(Grade.GOOD, List.of(), "the server prefers good suites")
                : judged(
                        Grade.INSUFFICIENT,
                        List.of(preferred.get().name()),
                        "the server prefers a poor suite over a better one that it has");
    }

    private boolean fine(CipherSuite suite) {
        return profile.suites().of(suite.name()).compareTo(Grade.SUFFICIENT) <= 0;
    }

    private boolean ordered(CipherSuite suite) {
        return profile.ordersInsufficient() || profile.suites().of(suite.name()) != Grade.INSUFFICIENT;
    }

    private Subtest judged(Grade grade, List<String> values, String sentence) {
        return marking.judged("cipher_order", "order of cipher suites", grade, values, sentence);
    }
}
