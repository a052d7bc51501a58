package org.hikyaku.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.networknt.schema.InputFormat;
import com.networknt.schema.SchemaRegistry;
import com.networknt.schema.SpecificationVersion;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.util.Base64;
import java.util.List;
import java.util.Optional;
import java.util.zip.GZIPOutputStream;
import org.hikyaku.cli.CommandRunner.Result;
import org.hikyaku.dns.Resolver;
import org.hikyaku.dns.TrustAnchors;
import org.hikyaku.lab.Lab;
import org.hikyaku.lab.LabOptions;
import org.hikyaku.net.Network;
import org.hikyaku.net.SystemNetwork;
import org.hikyaku.tlsrpt.PolicyResult;
import org.hikyaku.tlsrpt.PolicyType;
import org.hikyaku.tlsrpt.ReportedPolicy;
import org.hikyaku.tlsrpt.count.SessionCount;
import org.hikyaku.tlsrpt.count.SessionCounts;
import org.hikyaku.tlsrpt.count.StoredCounts;
import org.hikyaku.tlsrpt.store.Database;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** {@code hikyaku tlsrpt import}, {@code summary} and {@code send}. */
class TlsrptReportsTest {

    @TempDir
    Path folder;

    private static String report(String id, String sender, int good, int bad) {
        return """
                {"organization-name":"%s","date-range":{"start-datetime":"2026-11-20T00:00:00Z",
                "end-datetime":"2026-11-20T23:59:59Z"},"contact-info":"r@sender.example","report-id":"%s","policies":[
                {"policy":{"policy-type":"sts","policy-domain":"example.jp"},
                "summary":{"total-successful-session-count":%d,"total-failure-session-count":%d},
                "failure-details":[{"result-type":"certificate-expired","receiving-mx-hostname":"mx1.example.jp",
                "receiving-ip":"198.51.100.7","failed-session-count":%d}]}]}
                """.formatted(sender, id, good, bad, bad);
    }

    private static String mail(String report) {
        return "From: Reports <r@sender.example>\nTLS-Report-Domain: example.jp\nMIME-Version: 1.0\n"
                + "Content-Type: multipart/report; report-type=tlsrpt; boundary=b\n\n--b\n"
                + "Content-Type: application/tlsrpt+json\nContent-Transfer-Encoding: base64\n\n"
                + Base64.getMimeEncoder().encodeToString(report.getBytes(StandardCharsets.UTF_8)) + "\n--b--\n";
    }

    private Result run(String... args) {
        return new CommandRunner().run(args);
    }

    private String store() {
        return folder.resolve("t.db").toString();
    }

    private static void keepsTo(String schema, String json) throws IOException {
        assertThat(SchemaRegistry.withDefaultDialect(SpecificationVersion.DRAFT_2020_12)
                        .getSchema(Files.readString(Path.of("../docs/schema/" + schema)))
                        .validate(json, InputFormat.JSON))
                .isEmpty();
    }

    @Test
    void takesReportsFromFilesFoldersMailboxesAndStandardInput() throws Exception {
        Path maildir = folder.resolve("Maildir");
        for (String part : List.of("cur", "new", "tmp", ".Sub/cur")) {
            Files.createDirectories(maildir.resolve(part));
        }
        Files.writeString(maildir.resolve("cur/1:2,S"), mail(report("1", "One", 10, 1)));
        Files.writeString(maildir.resolve("new/2"), mail(report("2", "Two", 20, 2)));
        Files.writeString(maildir.resolve("tmp/3"), mail(report("3", "Three", 7_000, 3)));
        Files.writeString(maildir.resolve(".Sub/cur/4"), mail(report("4", "Four", 40, 0)));
        Files.writeString(maildir.resolve("dovecot.index"), "no mail at all");
        Path mbox = Files.writeString(
                folder.resolve("mbox"),
                "From a@b Fri Nov 20 00:00:00 2026\n" + mail(report("5", "Five", 50, 0)) + "\nFrom a@b x\n"
                        + mail(report("1", "One", 10, 1)) + "\n>From quoted\n\nFrom a@b y\n"
                        + mail(report("6", "Six", 60, 0)));
        Path packed = folder.resolve("r.json.gz");
        try (GZIPOutputStream gzip = new GZIPOutputStream(Files.newOutputStream(packed))) {
            gzip.write(report("7", "Seven", 70, 0).getBytes(StandardCharsets.UTF_8));
        }
        Result result = new CommandRunner()
                .input(report("8", "Eight", 80, 0))
                .run(
                        "tlsrpt",
                        "import",
                        "--store",
                        store(),
                        "--trust-mails",
                        "--domain",
                        "example.jp",
                        maildir.toString(),
                        mbox.toString(),
                        packed.toString(),
                        "-");
        assertThat(result.err()).isEmpty();
        assertThat(result.out().lines().toList())
                .containsExactly(
                        "7 kept, 1 known already, 1 refused",
                        "  " + maildir.resolve("dovecot.index") + ": There is no TLS report in this mail.");
        assertThat(result.exit()).isEqualTo(1);

        Result json = run("tlsrpt", "import", "--store", store(), "--json", packed.toString());
        assertThat(json.exit()).isZero();
        keepsTo("tlsrpt-import-1.json", json.out());

        Result summary = run("tlsrpt", "summary", "--store", store());
        assertThat(summary.exit()).isEqualTo(1);
        assertThat(summary.out())
                .contains("example.jp   2026-11-14 to 2026-11-20   330 kept, 3 failed")
                .contains("On 2026-11-20, 3 of 333 sessions failed.")
                .contains("certificate-expired at mx1.example.jp: 3 sessions, on 2026-11-20, seen by")
                .contains("Renew the certificate of mx1.example.jp")
                .doesNotContain("Three");
        Result data = run("tlsrpt", "summary", "--store", store(), "--json");
        keepsTo("tlsrpt-summary-1.json", data.out());
        assertThat(data.out()).contains("\"kept\" : 330");
    }

    @Test
    void aMailWithoutSignatureIsNotTaken() throws Exception {
        Path file = Files.writeString(folder.resolve("m.eml"), mail(report("1", "One", 10, 1)));
        Result result = run("tlsrpt", "import", "--store", store(), "--json", file.toString());
        assertThat(result.exit()).isEqualTo(1);
        assertThat(result.out()).contains("\"unsigned\" : 1").contains("no DKIM signature");
        keepsTo("tlsrpt-import-1.json", result.out());
        assertThat(run("tlsrpt", "summary", "--store", store()).exit()).isEqualTo(3);
    }

    @Test
    void whatAReportSaysDoesNotReachTheTerminalAsControls() throws Exception {
        Path file = Files.writeString(folder.resolve("r.json"), report("1", "\\u001b[31mRed\\u202e", 1, 1));
        run("tlsrpt", "import", "--store", store(), file.toString());
        assertThat(run("tlsrpt", "summary", "--store", store()).out())
                .contains("?[31mRed?")
                .doesNotContain("\u001b")
                .doesNotContain("\u202e");
    }

    @Test
    void wrongCalls() {
        assertThat(run("tlsrpt", "summary", "--store", store(), "--days", "0").exit())
                .isEqualTo(2);
        assertThat(run("tlsrpt", "import", "--store", store(), "no-such-file").err())
                .isEqualTo("hikyaku tlsrpt import: no-such-file does not exist.\n");
        assertThat(run("tlsrpt", "send", "--store", store(), "--from", "nobody").exit())
                .isEqualTo(2);
        assertThat(run("tlsrpt", "send", "--store", store(), "--from", "a@b.jp", "--dkim-selector", "s")
                        .exit())
                .isEqualTo(2);
        assertThat(run(
                                "tlsrpt",
                                "send",
                                "--store",
                                "jdbc:postgresql://127.0.0.1:1/x?user=a&password=hunter2",
                                "--from",
                                "a@b.jp")
                        .err())
                .contains("jdbc:postgresql://127.0.0.1:1/x")
                .doesNotContain("hunter2");
    }

    /** A name that was mistyped is told, and nothing is made of it. */
    @Test
    void aStoreThatIsNotThere() throws Exception {
        for (String[] call : new String[][] {
            {"tlsrpt", "summary", "--store", store()},
            {"tlsrpt", "send", "--from", "a@b.jp", "--dry-run", "--store", store()}
        }) {
            Result result = run(call);
            assertThat(result.err())
                    .isEqualTo(
                            "hikyaku tlsrpt " + call[1] + ": --store: " + store() + " does not exist; a relay, hikyaku"
                                    + " tlsrpt collect or hikyaku tlsrpt import makes it.\n");
            assertThat(result.exit()).isEqualTo(2);
        }
        assertThat(Path.of(store())).doesNotExist();
        Result url = run("tlsrpt", "import", "--store", "postgresql://a:hunter2@127.0.0.1/x", "-");
        assertThat(url.err())
                .contains("--store: it is neither a file nor a URL that begins with jdbc:postgresql://")
                .doesNotContain("hunter2");
        assertThat(url.exit()).isEqualTo(2);
        assertThat(Path.of("postgresql:")).doesNotExist();
    }

    /** Whatever a URL looks like, it is no file, and what may be its password is not repeated. */
    @Test
    void aPasswordInAUrlIsNotShown() throws Exception {
        for (String url : new String[] {
            "jdbc:postgresql:hikyaku-nowhere?user=a&password=hunter2",
            "jdbc:postgresql://a:hunter2@127.0.0.1:1/x",
            "jdbc:postgresql://127.0.0.1:port/x?user=a&password=hunter2",
            "jdbc:sqlite:x.db?password=hunter2"
        }) {
            for (String command : new String[] {"summary", "import"}) {
                Result result = command.equals("import")
                        ? run("tlsrpt", command, "--store", url, "--domain", "b.jp", folder.toString())
                        : run("tlsrpt", command, "--store", url);
                assertThat(result.err())
                        .startsWith("hikyaku tlsrpt " + command + ": --store: ")
                        .doesNotContain("hunter2")
                        .doesNotContain("does not exist; a relay");
                assertThat(result.exit()).isEqualTo(2);
            }
        }
    }

    @Test
    void aStoreInAFolderThatIsAFile() throws Exception {
        Path file = Files.writeString(folder.resolve("file"), "");
        assertThat(run("tlsrpt", "import", "--store", file.resolve("t.db").toString(), "-")
                        .err())
                .isEqualTo("hikyaku tlsrpt import: --store: " + file + ": there is a file of that name.\n");
    }

    @Test
    void aKeyThatIsNone() throws Exception {
        Path key = Files.writeString(folder.resolve("key.pem"), "root:x:0:0");
        run("tlsrpt", "import", "--store", store(), "-");
        assertThat(run(
                                "tlsrpt",
                                "send",
                                "--store",
                                store(),
                                "--from",
                                "a@b.jp",
                                "--dkim-key",
                                key.toString(),
                                "--dkim-selector",
                                "s")
                        .err())
                .isEqualTo("hikyaku tlsrpt send: --dkim-key: " + key
                        + ": no private key found; expected -----BEGIN PRIVATE KEY-----.\n");
    }

    /** The lab's names, and this machine's own connections. */
    private static Internet names(Lab lab) {
        NetworkAccess access = new LabInternet(lab).open(new NetworkOptions());
        return options -> new NetworkAccess() {
            @Override
            public Network network() {
                return new SystemNetwork();
            }

            @Override
            public Resolver resolver() {
                return access.resolver();
            }

            @Override
            public TrustAnchors anchors() {
                return access.anchors();
            }

            @Override
            public org.hikyaku.x509.TrustAnchors authorities() {
                return access.authorities();
            }

            @Override
            public void close() {
                // the lab is closed by whoever started it
            }
        };
    }

    @Test
    void sendsWhatWasCountedToWhoAsksForIt() throws Exception {
        try (Lab lab = Lab.start(LabOptions.defaults());
                ScriptedMailServer server = ScriptedMailServer.start()) {
            LocalDate day =
                    LocalDate.ofInstant(lab.clock().instant(), ZoneOffset.UTC).minusDays(1);
            try (Database database = Database.open(store());
                    SessionCounts counts = new StoredCounts(database)) {
                for (String domain : List.of("dane-ee.example", "tlsrpt-two.example")) {
                    ReportedPolicy policy =
                            new ReportedPolicy(PolicyType.NO_POLICY_FOUND, List.of(), domain, List.of());
                    counts.add(
                            new SessionCount(day, domain, Optional.empty(), new PolicyResult(policy, 3, 0, List.of())));
                }
            }
            CommandRunner runner = new CommandRunner().internet(names(lab)).clock(lab.clock());
            String[] call = {
                "tlsrpt", "send", "--store", store(), "--from", "tls@relay.example", "--via", server.place()
            };
            Result dry = runner.run(with(call, "--dry-run"));
            assertThat(dry.err()).isEmpty();
            assertThat(dry.out())
                    .contains("Reports about " + day + " (UTC) that would be sent: 1")
                    .contains("3 good      0 failed  to mailto:tls-reports@dane-ee.example")
                    .contains("1 domain asks for no report.");
            assertThat(dry.exit()).isZero();
            assertThat(server.heard()).isEmpty();
            keepsTo(
                    "tlsrpt-send-1.json",
                    runner.run(with(call, "--dry-run", "--json")).out());

            Result without = runner.run("tlsrpt", "send", "--store", store(), "--from", "tls@relay.example");
            assertThat(without.exit()).isEqualTo(2);
            assertThat(without.err())
                    .startsWith(
                            "hikyaku tlsrpt send: 1 report goes by mail only, such as that for dane-ee.example: --via");

            Result sent = runner.run(call);
            assertThat(sent.err()).isEmpty();
            assertThat(sent.out()).contains("sent  ").contains("took the mail");
            assertThat(sent.exit()).isZero();
            assertThat(server.heard())
                    .contains("MAIL FROM:<tls@relay.example>", "TLS-Required: No", "TLS-Report-Domain: dane-ee.example")
                    .anyMatch(l -> l.startsWith("RCPT TO:<tls-reports@dane-ee.example>"));
            int heard = server.heard().size();
            Result again = runner.run(with(call, "--json"));
            keepsTo("tlsrpt-send-1.json", again.out());
            assertThat(again.out()).contains("\"state\" : \"sent\"");
            assertThat(server.heard()).hasSize(heard);
        }
    }

    @Test
    void aServerForTheMailsThatIsNotFoundIsNamed() throws Exception {
        try (Lab lab = Lab.start(LabOptions.defaults());
                Database database = Database.open(store())) {
            assertThat(database).isNotNull();
            Result result = new CommandRunner()
                    .internet(names(lab))
                    .clock(lab.clock())
                    .run("tlsrpt", "send", "--store", store(), "--from", "a@b.jp", "--via", "dnssec-expired.example");
            assertThat(result.err()).startsWith("hikyaku tlsrpt send: --via: ");
            assertThat(result.exit()).isEqualTo(3);
        }
    }

    /** T10: a timer's calls, the first of which gives the report its time. */
    @Test
    void spreadsReportsOverTheNight() throws Exception {
        try (Lab lab = Lab.start(LabOptions.defaults());
                ScriptedMailServer server = ScriptedMailServer.start()) {
            LocalDate day = LocalDate.ofInstant(lab.clock().instant(), ZoneOffset.UTC);
            Instant midnight = day.plusDays(1).atStartOfDay(ZoneOffset.UTC).toInstant();
            try (Database database = Database.open(store());
                    SessionCounts counts = new StoredCounts(database)) {
                ReportedPolicy policy =
                        new ReportedPolicy(PolicyType.NO_POLICY_FOUND, List.of(), "dane-ee.example", List.of());
                counts.add(new SessionCount(
                        day, "dane-ee.example", Optional.empty(), new PolicyResult(policy, 3, 0, List.of())));
            }
            CommandRunner runner = new CommandRunner().internet(names(lab));
            String[] call = {
                "tlsrpt", "send", "--store", store(), "--from", "tls@relay.example", "--via", server.place(), "--spread"
            };
            Result first = runner.clock(() -> midnight.plusSeconds(600)).run(call);
            assertThat(first.out()).contains("waits until " + day.plusDays(1) + "T0");
            assertThat(first.exit()).as("nothing is wrong: %s", first.err()).isZero();
            assertThat(server.heard()).isEmpty();

            Result last =
                    runner.clock(() -> midnight.plus(Duration.ofMinutes(210))).run(call);
            assertThat(last.out()).contains("sent  ").contains("took the mail");
            assertThat(last.exit()).isZero();
        }
    }

    private static String[] with(String[] call, String... more) {
        String[] all = java.util.Arrays.copyOf(call, call.length + more.length);
        System.arraycopy(more, 0, all, call.length, more.length);
        return all;
    }
}
