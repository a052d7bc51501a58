package org.hikyaku.policy;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.InetAddress;
import java.time.Duration;
import java.util.List;
import org.hikyaku.net.AddressLookup;
import org.hikyaku.x509.Credential;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.xbill.DNS.Name;

/** S5, S14, T7: fetching a policy over HTTPS, against a real TLS server on the loopback. */
class StsFetcherRulesTest {
    private static final Certificates CERTIFICATES = new Certificates();
    private static final Name DOMAIN = Zone.name("dom.example");
    private static final Credential GOOD = CERTIFICATES.server("mta-sts.dom.example");
    private static final String POLICY = "version: STSv1\r\nmode: enforce\r\nmx: mx.dom.example\r\nmax_age: 86400\r\n";

    private static final AddressLookup LOOPBACK = host -> List.of(InetAddress.getLoopbackAddress());

    private static String answer(String status, String type, String body) {
        return "HTTP/1.1 " + status + "\r\n" + (type.isEmpty() ? "" : "Content-Type: " + type + "\r\n")
                + "Content-Length: " + body.length() + "\r\nConnection: close\r\n\r\n" + body;
    }

    private static PolicyFetch fetch(PolicyHost host, AddressLookup addresses) {
        return new StsFetcher(host.network(), addresses, CERTIFICATES.anchors(), Observed.CLOCK, Duration.ofSeconds(20))
                .fetch(DOMAIN);
    }

    private static PolicyFetch fetch(Credential credential, String answer) throws Exception {
        try (PolicyHost host = new PolicyHost(credential, answer)) {
            return fetch(host, LOOPBACK);
        }
    }

    private static ResultType problem(PolicyFetch fetch) {
        return ((PolicyFetch.Result.NotServed) fetch.result()).problem().type();
    }

    private static String sentence(PolicyFetch fetch) {
        return ((PolicyFetch.Result.NotServed) fetch.result()).problem().sentence();
    }

    @Test
    void s5TheExactHostIsAskedWithItsNameAsSni() throws Exception {
        try (PolicyHost host = new PolicyHost(GOOD, answer("200 OK", "text/plain", POLICY))) {
            PolicyFetch fetch = fetch(host, LOOPBACK);
            assertThat(fetch.result()).isInstanceOf(PolicyFetch.Result.Served.class);
            assertThat(fetch.warnings()).isEmpty();
            assertThat(fetch.chain()).isEqualTo(GOOD.chain());
            assertThat(fetch.uri()).hasToString("https://mta-sts.dom.example/.well-known/mta-sts.txt");
            assertThat(host.requests.take()).isEqualTo("mta-sts.dom.example GET /.well-known/mta-sts.txt HTTP/1.1");
        }
    }

    @ParameterizedTest
    @CsvSource({"301 Moved", "302 Found", "307 Temporary", "404 Not Found", "500 Oops", "204 No Content", "206 Part"})
    void s5OnlyStatus200IsAPolicy(String status) throws Exception {
        PolicyFetch fetch = fetch(GOOD, answer(status, "text/plain", status.startsWith("204") ? "" : POLICY));
        assertThat(problem(fetch)).isEqualTo(ResultType.STS_POLICY_FETCH_ERROR);
        assertThat(sentence(fetch)).contains("status " + status.substring(0, 3));
    }

    @Test
    void s5ARedirectIsNotFollowed() throws Exception {
        try (PolicyHost host = new PolicyHost(
                GOOD,
                "HTTP/1.1 301 Moved\r\nLocation: https://mta-sts.dom.example/other\r\nContent-Length: 0\r\n\r\n")) {
            assertThat(problem(fetch(host, LOOPBACK))).isEqualTo(ResultType.STS_POLICY_FETCH_ERROR);
            assertThat(host.requests.take()).contains("GET /.well-known/mta-sts.txt");
            assertThat(host.requests).isEmpty();
        }
    }

    @ParameterizedTest
    @CsvSource({"text/html", "application/octet-stream", "''"})
    void s5AnotherMediaTypeIsOnlyWarnedOf(String type) throws Exception {
        PolicyFetch fetch = fetch(GOOD, answer("200 OK", type, POLICY));
        assertThat(fetch.result()).isInstanceOf(PolicyFetch.Result.Served.class);
        assertThat(fetch.warnings()).singleElement().asString().contains("text/plain (S5)");
    }

    @ParameterizedTest
    @CsvSource({"text/plain; charset=utf-8", "TEXT/PLAIN", "text/plain ;x=y"})
    void theMediaTypeHasParametersAndNoCase(String type) throws Exception {
        assertThat(fetch(GOOD, answer("200 OK", type, POLICY)).warnings()).isEmpty();
    }

    @Test
    void s5MoreThan64KibIsNoPolicy() throws Exception {
        PolicyFetch fetch = fetch(GOOD, answer("200 OK", "text/plain", POLICY + "x: " + "y".repeat(70_000)));
        assertThat(problem(fetch)).isEqualTo(ResultType.STS_POLICY_INVALID);
        assertThat(sentence(fetch)).contains("65536");
    }

    @Test
    void aFileThatIsNoPolicyIsInvalid() throws Exception {
        PolicyFetch fetch = fetch(GOOD, answer("200 OK", "text/plain", "<html>hello</html>"));
        assertThat(problem(fetch)).isEqualTo(ResultType.STS_POLICY_INVALID);
        assertThat(fetch.body()).contains("<html>hello</html>");
    }

    @Test
    void s5TheCertificateMustBeGoodForTheName() throws Exception {
        String policy = answer("200 OK", "text/plain", POLICY);
        for (Credential bad : List.of(
                CERTIFICATES.selfSigned("mta-sts.dom.example"),
                CERTIFICATES.expired("mta-sts.dom.example"),
                CERTIFICATES.server("dom.example"),
                CERTIFICATES.server("*.mta-sts.dom.example"),
                CERTIFICATES.commonNameOnly("mta-sts.dom.example"),
                GOOD.withChain(Certificates.leafOnly(GOOD)))) {
            PolicyFetch fetch = fetch(bad, policy);
            assertThat(problem(fetch)).as(bad.toString()).isEqualTo(ResultType.STS_WEBPKI_INVALID);
            assertThat(fetch.chain())
                    .as("the chain is kept for those who look into it")
                    .isEqualTo(bad.chain());
        }
        assertThat(fetch(CERTIFICATES.server("*.dom.example"), policy).result())
                .isInstanceOf(PolicyFetch.Result.Served.class);
    }

    @Test
    void nothingIsSentToAHostWithABadCertificate() throws Exception {
        try (PolicyHost host = new PolicyHost(
                CERTIFICATES.selfSigned("mta-sts.dom.example"), answer("200 OK", "text/plain", POLICY))) {
            fetch(host, LOOPBACK);
            assertThat(host.requests).noneMatch(r -> r.contains("GET"));
        }
    }

    @Test
    void addressesThatCannotBeFoundOutAreAFetchError() throws Exception {
        try (PolicyHost host = new PolicyHost(GOOD, answer("200 OK", "text/plain", POLICY))) {
            assertThat(problem(fetch(host, h -> List.of()))).isEqualTo(ResultType.STS_POLICY_FETCH_ERROR);
            PolicyFetch bogus = fetch(host, h -> {
                throw new IOException("The answer for " + h + " is bogus.");
            });
            assertThat(problem(bogus)).isEqualTo(ResultType.STS_POLICY_FETCH_ERROR);
            assertThat(sentence(bogus)).contains("is bogus");
        }
    }

    @Test
    void aNameThatIsNoHostNameIsAFetchErrorNotAnException() throws Exception {
        try (PolicyHost host = new PolicyHost(GOOD, "")) {
            PolicyFetch fetch = new StsFetcher(
                            host.network(), LOOPBACK, CERTIFICATES.anchors(), Observed.CLOCK, Duration.ofSeconds(5))
                    .fetch(Name.fromString("a\\032b.example."));
            assertThat(problem(fetch)).isEqualTo(ResultType.STS_POLICY_FETCH_ERROR);
        }
    }
}
