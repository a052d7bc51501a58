package org.hikyaku.check.matrix;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.hikyaku.check.CheckOptions;
import org.hikyaku.check.DomainReport;
import org.hikyaku.check.LabChecker;
import org.hikyaku.lab.Catalogue;
import org.hikyaku.lab.Lab;
import org.hikyaku.lab.LabDomain;
import org.hikyaku.lab.LabOptions;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * A domain that promises everything and keeps it; then one promise weakened at a time. Exactly the cells that rest on
 * that promise must turn, written down by hand.
 */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class WeakenedPromisesTest {
    private static final String WHOLE = "PEEEEE PEEEEE PHHHEH PHHHHH PHHHHH";
    private static final String SENDERS = "OFKDB"; // opportunistic, first, known, DANE, both
    private static final String ATTACKERS = "LSHDRF"; // listener, stripped, handshake, DNS, rogue CA, fake

    /**
     * @param how the domain as the lab's catalogue has it, without its name
     * @param turned the cells that turn: sender, attacker, what it becomes ({@code DS=E}: DANE, STARTTLS stripped, exposed)
     */
    record Weakening(String name, String how, String turned) {
        @Override
        public String toString() {
            return name;
        }
    }

    private static final String DANE = "tlsa: [3 1 1 leaf]";

    private static final List<Weakening> WEAKENINGS = List.of(
            new Weakening(
                    "no-tlsa.example", hosts("{name: mx1}", "{name: mx2}") + enforce(), "DS=E DH=E DR=E DF=E BR=E"),
            // the worst host decides
            new Weakening(
                    "no-tlsa-at-one.example",
                    hosts("{name: mx1, " + DANE + "}", "{name: mx2}") + enforce(),
                    "DS=E DH=E DR=E DF=E BR=E"),
            new Weakening("testing.example", both("") + ", sts: {mode: testing}", "KS=R KH=R KD=R KF=R"),
            new Weakening("no-sts.example", both(""), "KS=E KH=E KD=E KF=E"),
            new Weakening(
                    "policy-host-self-signed.example",
                    both("") + ", sts: {mode: enforce, cert: self-signed}",
                    "KS=E KH=E KD=E KF=E"),
            // D19: the host's zone is signed, the records that lead to it are not; S1 keeps those who know the policy
            new Weakening("unsigned-mx.test", "sign: none, " + away("a", "hoster.example") + enforce(), "DD=E"),
            new Weakening(
                    "unsigned-host.example", away("b", "hoster.test") + enforce(), "DS=E DH=E DD=E DR=E DF=E BR=E"),
            new Weakening("unsigned.example", "sign: none, " + both("") + enforce(), "DS=E DH=E DD=E DR=E DF=E BR=E"),
            // RFC 9276 section 3.2: without proofs of absence the MX host may be in an unsigned zone of the attacker's
            new Weakening("iterations.example", "denial: nsec3-500, " + both("") + enforce(), "DD=E"),
            // D9: TLS stays a must; S1: the policy does not come to help
            new Weakening(
                    "unusable-at-one.example",
                    hosts("{name: mx1, " + DANE + "}", "{name: mx2, tlsa: [1 1 1 leaf]}") + enforce(),
                    "DR=E DF=E BR=E BF=E"),
            new Weakening(
                    "public-ca.example",
                    hosts("{name: mx1, tlsa: [2 1 1 intermediate]}", "{name: mx2, tlsa: [2 1 1 intermediate]}")
                            + enforce(),
                    "DR=E BR=E"),
            new Weakening(
                    "public-ca-beside.example",
                    hosts("{name: mx1, " + DANE + "}", "{name: mx2, tlsa: [3 1 1 leaf, 2 1 1 intermediate]}")
                            + enforce(),
                    "DR=E BR=E"),
            // a private authority is fine under DANE-TA, and nothing under MTA-STS
            new Weakening(
                    "private-ca.example",
                    hosts(
                                    "{name: mx1, cert: private-ca, tlsa: [2 0 1 private-ca]}",
                                    "{name: mx2, cert: private-ca, tlsa: [2 0 1 private-ca]}")
                            + enforce(),
                    "FL=H KL=H"),
            new Weakening("self-signed.example", both("cert: self-signed, ") + enforce(), "FL=H KL=H"),
            new Weakening(
                    "other-key.example",
                    hosts("{name: mx1, tlsa: [3 1 1 other]}", "{name: mx2, tlsa: [3 1 1 other]}") + enforce(),
                    "DL=H BL=H"),
            // mail still goes to the other host
            new Weakening(
                    "other-key-at-one.example",
                    hosts("{name: mx1, " + DANE + "}", "{name: mx2, tlsa: [3 1 1 other]}") + enforce(),
                    ""),
            // nobody connects, so not even a rogue authority helps
            new Weakening(
                    "policy-for-others.example",
                    both("") + ", sts: {mode: enforce, mx: [elsewhere.example]}",
                    "FL=H KL=H KR=H"),
            new Weakening(
                    "no-starttls-at-one.example",
                    hosts("{name: mx1, " + DANE + "}", "{name: mx2, smtp: no-starttls, " + DANE + "}") + enforce(),
                    "OL=E"),
            new Weakening("no-starttls.example", both("smtp: no-starttls, ") + enforce(), "OL=E FL=H KL=H DL=H BL=H"),
            // D1: what cannot be found out is not known; a forger of addresses is found out before
            new Weakening(
                    "tlsa-servfail-at-one.example",
                    both("") + enforce() + ", trouble: [_25._tcp.mx2 TLSA servfail]",
                    "DL=? DS=? DH=? DR=? DF=? BL=? BS=? BH=? BR=? BF=?"),
            new Weakening(
                    "tlsa-bogus-at-one.example", both("") + enforce() + ", trouble: [_25._tcp.mx2 TLSA corrupt]", ""),
            // S15: a policy without life is never known
            new Weakening("no-life.example", both("") + ", sts: {mode: enforce, max-age: 0}", "KS=E KH=E KD=E KF=E"));

    private static String hosts(String... hosts) {
        return "hosts: [" + String.join(", ", hosts) + "]";
    }

    private static String both(String more) {
        return hosts("{name: mx1, " + more + DANE + "}", "{name: mx2, " + more + DANE + "}");
    }

    /** Both hosts in a zone of another. */
    private static String away(String mark, String zone) {
        return hosts(
                "{name: " + mark + "1." + zone + "., " + DANE + "}",
                "{name: " + mark + "2." + zone + "., " + DANE + "}");
    }

    private static String enforce() {
        return ", sts: {mode: enforce}";
    }

    private static String catalogue() {
        return """
                format: 1
                tlds:
                  - {name: example, sign: ecdsa, denial: nsec}
                  - {name: test, sign: ecdsa, denial: nsec3-optout}
                zones:
                  - {name: hoster.example, sign: ecdsa}
                  - {name: hoster.test, sign: none}
                domains:
                """
                + Stream.concat(
                                Stream.of(
                                        new Weakening("whole.example", both("") + enforce(), ""),
                                        new Weakening(
                                                "whole-away.example", away("c", "hoster.example") + enforce(), "")),
                                WEAKENINGS.stream())
                        .map(w -> "  - {domain: " + w.name + ", about: a, judgement: b, expect: {}, rules: [], " + w.how
                                + "}\n")
                        .collect(Collectors.joining());
    }

    private final Map<String, String> letters = new TreeMap<>();

    @BeforeAll
    void checkAll() throws IOException {
        try (Lab lab = Lab.start(LabOptions.defaults().withCatalogue(Catalogue.parse(catalogue())))) {
            LabChecker.of(lab, CheckOptions.defaults())
                    .check(lab.catalogue().domains().stream()
                            .map(LabDomain::name)
                            .toList())
                    .domains()
                    .forEach(this::keep);
        }
    }

    private void keep(DomainReport report) {
        letters.put(report.domain(), MatrixLetters.of(report.matrix().orElseThrow()));
    }

    private String letters(String domain) {
        return Optional.ofNullable(letters.get(domain)).orElseThrow();
    }

    @Test
    void theWholeDomainIsAsGoodAsItGets() {
        assertThat(letters("whole.example")).isEqualTo(WHOLE);
        assertThat(letters("whole-away.example")).isEqualTo(WHOLE);
    }

    static List<Weakening> weakenings() {
        return WEAKENINGS;
    }

    @ParameterizedTest
    @MethodSource("weakenings")
    void exactlyTheCellsTurnThatRestOnThePromise(Weakening weakening) {
        assertThat(turned(letters(weakening.name))).isEqualTo(expected(weakening.turned));
    }

    private static Map<String, String> expected(String turned) {
        return turned.isEmpty()
                ? Map.of()
                : Stream.of(turned.split(" ")).collect(Collectors.toMap(t -> t.substring(0, 2), t -> t.substring(3)));
    }

    private static Map<String, String> turned(String letters) {
        String[] rows = letters.split(" ");
        String[] whole = WHOLE.split(" ");
        return Stream.iterate(0, s -> s < SENDERS.length(), s -> s + 1)
                .flatMap(s -> Stream.iterate(0, a -> a < ATTACKERS.length(), a -> a + 1)
                        .filter(a -> rows[s].charAt(a) != whole[s].charAt(a))
                        .map(a -> SENDERS.substring(s, s + 1) + ATTACKERS.charAt(a) + rows[s].charAt(a)))
                .collect(Collectors.toMap(t -> t.substring(0, 2), t -> t.substring(2), (x, y) -> x, TreeMap::new));
    }
}
