package org.hikyaku.check;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.function.Function;
import java.util.function.UnaryOperator;
import org.hikyaku.check.Evidence.AddressEvidence;
import org.hikyaku.check.Evidence.HostEvidence;
import org.hikyaku.check.grade.DomainGrade;
import org.hikyaku.check.grade.DomainGrade.ServerGrade;
import org.hikyaku.check.grade.Grader;
import org.hikyaku.check.grade.Profile;
import org.hikyaku.check.grade.Servers;
import org.hikyaku.lab.Catalogue;
import org.hikyaku.lab.Lab;
import org.hikyaku.lab.LabDomain;
import org.hikyaku.lab.LabOptions;
import org.hikyaku.policy.Judge;
import org.hikyaku.policy.Verdict;
import org.hikyaku.smtp.EhloReply;
import org.hikyaku.smtp.SessionOutcome;
import org.hikyaku.smtp.SessionOutcome.Established;
import org.hikyaku.tls.SessionFacts;
import org.hikyaku.tls.probe.ServerFacts;
import org.hikyaku.x509.Certificate;
import org.hikyaku.x509.CertificateMaker;
import org.hikyaku.x509.CertificateTemplate;
import org.hikyaku.x509.KeyChoice;
import org.hikyaku.x509.TrustAnchors;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What servers say of themselves, where they differ, and what will break: each finding with its flaw and without. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class TransportFindingsTest {
    private static final String CATALOGUE = """
            format: 1
            tlds:
              - {name: example, sign: ecdsa, denial: nsec}
            zones: []
            domains:
              - {domain: good.example, about: a, judgement: b, rules: [], expect: {},
                 hosts: [{name: mx, addresses: [v4, v6], tlsa: [3 1 1 leaf]}]}
              - {domain: four.example, about: a, judgement: b, rules: [], expect: {}, hosts: [{name: mx, tlsa: [3 1 1 leaf]}]}
              - {domain: two.example, about: a, judgement: b, rules: [], expect: {},
                 hosts: [{name: mx1, tlsa: [3 1 1 leaf]}, {name: mx2}]}
              - {domain: alike.example, about: a, judgement: b, rules: [], expect: {},
                 hosts: [{name: mx1, tlsa: [3 1 1 leaf]}, {name: mx2, tlsa: [3 1 1 leaf]}]}
              - {domain: whole.example, about: a, judgement: b, rules: [], expect: {}, hosts: [{name: mx, tlsa: [3 0 1 leaf]}]}
              - {domain: beside.example, about: a, judgement: b, rules: [], expect: {},
                 hosts: [{name: mx, tlsa: [3 0 1 leaf, 3 1 1 leaf]}]}
              - {domain: intermediate.example, about: a, judgement: b, rules: [], expect: {},
                 hosts: [{name: mx, tlsa: [2 1 1 intermediate]}]}
              - {domain: root.example, about: a, judgement: b, rules: [], expect: {},
                 hosts: [{name: mx, cert: with-root, tlsa: [2 0 1 root]}]}
              - {domain: own.example, about: a, judgement: b, rules: [], expect: {},
                 hosts: [{name: mx, cert: private-ca, tlsa: [2 0 1 private-ca]}]}
              - {domain: web-good.example, about: a, judgement: b, rules: [], expect: {}, hosts: [{name: mx}], sts: {mode: enforce}}
              - {domain: web-ends.example, about: a, judgement: b, rules: [], expect: {}, hosts: [{name: mx}],
                 sts: {mode: enforce, cert: expiring}}
            """;

    private final Map<String, DomainReport> reports = new TreeMap<>();

    @BeforeAll
    void checkAll() throws IOException {
        try (Lab lab = Lab.start(LabOptions.defaults().withCatalogue(Catalogue.parse(CATALOGUE)))) {
            LabChecker.of(lab, CheckOptions.defaults())
                    .check(lab.catalogue().domains().stream()
                            .map(LabDomain::name)
                            .toList())
                    .domains()
                    .forEach(r -> reports.put(r.domain(), r));
        }
    }

    private DomainReport report(String domain) {
        return Optional.ofNullable(reports.get(domain)).orElseThrow();
    }

    private List<Finding> findings(String domain, FindingId id) {
        return of(report(domain).findings(), id);
    }

    private static List<Finding> of(List<Finding> findings, FindingId id) {
        return findings.stream().filter(f -> f.id() == id).toList();
    }

    /** The evidence of good.example with another outcome at each address. */
    private Evidence with(Function<AddressEvidence, AddressEvidence> change) {
        Evidence seen = report("good.example").evidence();
        HostEvidence host = seen.hosts().getFirst();
        return new Evidence(
                seen.observation(),
                seen.route(),
                List.of(new HostEvidence(
                        host.host(),
                        host.observed(),
                        host.addresses().stream().map(change).toList(),
                        host.untried())),
                seen.tlsRpt(),
                seen.auth(),
                seen.at());
    }

    private Evidence withReply(UnaryOperator<EhloReply> change) {
        return with(a -> {
            Established e = (Established) a.outcome();
            return new AddressEvidence(
                    a.address(), new Established(e.address(), e.facts(), change.apply(e.ehlo())), a.verdict());
        });
    }

    private static EhloReply offering(EhloReply reply, String keyword) {
        Map<String, List<String>> more = new TreeMap<>(reply.extensions());
        more.put(keyword, List.of());
        return new EhloReply(reply.greeting(), reply.name(), more);
    }

    // ---------------------------------------------------------------- REQUIRETLS

    @Test
    void requireTlsIsLookedForInsideTls() {
        assertThat(findings("good.example", FindingId.REQUIRETLS_ABSENT))
                .singleElement()
                .satisfies(f -> assertThat(f.mend().orElseThrow().lines()).contains("requiretls_enable = yes"));

        List<Finding> offered = new SmtpExamination().examine(withReply(r -> offering(r, "REQUIRETLS")));
        assertThat(of(offered, FindingId.REQUIRETLS_ABSENT)).isEmpty();
        assertThat(of(offered, FindingId.REQUIRETLS_OK)).hasSize(1);
        assertThat(of(offered, FindingId.REQUIRETLS_IN_CLEAR)).isEmpty();
    }

    @Test
    void requireTlsOutsideTlsIsAFault() {
        Evidence clear = with(a -> new AddressEvidence(
                a.address(),
                new SessionOutcome.NoStartTls(
                        a.address(), offering(((Established) a.outcome()).ehlo(), "REQUIRETLS"), Optional.empty()),
                a.verdict()));

        List<Finding> findings = new SmtpExamination().examine(clear);

        assertThat(of(findings, FindingId.REQUIRETLS_IN_CLEAR))
                .singleElement()
                .satisfies(f -> assertThat(f.severity()).isEqualTo(Severity.WARNING));
        assertThat(of(findings, FindingId.REQUIRETLS_OK)).isEmpty();
    }

    // ---------------------------------------------------------------- names

    @Test
    void aServerThatNamesItselfWellIsNotTold() {
        assertThat(findings("good.example", FindingId.EHLO_NAME)).isEmpty();
        assertThat(findings("good.example", FindingId.BANNER_NAME)).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "localhost", "mail", "192.0.2.1", "localhost.localdomain", "a..b", "ubuntu"})
    void aServerMustNameItselfInFull(String name) {
        List<Finding> findings =
                new SmtpExamination().examine(withReply(r -> new EhloReply(r.greeting(), name, r.extensions())));

        assertThat(of(findings, FindingId.EHLO_NAME)).hasSize(2).allSatisfy(f -> {
            assertThat(f.severity()).isEqualTo(Severity.WARNING);
            assertThat(f.mend().orElseThrow().settings())
                    .containsEntry("postfix", List.of("myhostname = mx.good.example"))
                    .containsEntry("exim", List.of("primary_hostname = mx.good.example"))
                    .containsEntry("nginx", List.of("# mail proxy:", "server_name mx.good.example;"))
                    .containsKey("stalwart");
            // Each line is there to be copied too, under the name of its software; one Exim is like the other here.
            assertThat(f.mend().orElseThrow().lines())
                    .startsWith("# Postfix, main.cf:", "myhostname = mx.good.example", "# Exim:")
                    .containsOnlyOnce("primary_hostname = mx.good.example");
        });
    }

    @ParameterizedTest
    @ValueSource(strings = {"mx.example.jp", "[192.0.2.1]", "[IPv6:2001:db8::1]", "MX.EXAMPLE.JP", "a.b."})
    void fullNamesAndLiteralsAreGood(String name) {
        assertThat(SmtpExamination.isFull(name)).isTrue();
    }

    @ParameterizedTest
    @CsvSource({
        "mx.example.jp ESMTP, mx.example.jp, 0",
        "MX.example.jp, mx.example.jp, 0",
        "'', mx.example.jp, 0",
        "Welcome to us, mx.example.jp, 0",
        "relay.example.jp ESMTP, mx.example.jp, 2"
    })
    void greetingAndReplyShouldAgree(String greeting, String name, int expected) {
        List<Finding> findings =
                new SmtpExamination().examine(withReply(r -> new EhloReply(greeting, name, r.extensions())));

        assertThat(of(findings, FindingId.BANNER_NAME)).hasSize(expected);
    }

    // ---------------------------------------------------------------- IPv6

    @Test
    void mxHostsWithoutIpv6AreNamed() {
        assertThat(findings("four.example", FindingId.MX_IPV6_ABSENT))
                .singleElement()
                .satisfies(f -> assertThat(f.seen()).isEqualTo("mx.four.example has no IPv6 address."));
        assertThat(findings("good.example", FindingId.MX_IPV6_ABSENT)).isEmpty();
        assertThat(findings("good.example", FindingId.MX_IPV6_OK)).hasSize(1);
    }

    // ---------------------------------------------------------------- what will break

    @Test
    void aRecordOfTheWholeCertificateBreaksAtTheNextRenewal() {
        assertThat(findings("whole.example", FindingId.DANE_RENEWAL))
                .singleElement()
                .satisfies(f -> {
                    assertThat(f.severity()).isEqualTo(Severity.WARNING);
                    assertThat(f.seen())
                            .contains("is of the whole certificate")
                            .contains("The present certificate ends ");
                    assertThat(f.mend().orElseThrow().lines().getFirst())
                            .startsWith("_25._tcp.mx.whole.example. 3600 IN TLSA 3 1 1 ");
                });
    }

    @Test
    void aRecordOfAPublicIntermediateMayBreakAtTheNextRenewal() {
        assertThat(findings("intermediate.example", FindingId.DANE_RENEWAL))
                .singleElement()
                .satisfies(f -> assertThat(f.seen()).contains("an intermediate of a public authority"));
    }

    @ParameterizedTest
    @ValueSource(strings = {"good.example", "beside.example", "root.example", "own.example"})
    void recordsThatOutliveARenewalAreWell(String domain) {
        assertThat(findings(domain, FindingId.DANE_OK)).hasSize(1);
        assertThat(findings(domain, FindingId.DANE_RENEWAL)).isEmpty();
    }

    @Test
    void theCertificateOfThePolicyHostIsWatchedToo() {
        assertThat(findings("web-ends.example", FindingId.STS_WEB_EXPIRING))
                .singleElement()
                .satisfies(f -> assertThat(f.subject()).isEqualTo("mta-sts.web-ends.example"));
        assertThat(findings("web-good.example", FindingId.STS_WEB_EXPIRING)).isEmpty();
    }

    // ---------------------------------------------------------------- agreement

    @Test
    void hostsOfOneProviderAreCompared() {
        assertThat(findings("two.example", FindingId.MX_HOSTS_DIFFER))
                .singleElement()
                .satisfies(f -> assertThat(f.seen())
                        .contains("mx1.two.example: TLSv1.3, TLSA records")
                        .contains("mx2.two.example: TLSv1.3, no TLSA records"));
        assertThat(findings("alike.example", FindingId.MX_HOSTS_DIFFER)).isEmpty();
    }

    @Test
    void addressesOfOneHostAreCompared() {
        assertThat(findings("good.example", FindingId.MX_ADDRESSES_DIFFER)).isEmpty();

        List<Certificate> other = List.of(CertificateMaker.seeded("other")
                .selfSigned(
                        CertificateTemplate.server(
                                Instant.parse("2026-01-01T00:00:00Z"),
                                Instant.parse("2027-01-01T00:00:00Z"),
                                "mx.good.example"),
                        CertificateMaker.seeded("key").key(KeyChoice.EC_P256))
                .certificate());
        InetAddress second = report("good.example")
                .evidence()
                .hosts()
                .getFirst()
                .addresses()
                .getLast()
                .address()
                .getAddress();

        assertThat(new AgreementExamination().examine(with(a -> otherChain(a, second, other, a.verdict()))))
                .singleElement()
                .satisfies(f -> {
                    assertThat(f.id()).isEqualTo(FindingId.MX_ADDRESSES_DIFFER);
                    assertThat(f.severity()).isEqualTo(Severity.NOTICE);
                    assertThat(f.seen()).contains("until 2027-01-01 00:00 UTC");
                });
        Verdict refused = new Verdict.Refused(
                new Verdict.Refusal("D11", Optional.empty(), Optional.empty(), "The key is another one."));
        assertThat(new AgreementExamination().examine(with(a -> otherChain(a, second, other, refused))))
                .singleElement()
                .satisfies(f -> assertThat(f.severity()).isEqualTo(Severity.WARNING));
    }

    // ---------------------------------------------------------------- several certificates

    @Test
    void eachOfSeveralCertificatesMustKeepWhatIsPromised() {
        Evidence evidence = report("good.example").evidence();
        Established session =
                (Established) evidence.hosts().getFirst().addresses().getFirst().outcome();
        List<Certificate> rsa = CertificateMaker.seeded("rsa")
                .selfSigned(
                        CertificateTemplate.server(
                                Instant.parse("2026-01-01T00:00:00Z"),
                                Instant.parse("2099-01-01T00:00:00Z"),
                                "mx.good.example"),
                        CertificateMaker.seeded("rsa").key(KeyChoice.RSA_2048))
                .chain();
        List<Certificate> same = session.facts().chain();

        assertThat(several(evidence, session, List.of(same))).isEmpty();
        assertThat(several(evidence, session, List.of(same, rsa)))
                .singleElement()
                .satisfies(f -> {
                    assertThat(f.severity()).isEqualTo(Severity.ERROR);
                    assertThat(f.seen()).contains("has 2 certificates").contains("With the RSA");
                    assertThat(f.mend().orElseThrow().lines())
                            .containsExactly("_25._tcp.mx.good.example. 3600 IN TLSA 3 1 1 "
                                    + java.util.HexFormat.of()
                                            .formatHex(rsa.getFirst().keySha256()));
                });
        // without TLSA records nothing is promised of either
        Evidence plain = report("two.example").evidence();
        HostEvidence second = plain.hosts().getLast();
        Established open = (Established) second.addresses().getFirst().outcome();
        assertThat(several(plain, open, List.of(open.facts().chain(), rsa), second.name()))
                .singleElement()
                .satisfies(f -> assertThat(f.severity()).isEqualTo(Severity.NOTICE));
    }

    private static List<Finding> several(Evidence evidence, Established session, List<List<Certificate>> chains) {
        return several(evidence, session, chains, evidence.hosts().getFirst().name());
    }

    private static List<Finding> several(
            Evidence evidence, Established session, List<List<Certificate>> chains, String host) {
        Profile profile = Profile.load("ncsc-2025");
        ServerFacts facts = Servers.withChains(Servers.perfect("192.0.2.1"), chains);
        DomainGrade grade = new DomainGrade(
                profile,
                List.of(),
                List.of(new ServerGrade(host, session.address(), facts, new Grader(profile).grade(facts))),
                Optional.empty(),
                List.of());
        return new SeveralCertificates(new Judge(TrustAnchors.none(), evidence::at)).examine(evidence, grade);
    }

    private static AddressEvidence otherChain(
            AddressEvidence attempt, InetAddress where, List<Certificate> chain, Verdict verdict) {
        if (!attempt.address().getAddress().equals(where)) {
            return attempt;
        }
        Established e = (Established) attempt.outcome();
        SessionFacts f = e.facts();
        SessionFacts changed = new SessionFacts(
                f.version(),
                f.suite(),
                f.suiteCode(),
                f.bits(),
                f.group(),
                f.signatureScheme(),
                chain,
                f.sni(),
                f.alpn(),
                f.resumed(),
                f.extendedMasterSecret(),
                f.secureRenegotiation());
        InetSocketAddress address = attempt.address();
        return new AddressEvidence(address, new Established(address, changed, e.ehlo()), verdict);
    }
}
