package org.hikyaku.check;

import static org.assertj.core.api.Assertions.assertThat;

import com.networknt.schema.Error;
import com.networknt.schema.InputFormat;
import com.networknt.schema.Schema;
import com.networknt.schema.SchemaRegistry;
import com.networknt.schema.SpecificationVersion;
import java.io.IOException;
import java.io.InputStream;
import java.io.StringReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import javax.xml.parsers.DocumentBuilderFactory;
import org.hikyaku.check.Evidence.AddressEvidence;
import org.hikyaku.check.Evidence.HostEvidence;
import org.hikyaku.check.auth.caa.CaaIssuers;
import org.hikyaku.check.matrix.MatrixLetters;
import org.hikyaku.check.render.JsonReport;
import org.hikyaku.check.render.JunitReport;
import org.hikyaku.check.render.MarkdownReport;
import org.hikyaku.check.render.SarifReport;
import org.hikyaku.dns.Answer;
import org.hikyaku.lab.Catalogue;
import org.hikyaku.lab.Expectation;
import org.hikyaku.lab.Lab;
import org.hikyaku.lab.LabDomain;
import org.hikyaku.lab.LabOptions;
import org.hikyaku.lab.MailAuthRecords;
import org.hikyaku.policy.DeliveryPlan.Requirement;
import org.hikyaku.policy.Route;
import org.hikyaku.policy.Verdict;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.w3c.dom.Element;
import org.xbill.DNS.Name;
import org.xml.sax.InputSource;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** Every domain of the lab, against what a person has written down as the correct judgement of it. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class CatalogueTest {
    private final Map<Name, DomainReport> reports = new HashMap<>();
    private Optional<CheckReport> run = Optional.empty();

    static Stream<String> domains() {
        return Catalogue.builtIn().domains().stream().map(LabDomain::text);
    }

    @BeforeAll
    void checkAll() throws IOException {
        try (Lab lab = Lab.start(LabOptions.defaults())) {
            CheckReport report = checker(lab)
                    .check(lab.catalogue().domains().stream()
                            .map(LabDomain::name)
                            .toList());
            report.domains().forEach(r -> reports.put(r.evidence().observation().domain(), r));
            run = Optional.of(report);
        }
    }

    private static DomainChecker checker(Lab lab) {
        return LabChecker.of(
                lab,
                CheckOptions.defaults()
                        .withIssuers(
                                CaaIssuers.builtIn().and(MailAuthRecords.AUTHORITY_NAME, MailAuthRecords.AUTHORITY)));
    }

    private DomainReport report(LabDomain domain) {
        return Optional.ofNullable(reports.get(domain.name())).orElseThrow();
    }

    @ParameterizedTest
    @MethodSource("domains")
    void findingsAreThoseOfTheCatalogue(String text) {
        LabDomain domain = Catalogue.builtIn().domain(text);
        DomainReport report = report(domain);
        Expectation expected = domain.expectation();

        assertThat(ids(report, Severity.ERROR)).as("errors").containsExactlyInAnyOrderElementsOf(expected.errors());
        assertThat(ids(report, Severity.WARNING))
                .as("warnings")
                .containsExactlyInAnyOrderElementsOf(expected.warnings());
        assertThat(ids(report, Severity.UNKNOWN))
                .as("unknowns")
                .containsExactlyInAnyOrderElementsOf(expected.unknowns());
        assertThat(ids(report, Severity.NOTICE)).as("notices").containsAll(expected.notices());
    }

    @ParameterizedTest
    @MethodSource("domains")
    void routeRequirementsAndVerdictsAreThoseOfTheCatalogue(String text) {
        LabDomain domain = Catalogue.builtIn().domain(text);
        Evidence evidence = report(domain).evidence();
        Expectation expected = domain.expectation();

        assertThat(route(evidence.route())).isEqualTo(expected.route());
        assertThat(dnssec(evidence.observation().mx())).isEqualTo(expected.dnssec());
        if (evidence.observation().mx() instanceof Answer.Bogus bogus) {
            assertThat(expected.extendedError()).hasValue(bogus.reason().code().code());
        }
        assertThat(evidence.hosts().stream().map(h -> h.host().plan().host()))
                .containsExactlyElementsOf(expected.hosts().keySet());
        for (HostEvidence host : evidence.hosts()) {
            Expectation.Host expectedHost = Optional.ofNullable(
                            expected.hosts().get(host.host().plan().host()))
                    .orElseThrow();
            assertThat(requirement(host.requirement()))
                    .as("requirement of %s", host.name())
                    .isEqualTo(expectedHost.requirement());
            assertThat(new TreeSet<>(host.addresses().stream()
                            .map(AddressEvidence::verdict)
                            .map(CatalogueTest::verdict)
                            .toList()))
                    .as("verdicts of %s", host.name())
                    .isSubsetOf(expectedHost.verdicts())
                    .hasSameSizeAs(host.addresses().isEmpty() ? Set.of() : Set.copyOf(expectedHost.verdicts()));
        }
    }

    @ParameterizedTest
    @MethodSource("domains")
    void theThreatMatrixIsThatOfTheHandWrittenFile(String text) throws IOException {
        Optional<String> expected = Optional.ofNullable(handWrittenMatrices().get(text));
        assertThat(expected)
                .as("lab-matrices.txt has no line for %s: think, and write it", text)
                .isPresent();

        assertThat(report(Catalogue.builtIn().domain(text))
                        .matrix()
                        .map(MatrixLetters::of)
                        .orElse("none"))
                .isEqualTo(expected.orElseThrow());
    }

    private static Map<String, String> handWrittenMatrices() throws IOException {
        try (InputStream file = Objects.requireNonNull(
                CatalogueTest.class.getResourceAsStream("matrix/lab-matrices.txt"), "the file is a test resource")) {
            return new String(file.readAllBytes(), StandardCharsets.UTF_8)
                    .lines()
                    .filter(l -> !l.isBlank() && !l.startsWith("#"))
                    .collect(Collectors.toMap(
                            l -> l.substring(l.lastIndexOf(' ') + 1), l -> l.substring(0, l.lastIndexOf(' '))));
        }
    }

    @ParameterizedTest
    @MethodSource("domains")
    void everyCellOfTheMatrixSaysWhy(String text) {
        report(Catalogue.builtIn().domain(text))
                .matrix()
                .ifPresent(m -> assertThat(m.cells()).hasSize(30).allSatisfy(cell -> {
                    assertThat(cell.sentence())
                            .startsWith("When somebody ")
                            .endsWith(".")
                            .doesNotContain("..", "  ");
                    assertThat(cell.by()).isNotBlank().hasSizeLessThan(24);
                    assertThat(cell.harm().isPresent()).isEqualTo(cell.state().isExposed());
                }));
    }

    /** No finding without a sentence, a reason and a rule; nothing to mend without saying how. */
    @ParameterizedTest
    @MethodSource("domains")
    void everyFindingIsComplete(String text) {
        for (Finding finding : report(Catalogue.builtIn().domain(text)).findings()) {
            assertThat(finding.subject()).isNotBlank().doesNotEndWith(".");
            assertThat(finding.seen()).as(finding.id().id()).endsWith(".").doesNotContain("..");
            assertThat(finding.matters()).endsWith(".");
            assertThat(finding.rule()).isNotBlank();
            if (finding.severity() == Severity.ERROR || finding.severity() == Severity.WARNING) {
                assertThat(finding.mend()).as("mend of %s", finding.id()).isPresent();
            }
            finding.mend()
                    .ifPresent(mend -> assertThat(mend.action())
                            .as("action of %s", finding.id())
                            .isNotBlank());
        }
    }

    /** What only a setting of the mail server mends names it for the four servers that people run. */
    @Test
    void settingsAreNamedForFourServers() {
        Set<FindingId> settings = Set.of(
                FindingId.STARTTLS_ABSENT,
                FindingId.CERT_NAME_MISMATCH,
                FindingId.CERT_EXPIRED,
                FindingId.CHAIN_INCOMPLETE,
                FindingId.REQUIRETLS_ABSENT);
        List<Finding> seen = reports.values().stream()
                .flatMap(r -> r.findings().stream())
                .filter(f -> settings.contains(f.id()) && !f.subject().startsWith("mta-sts."))
                .toList();

        assertThat(seen.stream().map(Finding::id).collect(Collectors.toSet())).isEqualTo(settings);
        assertThat(seen)
                .allSatisfy(f -> assertThat(f.mend().orElseThrow().settings())
                        .containsOnlyKeys("postfix", "exim", "exim-gnutls", "stalwart", "nginx")
                        .allSatisfy((software, lines) -> {
                            assertThat(lines).isNotEmpty();
                            assertThat(f.mend().orElseThrow().lines()).containsAll(lines);
                        }));
    }

    @Test
    void findingsLeadWithTheWorst() {
        for (DomainReport report : reports.values()) {
            assertThat(report.findings()).extracting(Finding::severity).isSorted();
        }
    }

    @Test
    void theMendOfAMismatchIsTheRecordOfThePresentKey() {
        LabDomain domain = Catalogue.builtIn().domain("dane-mismatch.example");
        Finding mismatch = report(domain).findings(Severity.ERROR).getFirst();
        String key = report(domain).evidence().hosts().getFirst().addresses().stream()
                .map(AddressEvidence::outcome)
                .filter(org.hikyaku.smtp.SessionOutcome.Established.class::isInstance)
                .map(o -> ((org.hikyaku.smtp.SessionOutcome.Established) o)
                        .facts()
                        .chain()
                        .getFirst()
                        .keySha256())
                .map(java.util.HexFormat.of()::formatHex)
                .findFirst()
                .orElseThrow();

        assertThat(mismatch.mend().orElseThrow().lines())
                .containsExactly("_25._tcp.mx.dane-mismatch.example. 3600 IN TLSA 3 1 1 " + key);
    }

    /** By hand from the records of the catalogue. */
    @Test
    void jsonSaysWhatTheDomainPublishesOfItsMail() {
        JsonNode include = auth("spf-include.example").get("spf");
        assertThat(include.get("terms").toString()).isEqualTo("[\"include:_spf.spf-include.example\",\"-all\"]");
        assertThat(include.get("lookups").asInt()).isEqualTo(1);
        assertThat(include.at("/costs/0").toString())
                .isEqualTo("{\"term\":\"include:_spf.spf-include.example\",\"lookups\":1}");
        assertThat(include.at("/ending/result").asString()).isEqualTo("fail");
        assertThat(auth("spf-two.example").at("/spf/records").size()).isEqualTo(2);
        assertThat(auth("spf-two.example").at("/spf/permanentError").asBoolean())
                .isTrue();

        JsonNode testing = auth("dmarc-testing.example").get("dmarc");
        assertThat(testing.get("policy").asString()).isEqualTo("reject");
        assertThat(testing.get("effectivePolicy").asString()).isEqualTo("quarantine");
        assertThat(testing.get("domain").asString()).isEqualTo("dmarc-testing.example");
        assertThat(testing.get("organisationalDomain").asString()).isEqualTo("dmarc-testing.example");
        assertThat(auth("dmarc-np.example").at("/dmarc/subdomainPolicy").asString())
                .isEqualTo("none");
        assertThat(auth("dmarc-np.example").at("/dmarc/nonexistentPolicy").asString())
                .isEqualTo("reject");

        assertThat(auth("spf-include.example")
                        .get("dkim")
                        .get("selectors")
                        .valueStream()
                        .filter(n -> n.get("status").asString().equals("found")))
                .singleElement()
                .satisfies(n -> {
                    assertThat(n.get("selector").asString()).isEqualTo("default");
                    assertThat(n.at("/keys/0/kind").asString()).isEqualTo("RSA");
                    assertThat(n.at("/keys/0/bits").asInt()).isEqualTo(2048);
                });
        assertThat(auth("spf-include.example").at("/caa/0/records/0/tag").asString())
                .isEqualTo("issue");
    }

    private JsonNode auth(String domain) {
        return JsonReport.of(run.orElseThrow())
                .get("domains")
                .valueStream()
                .filter(d -> d.get("domain").asString().equals(domain))
                .map(d -> d.get("auth"))
                .findFirst()
                .orElseThrow();
    }

    @Test
    void jsonOfTheWholeRunIsValid() throws IOException {
        Schema schema = SchemaRegistry.withDefaultDialect(SpecificationVersion.DRAFT_2020_12)
                .getSchema(Files.readString(Path.of("../docs/schema/check-1.json")));
        String json = JsonReport.of(run.orElseThrow()).toString();

        List<Error> errors = schema.validate(json, InputFormat.JSON);

        assertThat(errors).isEmpty();
        assertThat(schema.validate(json.replace("\"severity\":\"error\"", "\"severity\":\"awful\""), InputFormat.JSON))
                .as("the schema refuses what it should")
                .isNotEmpty();
    }

    @Test
    void sarifOfTheWholeRunIsValid() throws IOException {
        CheckReport whole = run.orElseThrow();
        String json = SarifReport.of(Gate.USUAL.judge(whole), "1.0").toString();
        Schema schema;
        try (InputStream text = Objects.requireNonNull(
                CatalogueTest.class.getResourceAsStream("/schema/sarif-schema-2.1.0.json"), "the OASIS schema")) {
            schema = SchemaRegistry.withDefaultDialect(SpecificationVersion.DRAFT_7)
                    .getSchema(text);
        }

        assertThat(schema.validate(json, InputFormat.JSON)).isEmpty();
        assertThat(schema.validate(json.replace("\"level\":\"error\"", "\"level\":\"awful\""), InputFormat.JSON))
                .as("the schema refuses what it should")
                .isNotEmpty();
        JsonNode results = JsonMapper.shared().readTree(json).at("/runs/0/results");
        assertThat(results.size())
                .isEqualTo(whole.domains().stream()
                        .mapToInt(d -> d.findings().size())
                        .sum());
        assertThat(results.valueStream()
                        .map(r -> r.at("/partialFingerprints").toString())
                        .distinct()
                        .count())
                .as("a finding is told from every other by its fingerprint")
                .isGreaterThan(results.size() * 9L / 10);
    }

    @Test
    void junitCountsWhatTheGateStops() throws Exception {
        CheckReport whole = run.orElseThrow();
        for (Severity least : List.of(Severity.ERROR, Severity.WARNING, Severity.NOTICE)) {
            GatedReport gated = new Gate(least, Optional.empty()).judge(whole);
            Element suites = DocumentBuilderFactory.newDefaultInstance()
                    .newDocumentBuilder()
                    .parse(new InputSource(new StringReader(JunitReport.of(gated))))
                    .getDocumentElement();
            long stopped = whole.domains().stream()
                    .flatMap(d -> d.findings().stream())
                    .filter(f -> f.severity().compareTo(least) <= 0)
                    .count();

            assertThat(suites.getAttribute("failures")).isEqualTo(String.valueOf(stopped));
            assertThat(suites.getElementsByTagName("failure").getLength()).isEqualTo((int) stopped);
            assertThat(suites.getElementsByTagName("testsuite").getLength())
                    .isEqualTo(whole.domains().size());
            assertThat(suites.getAttribute("tests"))
                    .isEqualTo(String.valueOf(
                            suites.getElementsByTagName("testcase").getLength()));
        }
    }

    @Test
    void markdownHasASectionForEachDomainAndTheRecordToPublish() {
        String text = MarkdownReport.of(run.orElseThrow());

        assertThat(text.lines().filter(l -> l.startsWith("## ")))
                .hasSize(run.orElseThrow().domains().size());
        assertThat(text)
                .containsSubsequence(
                        "## dane-mismatch.example",
                        "| opportunistic | protected | **EXPOSED** |",
                        "### Do this first",
                        "1. **mx.dane-mismatch.example: publish the TLSA record of its present key beside the"
                                + " old one, wait one TTL, then remove the old one** (error `dane-mismatch`, D11)",
                        "   ```text\n   _25._tcp.mx.dane-mismatch.example. 3600 IN TLSA 3 1 1 ");
    }

    private static Set<String> ids(DomainReport report, Severity severity) {
        Set<String> ids = new TreeSet<>();
        report.findings(severity).forEach(f -> ids.add(f.id().id()));
        return ids;
    }

    private static Expectation.Route route(Route route) {
        return switch (route) {
            case Route.Hosts _ -> Expectation.Route.DELIVER;
            case Route.NoMail _ -> Expectation.Route.NO_MAIL;
            case Route.Unknown _ -> Expectation.Route.WAIT;
        };
    }

    private static Expectation.Status dnssec(Answer answer) {
        return switch (answer) {
            case Answer.Secure _ -> Expectation.Status.SECURE;
            case Answer.Insecure _ -> Expectation.Status.INSECURE;
            case Answer.Bogus _ -> Expectation.Status.BOGUS;
            case Answer.Failed _ -> Expectation.Status.FAILED;
        };
    }

    private static Expectation.Requirement requirement(Requirement requirement) {
        return switch (requirement) {
            case Requirement.Opportunistic _ -> Expectation.Requirement.OPPORTUNISTIC;
            case Requirement.Encrypt _ -> Expectation.Requirement.ENCRYPT;
            case Requirement.Dane _ -> Expectation.Requirement.DANE;
            case Requirement.StsPkix _ -> Expectation.Requirement.STS;
            case Requirement.Both _ -> Expectation.Requirement.BOTH;
            case Requirement.DoNotUse _ -> Expectation.Requirement.REFUSE;
            case Requirement.VerifiedName _, Requirement.Configured _ ->
                throw new AssertionError("only REQUIRETLS asks for this: "
                        + requirement.toString().toLowerCase(Locale.ROOT));
        };
    }

    private static Expectation.Verdict verdict(Verdict verdict) {
        return switch (verdict) {
            case Verdict.Authenticated authenticated ->
                switch (authenticated.by()) {
                    case Verdict.By.Dane _ -> Expectation.Verdict.AUTHENTICATED_DANE;
                    case Verdict.By.MtaSts _ -> Expectation.Verdict.AUTHENTICATED_STS;
                    case Verdict.By.Both _ -> Expectation.Verdict.AUTHENTICATED_BOTH;
                    case Verdict.By.Pkix _ -> throw new AssertionError("only REQUIRETLS asks for this");
                };
            case Verdict.Unauthenticated open ->
                open.encrypted() ? Expectation.Verdict.UNAUTHENTICATED_TLS : Expectation.Verdict.CLEAR;
            case Verdict.Refused _ -> Expectation.Verdict.REFUSED;
            case Verdict.NotJudged _ -> Expectation.Verdict.NOT_REACHED;
        };
    }
}
