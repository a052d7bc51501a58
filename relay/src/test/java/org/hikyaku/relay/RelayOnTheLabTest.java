package org.hikyaku.relay;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
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
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.hikyaku.dns.Failure;
import org.hikyaku.dns.Reply;
import org.hikyaku.dns.Resolver;
import org.hikyaku.lab.Lab;
import org.hikyaku.lab.LabMail;
import org.hikyaku.lab.LabOptions;
import org.hikyaku.net.SystemNetwork;
import org.hikyaku.relay.config.RelayConfigReader;
import org.hikyaku.relay.queue.QueuedMail;
import org.hikyaku.relay.service.LineWriter;
import org.hikyaku.tls.KeyLog;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** A whole relay: mail in over loopback, out to the lab's Internet, own domains into Maildirs. */
@Timeout(60)
class RelayOnTheLabTest {
    @TempDir
    Path folder;

    private Lab lab;
    private Relay relay;
    private LineWriter lines;
    private final BlockingQueue<String> log = new LinkedBlockingQueue<>();
    private final List<String> seen = new ArrayList<>();
    private volatile Duration ahead = Duration.ZERO;

    @BeforeEach
    void start() throws Exception {
        lab = Lab.start(LabOptions.defaults());
        lines = new LineWriter(new ByteArrayOutputStream() {
            @Override
            public synchronized void flush() {
                for (String line : toString(StandardCharsets.UTF_8).split("\n")) {
                    log.add(line);
                }
                reset();
            }
        });
        Files.writeString(folder.resolve("aliases"), "sales: bob, nobody@dane-ee.example\nloop: loop2\nloop2: loop\n");
        relay = start("");
    }

    private Relay start(String more) throws Exception {
        Path file = folder.resolve("relay.yaml");
        Files.writeString(file, """
                hostname: mx.own.test
                domains: [own.test]
                data-directory: data
                allow-root: true
                listen: {smtp: ["127.0.0.1:0"]}
                metrics: {listen: "127.0.0.1:0"}
                receive: {networks: [127.0.0.0/8]}
                local: {aliases: aliases, recipients: recipients}
                queue: {keep-free: 1 MiB}
                """ + more);
        Files.writeString(folder.resolve("recipients"), "bob@own.test\nalice@own.test\n");
        return start(file, Optional.empty());
    }

    private Relay start(Path file, Optional<KeyLog> keyLog) throws Exception {
        return start(file, keyLog, lab.resolver());
    }

    private Relay start(Path file, Optional<KeyLog> keyLog, Resolver resolver) throws Exception {
        InstantSource clock = () -> Instant.now().plus(ahead);
        return Relay.start(
                RelayConfigReader.read(file).config(),
                new Surroundings(
                        new SystemNetwork(),
                        lab.network(),
                        resolver,
                        lab.dnsAnchors(),
                        lab.caAnchors(),
                        clock,
                        new SecureRandom(),
                        Map.of()),
                lines,
                keyLog);
    }

    @AfterEach
    void stop() {
        relay.close();
        lines.close();
        lab.close();
    }

    private InetSocketAddress door() {
        return relay.addresses().getFirst();
    }

    private String send(String from, String to, String content) throws IOException {
        try (MailClient client = new MailClient(door())) {
            return client.send(from, to, content);
        }
    }

    /** Waits for a log line about this recipient with this outcome; of several the first. */
    private String line(String recipient, String outcome) throws InterruptedException {
        String about = "to=<" + recipient + "> outcome=" + outcome;
        while (true) {
            for (String line : seen) {
                if (line.contains(about)) {
                    return line;
                }
            }
            String line = log.poll(30, TimeUnit.SECONDS);
            assertThat(line).as("a line with " + about + " behind " + seen).isNotNull();
            seen.add(line);
        }
    }

    /** Waits until the queue has so many mails: a line is logged before the queue knows of it. */
    private void left(int mails) throws InterruptedException {
        while (relay.queue().figures().mails() != mails) {
            TimeUnit.MILLISECONDS.sleep(2);
        }
    }

    private List<String> mailbox(String name) throws IOException {
        Path box = folder.resolve("data/mail/own.test/" + name + "/new");
        if (!Files.isDirectory(box)) {
            return List.of();
        }
        List<String> mails = new ArrayList<>();
        try (Stream<Path> files = Files.list(box)) {
            for (Path file : files.toList()) {
                mails.add(Files.readString(file));
            }
        }
        return mails;
    }

    private String fetch(String path, int status) throws Exception {
        try (HttpClient http = HttpClient.newHttpClient()) {
            HttpResponse<String> response = http.send(
                    HttpRequest.newBuilder(URI.create("http://127.0.0.1:"
                                    + relay.statusAddress().orElseThrow().getPort() + path))
                            .build(),
                    HttpResponse.BodyHandlers.ofString());
            assertThat(response.statusCode()).isEqualTo(status);
            return response.body();
        }
    }

    @Test
    void mailGoesOutVerifiedWhereTheDomainAsksForIt() throws Exception {
        assertThat(send("alice@own.test", "x@dane-ee.example", "Subject: hello\n\n.dots\nbody"))
                .startsWith("250");

        assertThat(line("x@dane-ee.example", "delivered"))
                .contains("trust=Verified", "tls=dane/dane", "version=TLSv1.3");
        LabMail mail = lab.mails().getFirst();
        assertThat(mail.from()).isEqualTo("alice@own.test");
        assertThat(mail.tls()).contains("TLSv1.3");
        assertThat(new String(mail.content(), StandardCharsets.UTF_8))
                .startsWith("Received: from client.example ")
                .endsWith("Subject: hello\r\n\r\n.dots\r\nbody\r\n");
        left(0);
        assertThat(fetch("/metrics", 200))
                .contains("hikyaku_relay_deliveries_total{outcome=\"delivered\",trust=\"verified\"} 1");
    }

    @Test
    void aDomainWhosePromiseIsBrokenGetsNothingAndTheMailWaits() throws Exception {
        send("alice@own.test", "x@dane-mismatch.example", "Subject: hello\n\nbody");

        assertThat(line("x@dane-mismatch.example", "deferred")).contains("rule=D");
        assertThat(lab.mails()).isEmpty();
        left(1);
    }

    @Test
    void whatCannotBeDeliveredComesBackIntoTheMailboxOfItsSender() throws Exception {
        send("bob@own.test", "x@no-such-domain.example", "Subject: hello\n\nbody");

        line("x@no-such-domain.example", "failed");
        assertThat(line("bob@own.test", "delivered")).contains("host=local");
        assertThat(mailbox("bob"))
                .singleElement()
                .asString()
                .contains(
                        "Return-Path: <>\n",
                        "To: <bob@own.test>\n",
                        "multipart/report; report-type=delivery-status",
                        "Final-Recipient: rfc822; x@no-such-domain.example\n",
                        "Action: failed\n",
                        "\nbody\n");
    }

    @Test
    void anAliasSendsOnToAMailboxAndOutIntoTheWorld() throws Exception {
        assertThat(send("carol@sender.example", "Sales@own.test", "Subject: offer\n\nbody"))
                .startsWith("250");

        line("Sales@own.test", "delivered");
        line("nobody@dane-ee.example", "delivered");
        assertThat(lab.mails())
                .singleElement()
                .satisfies(m -> assertThat(m.from()).isEqualTo("carol@sender.example"));
        while (mailbox("bob").isEmpty()) {
            TimeUnit.MILLISECONDS.sleep(5);
        }
        assertThat(mailbox("bob")).singleElement().asString().contains("Delivered-To: sales@own.test\n");
    }

    @Test
    void anAliasThatGoesInACircleFailsAfterOneRound() throws Exception {
        send("carol@dane-ee.example", "loop@own.test", "Subject: round\n\nbody");

        line("loop@own.test", "delivered");
        line("loop2@own.test", "delivered");
        assertThat(line("loop@own.test", "failed")).contains("dsn=5.4.6");
    }

    @Test
    void strangersAreNotRelayedAndNobodyIsNotAccepted() throws Exception {
        relay.close();
        relay = start("");
        assertThat(send("a@sender.example", "nobody@own.test", "x")).startsWith("550 5.1.1");
        assertThat(send("a@sender.example", "postmaster@own.test", "x")).startsWith("250");
        // RFC 5321 section 4.5.1: also without a domain
        assertThat(send("a@sender.example", "Postmaster", "x")).startsWith("250");
        assertThat(line("Postmaster@own.test", "delivered")).contains("host=local");
    }

    @Test
    void aNewAliasIsKnownAfterAReloadAndABrokenFileChangesNothing() throws Exception {
        assertThat(send("a@sender.example", "new@own.test", "x")).startsWith("550");
        Files.writeString(folder.resolve("aliases"), "new: bob\n");
        assertThat(relay.reload()).isTrue();
        assertThat(send("a@sender.example", "new@own.test", "x")).startsWith("250");

        Files.writeString(folder.resolve("aliases"), "new: |command\n");
        assertThat(relay.reload()).isFalse();
        assertThat(send("a@sender.example", "new@own.test", "x")).startsWith("250");
    }

    /** The same session sees the new rules; a faulty file changes nothing. */
    @Test
    void theConfigurationIsReadAgainWhileASessionIsOpen() throws Exception {
        Path file = folder.resolve("relay.yaml");
        String text = Files.readString(file);
        try (MailClient open = new MailClient(door())) {
            assertThat(open.send("a@own.test", "x@dane-ee.example", "Subject: 1\n\nbody"))
                    .startsWith("250");
            line("x@dane-ee.example", "delivered");

            Files.writeString(file, text.replace("receive: {networks: [127.0.0.0/8]}", "receive: {networks: []}"));
            assertThat(relay.reload()).isTrue();
            assertThat(open.send("a@own.test", "x@dane-ee.example", "x")).startsWith("550 5.7.1");

            Files.writeString(file, text + "receive: {netwroks: [127.0.0.0/8]}\n");
            assertThat(relay.reload()).isFalse();
            assertThat(open.send("a@own.test", "x@dane-ee.example", "x")).startsWith("550 5.7.1");

            Files.writeString(
                    file,
                    text + "deliver: {destinations: [{domains: [dane-ee.example], route: \"[192.0.2.99]:25\"}]}\n"
                            + "stop-within: 1s\n");
            assertThat(relay.reload()).as("what needs a new start is told of").isTrue();
            assertThat(open.send("a@own.test", "y@dane-ee.example", "Subject: 2\n\nbody"))
                    .startsWith("250");
            assertThat(line("y@dane-ee.example", "deferred")).contains("host=[192.0.2.99]");
        }
    }

    @Test
    void aClockThatJumpsAnHourForthAndBackLosesAndRepeatsNothing() throws Exception {
        send("alice@own.test", "bob@own.test", "Subject: 1\n\nbody");
        left(0);
        ahead = Duration.ofHours(1);
        send("alice@own.test", "bob@own.test", "Subject: 2\n\nbody");
        left(0);
        ahead = Duration.ofHours(-1);
        send("alice@own.test", "bob@own.test", "Subject: 3\n\nbody");
        left(0);

        assertThat(mailbox("bob")).hasSize(3);
    }

    @Test
    void stoppedAndStartedAgainItStillHasWhatWaits() throws Exception {
        send("alice@own.test", "x@dane-mismatch.example", "Subject: wait\n\nbody");
        line("x@dane-mismatch.example", "deferred");

        assertThat(relay.stop(Duration.ofSeconds(20))).isTrue();
        relay = start("");

        List<QueuedMail> left = new ArrayList<>();
        relay.queue().each(left::add);
        assertThat(left)
                .singleElement()
                .satisfies(m -> assertThat(m.recipients().getFirst().attempts()).isEqualTo(1));
    }

    @Test
    void healthAndReadiness() throws Exception {
        assertThat(fetch("/health", 200)).isEqualTo("alive\n");
        assertThat(fetch("/ready", 200)).isEqualTo("ready\n");
        assertThat(fetch("/", 404)).contains("/metrics");
    }

    @Test
    void aQueueThatAnotherRelayHasIsNamed() {
        assertThatThrownBy(() -> start("").close())
                .isInstanceOf(StartException.class)
                .hasMessageContaining(folder.resolve("data/queue").toString());
    }

    @Test
    void aPortThatIsTakenIsNamed() throws Exception {
        Path file = folder.resolve("other.yaml");
        Files.writeString(file, """
                hostname: mx.own.test
                allow-root: true
                data-directory: other
                listen: {smtp: ["127.0.0.1:%d"]}
                """.formatted(door().getPort()));

        assertThatThrownBy(() -> start(file, Optional.empty()).close())
                .isInstanceOf(StartException.class)
                .hasMessageContaining("\"listen.smtp\": nothing can listen at 127.0.0.1:" + door().getPort());
    }

    @Test
    void aResolverThatLeavesDnssecOutIsRefusedSaveInALaboratory() throws Exception {
        Resolver strips = (_, _) -> new Reply.Unusable(
                new Failure(Failure.Kind.DNSSEC_STRIPPED, "The resolver leaves DNSSEC records out."));
        Path file = folder.resolve("other.yaml");
        String settings = """
                hostname: mx.own.test
                domains: [own.test]
                allow-root: true
                data-directory: other
                listen: {smtp: ["127.0.0.1:0"]}
                local: {recipients: recipients}
                """;
        Files.writeString(file, settings);
        assertThatThrownBy(() -> start(file, Optional.empty(), strips).close())
                .isInstanceOf(StartException.class)
                .hasMessageContaining("(D24)");

        Files.writeString(file, settings + "laboratory: true\n");
        try (Relay laboratory = start(file, Optional.empty(), strips);
                MailClient client = new MailClient(laboratory.addresses().getFirst())) {
            client.send("alice@sender.example", "bob@own.test", "Subject: here\n\nbody");
            line("bob@own.test", "delivered");
        }
    }

    @Test
    void aKeyLogNeedsALaboratory() throws Exception {
        Path file = folder.resolve("other.yaml");
        Files.writeString(file, "hostname: mx.own.test\nallow-root: true\ndata-directory: other\n");

        assertThatThrownBy(() -> start(file, Optional.of((_, _, _) -> {})).close())
                .isInstanceOf(StartException.class)
                .hasMessageContaining("laboratory: true");
    }
}
