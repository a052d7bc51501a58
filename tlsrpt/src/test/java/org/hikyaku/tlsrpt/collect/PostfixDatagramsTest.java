package org.hikyaku.tlsrpt.collect;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.hikyaku.tlsrpt.Failure;
import org.hikyaku.tlsrpt.FailureCount;
import org.hikyaku.tlsrpt.PolicyResult;
import org.hikyaku.tlsrpt.PolicyType;
import org.hikyaku.tlsrpt.ReportedPolicy;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What a real Postfix sent; where from is said in the file. What is right stands here by hand. */
class PostfixDatagramsTest {
    private static final String FILE = "postfix-3.10.13-datagrams.txt";

    private static Map<String, Datagram> datagrams() throws IOException {
        try (InputStream in = Objects.requireNonNull(PostfixDatagramsTest.class.getResourceAsStream(FILE))) {
            return new String(in.readAllBytes(), StandardCharsets.UTF_8)
                    .lines()
                    .filter(line -> !line.startsWith("#"))
                    .map(PostfixDatagramsTest::read)
                    .collect(Collectors.toMap(Datagram::domain, Function.identity()));
        }
    }

    private static Datagram read(String line) {
        try {
            return DatagramReader.read(line.getBytes(StandardCharsets.UTF_8));
        } catch (DatagramFormatException e) {
            throw new AssertionError(line, e);
        }
    }

    /** Failures: result type, receiving address, and the reason where Postfix names one. */
    @ParameterizedTest
    @CsvSource({
        "dane-ee,                   tlsa,            mx, kept,",
        "dane-mismatch,             tlsa,            mx, failed, certificate-not-trusted 192.0.2.29",
        "dane-ta-expired,           tlsa,            mx, failed, certificate-expired 192.0.2.36",
        "dane-ta-wrong-name,        tlsa,            mx, failed, certificate-host-mismatch 192.0.2.35",
        "dane-no-starttls,          tlsa,            mx, failed, starttls-not-supported 192.0.2.39",
        "dane-unusable-type,        tlsa,            mx, failed, tlsa-invalid 192.0.2.32 all-TLSA-records-unusable",
        "dane-garbage,              tlsa,            mx, failed, validation-failure 192.0.2.41 tls-handshake-failure",
        "sts-enforce,               sts,             -,  kept,",
        "sts-wildcard,              sts,             -,  kept,",
        "sts-self-signed,           sts,             -,  failed, validation-failure 192.0.2.94 self-signed_certificate",
        "sts-wrong-name,            sts,             -,  failed, certificate-host-mismatch 192.0.2.98",
        "sts-no-starttls,           sts,             -,  failed, starttls-not-supported 192.0.2.104",
        // T7: the mail went; that the policy could not be had is told
        "sts-404,                   sts,             -,  failed, sts-policy-fetch-error 192.0.2.119",
        "sts-no-mx,                 sts,             -,  failed, sts-policy-invalid 192.0.2.136",
        "sts-web-self-signed,       sts,             -,  failed, sts-webpki-invalid 192.0.2.126",
        "plain,                     no-policy-found, -,  kept,",
        // T6: no policy asks for a good certificate, so the session inside TLS is a success, though Postfix says f 1
        "self-signed,               no-policy-found, -,  kept,",
        "cert-expired,              no-policy-found, -,  kept,",
        "garbage,                   no-policy-found, -,  failed, validation-failure 192.0.2.65 tls-handshake-failure",
        "dane-unusable-no-starttls, no-policy-found, -,  failed, starttls-not-supported 192.0.2.33",
    })
    void whatItSaid(String label, String type, String host, String result, String failure) throws Exception {
        String domain = label + ".example";
        Datagram datagram = Objects.requireNonNull(datagrams().get(domain), domain);
        assertThat(datagram.version()).isEqualTo("1");
        assertThat(datagram.record()).contains("v=TLSRPTv1; rua=mailto:tls-reports@" + domain);
        assertThat(datagram.results()).hasSize(1);
        PolicyResult said = datagram.results().getFirst();
        assertThat(said.policy().type().token()).isEqualTo(type);
        // T2: the TLSA base domain, or the recipient's
        assertThat(said.policy().domain()).isEqualTo(host.equals("mx") ? "mx." + domain : domain);
        assertThat(said.successful()).isEqualTo(result.equals("kept") ? 1 : 0);
        assertThat(said.failed()).isEqualTo(result.equals("kept") ? 0 : 1);
        if (failure == null) {
            assertThat(said.failures()).isEmpty();
            return;
        }
        List<String> words = Arrays.asList(failure.split(" "));
        assertThat(said.failures())
                .containsExactly(new FailureCount(
                        new Failure(
                                words.getFirst(),
                                Optional.of("192.0.2.2"),
                                Optional.of("mx." + domain),
                                Optional.of("mx." + domain), // of "250-mx.… greets sender.invalid"
                                Optional.of(words.get(1)),
                                Optional.empty(),
                                words.size() > 2 ? Optional.of(words.get(2)) : Optional.empty()),
                        1));
    }

    /** T3: the lines and patterns that the policy service gave Postfix, and TLSA records as text. */
    @Test
    void policiesComeWhole() throws Exception {
        Map<String, Datagram> datagrams = datagrams();
        assertThat(policy(datagrams, "sts-wildcard.example"))
                .isEqualTo(new ReportedPolicy(
                        PolicyType.STS,
                        List.of("version: STSv1", "mode: enforce", "mx: *.sts-wildcard.example", "max_age: 604800"),
                        "sts-wildcard.example",
                        List.of("*.sts-wildcard.example")));
        assertThat(policy(datagrams, "dane-ee.example").strings())
                .containsExactly("3 1 1 9129db0655165379ac3fa4b2344018843316342d3c4373c03748da40dc16a8d5");
        assertThat(policy(datagrams, "dane-unusable-type.example").strings())
                .singleElement()
                .asString()
                .startsWith("3 1 7 ");
        assertThat(policy(datagrams, "sts-404.example"))
                .isEqualTo(new ReportedPolicy(PolicyType.STS, List.of(), "sts-404.example", List.of()));
    }

    private static ReportedPolicy policy(Map<String, Datagram> datagrams, String domain) {
        return Objects.requireNonNull(datagrams.get(domain), domain)
                .results()
                .getFirst()
                .policy();
    }
}
