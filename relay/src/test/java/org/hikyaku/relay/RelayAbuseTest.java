package org.hikyaku.relay;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.io.Closeable;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.SecureRandom;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.hikyaku.lab.Lab;
import org.hikyaku.lab.LabOptions;
import org.hikyaku.net.ByteReader;
import org.hikyaku.net.Connection;
import org.hikyaku.net.Deadline;
import org.hikyaku.net.Limit;
import org.hikyaku.net.LineReader;
import org.hikyaku.net.SystemNetwork;
import org.hikyaku.relay.config.RelayConfigReader;
import org.hikyaku.relay.service.LineWriter;
import org.hikyaku.tls.TlsClient;
import org.hikyaku.tls.TlsClientOptions;
import org.hikyaku.x509.CertificateMaker;
import org.hikyaku.x509.CertificateTemplate;
import org.hikyaku.x509.Credential;
import org.hikyaku.x509.KeyChoice;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Clients that mean ill, against a whole relay that runs: each is refused in bounds, counted and logged, and while it is at it another
 * client's mail is taken. What each limit does exactly, with clocks, is in the tests of the SMTP server.
 */
@Timeout(120)
class RelayAbuseTest {
    private static final Duration PATIENCE = Duration.ofSeconds(30);
    private static final Instant FROM = Instant.parse("2026-01-01T00:00:00Z");
    private static final Instant TO = Instant.parse("2046-01-01T00:00:00Z");
    private static final CertificateMaker MAKER = CertificateMaker.seeded("relay abuse");
    private static final CertificateMaker.Authority OURS =
            MAKER.root(CertificateTemplate.authority(FROM, TO, "Our CA"), KeyChoice.EC_P256);
    /** Of the same name, with another key. */
    private static final CertificateMaker.Authority ROGUE =
            MAKER.root(CertificateTemplate.authority(FROM, TO, "Our CA"), KeyChoice.EC_P256);

    @TempDir
    private static Path folder = Path.of("");

    private static List<Closeable> open = List.of();
    private static Optional<Relay> relay = Optional.empty();
    private static int mails;

    @BeforeAll
    static void start() throws Exception {
        Files.writeString(folder.resolve("recipients"), "bob@own.test\neve@own.test\n");
        Files.writeString(folder.resolve("ca.pem"), OURS.credential().chainPem());
        Path users = Files.writeString(folder.resolve("users"), "");
        Files.setPosixFilePermissions(users, PosixFilePermissions.fromString("rw-------"));
        Path file = Files.writeString(folder.resolve("relay.yaml"), """
                hostname: mx.own.test
                domains: [own.test]
                data-directory: data
                allow-root: true
                listen: {smtp: ["127.0.0.1:0"], submission: ["127.0.0.1:0"]}
                metrics: {listen: "127.0.0.1:0"}
                tls: {client-ca: ca.pem}
                submission: {users: users}
                local: {recipients: recipients}
                queue: {keep-free: 1 MiB}
                """);
        Lab lab = Lab.start(LabOptions.defaults());
        LineWriter lines = new LineWriter(new ByteArrayOutputStream());
        Relay started = Relay.start(
                RelayConfigReader.read(file).config(),
                new Surroundings(
                        new SystemNetwork(),
                        lab.network(),
                        lab.resolver(),
                        lab.dnsAnchors(),
                        lab.caAnchors(),
                        InstantSource.system(),
                        new SecureRandom(),
                        Map.of()),
                lines,
                Optional.empty());
        relay = Optional.of(started);
        open = List.of(started, lines, lab::close);
    }

    @AfterAll
    static void stop() throws IOException {
        for (Closeable each : open) {
            each.close();
        }
    }

    private static InetSocketAddress door(int which) {
        return relay.orElseThrow().addresses().get(which);
    }

    /** Somebody else's mail is taken, and arrives. */
    private static void served() throws Exception {
        mails++;
        try (MailClient other = new MailClient(door(0))) {
            assertThat(other.send("a@sender.example", "bob@own.test", "Subject: x\n\nbody"))
                    .startsWith("250 2.0.0");
        }
        while (mailbox("bob") != mails) {
            Thread.onSpinWait();
        }
    }

    private static int mailbox(String name) throws IOException {
        Path box = folder.resolve("data/mail/own.test/" + name + "/new");
        if (!Files.isDirectory(box)) {
            return 0;
        }
        try (Stream<Path> files = Files.list(box)) {
            return (int) files.count();
        }
    }

    private static long metric(String name) throws Exception {
        try (HttpClient http = HttpClient.newHttpClient()) {
            int port = relay.orElseThrow().statusAddress().orElseThrow().getPort();
            return http.send(
                            HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + port + "/metrics"))
                                    .build(),
                            HttpResponse.BodyHandlers.ofString())
                    .body()
                    .lines()
                    .filter(l ->
                            l.startsWith("hikyaku_relay_" + name + " ") || l.startsWith("hikyaku_relay_" + name + "{"))
                    .mapToLong(l -> Long.parseLong(l.substring(l.lastIndexOf(' ') + 1)))
                    .sum();
        }
    }

    /** Does what it wants. */
    private static final class Attacker implements Closeable {
        private Connection connection;
        private LineReader lines;

        Attacker(int door) throws IOException {
            connection = new SystemNetwork().dial(door(door), Deadline.after(PATIENCE));
            lines = reader(connection);
            reply();
        }

        private static LineReader reader(Connection from) {
            return new LineReader(
                    new ByteReader(from.input()), LineReader.Ends.CRLF, new Limit("bytes in a reply", 20_000));
        }

        Attacker raw(String bytes) throws IOException {
            connection.output().write(bytes.getBytes(StandardCharsets.ISO_8859_1));
            connection.output().flush();
            return this;
        }

        /** The last line of the next reply; empty when the relay has hung up. */
        String reply() throws IOException {
            while (true) {
                connection.within(Deadline.after(PATIENCE));
                Optional<String> line;
                try {
                    line = lines.next().map(l -> l.utf8());
                } catch (java.net.SocketException e) {
                    return "";
                }
                if (line.isEmpty() || line.get().charAt(3) == ' ') {
                    return line.orElse("");
                }
            }
        }

        String ask(String command) throws IOException {
            return raw(command + "\r\n").reply();
        }

        Attacker greeted() throws IOException {
            assertThat(ask("EHLO evil.example")).startsWith("250");
            return this;
        }

        Attacker secured(Optional<Credential> credential) throws Exception {
            assertThat(greeted().ask("STARTTLS")).startsWith("220");
            TlsClientOptions options = TlsClientOptions.defaults();
            connection = new TlsClient(
                            credential.isPresent() ? options.withCredential(credential.get()) : options,
                            new SecureRandom())
                    .handshake(connection, Optional.of("mx.own.test"), Deadline.after(PATIENCE));
            lines = reader(connection);
            return greeted();
        }

        @Override
        public void close() throws IOException {
            connection.close();
        }
    }

    @Test
    void slowSenders() throws Exception {
        try (Attacker command = new Attacker(0).raw("EHLO evi");
                Attacker content = new Attacker(0).greeted()) {
            content.ask("MAIL FROM:<a@evil.example>");
            content.ask("RCPT TO:<eve@own.test>");
            assertThat(content.ask("DATA")).startsWith("354");
            content.raw("Subject: never en");
            served();
            content.raw("ding\r\n\r\nslow");
            served();
            assertThat(command.raw("l.example\r\n").reply()).startsWith("250");
        }
        assertThat(mailbox("eve")).isZero();
    }

    @Test
    void endlessLines() throws Exception {
        long before = metric("sessions_ended_total");
        try (Attacker attacker = new Attacker(0)) {
            String piece = "x".repeat(16_000);
            try {
                for (int i = 0; i < 100; i++) {
                    attacker.raw(piece);
                    if (i == 1) {
                        served();
                    }
                }
            } catch (IOException e) {
                // it was cut off
            }
            while (metric("sessions_ended_total") == before) {
                Thread.onSpinWait();
            }
        }
        served();
    }

    @Test
    void aHundredThousandRecipients() throws Exception {
        try (Attacker attacker = new Attacker(0).greeted()) {
            attacker.ask("MAIL FROM:<a@evil.example>");
            Thread writer = Thread.ofVirtual().start(() -> {
                try {
                    for (int i = 0; i < 1000; i++) {
                        attacker.raw("RCPT TO:<eve@own.test>\r\n".repeat(100));
                    }
                } catch (IOException e) {
                    // it was cut off
                }
            });
            int accepted = 0;
            String reply = attacker.reply();
            while (reply.startsWith("250")) {
                if (++accepted == 500) {
                    served();
                }
                reply = attacker.reply();
            }
            assertThat(accepted).isEqualTo(1000);
            assertThat(reply).startsWith("452 4.5.3");
            served();
            while (!reply.isEmpty()) {
                reply = attacker.reply(); // the last is a goodbye
            }
            writer.join();
        }
    }

    @Test
    void commandsOutOfOrder() throws Exception {
        long before = metric("commands_refused_total");
        try (Attacker attacker = new Attacker(0)) {
            for (String command : List.of(
                    "MAIL FROM:<a@evil.example>",
                    "RCPT TO:<bob@own.test>",
                    "DATA",
                    "BDAT 0 LAST",
                    "STARTTLS",
                    "AUTH PLAIN AGEAYg==")) {
                assertThat(attacker.ask(command)).as(command).startsWith("503 5.5.1");
            }
            served();
            attacker.greeted();
            assertThat(attacker.ask("DATA")).startsWith("503");
            assertThat(attacker.ask("QUIT")).startsWith("221");
        }
        assertThat(metric("commands_refused_total") - before).isEqualTo(7);
    }

    /** More connections than an address may have, none of which goes on: another address is served. */
    @Test
    void halfOpenConnections() throws Exception {
        List<Socket> half = new ArrayList<>();
        try {
            for (int i = 0; i < 130; i++) {
                Socket socket = new Socket();
                socket.bind(new InetSocketAddress(InetAddress.ofLiteral("127.0.0.9"), 0));
                socket.connect(door(i % 2));
                // some stop in the middle of a handshake
                socket.getOutputStream().write("EHLO evil.example\r\nSTARTTLS\r\n".getBytes(StandardCharsets.US_ASCII));
                half.add(socket);
            }
            while (metric("connections_refused_total") < 30) {
                Thread.onSpinWait();
            }
            served();
            assertThat(metric("sessions")).isBetween(100L, 110L);
        } finally {
            for (Socket socket : half) {
                socket.close();
            }
        }
    }

    @Test
    void commandsBehindStartTls() throws Exception {
        try (Attacker attacker = new Attacker(0).greeted()) {
            attacker.raw("STARTTLS\r\nMAIL FROM:<a@evil.example>\r\nRCPT TO:<eve@own.test>\r\n");
            assertThat(attacker.reply()).startsWith("421 4.7.0");
            served();
            assertThat(attacker.reply()).isEmpty();
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"\n.\n", "\r.\r", "\r\n.\n", "\n.\r\n", "\r\n.\r", "\r.\r\n", "\r\n\0.\r\n"})
    void smuggledMails(String falseEnd) throws Exception {
        try (Attacker attacker = new Attacker(0).greeted()) {
            attacker.ask("MAIL FROM:<a@evil.example>");
            attacker.ask("RCPT TO:<eve@own.test>");
            attacker.ask("DATA");
            served();
            attacker.raw("Subject: 1\r\n\r\nbody" + falseEnd
                    + "MAIL FROM:<admin@own.test>\r\nRCPT TO:<eve@own.test>\r\nDATA\r\nSubject: 2\r\n\r\n2\r\n.\r\n");
            assertThat(attacker.reply()).startsWith("550 5.");
            served();
        }
        assertThat(mailbox("eve")).isZero();
    }

    @Test
    void zeroBytes() throws Exception {
        try (Attacker attacker = new Attacker(0)) {
            assertThat(attacker.ask("EHLO e\0vil.example")).startsWith("500 5.5.2");
            served();
            attacker.greeted();
            assertThat(attacker.ask("MAIL FROM:<a\0@evil.example>")).startsWith("500 5.5.2");
        }
    }

    @Test
    void guessedPasswords() throws Exception {
        long before = metric("logins_failed_total");
        try (Attacker attacker = new Attacker(1).secured(Optional.empty())) {
            String guess = Base64.getEncoder().encodeToString("\0rosa\0secret".getBytes(StandardCharsets.US_ASCII));
            attacker.raw("AUTH PLAIN " + guess + "\r\n");
            served(); // while the guesser is kept waiting
            assertThat(attacker.reply()).startsWith("535 5.7.8");
            assertThat(attacker.ask("MAIL FROM:<rosa@own.test>")).startsWith("530 5.7.0");
        }
        assertThat(metric("logins_failed_total") - before).isEqualTo(1);
    }

    @Test
    void aCertificateOfARogueAuthority() throws Exception {
        Credential ours = MAKER.issue(
                CertificateTemplate.client(FROM, TO, "rosa", List.of()), MAKER.key(KeyChoice.EC_P256), OURS);
        Credential forged = MAKER.issue(
                CertificateTemplate.client(FROM, TO, "rosa", List.of()), MAKER.key(KeyChoice.EC_P256), ROGUE);
        try (Attacker attacker = new Attacker(1).secured(Optional.of(forged));
                Attacker user = new Attacker(1).secured(Optional.of(ours))) {
            assertThat(attacker.ask("MAIL FROM:<rosa@own.test>")).startsWith("530 5.7.0");
            served();
            assertThat(user.ask("MAIL FROM:<rosa@own.test>")).startsWith("250");
        }
    }

    /** TLS that is none, and TLS that begins anew within a session. */
    @Test
    void brokenHandshakes() throws Exception {
        long before = metric("tls_failures_total");
        List<Attacker> attackers = new ArrayList<>();
        for (int i : IntStream.range(0, 20).toArray()) {
            Attacker attacker = new Attacker(i % 2).greeted();
            assertThat(attacker.ask("STARTTLS")).startsWith("220");
            attackers.add(attacker.raw("\26\3\1\0\5\1\0\0\1\0"));
        }
        served();
        while (metric("tls_failures_total") - before < 20) {
            Thread.onSpinWait();
        }
        for (Attacker attacker : attackers) {
            attacker.close();
        }
        try (Attacker attacker = new Attacker(0).secured(Optional.empty())) {
            assertThat(attacker.ask("STARTTLS")).startsWith("503 5.5.1");
            served();
        }
    }
}
