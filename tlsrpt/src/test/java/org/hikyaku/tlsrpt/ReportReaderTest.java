package org.hikyaku.tlsrpt;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.time.LocalDate;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import java.util.Optional;
import java.util.zip.GZIPOutputStream;
import org.hikyaku.tlsrpt.ReportFormatException.Kind;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What large senders really send, rebuilt after their public samples, and what no sender should send. */
class ReportReaderTest {

    private static final LocalDate DAY = LocalDate.of(2026, 11, 20);

    private static Report sender(String name) throws IOException, ReportFormatException {
        try (InputStream in =
                Objects.requireNonNull(ReportReaderTest.class.getResourceAsStream("senders/" + name + ".json"))) {
            return ReportReader.read(in.readAllBytes());
        }
    }

    private static Report read(String json) throws ReportFormatException {
        return ReportReader.read(json.getBytes(StandardCharsets.UTF_8));
    }

    private static ReportFormatException refused(String json) {
        return Objects.requireNonNull(catchThrowableOfType(ReportFormatException.class, () -> read(json)));
    }

    @Test
    void google() throws Exception {
        Report report = sender("google");
        assertThat(report.organization()).contains("Google Inc.");
        assertThat(report.contact()).contains("smtp-tls-reporting@google.com");
        assertThat(report.id()).contains("2026-11-20T00:00:00Z_example.jp");
        assertThat(report.period()).isEqualTo(ReportPeriod.ofDay(DAY));
        assertThat(report.policies())
                .containsExactly(
                        new PolicyResult(
                                new ReportedPolicy(
                                        PolicyType.STS,
                                        List.of(
                                                "version: STSv1",
                                                "mode: testing",
                                                "mx: mx1.example.jp",
                                                "max_age: 386000"),
                                        "example.jp",
                                        List.of("mx1.example.jp")),
                                41,
                                4,
                                List.of(
                                        mismatch("192.0.2.70", "198.51.100.68", 1),
                                        mismatch("192.0.2.71", "198.51.100.96", 3))),
                        new PolicyResult(
                                new ReportedPolicy(PolicyType.NO_POLICY_FOUND, List.of(), "example.jp", List.of()),
                                1,
                                0,
                                List.of()));
    }

    private static FailureCount mismatch(String from, String to, long sessions) {
        return new FailureCount(
                new Failure(
                        "certificate-host-mismatch",
                        Optional.of(from),
                        Optional.of("mx1.example.jp"),
                        Optional.empty(),
                        Optional.of(to),
                        Optional.empty(),
                        Optional.empty()),
                sessions);
    }

    @Test
    void microsoftPutsTheListOfTlsaRecordsIntoOneString() throws Exception {
        Report report = sender("microsoft");
        assertThat(report.policies()).hasSize(2);
        PolicyResult tlsa = report.policies().get(1);
        assertThat(tlsa.policy())
                .isEqualTo(new ReportedPolicy(
                        PolicyType.TLSA, List.of("3 1 1 A1B2C3D4", "3 1 1 E5F60718"), "example.jp", List.of()));
        assertThat(tlsa.successful()).isEqualTo(3);
        assertThat(tlsa.failures()).isEmpty();
    }

    @Test
    void microsoftWithoutAddressesPolicyAndZone() throws Exception {
        Report report = sender("microsoft-fetch-error");
        assertThat(report.period().start()).isEqualTo(Instant.parse("2026-11-20T00:00:00Z"));
        assertThat(report.period().day()).isEqualTo(DAY);
        PolicyResult result = report.policies().getFirst();
        assertThat(result.policy()).isEqualTo(new ReportedPolicy(PolicyType.STS, List.of(), "example.jp", List.of()));
        assertThat(result.failed()).isEqualTo(3);
        Failure failure = result.failures().getFirst().failure();
        assertThat(failure.type()).isEqualTo("sts-policy-fetch-error");
        assertThat(failure.sendingMtaIp()).isEmpty();
        assertThat(failure.mxHostname()).isEmpty();
    }

    @Test
    void nullContactAndADayThatEndsWithTheNext() throws Exception {
        Report report = sender("stalwart");
        assertThat(report.contact()).isEmpty();
        assertThat(report.organization()).contains("mx.sender.example");
        assertThat(report.period().end()).isEqualTo(Instant.parse("2026-11-21T00:00:00Z"));
        assertThat(report.period().day()).isEqualTo(DAY);
        assertThat(report.successful()).isEqualTo(1);
    }

    @Test
    void postfixWithoutPolicyDomain() throws Exception {
        Report report = sender("postfix");
        assertThat(report.policies()).hasSize(2);
        assertThat(report.policies().get(0).policy().domain()).isEqualTo("mx1.example.jp");
        assertThat(report.policies().get(0).failures().getFirst().failure())
                .isEqualTo(new Failure(
                        "validation-failure",
                        Optional.of("2001:db8::7"),
                        Optional.of("mx1.example.jp"),
                        Optional.of("250-mx1.example.jp\r\n250-PIPELINING\r\n250 STARTTLS"),
                        Optional.of("2001:db8::25"),
                        Optional.empty(),
                        Optional.of("self-signed_certificate")));
        // T4: a reader cannot make up what is missing, but has the rest
        assertThat(report.policies().get(1).policy().domain()).isEmpty();
        assertThat(report.successful()).isEqualTo(13);
    }

    @Test
    void textsWhereArraysAndNumbersBelong() throws Exception {
        Report report = sender("draft");
        // a Japanese day: its middle, 03:00 UTC, lies in the same day of UTC
        assertThat(report.period().start()).isEqualTo(Instant.parse("2026-11-19T15:00:00Z"));
        assertThat(report.period().day()).isEqualTo(DAY);
        PolicyResult result = report.policies().getFirst();
        assertThat(result.policy())
                .isEqualTo(new ReportedPolicy(
                        PolicyType.STS,
                        List.of("version: STSv1", "mode: enforce", "mx: mx1.example.jp", "max_age: 86400"),
                        "example.jp",
                        List.of("mx1.example.jp")));
        assertThat(result.successful()).isEqualTo(5);
        assertThat(result.failed()).isEqualTo(2);
        assertThat(result.failures().getFirst().sessions()).isEqualTo(2);
    }

    private static final String DATES =
            "\"date-range\":{\"start-datetime\":\"2026-11-20\",\"end-datetime\":\"2026-11-20\"}";

    @Test
    void readsBehindAByteOrderMarkAndWithoutSummary() throws Exception {
        Report report = read("\uFEFF{" + DATES + ",\"policies\":[{\"policy\":{\"policy-type\":\"sts\"},"
                + "\"failure-details\":[{\"result-type\":\"x\"},null,{\"failed-session-count\":4}]}]}");
        assertThat(report.period()).isEqualTo(ReportPeriod.ofDay(DAY));
        assertThat(report.policies().getFirst().failed()).isEqualTo(5);
    }

    @Test
    void numbersOutOfAnyRangeAreCut() throws Exception {
        Report report = read("{" + DATES + ",\"policies\":[{\"summary\":{\"total-successful-session-count\":1e400,"
                + "\"total-failure-session-count\":-7},\"failure-details\":[{\"failed-session-count\":1e300}]}]}");
        assertThat(report.successful()).isEqualTo(ReportNode.MAX_COUNT);
        assertThat(report.failed()).isZero();
    }

    @Test
    void aPolicyAloneWithoutTheArray() throws Exception {
        assertThat(read("{" + DATES + ",\"policies\":{\"policy\":{\"policy-domain\":\"a.jp\"}}}")
                        .policies())
                .hasSize(1);
        assertThat(read("{" + DATES + ",\"policy\":{\"policy-domain\":\"a.jp\"}}")
                        .policies()
                        .getFirst()
                        .policy()
                        .domain())
                .isEqualTo("a.jp");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {
                "<?xml version=\"1.0\"?><feedback/> | NOT_JSON     | XML",
                "                                   | NOT_JSON     | empty",
                "{\"date-range\":                   | NOT_JSON     | line 1, column",
                "[]                                 | NOT_A_REPORT | an object",
                "{\"policies\":[]}                  | NOT_A_REPORT | date-range",
                "{\"date-range\":{\"start-datetime\":\"2026-11-21\",\"end-datetime\":\"2026-11-20\"},\"policies\":[]}"
                        + " | NOT_A_REPORT | a start and an end",
                "{\"date-range\":{\"start-datetime\":\"2026-11-20\",\"end-datetime\":\"2026-11-20\"},\"policies\":[7]}"
                        + " | NOT_A_REPORT | not an object",
                "{} {}                              | NOT_JSON     | cannot be read"
            })
    void refusesWhatIsNoReport(String json, Kind kind, String says) {
        ReportFormatException refused = refused(Optional.ofNullable(json).orElse(""));
        assertThat(refused.kind()).isEqualTo(kind);
        assertThat(refused.sentence()).contains(says);
    }

    @Test
    void refusesAHundredThousandPolicies() {
        ReportFormatException refused = refused("{" + DATES + ",\"policies\":[" + "{},".repeat(99_999) + "{}]}");
        assertThat(refused.kind()).isEqualTo(Kind.LIMIT);
        assertThat(refused.sentence()).contains("5000 policies in a report");
    }

    @Test
    void refusesTooManyDetailsOverAllPolicies() {
        String policy = "{\"failure-details\":[" + "{},".repeat(9_999) + "{}]}";
        assertThat(refused("{" + DATES + ",\"policies\":[" + policy + "," + policy + "," + policy + "]}")
                        .sentence())
                .contains("20000 failure details");
    }

    @Test
    void refusesDeepNesting() {
        assertThat(refused("{\"a\":" + "[".repeat(100_000) + "]".repeat(100_000) + "}")
                        .kind())
                .isEqualTo(Kind.LIMIT);
    }

    @Test
    void refusesABombBeforeItIsInMemory() throws Exception {
        ByteArrayOutputStream packed = new ByteArrayOutputStream();
        try (GZIPOutputStream gzip = new GZIPOutputStream(packed)) {
            byte[] blanks = " ".repeat(1 << 20).getBytes(StandardCharsets.US_ASCII);
            for (int i = 0; i < 64; i++) {
                gzip.write(blanks);
            }
        }
        assertThat(packed.size()).isLessThan(100_000);
        ReportFormatException refused = Objects.requireNonNull(
                catchThrowableOfType(ReportFormatException.class, () -> ReportReader.read(packed.toByteArray())));
        assertThat(refused.kind()).isEqualTo(Kind.LIMIT);
        assertThat(refused.sentence()).contains("8388608 bytes in a report, unpacked");
    }

    @Test
    void refusesGzipThatIsCutShort() throws Exception {
        byte[] whole = ReportWriter.gzip(sender("google"));
        byte[] half = java.util.Arrays.copyOf(whole, whole.length / 2);
        ReportFormatException refused = Objects.requireNonNull(
                catchThrowableOfType(ReportFormatException.class, () -> ReportReader.read(half)));
        assertThat(refused.kind()).isEqualTo(Kind.NOT_GZIP);
        assertThat(refused.sentence().toLowerCase(Locale.ROOT)).contains("cut short");
    }

    @Test
    void whatIsWrittenIsReadTheSame() throws Exception {
        for (String name : List.of("google", "microsoft", "microsoft-fetch-error", "stalwart", "postfix", "draft")) {
            Report report = sender(name);
            Report again = ReportReader.read(ReportWriter.gzip(report));
            assertThat(again.policies()).as(name).isEqualTo(report.policies());
        }
    }
}
