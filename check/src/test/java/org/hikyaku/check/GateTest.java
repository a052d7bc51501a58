package org.hikyaku.check;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import org.hikyaku.check.Baseline.BadBaselineException;
import org.hikyaku.dns.Answer;
import org.hikyaku.dns.Failure;
import org.hikyaku.dns.Question;
import org.hikyaku.policy.DomainObservation;
import org.hikyaku.policy.Route;
import org.hikyaku.policy.StsObservation;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.xbill.DNS.Name;
import org.xbill.DNS.Type;

/** What makes a run fail: by severity, against an earlier run, and asked again. */
class GateTest {
    private static final Instant NOW = Instant.parse("2026-11-22T00:00:00Z");
    private static final String BASELINE = """
            {"schema": "hikyaku.check/1", "domains": [{"domain": "a.example", "findings": [
              {"id": "dane-mismatch", "severity": "error", "subject": "mx1.a.example"},
              {"id": "cert-expired", "severity": "notice", "subject": "mx1.a.example"},
              {"id": "mx-unreachable", "severity": "unknown", "subject": "mx1.a.example"}]}]}
            """;

    private static Finding finding(FindingId id, Severity severity, String subject) {
        return Finding.of(id, severity, subject, "seen");
    }

    private static CheckReport report(Finding... findings) {
        Name name = Name.fromConstantString("a.example.");
        Answer nothing = new Answer.Failed(new Question(name, Type.MX), new Failure(Failure.Kind.UNANSWERABLE, "no"));
        DomainObservation observation =
                new DomainObservation(name, 25, nothing, Map.of(), new StsObservation.Unknown(nothing, "no"), NOW);
        Evidence evidence = new Evidence(
                observation, new Route.Unknown(nothing, "no"), List.of(), Optional.empty(), Optional.empty(), NOW);
        DomainReport domain =
                new DomainReport(evidence, Optional.empty(), List.of(findings), Optional.empty(), Duration.ZERO);
        return new CheckReport(List.of(domain), List.of(), NOW, Duration.ZERO, 0, 0);
    }

    private static List<String> failing(GatedReport report) {
        return report.failing().stream()
                .map(k -> k.id() + " " + k.subject())
                .sorted()
                .toList();
    }

    private static final Finding ERROR = finding(FindingId.DANE_MISMATCH, Severity.ERROR, "mx1.a.example");
    private static final Finding WARNING = finding(FindingId.CERT_EXPIRED, Severity.WARNING, "mx1.a.example");
    private static final Finding NOTICE = finding(FindingId.MX_NULL, Severity.NOTICE, "a.example");
    private static final Finding UNKNOWN = finding(FindingId.LOOKUP_FAILED, Severity.UNKNOWN, "a.example");
    private static final Finding OTHER = finding(FindingId.DANE_MISMATCH, Severity.ERROR, "mx2.a.example");

    @ParameterizedTest
    @CsvSource({"ERROR, 1", "WARNING, 2", "NOTICE, 3"})
    void fromTheSeverityOnThatWasAsked(Severity failOn, int count) {
        GatedReport gated = new Gate(failOn, Optional.empty()).judge(report(ERROR, WARNING, NOTICE, UNKNOWN));

        assertThat(gated.failing()).hasSize(count);
        assertThat(gated.leftOpen()).isTrue();
    }

    /** The error was there, the notice became a warning, the other host is new. */
    @Test
    void onlyWhatIsNewOrGotWorseFails() throws Exception {
        Gate gate = new Gate(Severity.WARNING, Optional.of(Baseline.of(BASELINE, "b.json")));

        assertThat(failing(gate.judge(report(ERROR, WARNING, OTHER, NOTICE))))
                .containsExactly("cert-expired mx1.a.example", "dane-mismatch mx2.a.example");
    }

    /** What could not be found out then and is an error now is worse. */
    @Test
    void whatWasNotKnownIsNoExcuse() throws Exception {
        Gate gate = new Gate(Severity.WARNING, Optional.of(Baseline.of(BASELINE, "b.json")));
        Finding down = finding(FindingId.MX_UNREACHABLE, Severity.ERROR, "mx1.a.example");

        assertThat(failing(gate.judge(report(down)))).containsExactly("mx-unreachable mx1.a.example");
    }

    @Test
    void whatIsNewIsAskedAgainTwiceAndCountsWhenItStays() throws Exception {
        List<List<Name>> asked = new ArrayList<>();
        Function<List<Name>, CheckReport> again = names -> {
            asked.add(names);
            return report(ERROR, OTHER);
        };

        GatedReport gated = new Gate(Severity.WARNING, Optional.of(Baseline.of(BASELINE, "b.json")))
                .confirm(report(ERROR, OTHER), again);

        assertThat(failing(gated)).containsExactly("dane-mismatch mx2.a.example");
        assertThat(asked).hasSize(2).containsOnly(List.of(Name.fromConstantString("a.example.")));
        assertThat(gated.report().notes()).isEmpty();
    }

    @Test
    void whatIsGoneWhenAskedAgainDoesNotCountAndIsSaid() throws Exception {
        GatedReport gated = new Gate(Severity.WARNING, Optional.of(Baseline.of(BASELINE, "b.json")))
                .confirm(report(ERROR, OTHER), _ -> report(ERROR));

        assertThat(gated.failing()).isEmpty();
        assertThat(gated.report().notes())
                .containsExactly(
                        "a.example: dane-mismatch of mx2.a.example is not in the baseline, and was not there every"
                                + " time; it does not count.");
        assertThat(gated.report().domains().getFirst().findings()).containsExactly(ERROR);
    }

    @Test
    void nothingIsAskedAgainWithoutABaselineOrWithoutNews() throws Exception {
        Function<List<Name>, CheckReport> never = _ -> {
            throw new AssertionError("asked again");
        };

        assertThat(Gate.USUAL.confirm(report(ERROR), never).failing()).hasSize(1);
        assertThat(new Gate(Severity.WARNING, Optional.of(Baseline.of(BASELINE, "b.json")))
                        .confirm(report(ERROR), never)
                        .failing())
                .isEmpty();
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "nonsense | is no JSON",
                "[] | its schema is missing",
                "{\"schema\": \"hikyaku.probe/1\"} | its schema is hikyaku.probe/1, not hikyaku.check/1",
                "{\"schema\": \"hikyaku.check/1\", \"domains\": [{\"findings\": [{\"severity\": \"bad\"}]}]}"
                        + " | without a severity that is known here"
            })
    void aFileThatIsNoReportIsRefused(String text, String words) {
        assertThatThrownBy(() -> Baseline.of(text, "b.json"))
                .isInstanceOf(BadBaselineException.class)
                .hasMessageStartingWith("b.json ")
                .hasMessageContaining(words);
    }
}
