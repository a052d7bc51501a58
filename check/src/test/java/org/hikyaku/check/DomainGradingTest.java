package org.hikyaku.check;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.util.Arrays;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Collectors;
import org.hikyaku.check.grade.DomainGrade;
import org.hikyaku.check.grade.DomainGrade.CategoryGrade;
import org.hikyaku.check.grade.Profile;
import org.hikyaku.check.grade.Servers;
import org.hikyaku.check.grade.Status;
import org.hikyaku.lab.Catalogue;
import org.hikyaku.lab.Lab;
import org.hikyaku.lab.LabDomain;
import org.hikyaku.lab.LabOptions;
import org.hikyaku.tls.probe.ServerFacts;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What is observed of the lab's domains into grades; the servers are said to be perfect, so that all else shows. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class DomainGradingTest {
    private static final String DOMAINS = "dane-ee.example dane-mismatch.example dane-unusable-pkix.example"
            + " dane-ta-wrong-name.example dane-tlsa-bogus.example dane-tlsa-servfail.example plain.example"
            + " no-starttls.example port-refused.example port-dropped.example second-mx-refused.example null-mx.example"
            + " mx-servfail.example mx-dangling.example unsigned.example rsasha1.example dnssec-expired.example"
            + " dane-ipv6-only.example dane-no-mx.example dane-rollover.example"
            + " auth-good.example spf-absent.example spf-two.example spf-syntax.example spf-open.example"
            + " spf-no-all.example spf-eleven.example spf-voids.example spf-include-nowhere.example"
            + " spf-redirect-nowhere.example spf-include-failing.example spf-failing.example dmarc-absent.example"
            + " dmarc-none.example dmarc-syntax.example dmarc-testing.example dmarc-outside-refused.example"
            + " dmarc-failing.example mail.dmarc-sp-none.example dkim-absent.example dkim-unseen.example"
            + " sends-nothing.example parked.example ns-ipv4.example";

    private final Map<String, DomainGrade> grades = new ConcurrentHashMap<>();
    private final Map<InetSocketAddress, AtomicInteger> probed = new ConcurrentHashMap<>();

    @BeforeAll
    void checkAll() throws IOException {
        try (Lab lab = Lab.start(LabOptions.defaults())) {
            DomainChecker checker = LabChecker.of(
                    lab, CheckOptions.defaults(), Optional.of(new Grading(Profile.load("internet.nl"), this::probe)));
            CheckReport report = checker.check(Arrays.stream(DOMAINS.split(" "))
                    .map(text -> Catalogue.builtIn().domain(text))
                    .map(LabDomain::name)
                    .toList());
            report.domains().forEach(r -> grades.put(r.domain(), r.grade().orElseThrow()));
        }
    }

    private ServerFacts probe(InetSocketAddress address, Optional<String> sni) {
        probed.computeIfAbsent(address, _ -> new AtomicInteger()).incrementAndGet();
        return Servers.perfect(address.getAddress().getHostAddress());
    }

    private DomainGrade grade(String domain) {
        return Optional.ofNullable(grades.get(domain)).orElseThrow();
    }

    private CategoryGrade category(String domain, String id) {
        return grade(domain).categories().stream()
                .filter(c -> c.category().id().equals(id))
                .findFirst()
                .orElseThrow();
    }

    private Map<String, Status> subtests(String domain, String category) {
        return category(domain, category).subtests().stream()
                .collect(Collectors.toMap(s -> s.rule().id(), DomainGrade.SubtestGrade::status));
    }

    /** Of 140 with usable TLSA records, of 130 without; refused or silent servers take all. */
    @ParameterizedTest
    @CsvSource({
        "dane-ee.example, 100, PASSED",
        "dane-rollover.example, 100, PASSED",
        "dane-mismatch.example, 85, FAILED",
        "dane-unusable-pkix.example, 92, FAILED",
        "dane-tlsa-bogus.example, 92, FAILED",
        "plain.example, 92, FAILED",
        "no-starttls.example, 0, FAILED",
        "port-refused.example, 0, ERROR",
        "second-mx-refused.example, 0, ERROR"
    })
    void tls(String domain, int percent, Status status) {
        CategoryGrade tls = category(domain, "tls");

        assertThat(tls.percent()).hasValue(percent);
        assertThat(tls.status()).isEqualTo(status);
    }

    @ParameterizedTest
    @CsvSource({"port-dropped.example", "null-mx.example", "mx-servfail.example", "dane-no-mx.example"})
    void whereNobodyCouldBeAskedOrNobodyIsThereTlsIsLeftOut(String domain) {
        assertThat(category(domain, "tls").percent()).isEmpty();
    }

    /** The look-up of TLSA fails: neither that there are records nor that there are none is known. */
    @Test
    void unknownDaneIsNotGraded() {
        assertThat(category("dane-tlsa-servfail.example", "tls").most()).isEqualTo(120);
        assertThat(subtests("dane-tlsa-servfail.example", "tls")).containsEntry("dane_exists", Status.NOT_TESTED);
    }

    /** DANE matches by internet.nl's measure, which looks at no name there; the name is what fails, without points. */
    @Test
    void aWrongNameUnderAnAuthorityFailsTheName() {
        assertThat(subtests("dane-ta-wrong-name.example", "tls"))
                .containsEntry("dane_valid", Status.PASSED)
                .containsEntry("certificate_name", Status.FAILED);
        assertThat(category("dane-ta-wrong-name.example", "tls").percent()).hasValue(100);
    }

    @Test
    void aNextKeyIsSeen() {
        assertThat(subtests("dane-ee.example", "tls")).containsEntry("dane_rollover", Status.INFO);
        assertThat(subtests("dane-rollover.example", "tls")).containsEntry("dane_rollover", Status.PASSED);
    }

    @ParameterizedTest
    @CsvSource({
        "dane-ee.example, 100",
        "null-mx.example, 100",
        "unsigned.example, 20",
        "rsasha1.example, 20",
        "dnssec-expired.example, 0"
    })
    void dnssec(String domain, int percent) {
        assertThat(category(domain, "dnssec").percent()).hasValue(percent);
    }

    @ParameterizedTest
    @CsvSource({"dane-ipv6-only.example, 100", "dane-ee.example, 0", "null-mx.example, "})
    void ipv6OfTheMailServers(String domain, Integer percent) {
        assertThat(category(domain, "ipv6").percent()).isEqualTo(Optional.ofNullable(percent));
    }

    /** Whoever did not answer a session, or has no STARTTLS, is left in peace. */
    @Test
    void onlyServersWithTlsAreProbedAndEachAddressOnce() {
        assertThat(probed.values()).allSatisfy(count -> assertThat(count).hasValue(1));
        assertThat(grade("no-starttls.example").servers()).isEmpty();
        assertThat(grade("port-refused.example").servers()).isEmpty();
    }

    /**
     * Of 50: DMARC record and policy, DKIM, SPF record and policy, 10 each. A policy that asks for too little, too many
     * look-ups and a broken include or redirect have 2; what was not found out leaves the sum; void look-ups are not
     * counted there; a domain that sends nothing need have no keys.
     */
    @ParameterizedTest
    @CsvSource({
        "auth-good.example, 100",
        "spf-absent.example, 60",
        "spf-two.example, 60",
        "spf-syntax.example, 80",
        "spf-open.example, 84",
        "spf-no-all.example, 84",
        "spf-eleven.example, 84",
        "spf-voids.example, 100",
        "spf-include-nowhere.example, 84",
        "spf-redirect-nowhere.example, 84",
        "spf-include-failing.example, 100",
        "spf-failing.example, 100",
        "dmarc-absent.example, 60",
        "dmarc-none.example, 84",
        "dmarc-syntax.example, 80",
        "dmarc-testing.example, 100",
        "dmarc-outside-refused.example, 100",
        "dmarc-failing.example, 100",
        "mail.dmarc-sp-none.example, 84",
        "dkim-absent.example, 80",
        "dkim-unseen.example, 100",
        "sends-nothing.example, 100",
        "parked.example, 0"
    })
    void mailAuthentication(String domain, int percent) {
        assertThat(category(domain, "auth").percent()).hasValue(percent);
    }

    @Test
    void whatWasNotFoundOutAboutMailAuthenticationLeavesTheSum() {
        assertThat(category("auth-good.example", "auth").most()).isEqualTo(50);
        assertThat(category("spf-include-failing.example", "auth").most()).isEqualTo(40);
        assertThat(category("spf-failing.example", "auth").most()).isEqualTo(30);
        assertThat(category("sends-nothing.example", "auth").most()).isEqualTo(40);
        assertThat(subtests("dmarc-outside-refused.example", "auth")).containsEntry("dmarc_policy", Status.WARNING);
    }

    @Test
    void nameServersNeedTwoWithIpv6() {
        assertThat(subtests("auth-good.example", "ipv6")).containsEntry("ns_aaaa", Status.PASSED);
        assertThat(subtests("ns-ipv4.example", "ipv6")).containsEntry("ns_aaaa", Status.FAILED);
    }
}
