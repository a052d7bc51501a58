package org.hikyaku.tlsrpt.collect;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.time.InstantSource;
import java.time.LocalDate;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicBoolean;
import org.hikyaku.net.UnixDatagramSocket;
import org.hikyaku.tlsrpt.Failure;
import org.hikyaku.tlsrpt.FailureCount;
import org.hikyaku.tlsrpt.PolicyResult;
import org.hikyaku.tlsrpt.PolicyType;
import org.hikyaku.tlsrpt.Report;
import org.hikyaku.tlsrpt.ReportPeriod;
import org.hikyaku.tlsrpt.ReportWriter;
import org.hikyaku.tlsrpt.ReportedPolicy;
import org.hikyaku.tlsrpt.count.SessionCount;
import org.hikyaku.tlsrpt.count.StoredCounts;
import org.hikyaku.tlsrpt.send.DueReport;
import org.hikyaku.tlsrpt.send.ReportPlan;
import org.hikyaku.tlsrpt.send.ReportRequest;
import org.hikyaku.tlsrpt.store.Database;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Datagrams of a small peer in Python, through a real socket, to the sums of a day in the store. */
@Tag("interop")
@Timeout(60)
class CollectorInteropTest {
    private static final LocalDate DAY = LocalDate.of(2026, 11, 22);
    private static final InstantSource CLOCK = InstantSource.fixed(Instant.parse("2026-11-22T23:59:59Z"));
    private static final String RECORD = "v=TLSRPTv1; rua=mailto:tlsrpt@example.com";

    private static final String TLSA =
            "{\"type\":1,\"domain\":\"mx.example.com\",\"strings\":[\"3 1 1 AB\"],\"final\":0}";
    private static final String TLSA_FAILED = "{\"type\":1,\"domain\":\"mx.example.com\",\"strings\":[\"3 1 1 AB\"],"
            + "\"failures\":[{\"c\":205,\"s\":\"192.0.2.1\",\"n\":\"mx.example.com\","
            + "\"h\":\"250-mx.example.com\\r\\n250 \\\"quoted\\\"\",\"r\":\"192.0.2.2\",\"f\":\"self-signed\"}],\"final\":1}";
    private static final String STS =
            "{\"type\":2,\"domain\":\"example.com\",\"strings\":[\"version: STSv1\",\"mode: enforce\"],"
                    + "\"mx\":[\"*.example.com\"],\"final\":0}";
    private static final String NONE = "{\"type\":9,\"final\":0}";

    @TempDir
    private Path directory;

    private static String delivery(String domain, String... policies) {
        return "[\"" + domain + "\",\"" + RECORD + "\",[" + String.join(",", policies) + "]]";
    }

    private void send(Path socket, List<String> deliveries) throws IOException, InterruptedException {
        Path program = directory.resolve("peer.py");
        try (InputStream in = Objects.requireNonNull(getClass().getResourceAsStream("libtlsrpt_peer.py"))) {
            Files.write(program, in.readAllBytes());
        }
        Process process = new ProcessBuilder("python3", program.toString(), socket.toString())
                .redirectError(ProcessBuilder.Redirect.INHERIT)
                .start();
        process.getOutputStream().write(String.join("\n", deliveries).getBytes(StandardCharsets.UTF_8));
        process.getOutputStream().close();
        assertThat(process.waitFor()).isZero();
    }

    @Test
    void datagramsBecomeTheSumsOfTheDay() throws Exception {
        Path path = directory.resolve("tlsrpt.sock");
        try (UnixDatagramSocket socket = UnixDatagramSocket.bind(path, "rw-rw-rw-", DatagramReader.MAX_DATAGRAM);
                Database database = Database.open(directory.resolve("counts.db"));
                StoredCounts counts = new StoredCounts(database);
                ExecutorService threads = Executors.newSingleThreadExecutor()) {
            Collector collector = new Collector(DatagramSource.at(socket), counts, CLOCK);
            AtomicBoolean stop = new AtomicBoolean();
            Future<Boolean> collected = threads.submit(() -> {
                collector.run(stop::get);
                return true;
            });
            send(
                    path,
                    List.of(
                            delivery("example.com", TLSA),
                            delivery("EXAMPLE.com", TLSA),
                            delivery("example.com", TLSA_FAILED),
                            delivery("example.com", TLSA_FAILED),
                            delivery("example.com", STS, NONE),
                            delivery("no name", TLSA)));
            stop.set(true);
            assertThat(collected.get()).isTrue();
            assertThat(collector.taken()).isEqualTo(5);
            assertThat(collector.dropped()).isEqualTo(1);
            counts.flush();
            ReportedPolicy tlsa = new ReportedPolicy(PolicyType.TLSA, List.of("3 1 1 ab"), "mx.example.com", List.of());
            Failure failure = new Failure(
                    "validation-failure",
                    Optional.of("192.0.2.1"),
                    Optional.of("mx.example.com"),
                    Optional.of("mx.example.com"),
                    Optional.of("192.0.2.2"),
                    Optional.empty(),
                    Optional.of("self-signed"));
            assertThat(counts.sums(DAY))
                    .containsExactlyInAnyOrder(
                            sum(new PolicyResult(tlsa, 2, 2, List.of(new FailureCount(failure, 2)))),
                            sum(new PolicyResult(
                                    new ReportedPolicy(
                                            PolicyType.STS,
                                            List.of("version: STSv1", "mode: enforce"),
                                            "example.com",
                                            List.of("*.example.com")),
                                    1,
                                    0,
                                    List.of())),
                            sum(new PolicyResult(
                                    new ReportedPolicy(PolicyType.NO_POLICY_FOUND, List.of(), "example.com", List.of()),
                                    1,
                                    0,
                                    List.of())));
        }
    }

    /** The report of a day, taken apart by Python's own gzip and json, and held against what RFC 8460 wants of it. */
    @Test
    void datagramsBecomeTheRightReport() throws Exception {
        Path path = directory.resolve("tlsrpt.sock");
        try (UnixDatagramSocket socket = UnixDatagramSocket.bind(path, "rw-rw-rw-", DatagramReader.MAX_DATAGRAM);
                Database database = Database.open(directory.resolve("counts.db"));
                StoredCounts counts = new StoredCounts(database)) {
            send(
                    path,
                    List.of(
                            delivery("example.com", TLSA),
                            delivery("example.com", TLSA_FAILED),
                            delivery("example.com", STS),
                            delivery("example.com", NONE)));
            new Collector(DatagramSource.at(socket), counts, CLOCK).run(() -> true);
            counts.flush();
            ReportPlan plan = ReportPlan.of(
                    DAY, counts.sums(DAY), domain -> new ReportRequest.NotAsked("an MX host without a record"));
            assertThat(plan.reports()).hasSize(1);
            DueReport due = plan.reports().getFirst();
            assertThat(due.rua()).containsExactly(URI.create("mailto:tlsrpt@example.com"));
            Path file = Files.write(
                    directory.resolve("report.json.gz"),
                    ReportWriter.gzip(new Report(
                            Optional.of("Sender"),
                            ReportPeriod.ofDay(due.day()),
                            Optional.of("tls@sender.example"),
                            Optional.of("id@sender.example"),
                            due.results())));
            assertThat(reading(file)).isEqualTo("""
                    2026-11-22T00:00:00Z 2026-11-22T23:59:59Z
                    {"domain": "example.com", "mx": ["*.example.com"], "string": ["version: STSv1", "mode: enforce"], "type": "sts"} 1 0 []
                    {"domain": "example.com", "type": "no-policy-found"} 1 0 []
                    {"domain": "mx.example.com", "string": ["3 1 1 ab"], "type": "tlsa"} 1 1 [{"failed-session-count": 1, \
                    "failure-reason-code": "self-signed", "receiving-ip": "192.0.2.2", "receiving-mx-helo": "mx.example.com", \
                    "receiving-mx-hostname": "mx.example.com", "result-type": "validation-failure", \
                    "sending-mta-ip": "192.0.2.1"}]
                    """);
        }
    }

    private static String reading(Path report) throws IOException, InterruptedException {
        Process python = new ProcessBuilder("python3", "-", report.toString())
                .redirectError(ProcessBuilder.Redirect.INHERIT)
                .start();
        try (OutputStream program = python.getOutputStream()) {
            program.write("""
                    import gzip, json, sys
                    report = json.loads(gzip.open(sys.argv[1]).read())
                    print(report['date-range']['start-datetime'], report['date-range']['end-datetime'])
                    lines = []
                    for entry in report['policies']:
                        policy, summary = entry['policy'], entry['summary']
                        known = {'policy-type': 'type', 'policy-domain': 'domain', 'policy-string': 'string', 'mx-host': 'mx'}
                        lines.append(' '.join((
                            json.dumps({known[k]: v for k, v in policy.items()}, sort_keys=True),
                            str(summary['total-successful-session-count']), str(summary['total-failure-session-count']),
                            json.dumps(entry.get('failure-details', []), sort_keys=True))))
                    print('\\n'.join(sorted(lines)))
                    """.getBytes(StandardCharsets.UTF_8));
        }
        String said = new String(python.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        assertThat(python.waitFor()).isZero();
        return said;
    }

    private static SessionCount sum(PolicyResult result) {
        return new SessionCount(DAY, "example.com", Optional.of(RECORD), result);
    }
}
