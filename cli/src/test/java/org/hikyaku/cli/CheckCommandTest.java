package org.hikyaku.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.networknt.schema.InputFormat;
import com.networknt.schema.Schema;
import com.networknt.schema.SchemaRegistry;
import com.networknt.schema.SpecificationVersion;
import java.io.IOException;
import java.net.DatagramSocket;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import org.hikyaku.cli.CommandRunner.Result;
import org.hikyaku.dns.Resolver;
import org.hikyaku.dns.TrustAnchors;
import org.hikyaku.lab.Lab;
import org.hikyaku.lab.LabOptions;
import org.hikyaku.net.Network;
import org.hikyaku.policy.PlanFile;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class CheckCommandTest {
    private final Lab lab;

    CheckCommandTest() throws IOException {
        lab = Lab.start(LabOptions.defaults());
    }

    @AfterAll
    void stop() {
        lab.close();
    }

    private Result check(String... args) {
        String[] line = new String[args.length + 1];
        line[0] = "check";
        System.arraycopy(args, 0, line, 1, args.length);
        return new CommandRunner()
                .variable("COLUMNS", "120")
                .internet(new LabInternet(lab))
                .run(line);
    }

    /** 0 nothing to mend, 1 findings, 3 not found out; findings win over not knowing, not knowing over nothing. */
    @ParameterizedTest
    @CsvSource({
        "dane-ee.example, 0",
        "null-mx.example, 0",
        "dane-mismatch.example, 1",
        "tlsrpt-absent.example, 1",
        "mx-timeout.example, 3",
        "port-dropped.example, 3",
        "dane-ee.example mx-timeout.example, 3",
        "mx-timeout.example dane-mismatch.example dane-ee.example, 1"
    })
    void exitCodeSaysWhatWasFound(String domains, int code) {
        assertThat(check(domains.split(" ")).exit()).isEqualTo(code);
    }

    @Test
    void textLeadsWithWhatToDoAndTheRecordToPublish() {
        Result result = check("dane-mismatch.example");

        assertThat(result.err()).isEmpty();
        assertThat(result.out())
                .startsWith("dane-mismatch.example")
                .contains("Do this first")
                .containsSubsequence(
                        " 1  mx.dane-mismatch.example: publish the TLSA record of its present key",
                        "error  dane-mismatch  D11",
                        "      _25._tcp.mx.dane-mismatch.example. 3600 IN TLSA 3 1 1 ",
                        "mx.dane-mismatch.example  10  ",
                        "TLSv1.3",
                        "refused (D11)")
                .doesNotContain("\u001b[");
    }

    @Test
    void linesFitTheTerminalButForRecords() {
        Result result = check("dane-mismatch.example", "sts-testing.example", "plain.example");

        assertThat(result.out().lines().filter(l -> !l.startsWith("      ")))
                .allSatisfy(line -> assertThat(line.length()).isLessThanOrEqualTo(120));
    }

    @Test
    void aNameInOtherLettersIsShownInBothForms() {
        Result result = check("日本語.jp");

        assertThat(result.exit()).isZero();
        assertThat(result.out()).startsWith("日本語.jp (xn--wgv71a119e.jp)");
    }

    @Test
    void jsonHoldsOneReportForEachDomainInTheOrderAsked() throws IOException {
        Result result = check("--json", "sts-enforce.example", "日本語.jp", "dane-ee.example", "sts-enforce.example.");
        JsonNode json = JsonMapper.shared().readTree(result.out());
        Schema schema = SchemaRegistry.withDefaultDialect(SpecificationVersion.DRAFT_2020_12)
                .getSchema(Files.readString(Path.of("../docs/schema/check-1.json")));

        assertThat(schema.validate(result.out(), InputFormat.JSON)).isEmpty();
        assertThat(json.at("/schema").asString()).isEqualTo("hikyaku.check/1");
        assertThat(json.at("/domains").valueStream().map(d -> d.at("/domain").asString()))
                .containsExactly("sts-enforce.example", "xn--wgv71a119e.jp", "dane-ee.example");
        assertThat(json.at("/domains/1/unicode").asString()).isEqualTo("日本語.jp");
        assertThat(json.at("/domains/0/mtaSts/mode").asString()).isEqualTo("enforce");
        assertThat(json.at("/domains/2/hosts/0/addresses/0/verdict/by").asString())
                .isEqualTo("dane");
    }

    @Test
    void plansAreSavedForEachHostAndCanBeReadBack(@TempDir Path folder) throws Exception {
        Path file = folder.resolve("plans.json");
        check("sts-and-dane.example", "null-mx.example", "sts-wildcard.example", "--save-plan", file.toString());
        Schema schema = SchemaRegistry.withDefaultDialect(SpecificationVersion.DRAFT_2020_12)
                .getSchema(Files.readString(Path.of("../docs/schema/plans-1.json")));

        assertThat(schema.validate(Files.readString(file), InputFormat.JSON)).isEmpty();
        assertThat(PlanFile.read(file).entries())
                .extracting(e -> e.plan().host() + " "
                        + e.plan().requirement().getClass().getSimpleName())
                .containsExactly(
                        "mx.sts-and-dane.example. Dane",
                        "mx.sts-wildcard.example. StsPkix",
                        "mx.deep.sts-wildcard.example. DoNotUse");
    }

    @Test
    void plansThatCannotBeWrittenAreAMistakeOfTheCaller(@TempDir Path folder) {
        Result result = check(
                "dane-ee.example",
                "--save-plan",
                folder.resolve("none/plans.json").toString());

        assertThat(result.exit()).isEqualTo(2);
        assertThat(result.err()).contains("The plans cannot be written to").contains("the folder does not exist");
    }

    @Test
    void domainsComeFromAFileTooAndAreReportedInTheirOrder(@TempDir Path folder) throws Exception {
        Path file = Files.writeString(
                folder.resolve("domains.txt"),
                "# ours\nplain.example\n\n  dane-ee.example  # first of all\nnull-mx.example\n");

        Result result = check("sts-enforce.example", "dane-ee.example.", "--list", file.toString());

        assertThat(result.out()
                        .lines()
                        .filter(l -> l.matches("[a-z0-9.-]+\\.example .*"))
                        .map(l -> l.split(" ")[0]))
                .startsWith("sts-enforce.example")
                .containsSubsequence("sts-enforce.example", "dane-ee.example", "plain.example", "null-mx.example");
        assertThat(result.out()).contains("null-mx.example takes no mail").contains("DNS look-ups.");
    }

    @Test
    void aFileOfDomainsIsRefusedWithItsLine(@TempDir Path folder) throws Exception {
        Path file = Files.writeString(folder.resolve("domains.txt"), "a.example\nuser@b.example\n");

        Result result = check("--list", file.toString());
        assertThat(result.exit()).isEqualTo(2);
        assertThat(result.err()).contains("domains.txt, line 2: \"user@b.example\" is not a domain");

        assertThat(check("--list", folder.resolve("none").toString()).err()).contains("does not exist");
        assertThat(check(
                                "--list",
                                Files.writeString(folder.resolve("empty"), "# none\n")
                                        .toString())
                        .err())
                .contains("There is no domain to check");
        assertThat(check().exit()).isEqualTo(2);
    }

    /** What is easily mistaken for a domain, and what to give instead. */
    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "[192.0.2.1] | look at the server itself: 'hikyaku probe 192.0.2.1:25'",
                "[IPv6:2001:db8::1] | 'hikyaku probe [2001:db8::1]:25'",
                "user@[192.0.2.1] | 'hikyaku probe 192.0.2.1:25'",
                "192.0.2.1 | give what follows the @ of the mail addresses",
                "https://www.example.jp/index.html | give the domain of the mail addresses, such as \"example.jp\"",
                "http://example.jp:8080/ | such as \"example.jp\"",
                "mailto:user@example.jp | such as \"example.jp\"",
                "user@example.jp | give only what follows the @, such as \"example.jp\""
            })
    void aMistakenDomainComesWithTheRightOne(String text, String hint) {
        Result result = check("--", text);

        assertThat(result.exit()).isEqualTo(2);
        assertThat(result.err()).contains(text).contains(hint).hasLineCount(1);
    }

    @Test
    void anEhloNameIsTaken() {
        assertThat(check("dane-ee.example", "--ehlo-name", "probe.example").exit())
                .isZero();
        assertThat(check("dane-ee.example", "--ehlo-name", "[192.0.2.9]").exit())
                .isZero();
        assertThat(check("dane-ee.example", "--ehlo-name", "[IPv6:2001:db8::9]").exit())
                .isZero();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"user@example.jp", "exa mple.jp", "a..jp", "192.0.2.1", "2001:db8::1", "https://example.jp/"})
    void whatIsNoDomainIsRefusedInOneSentence(String text) {
        Result result = check("--", text);

        assertThat(result.exit()).isEqualTo(2);
        assertThat(result.out()).isEmpty();
        assertThat(result.err()).startsWith("hikyaku check: ").contains(text).hasLineCount(1);
    }

    @ParameterizedTest
    @CsvSource({
        "--port, 0, not a port",
        "--port, 65536, not a port",
        "--timeout, 0, 1 to 600",
        "--resolver, dns.example, not an IP address",
        "--ehlo-name, 'a b', --ehlo-name",
        "--ehlo-name, '[mx.example]', no address to say EHLO with"
    })
    void wrongOptionsAreExplained(String option, String value, String words) {
        Result result = check("dane-ee.example", option, value);

        assertThat(result.exit()).isEqualTo(2);
        assertThat(result.err()).contains(words).doesNotContain("\tat ");
    }

    @Test
    void filesThatCannotBeReadAreNamed(@TempDir Path folder) throws IOException {
        Path nothing = folder.resolve("absent");
        Path text = Files.writeString(folder.resolve("text"), "neither a key nor a certificate\n");

        for (String option : new String[] {"--trust-anchor", "--ca-file"}) {
            for (Path file : new Path[] {nothing, text, folder}) {
                Result result = new CommandRunner().run("check", "example.jp", option, file.toString());
                assertThat(result.exit()).as("%s %s", option, file).isEqualTo(2);
                assertThat(result.err())
                        .contains(file.toString())
                        .doesNotContain("\tat ")
                        .hasLineCount(1);
            }
        }
    }

    @Test
    void aResolverThatDoesNotAnswerIsNoFindingOfTheDomain() throws IOException {
        // A port that is bound and never read from: nothing answers, and nothing says so.
        try (DatagramSocket silent = new DatagramSocket(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0))) {
            String resolver = "127.0.0.1:" + silent.getLocalPort();

            Result result = new CommandRunner().run("check", "example.jp", "--resolver", resolver, "--timeout", "1");

            assertThat(result.exit()).isEqualTo(3);
            assertThat(result.out())
                    .contains("lookup-failed")
                    .contains(resolver)
                    .doesNotContain("error");
        }
    }

    /** The lab's servers speak TLS 1.2 and 1.3 and need no more than a session and a judgement for an address. */
    @Test
    void theGradeLeadsAndSaysWhatItLeavesOut() throws IOException {
        Result result = check("dane-ee.example", "--grade");

        assertThat(result.err()).isEmpty();
        assertThat(result.out().lines().findFirst().orElseThrow())
                .startsWith("dane-ee.example")
                .containsPattern("\\d+ %  as internet.nl scores \\(NCSC 2025-05\\)$");
        assertThat(result.out())
                .containsPattern("DNSSEC +100 %  passed")
                .contains("STARTTLS and DANE")
                .contains("Not tested, and so no part of the total: ")
                .contains("RPKI");

        JsonNode json = JsonMapper.builder()
                .build()
                .readTree(check("dane-ee.example", "--grade", "--json").out());
        Schema schema = SchemaRegistry.withDefaultDialect(SpecificationVersion.DRAFT_2020_12)
                .getSchema(Files.readString(Path.of("../docs/schema/check-1.json")));
        assertThat(schema.validate(json.toString(), InputFormat.JSON)).isEmpty();
        JsonNode grade = json.at("/domains/0/grade");
        assertThat(grade.at("/profile").asString()).isEqualTo("internet.nl");
        assertThat(grade.at("/percent").asInt()).isBetween(1, 100);
        assertThat(grade.at("/servers"))
                .isNotEmpty()
                .allSatisfy(
                        server -> assertThat(server.at("/connections").asInt()).isBetween(1, 25));
        assertThat(schema.validate(
                        json.toString().replace("\"level\":\"required\"", "\"level\":\"dear\""), InputFormat.JSON))
                .as("the schema refuses what it should")
                .isNotEmpty();
    }

    @Test
    void withoutGradeEachAddressIsAskedOnce() throws IOException {
        JsonNode json = JsonMapper.builder()
                .build()
                .readTree(check("dane-ee.example", "--json").out());

        assertThat(json.at("/connections").asInt())
                .isEqualTo(json.at("/domains/0/hosts/0/addresses").size());
        assertThat(json.at("/domains/0/grade").isMissingNode()).isTrue();
    }

    @Test
    void aProfileMayBeNamed() {
        Result named = check("dane-ee.example", "--profile", "mozilla-intermediate");
        Result unknown = check("dane-ee.example", "--profile", "mozilla");

        assertThat(named.out().lines().findFirst().orElseThrow()).endsWith("as Mozilla grades TLS (intermediate 5.8)");
        assertThat(unknown.exit()).isEqualTo(2);
        assertThat(unknown.err()).contains("There is no profile mozilla; there are internet.nl, ncsc-2025,");
    }

    @Test
    void aTrustAnchorThatDoesNotFitIsNoFindingOfTheDomain() throws IOException {
        try (Lab lab = Lab.start(LabOptions.defaults())) {
            NetworkAccess access = new LabInternet(lab).open(new NetworkOptions());
            Result result = new CommandRunner()
                    .internet(_ -> new WithAnchors(access, TrustAnchors.builtIn()))
                    .run("check", "dane-ee.example");

            assertThat(result.exit()).isEqualTo(3);
            assertThat(result.out().replaceAll("\\s+", " "))
                    .contains("The chain of trust breaks at the root zone")
                    .contains("That says nothing about the domain.")
                    .contains("--trust-anchor FILE")
                    .doesNotContain("error");
        }
    }

    private record WithAnchors(NetworkAccess access, TrustAnchors anchors) implements NetworkAccess {
        @Override
        public Network network() {
            return access.network();
        }

        @Override
        public Resolver resolver() {
            return access.resolver();
        }

        @Override
        public org.hikyaku.x509.TrustAnchors authorities() {
            return access.authorities();
        }

        @Override
        public void close() {
            access.close();
        }
    }

    @Test
    void aLookUpThatFailsSaysWhatToDoAndAccusesNobody() {
        assertThat(check("mx-timeout.example").out().replaceAll("\\s+", " "))
                .contains("could not be found out from here. That says nothing about the domain.")
                .contains("To find out: try again");
    }

    @Test
    void nobodyIsToldToSignATopLevelDomain() {
        assertThat(check("mail.unsigned").out().replaceAll("\\s+", " "))
                .contains("dnssec-absent")
                .contains("only the registry of the top-level domain can sign it")
                .doesNotContain("sign the zone");
    }

    /** The key of dkim-unseen.example is at a selector that nobody guesses. */
    @Test
    void aNamedSelectorShowsItsKey() {
        assertThat(check("dkim-unseen.example").out()).contains("dkim-unseen").doesNotContain("dkim-ok");
        assertThat(check("dkim-unseen.example", "--dkim-selector", "x7f3a9").out())
                .contains("dkim-ok")
                .doesNotContain("dkim-unseen ");
    }

    @Test
    void aNamedSelectorWithoutAKeyIsAFinding() {
        Result result = check("auth-good.example", "--dkim-selector", "s2026");

        assertThat(result.exit()).isEqualTo(1);
        assertThat(result.out()).contains("s2026._domainkey.auth-good.example", "dkim-selector-absent");
    }

    @Test
    void whatIsNoSelectorIsRefused() {
        Result result = check("auth-good.example", "--dkim-selector", "a..b");

        assertThat(result.exit()).isEqualTo(2);
        assertThat(result.err()).contains("--dkim-selector:", "a..b").doesNotContain("\tat ");
    }

    /** The mend of SPF is the whole record to publish. */
    @Test
    void theRecordToPublishIsShownWhole() {
        assertThat(check("spf-syntax.example").out())
                .contains("spf-syntax.example. 3600 IN TXT \"v=spf1 ip4:192.0.2.1 ip4:192.0.2.2 -all\"");
    }

    @Test
    void helpHasAnExampleAndTheExitCodes() {
        Result result = check("--help");

        assertThat(result.exit()).isZero();
        assertThat(result.out()).contains("hikyaku check example.jp").contains("Exit codes: 0 nothing to mend");
    }
}
