package org.hikyaku.tlsrpt.count;

import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;

import io.zonky.test.db.postgres.embedded.EmbeddedPostgres;
import java.io.ByteArrayInputStream;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.Statement;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.TreeMap;
import java.util.zip.GZIPInputStream;
import org.hikyaku.smtp.Mailbox;
import org.hikyaku.tlsrpt.PolicyResult;
import org.hikyaku.tlsrpt.PolicyType;
import org.hikyaku.tlsrpt.ReportWriter;
import org.hikyaku.tlsrpt.ReportedPolicy;
import org.hikyaku.tlsrpt.TxtZone;
import org.hikyaku.tlsrpt.send.DueReport;
import org.hikyaku.tlsrpt.send.Outbox;
import org.hikyaku.tlsrpt.send.ReportRequests;
import org.hikyaku.tlsrpt.send.ReportSender;
import org.hikyaku.tlsrpt.send.Submitter;
import org.hikyaku.tlsrpt.store.Database;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ObjectNode;

/** Several relays on one real PostgreSQL. */
@Tag("interop")
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class SharedStoreInteropTest {
    private Optional<EmbeddedPostgres> server = Optional.empty();

    @TempDir
    Path folder;

    @BeforeAll
    void start() throws Exception {
        server = Optional.of(EmbeddedPostgres.builder().start());
    }

    @AfterAll
    void stop() throws Exception {
        if (server.isPresent()) {
            server.get().close();
        }
    }

    private Database open(String name) throws Exception {
        try (Connection c = server.orElseThrow().getPostgresDatabase().getConnection();
                Statement s = c.createStatement()) {
            s.execute("CREATE DATABASE " + name);
        }
        return again(name);
    }

    private Database again(String name) throws Exception {
        return Database.open(server.orElseThrow().getJdbcUrl("postgres", name));
    }

    private static List<SessionCount> someSessions(int number) {
        Random random = new Random(8460);
        List<SessionCount> sessions = new ArrayList<>();
        for (int i = 0; i < number; i++) {
            String domain = "d" + random.nextInt(20) + ".example";
            ReportedPolicy policy = random.nextInt(3) == 0
                    ? new ReportedPolicy(PolicyType.NO_POLICY_FOUND, List.of(), domain, List.of())
                    : new ReportedPolicy(
                            PolicyType.TLSA, List.of("3 1 1 " + random.nextInt(3)), "mx." + domain, List.of());
            sessions.add(
                    random.nextInt(4) == 0
                            ? StoredCountsTest.bad(domain, policy, "192.0.2." + random.nextInt(9))
                            : new SessionCount(
                                    StoredCountsTest.DAY,
                                    domain,
                                    random.nextBoolean()
                                            ? Optional.empty()
                                            : Optional.of("v=TLSRPTv1; rua=mailto:r@" + domain),
                                    new PolicyResult(policy, 1, 0, List.of())));
        }
        return sessions;
    }

    private static List<SessionCount> sums(SessionCounts counts) throws Exception {
        return counts.sums(StoredCountsTest.DAY);
    }

    /** The reports of the day as they would be sent, by domain, without their ids. */
    private static Map<String, JsonNode> reports(Database database, SessionCounts counts) throws Exception {
        TxtZone zone = new TxtZone();
        for (int i = 0; i < 20; i++) {
            zone.reports("d" + i + ".example", "mailto:r@d" + i + ".example");
        }
        ReportSender sender = new ReportSender(
                new Submitter("Sender", Mailbox.parse("tls@sender.example")),
                new ReportRequests(zone),
                new Outbox(database),
                Optional.empty(),
                Optional.empty(),
                Optional.empty(),
                () -> Instant.parse("2026-11-21T03:00:00Z"),
                new Random(1));
        Map<String, JsonNode> reports = new TreeMap<>();
        for (DueReport due : sender.plan(counts, StoredCountsTest.DAY).reports()) {
            ObjectNode node = (ObjectNode) JsonMapper.shared()
                    .readTree(new GZIPInputStream(new ByteArrayInputStream(ReportWriter.gzip(sender.report(due)))));
            assertThat(node.remove("report-id")).isNotNull();
            reports.put(due.domain(), node);
        }
        return reports;
    }

    @Test
    void twoRelaysOnOnePostgresqlAndOneRelayByItselfAgree() throws Exception {
        List<SessionCount> sessions = someSessions(4_000);
        try (Database one = open("shared");
                Database two = again("shared");
                Database alone = Database.open(folder.resolve("alone.db"));
                SessionCounts first = new StoredCounts(one);
                SessionCounts second = new StoredCounts(two);
                SessionCounts single = new StoredCounts(alone)) {
            Thread odd = count(first, second, sessions, 0);
            Thread even = count(second, first, sessions, 1);
            sessions.forEach(single::add);
            odd.join();
            even.join();
            first.flush();
            second.flush();
            single.flush();
            assertThat(sums(first)).isEqualTo(sums(second)).isEqualTo(sums(single));
            Map<String, JsonNode> together = reports(one, first);
            assertThat(together).hasSize(20).isEqualTo(reports(two, second)).isEqualTo(reports(alone, single));
            assertThat(requireNonNull(together.get("d7.example")).get("policies"))
                    .as("something to differ in")
                    .hasSizeGreaterThan(2);
            assertThat(sums(first).stream()
                            .mapToLong(s -> s.result().successful() + s.result().failed())
                            .sum())
                    .isEqualTo(4_000);
        }
    }

    /** Every other session, written in many small batches while the other one writes too. */
    private static Thread count(SessionCounts mine, SessionCounts other, List<SessionCount> sessions, int from) {
        return Thread.ofVirtual().start(() -> {
            for (int i = from; i < sessions.size(); i += 2) {
                mine.add(sessions.get(i));
                if (i % 100 < 2) {
                    flush(mine);
                    flush(other);
                }
            }
        });
    }

    private static void flush(SessionCounts counts) {
        try {
            counts.flush();
        } catch (java.io.IOException e) {
            throw new java.io.UncheckedIOException(e);
        }
    }

    @Test
    void aServerThatHangsUpCostsNoSession() throws Exception {
        try (Database database = open("lossy");
                SessionCounts counts = new StoredCounts(database)) {
            counts.add(StoredCountsTest.good(StoredCountsTest.DAY, "example.jp", StoredCountsTest.NONE));
            counts.flush();
            try (Connection c = server.orElseThrow().getPostgresDatabase().getConnection();
                    Statement s = c.createStatement()) {
                s.execute("SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = 'lossy'");
            }
            counts.add(StoredCountsTest.good(StoredCountsTest.DAY, "example.jp", StoredCountsTest.NONE));
            try {
                counts.flush();
            } catch (java.io.IOException e) {
                assertThat(e).hasMessageContaining("cannot be written").hasMessageNotContaining("password");
            }
            counts.flush();
            try {
                counts.days();
            } catch (java.io.IOException e) {
                assertThat(e).hasMessageContaining("cannot be read");
            }
            assertThat(counts.sums(StoredCountsTest.DAY).getFirst().result().successful())
                    .isEqualTo(2);
        }
    }

    @Test
    void hostileTexts() throws Exception {
        try (Database database = open("hostile");
                SessionCounts counts = new StoredCounts(database)) {
            counts.add(StoredCountsTest.good(
                    StoredCountsTest.DAY,
                    "\0'\"\uD800" + "x".repeat(9_000),
                    new ReportedPolicy(PolicyType.STS, List.of("\0';--"), "a.jp", List.of())));
            counts.flush();
            assertThat(counts.sums(StoredCountsTest.DAY)).hasSize(1);
        }
    }
}
