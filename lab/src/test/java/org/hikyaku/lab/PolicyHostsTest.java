package org.hikyaku.lab;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.net.InetAddress;
import java.net.URI;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.hikyaku.dns.Question;
import org.hikyaku.dns.Reply;
import org.hikyaku.net.Deadline;
import org.hikyaku.net.HttpsClient;
import org.hikyaku.net.HttpsException;
import org.hikyaku.net.HttpsResponse;
import org.hikyaku.net.Limit;
import org.hikyaku.x509.Certificate;
import org.hikyaku.x509.CertificateFormatException;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.xbill.DNS.ARecord;
import org.xbill.DNS.Name;
import org.xbill.DNS.Section;
import org.xbill.DNS.TextParseException;
import org.xbill.DNS.Type;

/** The lab's MTA-STS policy hosts, asked through the lab's network and DNS. */
class PolicyHostsTest {
    private static final Limit BODY = new Limit("bytes in a policy", 200_000);

    private static Lab lab;

    @BeforeAll
    static void start() throws IOException {
        lab = Lab.start(LabOptions.defaults());
    }

    @AfterAll
    static void stop() {
        lab.close();
    }

    @Test
    void aGoodPolicyIsServedAsPlainTextWithLinesThatEndInCrLf() throws Exception {
        HttpsResponse response = get("sts-enforce.example");

        assertThat(response.status()).isEqualTo(200);
        assertThat(response.headers().get("content-type")).containsExactly("text/plain");
        assertThat(response.body())
                .asString()
                .isEqualTo("version: STSv1\r\nmode: enforce\r\nmx: mx.sts-enforce.example\r\nmax_age: 604800\r\n");
        assertThat(Certificate.parse(response.peerChain().getFirst()).dnsNames())
                .containsExactly("mta-sts.sts-enforce.example");
    }

    @Test
    void eachFlawIsServedAsTheCatalogueSays() throws Exception {
        assertThat(get("sts-404.example").status()).isEqualTo(404);
        assertThat(get("sts-redirect.example").status()).isEqualTo(301);
        assertThat(get("sts-redirect.example").headers().get("location"))
                .containsExactly("https://mta-sts.sts-enforce.example/.well-known/mta-sts.txt");
        assertThat(get("sts-content-type.example").headers().get("content-type"))
                .containsExactly("text/html");
        assertThat(get("sts-too-big.example").body()).hasSizeGreaterThan(65_536);
        assertThat(get("sts-line-feeds.example").body())
                .asString()
                .contains("mode: enforce\n")
                .doesNotContain("\r");
        assertThat(get("sts-no-mx.example").body()).asString().doesNotContain("mx:");
        assertThat(get("sts-no-max-age.example").body()).asString().doesNotContain("max_age");
        assertThat(get("sts-web-wrong-name.example").peerChain())
                .first()
                .extracting(PolicyHostsTest::dnsNames)
                .isEqualTo(List.of("another-name.example"));
        assertThat(Certificate.parse(get("sts-web-expired.example").peerChain().getFirst())
                        .notAfter())
                .isBefore(lab.clock().instant());
        assertThat(get("sts-web-self-signed.example").peerChain()).hasSize(1);
    }

    @Test
    void aHostThatIsNotThereCannotBeReached() {
        assertThatThrownBy(() -> get("sts-host-absent.example"))
                .isInstanceOfSatisfying(
                        HttpsException.class, e -> assertThat(e.kind()).isEqualTo(HttpsException.Kind.ADDRESS));
        assertThatThrownBy(() -> get("sts-host-refused.example"))
                .isInstanceOfSatisfying(
                        HttpsException.class, e -> assertThat(e.kind()).isEqualTo(HttpsException.Kind.CONNECT));
    }

    private static List<String> dnsNames(byte[] der) {
        try {
            return Certificate.parse(der).dnsNames();
        } catch (CertificateFormatException e) {
            throw new AssertionError(e);
        }
    }

    private static HttpsResponse get(String domain) throws HttpsException {
        HttpsClient client =
                new HttpsClient(lab.network(), PolicyHostsTest::addresses, (host, chain) -> Optional.empty());
        return client.get(
                URI.create("https://mta-sts." + domain + "/.well-known/mta-sts.txt"),
                BODY,
                Deadline.after(Duration.ofSeconds(20)));
    }

    private static List<InetAddress> addresses(String host) throws TextParseException {
        Question question = new Question(Name.fromString(host, Name.root), Type.A);
        List<InetAddress> addresses = new ArrayList<>();
        if (lab.resolver().ask(question, Deadline.after(Duration.ofSeconds(10))) instanceof Reply.Received received) {
            received.message().getSection(Section.ANSWER).forEach(r -> {
                if (r instanceof ARecord a) {
                    addresses.add(a.getAddress());
                }
            });
        }
        return addresses;
    }
}
