package org.hikyaku.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import org.hikyaku.cli.CommandRunner.Result;
import org.hikyaku.dns.ValidatingResolver;
import org.hikyaku.dns.ValidatorOptions;
import org.hikyaku.lab.Lab;
import org.hikyaku.lab.LabOptions;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.xbill.DNS.Name;
import org.xbill.DNS.Type;

/** {@code mta-sts check} and {@code tlsa make --server} on the lab's Internet. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class LiveRecordCommandsTest {
    private final Lab lab;

    LiveRecordCommandsTest() throws IOException {
        lab = Lab.start(LabOptions.defaults());
    }

    @AfterAll
    void stop() {
        lab.close();
    }

    private Result run(String... args) {
        return new CommandRunner().internet(new LabInternet(lab)).run(args);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "sts-enforce.example        | 0 | named by the policy",
                "sts-none.example           | 0 | mode none",
                "sts-testing.example        | 0 | mode testing",
                "sts-mx-mismatch.example    | 1 | NOT named by the policy",
                "sts-content-type.example   | 1 | text/plain (S5)",
                "sts-404.example            | 1 | status 404",
                "sts-redirect.example       | 1 | must not be followed",
                "sts-web-self-signed.example | 1 | sts-webpki-invalid",
                "sts-no-mx.example          | 1 | no \"mx\" line",
                "sts-record-invalid.example | 1 | nothing after",
                "plain.example              | 1 | There is no MTA-STS record",
                "dnssec-corrupt.example     | 3 | not found out",
            })
    void mtaStsCheckTellsWhatASenderWouldSee(String domain, int exit, String words) {
        Result result = run("mta-sts", "check", domain);
        assertThat(result.err()).isEmpty();
        assertThat(result.out().replaceAll("\\s+", " ")).contains(words);
        assertThat(result.exit()).isEqualTo(exit);
    }

    @Test
    void mtaStsCheckAsJson() {
        Result result = run("mta-sts", "check", "sts-wildcard.example", "--json");
        assertThat(result.exit()).isEqualTo(1);
        assertThat(result.out())
                .contains("\"schema\" : \"hikyaku.mta-sts-check/1\"")
                .contains("\"state\" : \"in-force\"")
                .containsPattern(
                        "\"name\" : \"mx.deep.sts-wildcard.example\",\\s+\"preference\" : 20,\\s+\"named\" : false");
    }

    @Test
    void tlsaMakeFromALiveServerGivesTheRecordThatIsPublished() {
        Result result = run("tlsa", "make", "--server", "mx.dane-ee.example");
        assertThat(result.err()).isEmpty();
        assertThat(result.exit()).isZero();
        String line =
                result.out().lines().filter(l -> !l.startsWith(";")).findFirst().orElse("");
        var lookup = new ValidatingResolver(lab.resolver(), lab.dnsAnchors(), ValidatorOptions.defaults(), lab.clock());
        String published =
                String.valueOf(lookup.lookup(Name.fromConstantString("_25._tcp.mx.dane-ee.example."), Type.TLSA));
        assertThat(line).startsWith("_25._tcp.mx.dane-ee.example. 3600 IN TLSA 3 1 1 ");
        assertThat(result.out()).contains("; checked: ").contains("matches at depth 0");
        assertThat(published.toLowerCase(java.util.Locale.ROOT)).contains(line.substring(line.lastIndexOf(' ') + 1));
    }

    @Test
    void anAddressThatCannotBeSeenIsSaidAndMakesTheExitCode3() {
        Result result = run("tlsa", "make", "--server", "mx.dane-half-reachable.example");
        assertThat(result.exit()).isEqualTo(3);
        assertThat(result.out()).contains("not seen: ").contains("matches at depth 0");
    }

    @ParameterizedTest
    @CsvSource({
        "mx.dane-no-starttls.example, 3, does not offer STARTTLS",
        "nowhere.dane-ee.example,     3, has no address",
        "mx.dane-ee.example:99999,    2, is no port",
    })
    void aServerWithoutACertificateIsASentence(String server, int exit, String words) {
        Result result = run("tlsa", "make", "--server", server);
        assertThat(result.exit()).isEqualTo(exit);
        assertThat(result.err()).contains(words).doesNotContain("Exception");
    }
}
