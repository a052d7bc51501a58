package org.hikyaku.check.render;

import static org.assertj.core.api.Assertions.assertThat;

import com.networknt.schema.InputFormat;
import com.networknt.schema.Schema;
import com.networknt.schema.SchemaRegistry;
import com.networknt.schema.SpecificationVersion;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import nu.validator.client.EmbeddedValidator;
import org.apache.maven.plugin.surefire.log.api.NullConsoleLogger;
import org.apache.maven.plugins.surefire.report.ReportTestSuite;
import org.apache.maven.plugins.surefire.report.TestSuiteXmlParser;
import org.hikyaku.check.CheckReport;
import org.hikyaku.check.DomainReport;
import org.hikyaku.check.Finding;
import org.hikyaku.check.Gate;
import org.hikyaku.check.GatedReport;
import org.hikyaku.check.Mend;
import org.hikyaku.check.Severity;
import org.hikyaku.lab.Lab;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import tools.jackson.databind.node.ObjectNode;

/** Each format of a report against its schema, and read by programs that others wrote. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class ReportFormatsTest {
    /** What a server or a zone may say to break out of a format. */
    private static final String HOSTILE = "</pre><script>alert(1)</script>]]>&amp;\"'`|*_\u0000\u001b[31m\ud800-->";

    /** One of each kind: graded with two MX, well, refused, no mail, not found out, no STARTTLS, other letters. */
    private final CheckReport graded;

    private final CheckReport many;

    ReportFormatsTest() {
        try (Lab lab = SampleReports.lab()) {
            graded = SampleReports.of(lab, Optional.of("internet.nl"), "dane-second-mx-broken.example");
            many = SampleReports.of(
                    lab,
                    Optional.empty(),
                    "dane-ee.example",
                    "dane-mismatch.example",
                    "sts-testing.example",
                    "null-mx.example",
                    "mx-servfail.example",
                    "no-starttls.example",
                    "second-mx-refused.example",
                    "cert-expired.example",
                    "no-such-domain.example",
                    "xn--wgv71a119e.jp");
        }
    }

    private Stream<CheckReport> reports() {
        CheckReport none = new CheckReport(List.of(), List.of(), many.at(), many.took(), 0, 0);
        return Stream.of(graded, many, hostile(), none);
    }

    private CheckReport hostile() {
        DomainReport domain = many.domains().get(1);
        List<Finding> findings = new ArrayList<>();
        for (Finding f : domain.findings()) {
            findings.add(new Finding(
                    f.id(),
                    f.severity(),
                    HOSTILE,
                    HOSTILE,
                    f.mend().map(m -> new Mend(HOSTILE, List.of(HOSTILE, "```"))),
                    HOSTILE));
        }
        DomainReport changed =
                new DomainReport(domain.evidence(), domain.matrix(), findings, domain.grade(), domain.took());
        return new CheckReport(List.of(changed), List.of(HOSTILE), many.at(), many.took(), 1, 1);
    }

    // ---- HTML

    /** The pages lie in target/pages, where scripts/page looks at them in a browser. */
    @ParameterizedTest
    @MethodSource("reports")
    void thePageIsValidHtml(CheckReport report) throws Exception {
        String html = HtmlReport.of(report);
        Path folder = Files.createDirectories(Path.of("target/pages"));
        String name = report.equals(graded)
                ? "report"
                : report.equals(many) ? "many" : report.domains().isEmpty() ? "none" : "hostile";
        Files.writeString(folder.resolve(name + ".html"), html);
        EmbeddedValidator validator = new EmbeddedValidator();
        validator.setOutputFormat(EmbeddedValidator.OutputFormat.TEXT);

        String complaints = validator.validate(new ByteArrayInputStream(html.getBytes(StandardCharsets.UTF_8)));

        assertThat(complaints.strip()).isEqualTo("Document checking completed. No errors found.");
    }

    @ParameterizedTest
    @MethodSource("reports")
    void thePageRunsNothingAndLoadsNothing(CheckReport report) {
        assertThat(HtmlReport.of(report))
                .doesNotContain("<script")
                .doesNotContain("<link")
                .doesNotContain("<img")
                .doesNotContain("@import")
                .doesNotContain("url(")
                .doesNotContainPattern("(?i)<[^>]+\\son[a-z]+=")
                .doesNotContainPattern("(?:src|href)=\"(?!#)");
    }

    @Test
    void thePageLeadsWithTheMatrixAndThenWithWhatToDo() {
        assertThat(HtmlReport.of(graded))
                .containsSubsequence(
                        "<h1>dane-second-mx-broken.example</h1>",
                        "as internet.nl scores (NCSC 2025-05)",
                        "Who could still read or divert this mail?",
                        "<th scope=\"row\">opportunistic</th>",
                        "The legs, as seen",
                        "<svg",
                        "Do this first",
                        "publish the TLSA record of its present key",
                        "Findings",
                        "<details class=\"error\"",
                        "_25._tcp.",
                        " 3600 IN TLSA 3 1 1 ",
                        "Who may send in its name",
                        "<strong>SPF</strong>: a record with 0 look-ups of 10 allowed",
                        "<pre>&quot;v=spf1 ip4:192.0.2.0/24 -all&quot;</pre>",
                        "<strong>DMARC</strong>: the record at _dmarc.dane-second-mx-broken.example applies; forged"
                                + " mail: reject",
                        "<strong>DKIM</strong>: selector default: RSA with 2048 bits",
                        "<strong>CAA for ");
    }

    /** Every link leads to a place on the page, and no two places have one name. */
    @ParameterizedTest
    @MethodSource("reports")
    void everyLinkLeadsSomewhere(CheckReport report) {
        String html = HtmlReport.of(report);
        List<String> ids = Pattern.compile("\\sid=\"([^\"]+)\"")
                .matcher(html)
                .results()
                .map(r -> r.group(1))
                .toList();

        assertThat(ids).doesNotHaveDuplicates();
        assertThat(Pattern.compile("href=\"#([^\"]+)\"").matcher(html).results().map(r -> r.group(1)))
                .isSubsetOf(ids);
    }

    // ---- SARIF

    @ParameterizedTest
    @MethodSource("reports")
    void sarifIsAsOasisHasIt(CheckReport report) throws IOException {
        ObjectNode sarif = SarifReport.of(Gate.USUAL.judge(report), "1.0");

        assertThat(sarifSchema().validate(sarif.toString(), InputFormat.JSON)).isEmpty();
    }

    private static Schema sarifSchema() throws IOException {
        try (InputStream in = Objects.requireNonNull(
                ReportFormatsTest.class.getResourceAsStream("/schema/sarif-schema-2.1.0.json"))) {
            return SchemaRegistry.withDefaultDialect(SpecificationVersion.DRAFT_7)
                    .getSchema(new String(in.readAllBytes(), StandardCharsets.UTF_8));
        }
    }

    // ---- JUnit

    /** As Maven's report plugin reads it. */
    @Test
    void mavenReadsOurJunit() throws Exception {
        GatedReport gated = Gate.USUAL.judge(many);
        Path file = Files.createTempFile("hikyaku", ".xml");
        Files.writeString(file, JunitReport.of(gated));

        List<ReportTestSuite> suites = new TestSuiteXmlParser(new NullConsoleLogger()).parse(file.toString());

        Files.delete(file);
        assertThat(suites.stream().mapToInt(ReportTestSuite::getNumberOfTests).sum())
                .isEqualTo(many.domains().stream()
                        .mapToInt(d -> d.findings().size())
                        .sum());
        assertThat(suites.stream()
                        .mapToInt(ReportTestSuite::getNumberOfFailures)
                        .sum())
                .isEqualTo(gated.failing().size());
        assertThat(suites.stream().mapToInt(ReportTestSuite::getNumberOfErrors).sum())
                .isEqualTo((int) many.domains().stream()
                        .flatMap(d -> d.findings(Severity.UNKNOWN).stream())
                        .count());
    }

    // ---- Markdown

    @Test
    void nothingBreaksOutOfMarkdown() {
        String text = MarkdownReport.of(hostile());
        String outsideFences = text.replaceAll("(?m)^ *(`{3,})(?:text)?\n[\\s\\S]*?\n *\\1\n", "");

        assertThat(outsideFences)
                .contains("\\<script\\>")
                .doesNotContainPattern("(?<!\\\\)<")
                .doesNotContain("\u0000")
                .doesNotContain("\u001b");
    }

    // ---- Prometheus

    /** The grammar of the text format 0.0.4; a series stands once. */
    @ParameterizedTest
    @MethodSource("reports")
    void metricsAreAsPrometheusReadsThem(CheckReport report) {
        Pattern sample = Pattern.compile(
                "([a-z_]+)(\\{[a-z]+=\"(?:[^\"\\\\\n]|\\\\[\\\\\"n])*\"(?:,[a-z]+=\"(?:[^\"\\\\\n]|\\\\[\\\\\"n])*\")*\\})? -?[0-9]+(?:\\.[0-9]+)?");
        Set<String> series = new HashSet<>();
        String family = "";
        for (String line : Metrics.of(report, 3).split("\n", 0)) {
            if (line.startsWith("# TYPE ")) {
                assertThat(line).matches("# TYPE [a-z_]+ (gauge|counter)");
                family = line.split(" ", -1)[2];
            } else if (!line.startsWith("# HELP ")) {
                Matcher matcher = sample.matcher(line);
                assertThat(matcher.matches()).as(line).isTrue();
                assertThat(matcher.group(1)).isEqualTo(family);
                assertThat(series.add(line.substring(0, line.lastIndexOf(' '))))
                        .as(line)
                        .isTrue();
            }
        }
    }

    @Test
    void metricsSayWhatIsWrongWhere() {
        assertThat(Metrics.of(many, 7))
                .contains("hikyaku_check_rounds_total 7\n")
                .contains("hikyaku_domain_findings{domain=\"dane-mismatch.example\",severity=\"error\"} 1\n")
                .contains(
                        "hikyaku_domain_finding{domain=\"dane-mismatch.example\",id=\"dane-mismatch\",severity=\"error\","
                                + "subject=\"mx.dane-mismatch.example\"} 1\n")
                .contains(
                        "hikyaku_domain_exposed{domain=\"dane-ee.example\",sender=\"dane\",attacker=\"fake-server\"} 0\n")
                .containsPattern("hikyaku_server_certificate_expiry_timestamp_seconds\\{domain=\"dane-ee.example\","
                        + "host=\"mx.dane-ee.example\",address=\"[0-9.]+\"\\} [0-9]+\n");
    }
}
