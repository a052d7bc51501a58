package org.hikyaku.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.networknt.schema.InputFormat;
import com.networknt.schema.Schema;
import com.networknt.schema.SchemaRegistry;
import com.networknt.schema.SpecificationVersion;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.hikyaku.cli.CommandRunner.Result;
import org.hikyaku.dns.Failure;
import org.hikyaku.dns.Reply;
import org.hikyaku.dns.Resolver;
import org.hikyaku.dns.TrustAnchors;
import org.hikyaku.lab.Lab;
import org.hikyaku.lab.LabOptions;
import org.hikyaku.net.Limit;
import org.hikyaku.net.Network;
import org.hikyaku.net.UnixDatagramSocket;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** {@code policy} and {@code policy query} on the lab's Internet. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class PolicyCommandTest {
    private final Lab lab;

    @TempDir
    private Path directory;

    PolicyCommandTest() throws IOException {
        lab = Lab.start(LabOptions.defaults());
    }

    @AfterAll
    void stop() {
        lab.close();
    }

    private Result run(String... args) {
        return new CommandRunner()
                .internet(new LabInternet(lab))
                .clock(lab.clock())
                .run(args);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "plain.example                 | 0 | OK dane",
                "dane-ee.example               | 0 | OK dane",
                "dnssec-corrupt.example        | 3 | TEMP DNSSEC says",
                "sts-enforce.example           | 0 | OK secure match=mx.sts-enforce.example servername=hostname",
                "sts-wildcard.example          | 0 | OK secure match=.sts-wildcard.example servername=hostname",
                "sts-mx-mismatch.example       | 0 | OK secure match=mail.sts-mx-mismatch.example servername=hostname",
                "sts-unsigned.test             | 0 | OK secure match=mx.sts-unsigned.test servername=hostname",
                "sts-testing.example           | 0 | OK dane",
                "sts-none.example              | 0 | OK dane",
                "sts-404.example               | 0 | OK dane policy_type=sts policy_domain=sts-404.example"
                        + " policy_failure=sts-policy-fetch-error",
                "sts-web-self-signed.example   | 0 | OK dane policy_type=sts policy_domain=sts-web-self-signed.example"
                        + " policy_failure=sts-webpki-invalid",
                "sts-no-mx.example             | 0 | OK dane policy_type=sts policy_domain=sts-no-mx.example"
                        + " policy_failure=sts-policy-invalid",
                // S1: a failing DANE check is not rescued, a good one needs no policy, an undecidable one waits
                "sts-and-dane.example          | 0 | OK dane",
                "sts-good-dane-bad.example     | 0 | OK dane",
                "sts-bad-dane-good.example     | 0 | OK dane",
                "sts-insecure-mx-dane.test     | 0 | OK secure",
                "sts-dane-tlsa-servfail.example | 3 | TEMP Whether mx.sts-dane-tlsa-servfail.example has DANE",
                // a U-label
                "日本語.jp                     | 0 | OK dane",
                "[mx.dane-ee.example]:25       | 0 | OK dane",
                ".sts-enforce.example          | 0 | NOTFOUND",
                "[192.0.2.1]                   | 0 | NOTFOUND",
            })
    void queryTellsTheAnswer(String key, int exit, String words) {
        Result result = run("policy", "query", key);
        assertThat(result.err()).isEmpty();
        assertThat(result.out().lines().map(line -> line.replaceFirst("^  reply", "       ")))
                .anyMatch(line -> line.startsWith("           " + words));
        assertThat(result.exit()).isEqualTo(exit);
    }

    @Test
    void queryAsJsonNamesTheHostsAndTheRule() {
        Result result = run("policy", "query", "sts-and-dane.example", "--json");
        assertThat(result.exit()).isZero();
        assertThat(result.out().replaceAll("\\s+", " "))
                .contains("\"schema\" : \"hikyaku.policy-query/1\"")
                .contains("\"answer\" : \"dane\", \"rule\" : \"S1\"")
                .contains("\"query\" : \"OK dane\", \"queryWithTlsrpt\" : \"OK dane\"")
                .contains("\"hosts\" : [ { \"name\" : \"mx.sts-and-dane.example\", \"role\" : \"dane\"");
    }

    @Test
    void queryAsJsonIsWhatItsSchemaSays() throws IOException {
        Schema schema = SchemaRegistry.withDefaultDialect(SpecificationVersion.DRAFT_2020_12)
                .getSchema(Files.readString(Path.of("../docs/schema/policy-query-1.json")));
        for (String key : List.of(
                "sts-and-dane.example",
                "sts-404.example",
                "dnssec-corrupt.example",
                "sts-mx-mismatch.example",
                ".jp")) {
            assertThat(schema.validate(run("policy", "query", key, "--json").out(), InputFormat.JSON))
                    .as(key)
                    .isEmpty();
        }
    }

    /** docs/policy.md: what stands there is what the command prints on the lab. */
    @Test
    void documentationShowsWhatIsPrinted() throws IOException {
        int exit = -1;
        for (DocumentedExamplesTest.Example example : DocumentedExamplesTest.examples("policy.md")) {
            if (example.command().equals("echo $?")) {
                assertThat(exit).isEqualTo(Integer.parseInt(example.output().strip()));
                continue;
            }
            Result result = run(DocumentedExamplesTest.words(example.command()).stream()
                    .skip(1)
                    .toArray(String[]::new));
            exit = result.exit();
            assertThat(result.out()).as(example.command()).isEqualTo(example.output());
        }
        assertThat(exit).as("there are examples").isNotNegative();
    }

    /** S16: what the service or an earlier query fetched is still known when the policy host is gone. */
    @Test
    void storeKeepsPolicies() {
        String folder = directory.resolve("store").toString();
        assertThat(run("policy", "query", "sts-enforce.example", "--store", folder)
                        .out())
                .contains("OK secure");
        Result offline = new CommandRunner()
                .internet(new WithoutPolicyHosts(lab))
                .clock(lab.clock())
                .run("policy", "query", "sts-enforce.example", "--store", folder);
        assertThat(offline.out()).contains("OK secure");
        Result unknown = new CommandRunner()
                .internet(new WithoutPolicyHosts(lab))
                .clock(lab.clock())
                .run("policy", "query", "sts-enforce.example");
        assertThat(unknown.out()).contains("OK dane");
    }

    /** D24: neither TEMP for everything nor NOTFOUND would be right. */
    @Test
    void resolverThatStripsDnssecIsRefused() {
        Result result = new CommandRunner()
                .internet(new Stripping(lab))
                .run("policy", "--listen", "unix:" + directory.resolve("never"));
        assertThat(result.exit()).isEqualTo(3);
        assertThat(result.err()).contains("(D24)").contains("--resolver");
        assertThat(directory.resolve("never")).doesNotExist();
    }

    @Test
    void wrongCallsAreExplained() {
        assertThat(run("policy", "--listen", "localhost:8642").err()).contains("--listen takes an IP address");
        assertThat(run("policy", "--listen", "unix:/no/such/folder/socket").exit())
                .isEqualTo(2);
        assertThat(run("policy", "--port", "0").exit()).isEqualTo(2);
        assertThat(run("policy", "query").exit()).isEqualTo(2);
    }

    @Test
    @Timeout(30)
    void serviceAnswersAtAUnixSocketUntilItIsEnded() throws Exception {
        Path socket = directory.resolve("policy");
        ByteArrayOutputStream err = new ByteArrayOutputStream();
        Path notified = directory.resolve("notified");
        UnixDatagramSocket systemd = UnixDatagramSocket.bind(notified, "rw-------", new Limit("bytes", 1_000));
        Environment environment = new Environment(
                Terminal.of(new ByteArrayOutputStream(), err, Map.of()),
                lab.clock(),
                Map.of("NOTIFY_SOCKET", notified.toString()),
                new LabInternet(lab));
        Thread service = Thread.ofPlatform()
                .start(() -> Hikyaku.run(
                        environment,
                        "policy",
                        "--listen",
                        "unix:" + socket,
                        "--store",
                        directory.resolve("kept").toString()));
        try (systemd) {
            Optional<byte[]> ready = systemd.receive(Duration.ofSeconds(60));
            assertThat(ready)
                    .as(err.toString(StandardCharsets.UTF_8))
                    .hasValueSatisfying(message -> assertThat(new String(message, StandardCharsets.UTF_8))
                            .isEqualTo("READY=1\nSTATUS=answering Postfix"));
        }
        assertThat(err.toString(StandardCharsets.UTF_8)).contains("listening on unix:" + socket);
        try (SocketChannel client = SocketChannel.open(StandardProtocolFamily.UNIX)) {
            client.connect(UnixDomainSocketAddress.of(socket));
            client.write(ByteBuffer.wrap(
                    "25:QUERY sts-enforce.example,14:QUERY .example,".getBytes(StandardCharsets.US_ASCII)));
            String expected = "64:OK secure match=mx.sts-enforce.example servername=hostname,9:NOTFOUND ,";
            expected = expected.replace("64:", (expected.indexOf(',') - 3) + ":");
            ByteBuffer got = ByteBuffer.allocate(expected.length());
            while (got.hasRemaining() && client.read(got) >= 0) {
                // until all is here
            }
            assertThat(new String(got.array(), StandardCharsets.US_ASCII)).isEqualTo(expected);
        }
        service.interrupt();
        service.join();
        assertThat(socket).doesNotExist();
        try (var kept = Files.list(directory.resolve("kept"))) {
            assertThat(kept).hasSize(1);
        }
    }

    /** The lab, where no connection comes about. */
    private record WithoutPolicyHosts(Lab lab) implements Internet {
        @Override
        public NetworkAccess open(NetworkOptions options) {
            NetworkAccess whole = new LabInternet(lab).open(options);
            return new Partly(whole, whole.resolver(), new Network() {
                @Override
                public org.hikyaku.net.Connection dial(
                        java.net.InetSocketAddress remote, org.hikyaku.net.Deadline deadline) throws IOException {
                    throw new java.net.ConnectException("refused");
                }

                @Override
                public org.hikyaku.net.Listener listen(java.net.InetSocketAddress local) throws IOException {
                    return whole.network().listen(local);
                }
            });
        }
    }

    /** A resolver that leaves signatures out. */
    private record Stripping(Lab lab) implements Internet {
        @Override
        public NetworkAccess open(NetworkOptions options) {
            NetworkAccess whole = new LabInternet(lab).open(options);
            return new Partly(
                    whole,
                    (_, _) -> new Reply.Unusable(new Failure(
                            Failure.Kind.DNSSEC_STRIPPED, "The resolver leaves DNSSEC records out of its answers.")),
                    whole.network());
        }
    }

    private record Partly(NetworkAccess whole, Resolver resolver, Network network) implements NetworkAccess {
        @Override
        public TrustAnchors anchors() {
            return whole.anchors();
        }

        @Override
        public org.hikyaku.x509.TrustAnchors authorities() {
            return whole.authorities();
        }

        @Override
        public void close() {
            whole.close();
        }
    }

    /** The command lists what it offers. */
    @Test
    void helpHasTheLinesForMainCf() {
        assertThat(List.of(run("policy", "--help").out().split("\n")))
                .anyMatch(line -> line.contains("smtp_tls_policy_maps = socketmap:inet:127.0.0.1:8642:QUERY"));
    }
}
