package org.hikyaku.relay;

import static org.assertj.core.api.Assertions.assertThat;

import io.zonky.test.db.postgres.embedded.EmbeddedPostgres;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.hikyaku.lab.Catalogue;
import org.hikyaku.lab.Lab;
import org.hikyaku.lab.LabOptions;
import org.hikyaku.net.Deadline;
import org.hikyaku.net.SystemNetwork;
import org.hikyaku.relay.config.RelayConfigReader;
import org.hikyaku.tlsrpt.PolicyResult;
import org.hikyaku.tlsrpt.count.SessionCount;
import org.hikyaku.tlsrpt.count.StoredCounts;
import org.hikyaku.tlsrpt.receive.ReceivedReports;
import org.hikyaku.tlsrpt.store.Database;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Two whole relays that count into one real PostgreSQL report what one relay by itself reports that had the same sessions. */
@Tag("interop")
@Timeout(120)
class SharedReportsInteropTest {
    private static final List<String> GOOD = List.of("a.example", "b.example", "c.example");

    private static final String DOMAIN = """
              - domain: %s
                about: Asks for reports.
                rules: [T1]
                tlsrpt: ["v=TLSRPTv1; rua=mailto:tls@reader.example"]
                hosts: [{name: mx, tlsa: [3 1 1 %s]}]
                judgement: As its record has it.
                expect: {hosts: {mx: {requirement: dane, verdict: %s}}}
            """;

    private static final String OTHERS = """
              - domain: reader.example
                about: Reads the reports.
                rules: [T1]
                hosts: [{name: mx}]
                judgement: Delivered.
                expect: {hosts: {mx: {requirement: opportunistic, verdict: unauthenticated-tls}}}
              - domain: sender.example
                about: Sends reports.
                rules: [T13]
                dkim: ["s1 v=DKIM1; k=ed25519; s=tlsrpt; p=KEY"]
                hosts: [{name: mx}]
                judgement: Delivered.
                expect: {hosts: {mx: {requirement: opportunistic, verdict: unauthenticated-tls}}}
            """;

    @TempDir
    Path folder;

    private final Instant noon = LocalDate.now(ZoneOffset.UTC).atTime(12, 0).toInstant(ZoneOffset.UTC);
    private volatile Instant now = noon;

    private final List<AutoCloseable> open = new ArrayList<>();
    private final ReportsBetweenRelaysTest.Log read = new ReportsBetweenRelaysTest.Log();
    private EmbeddedPostgres server;
    private Lab lab;
    private Relay reader;

    @BeforeEach
    void start() throws Exception {
        server = EmbeddedPostgres.builder().start();
        open.add(server);
        DkimPair dkim = new DkimPair();
        dkim.write(folder.resolve("dkim.pem"));
        StringBuilder catalogue = new StringBuilder(
                "format: 1\ntlds: [{name: example, sign: ecdsa, denial: nsec}]\nzones: []\ndomains:\n");
        GOOD.forEach(domain -> catalogue.append(DOMAIN.formatted(domain, "leaf", "authenticated-dane")));
        catalogue.append(DOMAIN.formatted("broken.example", "other", "refused, rule: D11, type: validation-failure"));
        catalogue.append(OTHERS.replace("KEY", dkim.published()));
        lab = Lab.start(LabOptions.defaults()
                .withCatalogue(Catalogue.parse(catalogue.toString()))
                .withClock(() -> noon));
        open.add(lab);
        reader = relay("reader", read, """
                domains: [reader.example]
                tls-reports:
                  receive: [tls@reader.example]
                  domains: [a.example, b.example, broken.example, c.example]
                """);
    }

    @AfterEach
    void stop() throws Exception {
        for (AutoCloseable one : open.reversed()) {
            one.close();
        }
    }

    private Relay relay(String name, ReportsBetweenRelaysTest.Log log, String more) throws Exception {
        Path file = folder.resolve(name + ".yaml");
        Files.writeString(file, """
                hostname: mx.%1$s.example
                data-directory: %1$s
                allow-root: true
                listen: {smtp: ["127.0.0.1:0"], submission: [], submissions: []}
                queue: {keep-free: 1 MiB}
                """.formatted(name) + more);
        Relay relay = Relay.start(
                RelayConfigReader.read(file).config(),
                new Surroundings(
                        new SystemNetwork(),
                        lab.network(),
                        lab.resolver(),
                        lab.dnsAnchors(),
                        lab.caAnchors(),
                        () -> now,
                        new SecureRandom(),
                        Map.of()),
                log.writer,
                Optional.empty());
        open.add(relay);
        return relay;
    }

    /** A relay that counts into this store. */
    private Relay sender(String name, ReportsBetweenRelaysTest.Log log, String organization, String store)
            throws Exception {
        return relay(name, log, """
                domains: [sender.example]
                receive: {networks: [127.0.0.0/8]}
                deliver:
                  destinations:
                    - {domains: reader.example, route: "[127.0.0.1]:%d"}
                tls-reports:
                  contact: tls-reports@sender.example
                  organization: %s
                  dkim-key: dkim.pem
                  dkim-selector: s1
                  store: "%s"
                """.formatted(reader.addresses().getFirst().getPort(), organization, store));
    }

    /** One mail to each domain, and what becomes of each. */
    private static void send(Relay relay, ReportsBetweenRelaysTest.Log log, String... domains)
            throws IOException, InterruptedException {
        for (String domain : domains) {
            try (MailClient client = new MailClient(relay.addresses().getFirst())) {
                assertThat(client.send("alice@sender.example", "x@" + domain, "Subject: x\n\nbody"))
                        .startsWith("250");
            }
            log.next("to=<x@" + domain + "> outcome=" + (domain.equals("broken.example") ? "deferred" : "delivered"));
        }
    }

    /** Each relay writes what it has counted once a second; the clock that moves on is not that one. */
    private static void awaitCounts(String store, LocalDate day, long sessions) throws IOException {
        Deadline deadline = Deadline.after(Duration.ofSeconds(30));
        try (Database database = Database.open(store);
                StoredCounts counts = new StoredCounts(database)) {
            while (counts.sums(day).stream()
                            .map(SessionCount::result)
                            .mapToLong(r -> r.successful() + r.failed())
                            .sum()
                    < sessions) {
                assertThat(deadline.passed()).as("in time").isFalse();
                Thread.onSpinWait();
            }
        }
    }

    @Test
    void theirReportsAgree() throws Exception {
        LocalDate day = LocalDate.ofInstant(noon, ZoneOffset.UTC);
        ReportsBetweenRelaysTest.Log left = new ReportsBetweenRelaysTest.Log();
        ReportsBetweenRelaysTest.Log right = new ReportsBetweenRelaysTest.Log();
        ReportsBetweenRelaysTest.Log alone = new ReportsBetweenRelaysTest.Log();
        String shared = server.getJdbcUrl("postgres", "postgres");
        Relay first = sender("left", left, "Pair", shared);
        Relay second = sender("right", right, "Pair", shared);
        send(first, left, "a.example", "b.example", "broken.example");
        send(second, right, "b.example", "c.example");
        // the one relay starts anew between the two, so that no session is kept which would not count again (T21)
        try (Relay before = sender("alone", alone, "Alone", "alone.db")) {
            send(before, alone, "a.example", "b.example", "broken.example");
        }
        Relay single = sender("alone", alone, "Alone", "alone.db");
        send(single, alone, "b.example", "c.example");

        awaitCounts(shared, day, 5);
        now = noon.plus(Duration.ofHours(17)); // T10: all delays are over
        for (Relay relay : List.of(first, second, single)) {
            relay.reload();
        }
        for (int i = 0; i < 8; i++) {
            read.next("to=<tls@reader.example> outcome=delivered", "host=tls-reports", "is kept");
        }
        first.close();
        second.close();
        single.close();

        Map<String, List<PolicyResult>> pair = new TreeMap<>();
        Map<String, List<PolicyResult>> one = new TreeMap<>();
        int reports = 0;
        try (Database database = Database.open(folder.resolve("reader/tls-reports.db"))) {
            for (ReceivedReports.Result r : new ReceivedReports(database).results(day, day, Optional.empty())) {
                boolean ofPair = r.report().report().organization().equals(Optional.of("Pair"));
                (ofPair ? pair : one)
                        .computeIfAbsent(r.domain(), _ -> new ArrayList<>())
                        .add(r.result());
                reports++;
            }
        }
        assertThat(reports)
                .as("one for each domain from the pair, one from the other")
                .isEqualTo(8);
        assertThat(pair.keySet()).containsExactly("a.example", "b.example", "broken.example", "c.example");
        assertThat(pair).isEqualTo(one);
        assertThat(pair.values().stream().map(SharedReportsInteropTest::text))
                .containsExactly("1 kept", "2 kept", "1 failed: tlsa-invalid", "1 kept");
    }

    /** Of the one policy that each domain has here. */
    private static String text(List<PolicyResult> results) {
        PolicyResult only = results.getFirst();
        return only.failed() == 0 && only.failures().isEmpty()
                ? only.successful() + " kept"
                : only.failed() + " failed: "
                        + only.failures().getFirst().failure().type();
    }
}
