package org.hikyaku.tlsrpt.collect;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Optional;
import org.hikyaku.tlsrpt.Failure;
import org.hikyaku.tlsrpt.FailureCount;
import org.hikyaku.tlsrpt.PolicyResult;
import org.hikyaku.tlsrpt.PolicyType;
import org.hikyaku.tlsrpt.ReportedPolicy;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Datagrams as libtlsrpt writes them; the first two are Postfix's, from a public report of its author. */
class DatagramReaderTest {

    private static Datagram read(String json) throws DatagramFormatException {
        return DatagramReader.read(json.getBytes(StandardCharsets.UTF_8));
    }

    @Test
    void successUnderDane() throws Exception {
        Datagram datagram = read(
                "{\"d\": \"sys4.de\",\"pr\": \"v=TLSRPTv1; rua=mailto:tlsrpt@sys4.de\",\"policies\":[{\"policy-type\":1,"
                        + "\"policy-domain\": \"mail.sys4.de\",\"policy-string\":[\"3 1 1 2368AB\"],\"t\":0,\"f\":0}]}");
        assertThat(datagram)
                .isEqualTo(new Datagram(
                        "1",
                        "sys4.de",
                        Optional.of("v=TLSRPTv1; rua=mailto:tlsrpt@sys4.de"),
                        List.of(new PolicyResult(
                                new ReportedPolicy(PolicyType.TLSA, List.of("3 1 1 2368ab"), "mail.sys4.de", List.of()),
                                1,
                                0,
                                List.of()))));
    }

    @Test
    void failureUnderDane() throws Exception {
        Datagram datagram = read(
                "{\"dpv\": \"1\",\"d\": \"Example.COM\",\"pr\": \"v=TLSRPTv1; rua=mailto:r@example.com\",\"policies\":[{"
                        + "\"policy-type\":1,\"policy-domain\": \"mail.example.com\",\"policy-string\":[\"3 1 1 BB\",\"3 1 1 aa\"],"
                        + "\"failure-details\":[{\"c\":205,\"s\": \"192.0.2.1\",\"n\": \"mail.example.com\","
                        + "\"h\": \"250-spike.porcupine.org Hello\\r\\n250-PIPELINING\\r\\n250 SMTPUTF8\",\"r\": \"2001:db8::1\","
                        + "\"f\": \"self-signed_certificate\"}],\"t\":1,\"f\":1}]}");
        assertThat(datagram.domain()).isEqualTo("example.com");
        assertThat(datagram.results())
                .containsExactly(new PolicyResult(
                        new ReportedPolicy(
                                PolicyType.TLSA, List.of("3 1 1 aa", "3 1 1 bb"), "mail.example.com", List.of()),
                        0,
                        1,
                        List.of(new FailureCount(
                                new Failure(
                                        "validation-failure",
                                        Optional.of("192.0.2.1"),
                                        Optional.of("mail.example.com"),
                                        Optional.of("spike.porcupine.org"),
                                        Optional.of("2001:db8::1"),
                                        Optional.empty(),
                                        Optional.of("self-signed_certificate")),
                                1))));
    }

    /** T3: lines and patterns as lists; a failure before any address is known (T9). */
    @Test
    void failedFetchUnderMtaSts() throws Exception {
        Datagram datagram = read("{\"dpv\": \"1\",\"d\": \"example.com\",\"policies\":[{\"policy-type\":2,"
                + "\"policy-domain\": \"example.com\",\"policy-string\":[\"version: STSv1\",\"mode: enforce\"],"
                + "\"mx-host\":[\"*.example.com\"],\"failure-details\":[{\"c\":301}],\"t\":1,\"f\":1}]}");
        assertThat(datagram.record()).isEmpty();
        assertThat(datagram.results())
                .containsExactly(new PolicyResult(
                        new ReportedPolicy(
                                PolicyType.STS,
                                List.of("version: STSv1", "mode: enforce"),
                                "example.com",
                                List.of("*.example.com")),
                        0,
                        1,
                        List.of(new FailureCount(
                                Failure.of(org.hikyaku.policy.ResultType.STS_POLICY_FETCH_ERROR, Optional.empty()),
                                1))));
    }

    /** T4: Postfix leaves the domain out where there is no policy. T6: failures on the way to a success. */
    @Test
    void noPolicyNamesTheDomainAndSuccessMayHaveFailures() throws Exception {
        Datagram datagram =
                read("{\"dpv\": \"1\",\"d\": \"example.com\",\"pr\": \"x\",\"policies\":[{\"policy-type\":9,"
                        + "\"failure-details\":[{\"c\":201,\"n\": \"mx1.example.com\"}],\"t\":1,\"f\":0}]}");
        PolicyResult result = datagram.results().getFirst();
        assertThat(result.policy())
                .isEqualTo(new ReportedPolicy(PolicyType.NO_POLICY_FOUND, List.of(), "example.com", List.of()));
        assertThat(List.of(result.successful(), result.failed())).containsExactly(1L, 0L);
        assertThat(result.failures()).hasSize(1);
    }

    /** T25: also where the next hop came with letters beyond ASCII (SMTPUTF8). */
    @Test
    void internationalisedDomainsBecomeALabels() throws Exception {
        Datagram datagram = read("{\"dpv\": \"1\",\"d\": \"日本語.JP\",\"policies\":[{\"policy-type\":1,"
                + "\"policy-domain\": \"mx.Bücher.example\",\"policy-string\":[\"3 1 1 ab\"],\"t\":0,\"f\":0}]}");
        assertThat(datagram.domain()).isEqualTo("xn--wgv71a119e.jp");
        assertThat(datagram.results().getFirst().policy().domain()).isEqualTo("mx.xn--bcher-kva.example");
    }

    @ParameterizedTest
    @CsvSource({
        "201, starttls-not-supported",
        "202, certificate-host-mismatch",
        "203, certificate-not-trusted",
        "204, certificate-expired",
        "205, validation-failure",
        "301, sts-policy-fetch-error",
        "302, sts-policy-invalid",
        "303, sts-webpki-invalid",
        "304, tlsa-invalid",
        "305, dnssec-invalid",
        "306, dane-required",
        "901, validation-failure",
    })
    void codes(int code, String token) throws Exception {
        Failure failure = read("{\"d\":\"a.example\",\"policies\":[{\"policy-type\":2,\"failure-details\":[{\"c\":"
                        + code + "}],\"t\":1,\"f\":1}]}")
                .results()
                .getFirst()
                .failures()
                .getFirst()
                .failure();
        assertThat(failure.type()).isEqualTo(token);
        assertThat(failure.reasonCode())
                .isEqualTo(code == 901 ? Optional.of("libtlsrpt failure code 901") : Optional.empty());
    }

    @Test
    void laterVersionsAndUnknownMembersAreReadAlike() throws Exception {
        Datagram datagram = read(
                "{\"dpv\":\"2\",\"d\":\"a.example\",\"new\":[{}],\"policies\":[{\"policy-type\":9,\"f\":0,\"x\":null}]}");
        assertThat(datagram.version()).isEqualTo("2");
        assertThat(datagram.results()).hasSize(1);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "[]                                                                    | no object",
                "x                                                                     | not JSON",
                "{}{}                                                                  | not JSON",
                "{\"policies\":[]}                                                     | no policy domain",
                "{\"d\":\"a b\",\"policies\":[]}                                       | no domain name",
                "{\"d\":\"a.example\"}                                                 | no policies",
                "{\"d\":\"a.example\",\"policies\":{}}                                 | no list",
                "{\"d\":\"a.example\",\"policies\":[1]}                                | no object",
                "{\"d\":\"a.example\",\"policies\":[{\"policy-type\":9}]}              | no result",
                "{\"d\":\"a.example\",\"policies\":[{\"f\":0}]}                        | no type",
                "{\"d\":\"a.example\",\"policies\":[{\"policy-type\":3,\"f\":0}]}      | 3 is not known",
                "{\"d\":\"a.example\",\"policies\":[{\"policy-type\":1,\"f\":0,\"policy-string\":[1]}]} | no text",
                "{\"d\":\"a.example\",\"policies\":[{\"policy-type\":9,\"f\":1,\"failure-details\":[{}]}]} | no code",
                "[[[[[[[[[[[[[[[]]]]]]]]]]]]]]]                                        | not JSON",
            })
    void whatIsNone(String json, String words) {
        assertThatThrownBy(() -> read(json.replace("\\\"", "\"")))
                .isInstanceOf(DatagramFormatException.class)
                .hasMessageContaining(words);
    }

    /** The library copies bytes past 0x7F as they come. */
    @Test
    void bytesThatAreNoUtf8() {
        byte[] bytes = "{\"d\":\"a.example\",\"pr\":\"\u00e4\",\"policies\":[]}".getBytes(StandardCharsets.ISO_8859_1);
        assertThatThrownBy(() -> DatagramReader.read(bytes)).hasMessageContaining("UTF-8");
    }

    @Test
    void limits() {
        String policies = "{\"policy-type\":9,\"f\":0},".repeat(101);
        assertThatThrownBy(() -> read(
                        "{\"d\":\"a.example\",\"policies\":[" + policies.substring(0, policies.length() - 1) + "]}"))
                .hasMessageContaining("100 policies in a TLS-RPT datagram");
    }
}
