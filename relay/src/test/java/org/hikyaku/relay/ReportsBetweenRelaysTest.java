package org.hikyaku.relay;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.PrivateKey;
import java.security.SecureRandom;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.hikyaku.lab.Catalogue;
import org.hikyaku.lab.Lab;
import org.hikyaku.lab.LabMail;
import org.hikyaku.lab.LabOptions;
import org.hikyaku.mail.dkim.DkimSigner;
import org.hikyaku.net.SystemNetwork;
import org.hikyaku.relay.config.RelayConfigReader;
import org.hikyaku.relay.receive.UserFile;
import org.hikyaku.relay.service.LineWriter;
import org.hikyaku.smtp.Envelope;
import org.hikyaku.smtp.Mailbox;
import org.hikyaku.smtp.SmtpClient;
import org.hikyaku.smtp.SmtpClientOptions;
import org.hikyaku.smtp.TlsUse;
import org.hikyaku.smtp.sasl.Credentials;
import org.hikyaku.smtp.sasl.ScramKeys;
import org.hikyaku.smtp.sasl.Secret;
import org.hikyaku.tls.TlsClient;
import org.hikyaku.tls.TlsClientOptions;
import org.hikyaku.tlsrpt.Report;
import org.hikyaku.tlsrpt.count.SessionCount;
import org.hikyaku.tlsrpt.count.StoredCounts;
import org.hikyaku.tlsrpt.receive.ReceivedReports;
import org.hikyaku.tlsrpt.send.HandOver;
import org.hikyaku.tlsrpt.send.SmartHostLogin;
import org.hikyaku.tlsrpt.send.SmtpMailer;
import org.hikyaku.tlsrpt.store.Database;
import org.hikyaku.tlsrpt.summary.DomainSummary;
import org.hikyaku.tlsrpt.summary.Summary;
import org.hikyaku.x509.TrustAnchors;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** One relay delivers for a day; in the night its reports go to another, which takes them in. */
@Timeout(60)
class ReportsBetweenRelaysTest {
    private static final String CATALOGUE = """
            format: 1
            tlds: [{name: example, sign: ecdsa, denial: nsec}]
            zones: []
            domains:
              - domain: there.example
                about: Keeps what it promises.
                rules: [T1]
                tlsrpt: ["v=TLSRPTv1; rua=mailto:tls@reader.example"]
                hosts: [{name: mx, tlsa: [3 1 1 leaf]}]
                judgement: Delivered.
                expect: {hosts: {mx: {requirement: dane, verdict: authenticated-dane}}}
              - domain: broken.example
                about: Promises a key that its host does not have.
                rules: [T1]
                tlsrpt: ["v=TLSRPTv1; rua=mailto:tls@reader.example"]
                hosts: [{name: mx, tlsa: [3 1 1 other]}]
                judgement: Refused.
                expect: {hosts: {mx: {requirement: dane, verdict: refused, rule: D11, type: validation-failure}}}
              - domain: reader.example
                about: Reads the reports of the two.
                rules: [T1]
                hosts: [{name: mx}]
                judgement: Delivered.
                expect: {hosts: {mx: {requirement: opportunistic, verdict: unauthenticated-tls}}}
              - domain: sender.example
                about: Sends reports.
                rules: [T13]
                dkim: ["s1 v=DKIM1; k=ed25519; s=tlsrpt; p=KEY"]
                trouble: ["s2._domainkey TXT servfail"]
                hosts: [{name: mx}]
                judgement: Delivered.
                expect: {hosts: {mx: {requirement: opportunistic, verdict: unauthenticated-tls}}}
            """;

    static final class Log {
        final BlockingQueue<String> lines = new LinkedBlockingQueue<>();
        final List<String> seen = new ArrayList<>();
        final LineWriter writer = new LineWriter(new ByteArrayOutputStream() {
            @Override
            public synchronized void flush() {
                lines.addAll(Arrays.asList(toString(StandardCharsets.UTF_8).split("\n")));
                reset();
            }
        });

        /** Waits for a line with all of these behind those that were given before. */
        String next(String... parts) throws InterruptedException {
            while (true) {
                String line = lines.poll(30, TimeUnit.SECONDS);
                assertThat(line)
                        .as("a line with " + List.of(parts) + " behind " + seen)
                        .isNotNull();
                seen.add(line);
                if (Arrays.stream(parts).allMatch(line::contains)) {
                    return line;
                }
            }
        }
    }

    @TempDir
    Path folder;

    private Lab lab;
    private final Log sent = new Log();
    private final Log read = new Log();
    private Optional<PrivateKey> key = Optional.empty();
    private Relay reader;
    private Relay sender;

    /** So that no midnight comes while the test runs. */
    private final Instant noon = LocalDate.now(ZoneOffset.UTC).atTime(12, 0).toInstant(ZoneOffset.UTC);

    private volatile Instant now = noon;

    @BeforeEach
    void start() throws Exception {
        DkimPair dkim = new DkimPair();
        key = Optional.of(dkim.key());
        dkim.write(folder.resolve("dkim.pem"));
        lab = Lab.start(LabOptions.defaults()
                .withCatalogue(Catalogue.parse(CATALOGUE.replace("KEY", dkim.published())))
                .withClock(() -> noon));
        reader = relay("reader", read, """
                domains: [reader.example]
                receive: {require-tls: true}
                local: {recipients: people}
                tls-reports:
                  receive: [tls@reader.example, people@reader.example]
                  domains: [there.example, broken.example]
                """);
        sender = relay(
                "sender", sent, """
                domains: [sender.example]
                receive: {networks: [127.0.0.0/8]}
                deliver:
                  destinations:
                    - {domains: reader.example, route: "[127.0.0.1]:%d"}
                tls-reports:
                  contact: tls-reports@sender.example
                  organization: The Sender
                  dkim-key: dkim.pem
                  dkim-selector: s1
                """.formatted(reader.addresses().getFirst().getPort()));
    }

    private Relay relay(String name, Log log, String more) throws Exception {
        Files.writeString(folder.resolve("people"), "people@reader.example\n");
        ScramKeys keys = ScramKeys.of(Secret.of("right".toCharArray()), new byte[16], 4096);
        UserFile.change(folder.resolve("users"), users -> users.with("rosa", keys));
        Path file = folder.resolve(name + ".yaml");
        Files.writeString(file, """
                hostname: mx.%1$s.example
                data-directory: %1$s
                allow-root: true
                listen: {smtp: ["127.0.0.1:0"], submission: ["127.0.0.1:0"], submissions: []}
                submission: {users: users, senders: any}
                queue: {keep-free: 1 MiB}
                """.formatted(name) + more);
        InstantSource clock = () -> now;
        return Relay.start(
                RelayConfigReader.read(file).config(),
                new Surroundings(
                        new SystemNetwork(),
                        lab.network(),
                        lab.resolver(),
                        lab.dnsAnchors(),
                        lab.caAnchors(),
                        clock,
                        new SecureRandom(),
                        Map.of()),
                log.writer,
                Optional.empty());
    }

    @AfterEach
    void stop() {
        sender.close();
        reader.close();
        sent.writer.close();
        read.writer.close();
        lab.close();
    }

    private static String mail(Relay relay, String to, String content) throws IOException {
        try (MailClient client = new MailClient(relay.addresses().getFirst())) {
            return client.send("alice@sender.example", to, content);
        }
    }

    private List<ReceivedReports.Result> received(LocalDate day) throws IOException {
        try (Database database = Database.open(folder.resolve("reader/tls-reports.db"))) {
            return new ReceivedReports(database).results(day, day, Optional.empty());
        }
    }

    @Test
    void theDayBecomesReportsThatTheOtherRelayTakesIn() throws Exception {
        LocalDate day = LocalDate.ofInstant(noon, ZoneOffset.UTC);
        assertThat(mail(sender, "x@there.example", "Subject: 1\n\nbody")).startsWith("250");
        sent.next("to=<x@there.example> outcome=delivered");
        assertThat(mail(sender, "x@broken.example", "Subject: 2\n\nbody")).startsWith("250");
        sent.next("to=<x@broken.example> outcome=deferred");

        now = noon.plus(Duration.ofHours(17)); // T10: jitter ended at four
        sender.reload();

        read.next("to=<tls@reader.example> outcome=delivered", "host=tls-reports", "is kept");
        read.next("to=<tls@reader.example> outcome=delivered", "host=tls-reports", "is kept");
        List<ReceivedReports.Result> results = received(day);
        assertThat(results)
                .extracting(ReceivedReports.Result::domain)
                .containsExactly("broken.example", "there.example");
        assertThat(results).allSatisfy(r -> assertThat(r.report().signer()).contains("sender.example"));
        Report report = results.getFirst().report().report();
        assertThat(report.organization()).contains("The Sender");
        assertThat(report.contact()).contains("tls-reports@sender.example");
        assertThat(results.getFirst().result().failed()).isEqualTo(1);
        assertThat(results.getLast().result().successful()).isEqualTo(1);
        assertThat(Summary.of(day, day, results).domains())
                .extracting(DomainSummary::domain, DomainSummary::kept, DomainSummary::failed)
                .containsExactly(tuple("broken.example", 0L, 1L), tuple("there.example", 1L, 0L));
        // T14: no report about reports; T19: nor anything else because of them
        sent.next("to=<tls@reader.example> outcome=delivered");
        sent.next("to=<tls@reader.example> outcome=delivered");
        sender.close();
        List<SessionCount> counted = new ArrayList<>();
        try (Database database = Database.open(folder.resolve("sender/tls-reports.db"));
                StoredCounts counts = new StoredCounts(database)) {
            for (LocalDate each : counts.days()) {
                counted.addAll(counts.sums(each));
            }
        }
        assertThat(counted)
                .extracting(SessionCount::domain)
                .contains("broken.example", "there.example")
                .doesNotContain("reader.example");
        assertThat(lab.mails()).extracting(LabMail::from).containsExactly("alice@sender.example");
    }

    private static org.assertj.core.groups.Tuple tuple(Object... values) {
        return org.assertj.core.groups.Tuple.tuple(values);
    }

    @Test
    void aReportWithoutASignatureIsRefusedAndNobodyIsToldOfIt() throws Exception {
        assertThat(mail(reader, "tls@reader.example", """
                        From: a@sender.example
                        Content-Type: application/tlsrpt+json

                        {"policies":[]}"""))
                .as("T15: in clear, where TLS is needed otherwise")
                .startsWith("250");

        read.next("to=<tls@reader.example> outcome=failed dsn=5.7.20 host=tls-reports", "T13");
        assertThat(received(LocalDate.ofInstant(noon, ZoneOffset.UTC))).isEmpty();
        empty(reader);
        assertThat(read.lines).isEmpty();
    }

    /** T13: what cannot be looked up now is no reason to throw a report away. */
    @Test
    void aReportWhoseKeyCannotBeLookedUpWaits() throws Exception {
        LocalDate day = LocalDate.ofInstant(noon, ZoneOffset.UTC).minusDays(1);
        String report = """
                From: tls-reports@sender.example
                Content-Type: application/tlsrpt+json

                {"date-range":{"start-datetime":"%1$sT00:00:00Z","end-datetime":"%1$sT23:59:59Z"},
                "organization-name":"S","report-id":"1@sender.example","policies":[{"policy":{"policy-type":"sts",
                "policy-domain":"there.example"},"summary":{"total-successful-session-count":3,
                "total-failure-session-count":0}}]}
                """.formatted(day).replace("\n", "\r\n");
        for (String selector : List.of("s2", "s1")) {
            byte[] signed = new DkimSigner("sender.example", selector, key.orElseThrow(), () -> now)
                    .sign(report.getBytes(StandardCharsets.US_ASCII));
            mail(reader, "tls@reader.example", new String(signed, StandardCharsets.US_ASCII).replace("\r\n", "\n"));
            read.next(
                    "to=<tls@reader.example> outcome=" + (selector.equals("s2") ? "deferred" : "delivered"),
                    "host=tls-reports");
        }
        assertThat(received(day)).hasSize(1);
        while (reader.queue().figures().mails() != 1) {
            TimeUnit.MILLISECONDS.sleep(2);
        }
    }

    @Test
    void mailWithoutAReportIsForTheMailboxOfThatName() throws Exception {
        mail(reader, "tls@reader.example", "Subject: hello\n\nbody");
        read.next("to=<tls@reader.example> outcome=failed dsn=5.1.1 host=tls-reports");

        mail(reader, "people@reader.example", "Subject: hello\n\nbody");
        read.next("to=<people@reader.example> outcome=delivered", "host=local");
        empty(reader);
        assertThat(read.lines).as("no notice to anybody").isEmpty();
    }

    /** Without a relay of one's own: {@code hikyaku tlsrpt send --via}. */
    @Test
    void aSmartHostIsLoggedInTo() throws Exception {
        Envelope envelope =
                Envelope.of(Mailbox.parse("tls-reports@sender.example"), Mailbox.parse("people@reader.example"));
        byte[] mail = "Subject: hello\r\n\r\nbody\r\n".getBytes(StandardCharsets.US_ASCII);

        assertThat(mailer(1, "right").mail(envelope, mail)).isInstanceOf(HandOver.Taken.class);
        read.next("to=<people@reader.example> outcome=delivered");
        assertThat(mailer(1, "wrong").mail(envelope, mail))
                .isInstanceOfSatisfying(
                        HandOver.Later.class, l -> assertThat(l.sentence()).contains("login", "535"));
        assertThat(mailer(0, "right").mail(envelope, mail))
                .as("where nobody can log in")
                .isInstanceOfSatisfying(
                        HandOver.Later.class,
                        l -> assertThat(l.sentence()).contains("The login at mx.reader.example failed"));
    }

    private SmtpMailer mailer(int door, String password) {
        return new SmtpMailer(
                new SmtpClient(
                        new SystemNetwork(),
                        new TlsClient(TlsClientOptions.defaults(), new SecureRandom()),
                        SmtpClientOptions.patient("sender.example")),
                reader.addresses().get(door),
                "mx.reader.example",
                TlsUse.STARTTLS,
                Optional.of(new SmartHostLogin(
                        Credentials.password("rosa", Secret.of(password.toCharArray())),
                        "mx.reader.example",
                        587,
                        TrustAnchors.none(),
                        () -> now,
                        new SecureRandom())));
    }

    private static void empty(Relay relay) throws InterruptedException {
        while (relay.queue().figures().mails() != 0) {
            TimeUnit.MILLISECONDS.sleep(2);
        }
    }
}
