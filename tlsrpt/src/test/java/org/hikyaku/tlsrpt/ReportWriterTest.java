package org.hikyaku.tlsrpt;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.LocalDate;
import java.util.List;
import java.util.Optional;
import org.hikyaku.policy.MxPattern;
import org.hikyaku.policy.ResultType;
import org.hikyaku.policy.StsPolicy;
import org.hikyaku.policy.StsPolicyParser;
import org.hikyaku.policy.TlsaRecord;
import org.junit.jupiter.api.Test;
import org.xbill.DNS.Name;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** The members of RFC 8460 section 4.4, in its example's order. */
class ReportWriterTest {

    @Test
    void exactlyAsInTheExampleOfTheRfc() throws Exception {
        StsPolicy policy = StsPolicyParser.parse(
                        "version: STSv1\r\nmode: testing\r\nmx: *.mail.company-y.example\r\nmax_age: 86400\r\n"
                                .getBytes(StandardCharsets.US_ASCII))
                .policy();
        Report report = new Report(
                Optional.of("Company-X"),
                ReportPeriod.ofDay(LocalDate.of(2016, 4, 1)),
                Optional.of("sts-reporting@company-x.example"),
                Optional.of("5065427c-23d3-47ca-b6e0-946ea0e8c4be"),
                List.of(new PolicyResult(
                        ReportedPolicy.sts(Name.fromString("Company-Y.example."), policy),
                        5326,
                        303,
                        List.of(new FailureCount(
                                new Failure(
                                        ResultType.STARTTLS_NOT_SUPPORTED.token(),
                                        Optional.of("2001:db8:abcd:13::1"),
                                        Optional.of("mx2.mail.company-y.example"),
                                        Optional.empty(),
                                        Optional.of("203.0.113.56"),
                                        Optional.of("https://reports.company-x.example/report_info?id=5065427c-23d3"),
                                        Optional.empty()),
                                200)))));
        JsonNode expected = JsonMapper.shared().readTree("""
                {
                  "organization-name": "Company-X",
                  "date-range": {
                    "start-datetime": "2016-04-01T00:00:00Z",
                    "end-datetime": "2016-04-01T23:59:59Z"
                  },
                  "contact-info": "sts-reporting@company-x.example",
                  "report-id": "5065427c-23d3-47ca-b6e0-946ea0e8c4be",
                  "policies": [{
                    "policy": {
                      "policy-type": "sts",
                      "policy-string": ["version: STSv1","mode: testing",
                            "mx: *.mail.company-y.example","max_age: 86400"],
                      "policy-domain": "company-y.example",
                      "mx-host": ["*.mail.company-y.example"]
                    },
                    "summary": {
                      "total-successful-session-count": 5326,
                      "total-failure-session-count": 303
                    },
                    "failure-details": [{
                      "result-type": "starttls-not-supported",
                      "sending-mta-ip": "2001:db8:abcd:13::1",
                      "receiving-mx-hostname": "mx2.mail.company-y.example",
                      "receiving-ip": "203.0.113.56",
                      "failed-session-count": 200,
                      "additional-information":
                        "https://reports.company-x.example/report_info?id=5065427c-23d3"
                    }]
                  }]
                }""");
        assertThat((Object) JsonMapper.shared().readTree(ReportWriter.json(report)))
                .isEqualTo(expected);
    }

    @Test
    void tlsaRecordsInAStableOrderWithoutSpacesInside() throws Exception {
        TlsaRecord one = TlsaRecord.parse("3 1 1 " + "AB ".repeat(32));
        TlsaRecord other = TlsaRecord.parse("2 1 1 " + "cd".repeat(32));
        ReportedPolicy policy = ReportedPolicy.tlsa(Name.fromString("MX1.example.jp."), List.of(one, other));
        assertThat(policy)
                .isEqualTo(ReportedPolicy.tlsa(Name.fromString("mx1.example.jp."), List.of(other, one)))
                .isEqualTo(new ReportedPolicy(
                        PolicyType.TLSA,
                        List.of("2 1 1 " + "cd".repeat(32), "3 1 1 " + "ab".repeat(32)),
                        "mx1.example.jp",
                        List.of()));
    }

    @Test
    void noPolicyFoundNamesItsDomain() throws Exception {
        // T4
        assertThat(ReportWriter.policyText(ReportedPolicy.none(Name.fromString("xn--wgv71a119e.jp."))))
                .isEqualTo("{\"policy-type\":\"no-policy-found\",\"policy-domain\":\"xn--wgv71a119e.jp\"}");
    }

    @Test
    void aPolicyOfModeNoneHasNoHosts() throws Exception {
        StsPolicy none = new StsPolicy(
                StsPolicy.Mode.NONE, List.<MxPattern>of(), Duration.ofDays(1), List.of("version: STSv1", "mode: none"));
        assertThat(ReportWriter.policyText(ReportedPolicy.sts(Name.fromString("a.jp."), none)))
                .isEqualTo("{\"policy-type\":\"sts\",\"policy-string\":[\"version: STSv1\",\"mode: none\"],"
                        + "\"policy-domain\":\"a.jp\"}");
    }
}
