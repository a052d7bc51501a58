package org.hikyaku.tlsrpt.collect;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.InputStream;
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
import org.hikyaku.tlsrpt.ReportedPolicy;
import org.hikyaku.tlsrpt.count.SessionCount;
import org.hikyaku.tlsrpt.count.StoredCounts;
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

    private static SessionCount sum(PolicyResult result) {
        return new SessionCount(DAY, "example.com", Optional.of(RECORD), result);
    }
}
