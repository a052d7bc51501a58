package org.hikyaku.check.grade;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.hikyaku.check.grade.DomainGrade.CategoryGrade;
import org.hikyaku.check.grade.Scheme.Category;
import org.hikyaku.check.grade.Scorer.Row;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** internet.nl's arithmetic; every figure was computed by hand from checks/scoring.py, categories.py and probes.py 1.11.2. */
class ScorerTest {
    private static final Scheme SCHEME = Profile.load("internet.nl").scheme().orElseThrow();

    /** What a faultless server has, without DANE: twelve times ten points. */
    private static final String TLS =
            "tls_available=good versions=good ciphers=good cipher_order=good key_exchange=good"
                    + " key_exchange_hash=good compression=good secure_renegotiation=good extended_master_secret=good"
                    + " zero_rtt=good certificate_key=good certificate_signature=good";

    private static final String NO_DANE = TLS + " dane_exists=absent";
    private static final String DANE = TLS + " dane_exists=valid dane_valid=valid";

    private static CategoryGrade category(String id, String... rows) {
        Category category = SCHEME.category(id).orElseThrow();
        List<Row> list = new ArrayList<>();
        for (String row : rows) {
            list.add(new Row("place " + list.size(), marks(row)));
        }
        return Scorer.category(category, list);
    }

    /** {@code versions=good ciphers=phase_out}; the last word on a subtest holds. */
    private static List<Mark> marks(String row) {
        Map<String, Mark> marks = new LinkedHashMap<>();
        Arrays.stream(row.split(" ")).filter(w -> !w.isEmpty()).forEach(word -> {
            String[] pair = word.split("=", 2);
            marks.put(pair[0], Mark.of(pair[0], pair[1], ""));
        });
        return List.copyOf(marks.values());
    }

    /** Of internet.nl's code: int((100 + 20 + 100 + 92 + 100) / 5) = 82. */
    @Test
    void allIsPerfectButNothingIsSigned() {
        List<CategoryGrade> categories = List.of(
                category("ipv6", "ns_aaaa=good ns_reach=good mx_aaaa=good mx_reach=good"),
                category(
                        "dnssec",
                        "dnssec_exists=insufficient dnssec_valid=insecure",
                        "dnssec_mx_exists=insufficient dnssec_mx_valid=insecure"),
                category("auth", "dmarc=good dmarc_policy=good dkim=good spf=good spf_policy=good"),
                category("tls", NO_DANE),
                category(
                        "rpki",
                        "rpki_exists=good rpki_valid=good ns_rpki_exists=good ns_rpki_valid=good"
                                + " mx_ns_rpki_exists=good mx_ns_rpki_valid=good"));

        assertThat(categories).extracting(c -> c.percent().orElseThrow()).containsExactly(100, 20, 100, 92, 100);
        assertThat(categories).extracting(CategoryGrade::most).containsExactly(20, 10, 50, 130, 45);
        assertThat(categories)
                .extracting(CategoryGrade::status)
                .containsExactly(Status.PASSED, Status.FAILED, Status.PASSED, Status.FAILED, Status.PASSED);
        assertThat(Scorer.total(categories)).hasValue(82);
    }

    /** Maximum 140 with TLSA records, 130 without; broken DANE is worth less than none. */
    @ParameterizedTest
    @CsvSource({
        "dane_exists=valid dane_valid=valid, 140, 140, 100",
        "dane_exists=absent, 120, 130, 92",
        "dane_exists=bogus, 120, 130, 92",
        "dane_exists=broken dane_valid=broken, 120, 140, 85"
    })
    void daneSharesOneFieldOfPoints(String dane, int points, int most, int percent) {
        CategoryGrade tls = category("tls", TLS + " " + dane);

        assertThat(tls.points()).isEqualTo(points);
        assertThat(tls.most()).isEqualTo(most);
        assertThat(tls.percent()).hasValue(percent);
    }

    /** 100.0 / 130 * n and 100.0 / 140 * n, cut off. */
    @ParameterizedTest
    @CsvSource({
        "versions=insufficient, 92",
        "versions=insufficient ciphers=insufficient, 85",
        "ciphers=phase_out key_exchange=phase_out key_exchange_hash=phase_out certificate_key=phase_out, 100",
        "versions=insufficient ciphers=insufficient cipher_order=insufficient key_exchange=insufficient, 71",
        "client_renegotiation=insufficient certificate_trust=insufficient caa=insufficient dane_rollover=insufficient, 100"
    })
    void phaseOutHasAllPointsAndInsufficientNone(String flaws, int percent) {
        assertThat(category("tls", DANE + " " + flaws).percent()).hasValue(percent);
    }

    @Test
    void theWorstServerDecides() {
        CategoryGrade tls = category("tls", DANE, NO_DANE + " ciphers=insufficient");

        // 110 of the 140 that can be had at the first: int(100.0 / 140 * 110).
        assertThat(tls.points()).isEqualTo(110);
        assertThat(tls.percent()).hasValue(78);
        assertThat(tls.status()).isEqualTo(Status.FAILED);
    }

    @Test
    void oneUnreachableServerTakesAll() {
        CategoryGrade tls = category("tls", DANE, "tls_available=unreachable");

        assertThat(tls.percent()).hasValue(0);
        assertThat(tls.most()).isEqualTo(140);
        assertThat(tls.status()).isEqualTo(Status.ERROR);
    }

    @Test
    void anUnreachableServerAloneIsAnErrorToo() {
        CategoryGrade tls = category("tls", "tls_available=unreachable");

        assertThat(tls.percent()).hasValue(0);
        assertThat(tls.most()).isEqualTo(10);
        assertThat(tls.status()).isEqualTo(Status.ERROR);
    }

    /** The extended master secret is a matter of TLS 1.2: with TLS 1.3 alone it leaves the score. */
    @Test
    void whatDoesNotApplyLeavesTheScore() {
        assertThat(category("tls", DANE + " extended_master_secret=not_applicable")
                        .most())
                .isEqualTo(130);
        // Beside a server that has TLS 1.2 it counts, and the default is full.
        CategoryGrade both = category("tls", DANE + " extended_master_secret=not_applicable", DANE);
        assertThat(both.most()).isEqualTo(140);
        assertThat(both.percent()).hasValue(100);
        assertThat(both.status()).isEqualTo(Status.PASSED);
    }

    @Test
    void whatCouldNotBeFoundOutCountsNeitherForNorAgainst() {
        CategoryGrade alone = category("tls", DANE + " ciphers=unknown");
        assertThat(alone.most()).isEqualTo(130);
        assertThat(alone.percent()).hasValue(100);

        CategoryGrade beside = category("tls", DANE + " ciphers=unknown", DANE + " versions=insufficient");
        assertThat(beside.most()).isEqualTo(140);
        assertThat(beside.percent()).hasValue(92);

        CategoryGrade worse = category("tls", DANE + " dane_exists=unknown dane_valid=unknown");
        assertThat(worse.most()).isEqualTo(120);
        assertThat(worse.percent()).hasValue(100);
    }

    @ParameterizedTest
    @CsvSource({
        "no_mx, NOT_TESTED",
        "null_mx, NOT_TESTED",
        "no_null_mx, INFO",
        "null_mx_with_other_mx, WARNING",
        "null_mx_without_addresses, INFO"
    })
    void withoutMailServersTlsIsNoPartOfTheTotal(String outcome, Status status) {
        CategoryGrade tls = category("tls", "tls_available=" + outcome);

        assertThat(tls.most()).isZero();
        assertThat(tls.percent()).isEmpty();
        assertThat(tls.status()).isEqualTo(status);
    }

    /** Ten for the name servers alone; ten more once a mail server was tested. */
    @ParameterizedTest
    @CsvSource({
        "ns_aaaa=good ns_reach=good mx_aaaa=no_mx, 10, 100, PASSED",
        "ns_aaaa=good ns_reach=good mx_aaaa=insufficient mx_reach=no_address, 20, 50, FAILED",
        "ns_aaaa=only_one ns_reach=good mx_aaaa=good mx_reach=good, 20, 100, FAILED",
        "mx_aaaa=good mx_reach=good, 10, 100, PASSED",
        "mx_aaaa=insufficient mx_reach=no_address, 10, 0, FAILED",
        "mx_aaaa=good mx_reach=unknown, 0, , PASSED"
    })
    void ipv6(String row, int most, Integer percent, Status status) {
        CategoryGrade ipv6 = category("ipv6", row);

        assertThat(ipv6.most()).isEqualTo(most);
        assertThat(ipv6.percent()).isEqualTo(Optional.ofNullable(percent));
        assertThat(ipv6.status()).isEqualTo(status);
    }

    /** Secure 10, insecure 2, bogus 0; the least of the domain and all its MX hosts. */
    @ParameterizedTest
    @CsvSource({
        "secure, secure, 100, PASSED",
        "secure, insecure, 20, FAILED",
        "insecure, secure, 20, FAILED",
        "bogus, secure, 0, FAILED",
        "secure, bogus, 0, FAILED",
        "unsupported_algorithm, secure, 20, PASSED",
        "secure, unknown, 100, PASSED"
    })
    void dnssec(String domain, String host, int percent, Status status) {
        CategoryGrade dnssec = category(
                "dnssec",
                "dnssec_exists=" + exists(domain) + " dnssec_valid=" + domain,
                "dnssec_mx_exists=" + exists(host) + " dnssec_mx_valid=" + host);

        assertThat(dnssec.most()).isEqualTo(10);
        assertThat(dnssec.percent()).hasValue(percent);
        assertThat(dnssec.status()).isEqualTo(status);
    }

    private static String exists(String valid) {
        return switch (valid) {
            case "insecure" -> "insufficient";
            case "unknown" -> "unknown";
            default -> "good";
        };
    }

    /** DMARC and SPF have two points for a policy that is there and does nothing; a refused DKIM leaves the score. */
    @ParameterizedTest
    @CsvSource({
        "dmarc=good dmarc_policy=policy dkim=good spf=good spf_policy=all, 50, 68",
        "dmarc=good dmarc_policy=external dkim=good spf=good spf_policy=good, 50, 100",
        "dmarc=good dmarc_policy=good dkim=no_email spf=good spf_policy=good, 40, 100",
        "dmarc=insufficient dkim=insufficient spf=insufficient, 30, 0",
        "dmarc=good dmarc_policy=insufficient dkim=insufficient spf=good spf_policy=max_lookups, 50, 44"
    })
    void authentication(String row, int most, int percent) {
        CategoryGrade auth = category("auth", row);

        assertThat(auth.most()).isEqualTo(most);
        assertThat(auth.percent()).hasValue(percent);
    }

    /** A missing ROA costs points and only warns (issue 1900 of internet.nl). */
    @Test
    void missingRoasWarn() {
        CategoryGrade rpki = category(
                "rpki",
                "rpki_exists=insufficient rpki_valid=good ns_rpki_exists=good ns_rpki_valid=good"
                        + " mx_ns_rpki_exists=good mx_ns_rpki_valid=good");

        // int(100.0 / 45 * 40)
        assertThat(rpki.percent()).hasValue(88);
        assertThat(rpki.status()).isEqualTo(Status.WARNING);
    }

    @Test
    void categoriesThatAreNotTestedLeaveTheTotal() {
        CategoryGrade dnssec = category("dnssec", "dnssec_exists=insufficient dnssec_valid=insecure");
        CategoryGrade tls = category("tls", DANE);
        CategoryGrade rpki = category("rpki");

        assertThat(rpki.status()).isEqualTo(Status.NOT_TESTED);
        assertThat(Scorer.total(List.of(dnssec, tls, rpki))).hasValue(60);
        assertThat(Scorer.total(List.of(rpki))).isEmpty();
    }
}
