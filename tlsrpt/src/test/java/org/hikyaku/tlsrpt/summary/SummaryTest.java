package org.hikyaku.tlsrpt.summary;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import org.hikyaku.policy.ResultType;
import org.hikyaku.tlsrpt.PolicyResult;
import org.hikyaku.tlsrpt.PolicyType;
import org.hikyaku.tlsrpt.Report;
import org.hikyaku.tlsrpt.ReportReader;
import org.hikyaku.tlsrpt.receive.ReceivedReport;
import org.hikyaku.tlsrpt.receive.ReceivedReports.Result;
import org.hikyaku.tlsrpt.receive.Via;
import org.hikyaku.tlsrpt.summary.DomainSummary.Day;
import org.hikyaku.tlsrpt.summary.DomainSummary.Policy;
import org.hikyaku.tlsrpt.summary.DomainSummary.Problem;
import org.hikyaku.tlsrpt.summary.DomainSummary.Sender;
import org.junit.jupiter.api.Test;

/** What four senders' reports come to, by hand. */
class SummaryTest {
    private static final LocalDate DAY = LocalDate.of(2026, 11, 20);

    private static List<Result> sender(String name, Optional<String> signer, String from, String to) throws Exception {
        try (InputStream in = Objects.requireNonNull(
                SummaryTest.class.getResourceAsStream("/org/hikyaku/tlsrpt/senders/" + name + ".json"))) {
            String json = new String(in.readAllBytes(), StandardCharsets.UTF_8).replace(from, to);
            Report report = ReportReader.read(json.getBytes(StandardCharsets.UTF_8));
            ReceivedReport received = new ReceivedReport(name + to, Instant.EPOCH, Via.MAIL, signer, report);
            List<Result> results = new ArrayList<>();
            for (PolicyResult result : report.policies()) {
                results.add(new Result(received, "example.jp", result));
            }
            return results;
        }
    }

    @Test
    void addsUp() throws Exception {
        List<Result> results = new ArrayList<>();
        results.addAll(sender("google", Optional.of("google.com"), "2026-11-20T", "2026-11-19T"));
        results.addAll(sender("google", Optional.of("google.com"), "x", "x"));
        results.addAll(sender("microsoft-fetch-error", Optional.empty(), "x", "x"));
        results.addAll(sender("postfix", Optional.empty(), "x", "x"));
        Summary summary = Summary.of(DAY.minusDays(6), DAY, results);
        assertThat(summary.troubled()).isTrue();
        DomainSummary domain = summary.domains().getFirst();
        assertThat(domain.domain()).isEqualTo("example.jp");
        assertThat(domain.days())
                .containsExactly(new Day(DAY.minusDays(1), 42, 4), new Day(DAY, 42 + 0 + 13, 4 + 3 + 1));
        assertThat(domain.kept()).isEqualTo(97);
        assertThat(domain.failed()).isEqualTo(12);
        assertThat(domain.senders())
                .containsExactly(
                        new Sender("google.com", true, 84, 8),
                        new Sender("mail.sender.example", false, 13, 1),
                        new Sender("Microsoft Corporation", false, 0, 3));
        assertThat(domain.policies())
                .containsExactly(
                        new Policy(PolicyType.STS, "example.jp", 82, 11),
                        new Policy(PolicyType.TLSA, "mx1.example.jp", 12, 1),
                        new Policy(PolicyType.NO_POLICY_FOUND, "example.jp", 2, 0),
                        new Policy(PolicyType.NO_POLICY_FOUND, "", 1, 0));
        assertThat(domain.problems().stream().map(Problem::type).toList())
                .containsExactly("certificate-host-mismatch", "sts-policy-fetch-error", "validation-failure");
        Problem mismatch = domain.problems().getFirst();
        assertThat(mismatch.mx()).contains("mx1.example.jp");
        assertThat(mismatch.sessions()).isEqualTo(8);
        assertThat(mismatch.first()).isEqualTo(DAY.minusDays(1));
        assertThat(mismatch.last()).isEqualTo(DAY);
        assertThat(mismatch.addresses()).containsExactly("198.51.100.68", "198.51.100.96");
        assertThat(mismatch.mend()).contains("Give mx1.example.jp a certificate with that name");
        assertThat(domain.problems().get(2).reasons()).containsExactly("self-signed_certificate");
        assertThat(domain.reports()).hasSize(4);
        assertThat(domain.trend())
                .isEqualTo("On 2026-11-20, 8 of 63 sessions failed; on the 1 day before, 4 of 46 sessions failed.");
    }

    @Test
    void everyResultTypeHasItsAdvice() {
        for (ResultType type : ResultType.values()) {
            for (PolicyType policy : PolicyType.values()) {
                assertThat(Advice.of(type.token(), policy, "example.jp", Optional.of("mx1.example.jp")))
                        .containsAnyOf("mx1.example.jp", "mta-sts.example.jp")
                        .endsWith(".");
            }
        }
        assertThat(Advice.of("odd", PolicyType.STS, "example.jp", Optional.empty()))
                .contains("\"odd\" is no result type");
    }

    @Test
    void textsFromReportsAreFitToBeSeen() {
        assertThat(Shown.text("a\u001b[31mb\u202Ec\r\nd\0")).isEqualTo("a?[31mb?c  d?");
        assertThat(Shown.text("\uD83D\uDE00".repeat(400))).hasSize(601).endsWith("\u2026");
        assertThat(Shown.text("\uD800")).isEqualTo("?");
    }
}
