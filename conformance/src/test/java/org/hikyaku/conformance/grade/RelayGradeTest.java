package org.hikyaku.conformance.grade;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayInputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.UnaryOperator;
import java.util.stream.Collectors;
import nu.validator.client.EmbeddedValidator;
import org.apache.maven.plugin.surefire.log.api.NullConsoleLogger;
import org.apache.maven.plugins.surefire.report.ReportTestSuite;
import org.apache.maven.plugins.surefire.report.TestSuiteXmlParser;
import org.hikyaku.conformance.serve.Sighting;
import org.hikyaku.tlsrpt.Failure;
import org.hikyaku.tlsrpt.FailureCount;
import org.hikyaku.tlsrpt.PolicyResult;
import org.hikyaku.tlsrpt.PolicyType;
import org.hikyaku.tlsrpt.Report;
import org.hikyaku.tlsrpt.ReportPeriod;
import org.hikyaku.tlsrpt.ReportedPolicy;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Hikyaku's own relay, whole: mails of all kinds for all cases are submitted to it, and a day later its reports come. */
@Timeout(300)
class RelayGradeTest {
    @TempDir
    static Path folder;

    private static List<Injector.Handed> handed = List.of();
    private static Grade onTheDay;
    private static Grade dayAfter;
    private static List<Case> cases = List.of();
    private static List<Sighting> sightings = List.of();

    @BeforeAll
    static void run() throws Exception {
        try (RelayUnderTest relay = new RelayUnderTest(folder)) {
            handed = relay.submit();
            onTheDay = relay.grade();
            relay.sleepUntilTheReportsCome(relay.cases().stream()
                    .filter(c -> c.must() == Must.DELIVER || c.must() == Must.HOLD)
                    .filter(c ->
                            onTheDay.cases().stream().anyMatch(r -> r.subject().equals(c) && r.sessions() > 0))
                    .flatMap(c -> c.reporting().stream())
                    .filter(Reporting::wanted)
                    .map(r -> r.addresses().getFirst())
                    .toList());
            dayAfter = relay.grade();
            sightings = relay.sightings();
            cases = relay.cases();
        }
    }

    @AfterAll
    static void forget() {
        sightings = List.of();
    }

    private static Map<String, Set<String>> broken(Grade grade) {
        Map<String, Set<String>> all = new TreeMap<>();
        grade.rules().stream()
                .filter(r -> r.standing() == Standing.BROKEN)
                .forEach(r -> all.put(r.rule(), new TreeSet<>(r.sentences())));
        return all;
    }

    @Test
    void itTakesAllMailsAndBreaksNoRule() {
        assertThat(handed).allSatisfy(h -> assertThat(h.refusal()).isEmpty());
        assertThat(broken(onTheDay)).isEmpty();
        assertThat(onTheDay.areas().stream().filter(Grade.Score::practised).map(Grade.Score::area))
                .containsExactly(Area.DANE, Area.MTA_STS, Area.REQUIRETLS);
    }

    @Test
    void everyRuleThatCanBeSeenIsKept() {
        // who knows nothing of it does the same: it can be seen broken only
        assertThat(notSeen(onTheDay, "D")).containsExactly("D19");
        // these take a lab that moves on
        assertThat(notSeen(onTheDay, "S")).containsExactly("S15", "S16", "S3", "S4");
        assertThat(notSeen(onTheDay, "Q")).isEmpty();
    }

    @Test
    void itsReportsSayWhatTheLabSaw() {
        assertThat(broken(dayAfter)).isEmpty();
        assertThat(notSeen(dayAfter, "T")).isEmpty();
        assertThat(dayAfter.reports()).hasSizeGreaterThan(100);
    }

    @Test
    void thePageIsValidHtml() throws Exception {
        EmbeddedValidator validator = new EmbeddedValidator();
        validator.setOutputFormat(EmbeddedValidator.OutputFormat.TEXT);

        String complaints = validator.validate(
                new ByteArrayInputStream(GradeHtml.of(dayAfter).getBytes(StandardCharsets.UTF_8)));

        assertThat(complaints
                        .lines()
                        .filter(l -> l.toLowerCase(Locale.ROOT).contains("error") && !l.contains("No errors found"))
                        .toList())
                .isEmpty();
    }

    @Test
    void buildPipelinesReadItAsJunit() throws Exception {
        Path file = Files.writeString(folder.resolve("TEST-grade.xml"), GradeJunit.of(dayAfter));

        List<ReportTestSuite> suites = new TestSuiteXmlParser(new NullConsoleLogger()).parse(file.toString());

        assertThat(suites.stream().mapToInt(ReportTestSuite::getNumberOfTests).sum())
                .isEqualTo(dayAfter.rules().size());
        assertThat(suites.stream()
                        .mapToInt(ReportTestSuite::getNumberOfFailures)
                        .sum())
                .isZero();
        assertThat(suites.stream().mapToInt(ReportTestSuite::getNumberOfSkipped).sum())
                .isEqualTo(notSeen(dayAfter, "").size());
    }

    /** One of its reports, as another sender would have made it, and the rule that this breaks; no other one is. */
    record Bent(String name, String to, UnaryOperator<Received> how, String rule) {
        @Override
        public String toString() {
            return name;
        }
    }

    /** A report as it came, and the mail that it came in. */
    record Received(Sighting.ReportTaken report, Optional<Sighting.MailTaken> mail) {
        Received with(UnaryOperator<Report> change) {
            return new Received(
                    new Sighting.ReportTaken(
                            report.at(),
                            report.session(),
                            report.to(),
                            report.way(),
                            report.compressed(),
                            report.report().map(change),
                            report.fault()),
                    mail);
        }

        Received withPolicies(UnaryOperator<PolicyResult> change) {
            return with(r -> new Report(
                    r.organization(),
                    r.period(),
                    r.contact(),
                    r.id(),
                    r.policies().stream().map(change).toList()));
        }

        Received withMail(UnaryOperator<Sighting.Header> change) {
            return new Received(
                    report,
                    mail.map(m -> new Sighting.MailTaken(
                            m.at(),
                            m.session(),
                            m.mail(),
                            m.requireTls(),
                            m.headers().stream().map(change).toList())));
        }
    }

    private static final String GOOD = "tls-reports@dane-ee-cert.example";
    private static final String FAILED = "tls-reports@dane-mismatch.example";
    private static final String STS = "tls-reports@sts-self-signed.example";
    private static final String BOTH = "tls-reports@sts-insecure-mx-dane.test";
    private static final String POSTED = "https://reports.tlsrpt-https.example/v1";

    private static PolicyResult count(PolicyResult r, long successful, long failed) {
        return new PolicyResult(r.policy(), successful, failed, r.failures());
    }

    private static PolicyResult policy(PolicyResult r, PolicyType type, List<String> strings, String domain) {
        return new PolicyResult(
                new ReportedPolicy(type, strings, domain, r.policy().mxHosts()),
                r.successful(),
                r.failed(),
                r.failures());
    }

    private static PolicyResult called(PolicyResult r, String type) {
        return new PolicyResult(
                r.policy(),
                r.successful(),
                r.failed(),
                r.failures().stream()
                        .map(f -> new FailureCount(
                                new Failure(
                                        type,
                                        f.failure().sendingMtaIp(),
                                        f.failure().mxHostname(),
                                        f.failure().mxHelo(),
                                        f.failure().receivingIp(),
                                        f.failure().additionalInformation(),
                                        f.failure().reasonCode()),
                                f.sessions()))
                        .toList());
    }

    private static Sighting.Header renamed(Sighting.Header header, String name) {
        return header.name().equalsIgnoreCase(name) ? new Sighting.Header("X-Gone", header.value()) : header;
    }

    static List<Bent> bent() {
        return List.of(
                new Bent(
                        "one session too many",
                        GOOD,
                        r -> r.withPolicies(p -> count(p, p.successful() + 1, p.failed())),
                        "T6"),
                new Bent("a session less", GOOD, r -> r.withPolicies(p -> count(p, 0, 0)), "T6"),
                new Bent(
                        "a failure that is kept quiet",
                        FAILED,
                        r -> r.withPolicies(p -> new PolicyResult(p.policy(), 0, 0, List.of())),
                        "T6"),
                new Bent(
                        "a failure called a success",
                        FAILED,
                        r -> r.withPolicies(p -> new PolicyResult(p.policy(), p.failed(), 0, List.of())),
                        "T6"),
                new Bent(
                        "a failure that nothing is said of",
                        FAILED,
                        r -> r.withPolicies(p -> new PolicyResult(p.policy(), 0, p.failed(), List.of())),
                        "T6"),
                new Bent("a vaguer type", STS, r -> r.withPolicies(p -> called(p, "validation-failure")), "T7"),
                new Bent("another type", FAILED, r -> r.withPolicies(p -> called(p, "certificate-expired")), "T7"),
                new Bent(
                        "another kind of policy",
                        GOOD,
                        r -> r.withPolicies(p -> policy(
                                p, PolicyType.STS, List.of("version: STSv1", "mode: enforce"), "dane-ee-cert.example")),
                        "T5"),
                new Bent(
                        "no policy found",
                        STS,
                        r -> r.withPolicies(
                                p -> policy(p, PolicyType.NO_POLICY_FOUND, List.of(), "sts-self-signed.example")),
                        "T5"),
                new Bent(
                        "one policy of two",
                        BOTH,
                        r -> r.with(report -> new Report(
                                report.organization(),
                                report.period(),
                                report.contact(),
                                report.id(),
                                report.policies().stream()
                                        .filter(p -> p.policy().type() == PolicyType.TLSA)
                                        .toList())),
                        "T5"),
                new Bent(
                        "TLSA under the recipient's domain",
                        GOOD,
                        r -> r.withPolicies(
                                p -> policy(p, PolicyType.TLSA, p.policy().strings(), "dane-ee-cert.example")),
                        "T2"),
                new Bent(
                        "MTA-STS under the host's name",
                        STS,
                        r -> r.withPolicies(
                                p -> policy(p, PolicyType.STS, p.policy().strings(), "mx.sts-self-signed.example")),
                        "T2"),
                new Bent(
                        "records left out",
                        GOOD,
                        r -> r.withPolicies(p ->
                                policy(p, PolicyType.TLSA, List.of(), p.policy().domain())),
                        "T3"),
                new Bent(
                        "another mode",
                        STS,
                        r -> r.withPolicies(p -> policy(
                                p,
                                PolicyType.STS,
                                List.of("version: STSv1", "mode: testing"),
                                p.policy().domain())),
                        "T3"),
                new Bent(
                        "an hour instead of a day",
                        GOOD,
                        r -> r.with(report -> new Report(
                                report.organization(),
                                new ReportPeriod(
                                        report.period().start(),
                                        report.period().start().plus(Duration.ofHours(13))),
                                report.contact(),
                                report.id(),
                                report.policies())),
                        "T10"),
                new Bent(
                        "no id",
                        GOOD,
                        r -> r.with(report -> new Report(
                                report.organization(),
                                report.period(),
                                report.contact(),
                                Optional.empty(),
                                report.policies())),
                        "T20"),
                new Bent("not signed", GOOD, r -> r.withMail(h -> renamed(h, "DKIM-Signature")), "T13"),
                new Bent(
                        "signed by somebody else",
                        GOOD,
                        r -> r.withMail(h -> h.name().equalsIgnoreCase("DKIM-Signature")
                                ? new Sighting.Header(h.name(), h.value().replace("d=sender.example", "d=else.example"))
                                : h),
                        "T13"),
                new Bent(
                        "a plain mail",
                        GOOD,
                        r -> r.withMail(h -> h.name().equalsIgnoreCase("Content-Type")
                                ? new Sighting.Header(h.name(), "application/tlsrpt+gzip")
                                : h),
                        "T12"),
                new Bent(
                        "no TLS-Report-Submitter",
                        GOOD,
                        r -> r.withMail(h -> renamed(h, "TLS-Report-Submitter")),
                        "T12"),
                new Bent(
                        "the header not signed",
                        GOOD,
                        r -> r.withMail(h -> h.name().equalsIgnoreCase("DKIM-Signature")
                                ? new Sighting.Header(h.name(), h.value().replaceAll("(?i):TLS-Report-Domain", ""))
                                : h),
                        "T12"),
                new Bent(
                        "a file name about another domain",
                        GOOD,
                        r -> r.withMail(h -> h.name().equalsIgnoreCase("TLS-Report-Domain")
                                ? new Sighting.Header(h.name(), "plain.example")
                                : h),
                        "T11"),
                new Bent(
                        "posted without gzip",
                        POSTED,
                        r -> new Received(
                                new Sighting.ReportTaken(
                                        r.report().at(),
                                        r.report().session(),
                                        r.report().to(),
                                        r.report().way(),
                                        false,
                                        r.report().report(),
                                        r.report().fault()),
                                r.mail()),
                        "T16"));
    }

    @ParameterizedTest
    @MethodSource("bent")
    void aReportThatIsBentIsCaughtByItsRuleAlone(Bent bent) {
        assertThat(brokenWith(bent.to(), bent.how())).containsExactly(bent.rule());
    }

    @Test
    void aReportThatComesTwiceIsCaught() {
        List<Sighting> twice = new ArrayList<>(near(GOOD));
        twice.add(original(GOOD).report());
        assertThat(brokenIn(twice)).containsExactly("T20");
    }

    @Test
    void aReportToSomebodyWhoDidNotAskIsCaught() {
        assertThat(brokenWith(
                        GOOD,
                        r -> new Received(
                                new Sighting.ReportTaken(
                                        r.report().at(),
                                        r.report().session(),
                                        "a@tlsrpt-two.example",
                                        r.report().way(),
                                        true,
                                        r.report().report(),
                                        Optional.empty()),
                                Optional.empty())))
                .contains("T1");
    }

    /** What the servers of the domain of this address saw, its reports among it. */
    private static List<Sighting> near(String to) {
        String domain = original(to).report().session().domain();
        return sightings.stream()
                .filter(s -> s instanceof Sighting.OnSession o
                        && o.session().domain().equals(domain))
                .toList();
    }

    private static Received original(String to) {
        Sighting.ReportTaken report = sightings.stream()
                .filter(Sighting.ReportTaken.class::isInstance)
                .map(Sighting.ReportTaken.class::cast)
                .filter(r -> r.to().equals(to))
                .findFirst()
                .orElseThrow();
        return new Received(
                report,
                sightings.stream()
                        .filter(Sighting.MailTaken.class::isInstance)
                        .map(Sighting.MailTaken.class::cast)
                        .filter(m -> m.mail().to().contains(to))
                        .findFirst());
    }

    private static Set<String> brokenWith(String to, UnaryOperator<Received> how) {
        Received original = original(to);
        Received bent = how.apply(original);
        assertThat(brokenIn(near(to))).isEmpty();
        assertThat(bent).isNotEqualTo(original);
        List<Sighting> changed = new ArrayList<>();
        for (Sighting s : near(to)) {
            if (s.equals(original.report())) {
                changed.add(bent.report());
            } else if (original.mail().isPresent() && s.equals(original.mail().get())) {
                bent.mail().ifPresent(changed::add);
            } else {
                changed.add(s);
            }
        }
        return brokenIn(changed);
    }

    private static Set<String> brokenIn(List<Sighting> some) {
        return new ReportJudge(new Evidence(some, List.of()), cases)
                .judge().stream()
                        .flatMap(j -> j.broken().keySet().stream())
                        .collect(Collectors.toCollection(TreeSet::new));
    }

    private static Set<String> notSeen(Grade grade, String area) {
        return grade.rules().stream()
                .filter(r -> r.rule().startsWith(area) && r.standing() == Standing.NOT_SEEN)
                .map(RuleResult::rule)
                .collect(Collectors.toCollection(TreeSet::new));
    }
}
