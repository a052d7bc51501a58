package org.hikyaku.check.grade;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;
import org.hikyaku.tls.TlsVersion;
import org.hikyaku.tls.probe.Depth;
import org.hikyaku.tls.probe.Known;
import org.hikyaku.tls.probe.ServerFacts;
import org.hikyaku.tls.probe.ServerFacts.VersionFacts;
import org.hikyaku.x509.Certificate;

/** Measures what a probe saw by a profile. Pure: the same facts give the same grades. */
public final class Grader {
    private static final Set<String> OF_ALL_THAT_IS_ACCEPTED =
            Set.of("versions", "ciphers", "cipher_order", "key_exchange", "key_exchange_hash");

    private final Profile profile;
    private final Marking marking;

    public Grader(Profile profile) {
        this.profile = profile;
        this.marking = new Marking(profile);
    }

    public GradeReport grade(ServerFacts facts) {
        List<Subtest> subtests = new ArrayList<>();
        subtests.add(available(facts));
        if (facts.reached()) {
            subtests.add(versions(facts));
            subtests.add(ciphers(facts));
            subtests.add(new CipherOrder(profile, marking).of(facts));
            subtests.add(keyExchange(facts));
            subtests.add(keyExchangeHash(facts));
            subtests.add(marking.feature(
                    "compression",
                    "TLS compression",
                    facts.features().compression(),
                    Known.NO,
                    "TLS compression is off",
                    "compression is offered: it leaks plaintext (CRIME)"));
            subtests.add(renegotiation(facts));
            subtests.add(clientRenegotiation(facts));
            subtests.add(extendedMasterSecret(facts));
            subtests.add(earlyData(facts));
            subtests.add(certificates(
                    facts,
                    "certificate_key",
                    "keys of the certificates",
                    c -> new CertificateStrength(c).key(),
                    this::keyGrade));
            subtests.add(certificates(
                    facts,
                    "certificate_signature",
                    "signatures of the certificates",
                    c -> new CertificateStrength(c).signatureHash(),
                    profile.certificateSignatures()::of));
            if (facts.service().startTls()) {
                subtests.add(injection(facts));
            }
        }
        List<Subtest> asked = subtests.stream()
                .filter(s -> profile.asks().contains(s.id()))
                .map(s -> facts.depth() == Depth.QUICK ? glimpsed(s) : s)
                .toList();
        return new GradeReport(profile, asked, score(asked));
    }

    /** One connection shows a server's best side: of what it would accept besides, only the worst grade is certain. */
    private Subtest glimpsed(Subtest subtest) {
        boolean certain = subtest.grade() == Grade.INSUFFICIENT || !OF_ALL_THAT_IS_ACCEPTED.contains(subtest.id());
        return certain
                ? subtest
                : marking.judged(
                        subtest.id(),
                        subtest.title(),
                        Grade.NOT_TESTED,
                        List.of(),
                        "one connection cannot tell what else is accepted");
    }

    /** internet.nl: checks/scoring.py; what was not tested leaves both sides. */
    private Optional<GradeReport.Score> score(List<Subtest> subtests) {
        if (profile.scheme().isEmpty()) {
            return Optional.empty();
        }
        int most = subtests.stream()
                .filter(s -> s.points().isPresent())
                .flatMap(s -> marking.rule(s.id()).stream())
                .mapToInt(Scheme.Rule::full)
                .sum();
        int points = subtests.stream().mapToInt(s -> s.points().orElse(0)).sum();
        return Optional.of(new GradeReport.Score(points, most, most == 0 ? 0 : (int) (100.0 / most * points)));
    }

    private Subtest available(ServerFacts facts) {
        if (facts.reached()) {
            return marking.judged("tls_available", "TLS", Grade.GOOD, List.of(), "TLS works");
        }
        boolean refused = facts.starttls().offered() == Known.NO;
        return marking.judged(
                "tls_available",
                "TLS",
                refused ? Grade.INSUFFICIENT : Grade.NOT_TESTED,
                List.of(),
                facts.trouble().isEmpty()
                        ? "no TLS came about"
                        : facts.trouble().getFirst());
    }

    private Subtest versions(ServerFacts facts) {
        return marking.graded(
                "versions",
                "versions",
                facts.versions().stream()
                        .filter(v -> v.offered() == Known.YES)
                        .map(v -> v.version().title())
                        .toList(),
                profile.versions()::of,
                "offered");
    }

    private Subtest ciphers(ServerFacts facts) {
        Set<String> names = new LinkedHashSet<>();
        for (VersionFacts version : judgedVersions(facts)) {
            version.accepted().forEach(s -> names.add(s.name()));
        }
        return marking.graded("ciphers", "cipher suites", List.copyOf(names), profile.suites()::of, "accepted");
    }

    /** internet.nl looks at the newest version below TLS 1.3, and in TLS 1.3 at CCM_8; others at all. */
    private List<VersionFacts> judgedVersions(ServerFacts facts) {
        List<VersionFacts> offered =
                facts.versions().stream().filter(v -> v.offered() == Known.YES).toList();
        if (!profile.highestVersionOnly()) {
            return offered;
        }
        List<VersionFacts> judged = new ArrayList<>(
                offered.stream().filter(v -> v.version() == TlsVersion.TLSV1_3).toList());
        offered.stream()
                .filter(v -> v.version() != TlsVersion.TLSV1_3)
                .findFirst()
                .ifPresent(judged::add);
        return judged;
    }

    private Subtest keyExchange(ServerFacts facts) {
        Map<String, Grade> values = new LinkedHashMap<>();
        facts.groups().forEach(g -> values.put(g, profile.groups().of(g)));
        facts.finiteField().ifPresent(f -> {
            String name = f.name().orElse("a prime of " + f.bits() + " bits made by the server itself");
            Grade named = f.name().map(profile.groups()::of).orElse(Grade.INSUFFICIENT);
            boolean listed = named != Grade.INSUFFICIENT && f.generator().equals("2");
            values.put("DHE: " + name, listed ? named : Profile.atLeast(profile.finiteFieldBits(), f.bits()));
        });
        return marking.graded(
                "key_exchange",
                "key exchange groups",
                List.copyOf(values.keySet()),
                v -> values.getOrDefault(v, Grade.NOT_TESTED),
                "accepted");
    }

    private Subtest keyExchangeHash(ServerFacts facts) {
        String title = "hash of the key exchange's signature";
        List<String> accepted = new ArrayList<>();
        ServerFacts.WeakHashes weak = facts.weakHashes();
        if (weak.md5() == Known.YES) {
            accepted.add("MD5");
        }
        if (weak.sha1() == Known.YES) {
            accepted.add("SHA1");
        }
        if (weak.sha224() == Known.YES) {
            accepted.add("SHA224");
        }
        if (!accepted.isEmpty()) {
            return marking.graded("key_exchange_hash", title, accepted, profile.hashes()::of, "signed with");
        }
        boolean known = weak.sha1() == Known.NO && weak.sha224() == Known.NO;
        boolean only13 = facts.version(TlsVersion.TLSV1_2)
                .filter(v -> v.offered() == Known.YES)
                .isEmpty();
        return known || only13
                ? marking.judged("key_exchange_hash", title, Grade.GOOD, List.of(), "no weak hash is used")
                : marking.judged("key_exchange_hash", title, Grade.NOT_TESTED, List.of(), "not known");
    }

    private Subtest renegotiation(ServerFacts facts) {
        boolean only13 = only13(facts);
        return marking.feature(
                "secure_renegotiation",
                "secure renegotiation (RFC 5746)",
                only13 ? Known.YES : facts.features().secureRenegotiation(),
                Known.YES,
                only13 ? "TLS 1.3 has none" : "supported",
                "not supported: sessions can be spliced (CVE-2009-3555)");
    }

    private Subtest clientRenegotiation(ServerFacts facts) {
        String title = "renegotiation by the client";
        if (only13(facts)) {
            return Marking.notApplicable("client_renegotiation", title, "does not apply: TLS 1.3 has none");
        }
        Optional<Integer> count = facts.features().clientRenegotiation();
        Grade grade =
                count.map(c -> Profile.atMost(profile.clientRenegotiation(), c)).orElse(Grade.NOT_TESTED);
        String sentence = count.map(c -> c == 0
                        ? "refused"
                        : c + " in one session were accepted" + (c >= 11 ? ", and perhaps more" : ""))
                .orElse("not known");
        return marking.judged("client_renegotiation", title, grade, List.of(), sentence);
    }

    private static boolean only13(ServerFacts facts) {
        return facts.depth() != Depth.QUICK
                && facts.versions().stream()
                        .filter(v -> v.offered() != Known.NO)
                        .allMatch(v -> v.version() == TlsVersion.TLSV1_3);
    }

    private Subtest extendedMasterSecret(ServerFacts facts) {
        boolean tls12 = facts.version(TlsVersion.TLSV1_2)
                .filter(v -> v.offered() == Known.YES)
                .isPresent();
        if (!tls12) {
            boolean refused = facts.version(TlsVersion.TLSV1_2)
                    .map(v -> v.offered() == Known.NO)
                    .orElse(facts.depth() != Depth.QUICK);
            String title = "extended master secret (RFC 7627)";
            return refused
                    ? Marking.notApplicable("extended_master_secret", title, "does not apply: no TLS 1.2")
                    : marking.judged("extended_master_secret", title, Grade.NOT_TESTED, List.of(), "not known");
        }
        return marking.feature(
                "extended_master_secret",
                "extended master secret (RFC 7627)",
                facts.features().extendedMasterSecret(),
                Known.YES,
                "supported",
                "not supported in TLS 1.2");
    }

    /** Of no weight for internet.nl, which does not test it for mail since 1.11.1 and gives the points (issue 2055). */
    private Subtest earlyData(ServerFacts facts) {
        String title = "early data (0-RTT)";
        if (profile.earlyData() == Grade.GOOD) {
            return marking.judged("zero_rtt", title, Grade.GOOD, List.of(), "of no weight for mail");
        }
        Optional<Long> most = facts.features().maxEarlyData();
        boolean tls13 = facts.version(TlsVersion.TLSV1_3)
                .filter(v -> v.offered() == Known.YES)
                .isPresent();
        if (!tls13) {
            return marking.judged("zero_rtt", title, Grade.GOOD, List.of(), "no TLS 1.3, no early data");
        }
        if (most.isEmpty()) {
            return marking.judged("zero_rtt", title, Grade.NOT_TESTED, List.of(), "not known");
        }
        return most.get() == 0
                ? marking.judged("zero_rtt", title, Grade.GOOD, List.of(), "not taken")
                : marking.judged(
                        "zero_rtt",
                        title,
                        profile.earlyData(),
                        List.of(most.get() + " bytes"),
                        "up to " + most.get() + " bytes are taken, which an attacker may send again");
    }

    private Subtest certificates(
            ServerFacts facts,
            String id,
            String title,
            Function<Certificate, String> value,
            Function<String, Grade> grade) {
        Set<String> values = new LinkedHashSet<>();
        for (List<Certificate> chain : facts.chains()) {
            for (int i = 0; i < chain.size(); i++) {
                boolean root = i > 0 && new CertificateStrength(chain.get(i)).selfIssued();
                if (!root) {
                    values.add(value.apply(chain.get(i)));
                }
            }
        }
        return marking.graded(id, title, List.copyOf(values), grade, "shown");
    }

    private Grade keyGrade(String key) {
        return key.startsWith("RSA-")
                ? Profile.atLeast(profile.rsaBits(), Integer.parseInt(key.substring(4)))
                : profile.certificateCurves().of(key);
    }

    private Subtest injection(ServerFacts facts) {
        Grade grade = switch (facts.starttls().injection()) {
            case YES -> Grade.INSUFFICIENT;
            case NO -> Grade.GOOD;
            case UNKNOWN -> Grade.NOT_TESTED;
        };
        return marking.judged(
                "starttls_injection",
                "commands injected before TLS",
                grade,
                List.of(),
                grade == Grade.INSUFFICIENT
                        ? "a command sent in the clear behind STARTTLS was run inside TLS (CVE-2011-0411)"
                        : grade == Grade.GOOD ? "discarded or refused" : "not known");
    }
}
