package org.hikyaku.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintWriter;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Deque;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.hikyaku.check.CheckOptions;
import org.hikyaku.check.CheckReport;
import org.hikyaku.check.Gate;
import org.hikyaku.check.GatedReport;
import org.hikyaku.cli.CommandRunner.Result;
import org.hikyaku.lab.Lab;
import org.hikyaku.lab.LabOptions;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.xbill.DNS.Name;

/** {@code check}: files, the gate, and the watch. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class CheckWatchTest {
    private final Lab lab = startLab();

    @TempDir
    private Path folder = Path.of("");

    private static Lab startLab() {
        try {
            return Lab.start(LabOptions.defaults());
        } catch (IOException e) {
            throw new AssertionError(e);
        }
    }

    @AfterAll
    void stop() {
        lab.close();
    }

    private Result check(String... args) {
        String[] all = Stream.concat(Stream.of("check"), Arrays.stream(args)).toArray(String[]::new);
        return new CommandRunner()
                .internet(new LabInternet(lab))
                .clock(lab.clock())
                .run(all);
    }

    @Test
    void filesAreWrittenBesideTheText() throws IOException {
        Result result = check(
                "dane-mismatch.example",
                "--html",
                folder.resolve("r.html").toString(),
                "--junit",
                folder.resolve("r.xml").toString(),
                "--sarif",
                folder.resolve("r.sarif").toString(),
                "--markdown",
                folder.resolve("r.md").toString());

        assertThat(result.exit()).isEqualTo(1);
        assertThat(result.out()).startsWith("dane-mismatch.example");
        assertThat(folder.resolve("r.html")).content().startsWith("<!doctype html>");
        assertThat(folder.resolve("r.xml")).content().contains("<testsuite name=\"dane-mismatch.example\"");
        assertThat(folder.resolve("r.sarif")).content().contains("\"version\" : \"2.1.0\"");
        assertThat(folder.resolve("r.md")).content().startsWith("## dane-mismatch.example");
        try (Stream<Path> files = Files.list(folder)) {
            assertThat(files.map(f -> f.getFileName().toString())).doesNotContain("r.html.tmp");
        }
    }

    @ParameterizedTest
    @CsvSource({
        "--html - --junit -, Only one report can go to standard output",
        "--html - --json, Only one report can go to standard output",
        "--sarif /no/such/folder/x, /no/such/folder/x cannot be written: the folder does not exist",
        "--fail-on nothing, 'is not a severity to fail on: error, warning or notice'",
        "--baseline /no/such/file, --baseline: /no/such/file does not exist",
        "--metrics-listen 127.0.0.1:9797, --metrics-listen and --rounds go with --watch",
        "--watch 5s, servers are asked at most every 10s",
        "--watch soon, is no interval",
        "--watch 1h --rounds 0, --rounds takes a number from 1 on",
        "--watch 1h --metrics-listen localhost:1, --metrics-listen takes an IP address and a port"
    })
    void wrongOptionsAreExplained(String options, String words) {
        String[] args = Stream.concat(Stream.of("dane-ee.example"), Arrays.stream(options.split(" ")))
                .toArray(String[]::new);

        Result result = check(args);

        assertThat(result.exit()).isEqualTo(2);
        assertThat(result.err()).contains(words).doesNotContain("Exception");
        assertThat(result.out()).isEmpty();
    }

    /** null-mx.example has notices alone, tlsrpt-absent.example a warning, dane-mismatch.example an error. */
    @ParameterizedTest
    @CsvSource({"null-mx.example, notice, 1", "null-mx.example, warning, 0", "tlsrpt-absent.example, error, 0"})
    void theExitCodeIsAsItWasAsked(String domain, String severity, int code) {
        assertThat(check(domain, "--fail-on", severity).exit()).isEqualTo(code);
    }

    @ParameterizedTest
    @ValueSource(strings = {"dane-mismatch.example", "sts-testing.example"})
    void whatStandsInTheBaselineDoesNotFail(String domain) throws IOException {
        Path baseline = folder.resolve("baseline.json");
        Files.writeString(baseline, check("--json", domain).out());

        assertThat(check(domain, "--baseline", baseline.toString()).exit()).isZero();
        assertThat(check(domain, "no-starttls.example", "--baseline", baseline.toString())
                        .exit())
                .isEqualTo(1);
    }

    @Test
    void aWatchOfOneRoundIsACheck() {
        Result result = check("dane-mismatch.example", "--watch", "1h", "--rounds", "1");

        assertThat(result.exit()).isEqualTo(1);
        assertThat(result.out()).startsWith("dane-mismatch.example").contains("Do this first");
    }

    private GatedReport gated(String... domains) {
        DomainCheck check = new DomainCheck(lab);
        return Gate.USUAL.judge(check.report(domains));
    }

    /** Two rounds: the domain loses its flaw and gets another; in between the metrics are fetched. */
    @Test
    void aWatchTellsWhatIsNewAndWhatIsGone() throws Exception {
        GatedReport before = gated("dane-mismatch.example");
        Deque<GatedReport> rounds = new ArrayDeque<>(List.of(
                before,
                Gate.USUAL.judge(
                        new CheckReport(List.of(), List.of(), before.report().at(), Duration.ZERO, 0, 0))));
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        List<String> fetched = new ArrayList<>();
        List<GatedReport> written = new ArrayList<>();
        try (MetricsServer metrics = MetricsServer.start(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0));
                PrintWriter out = new PrintWriter(bytes, true, StandardCharsets.UTF_8)) {
            CheckWatch watch = new CheckWatch(out, Duration.ofHours(1), 5, interval -> {
                assertThat(interval).isEqualTo(Duration.ofHours(1));
                fetched.add(fetch(metrics, "/metrics", 200));
                fetch(metrics, "/other", 404);
                return !rounds.isEmpty();
            });

            GatedReport last =
                    watch.run(rounds::removeFirst, first -> out.println("first"), written::add, Optional.of(metrics));

            assertThat(last.failing()).isEmpty();
        }

        assertThat(bytes.toString(StandardCharsets.UTF_8))
                .startsWith("first\n")
                .contains("  dane-mismatch.example  gone: error dane-mismatch mx.dane-mismatch.example\n");
        assertThat(written).hasSize(2);
        assertThat(fetched).hasSize(2);
        assertThat(fetched.getFirst())
                .contains("hikyaku_check_rounds_total 1\n", "domain=\"dane-mismatch.example\",severity=\"error\"} 1\n");
        assertThat(fetched.get(1)).contains("hikyaku_check_rounds_total 2\n").doesNotContain("dane-mismatch.example");
    }

    private static String fetch(MetricsServer server, String path, int status) {
        try (HttpClient client = HttpClient.newHttpClient()) {
            HttpResponse<String> response = client.send(
                    HttpRequest.newBuilder(URI.create(
                                    "http://127.0.0.1:" + server.address().getPort() + path))
                            .timeout(Duration.ofSeconds(10))
                            .build(),
                    HttpResponse.BodyHandlers.ofString());
            assertThat(response.statusCode()).isEqualTo(status);
            return response.body();
        } catch (IOException e) {
            throw new AssertionError(e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new AssertionError(e);
        }
    }

    /** A check of lab domains as the command puts it together. */
    private record DomainCheck(Lab lab) {
        CheckReport report(String... domains) {
            try (NetworkAccess access = new LabInternet(lab).open(new NetworkOptions())) {
                return new Checkers(lab.clock(), new SecureRandom(), Duration.ofSeconds(10), "check.example")
                        .over(access, CheckOptions.defaults())
                        .check(
                                Arrays.stream(domains)
                                        .map(d -> Name.fromConstantString(d + "."))
                                        .toList(),
                                _ -> {});
            }
        }
    }
}
