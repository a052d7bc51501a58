package org.hikyaku.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.ConnectException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.SecureRandom;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import org.hikyaku.net.Connection;
import org.hikyaku.net.Deadline;
import org.hikyaku.net.SystemNetwork;
import org.hikyaku.net.TestPorts;
import org.hikyaku.smtp.Envelope;
import org.hikyaku.smtp.MailContent;
import org.hikyaku.smtp.Mailbox;
import org.hikyaku.smtp.SmtpAttempt;
import org.hikyaku.smtp.SmtpClient;
import org.hikyaku.smtp.SmtpClientOptions;
import org.hikyaku.smtp.SmtpSession;
import org.hikyaku.smtp.SmtpTransaction;
import org.hikyaku.smtp.TlsUse;
import org.hikyaku.smtp.TransactionOutcome;
import org.hikyaku.smtp.TransactionTimes;
import org.hikyaku.smtp.interop.PostfixServer;
import org.hikyaku.smtp.interop.PostfixServer.Mx;
import org.hikyaku.tls.ClientSessions;
import org.hikyaku.tls.KeyLogFile;
import org.hikyaku.tls.SessionFacts;
import org.hikyaku.tls.TlsClient;
import org.hikyaku.tls.TlsClientOptions;
import org.hikyaku.tls.TlsSession;
import org.hikyaku.tls.TlsVersion;
import org.hikyaku.tls.wire.CipherSuite;
import org.hikyaku.x509.CertificateMaker;
import org.hikyaku.x509.CertificateMaker.Authority;
import org.hikyaku.x509.CertificateTemplate;
import org.hikyaku.x509.KeyChoice;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** tshark reads what our own sessions leave behind: captures with their secrets inside, and key logs beside them. */
@Tag("interop")
@Timeout(180)
class SessionCaptureInteropTest {
    private static final Instant FROM = Instant.parse("2026-01-01T00:00:00Z");
    private static final Instant TO = Instant.parse("2036-01-01T00:00:00Z");
    private static final CertificateMaker MAKER = CertificateMaker.seeded("SessionCaptureInteropTest");
    private static final Authority ROOT =
            MAKER.root(CertificateTemplate.authority(FROM, TO, "Capture Root"), KeyChoice.EC_P256);

    private static final Duration PATIENCE = Duration.ofSeconds(20);

    private static PostfixServer postfix;
    private static Mx old;

    @TempDir
    private Path folder = Path.of("");

    @BeforeAll
    static void start() throws Exception {
        PostfixServer.assumeInstalled();
        Assumptions.assumeTrue(Files.isExecutable(Path.of("/usr/bin/tshark")), "tshark is not installed");
        // Everything that its OpenSSL can do at all, the oldest versions and suites too.
        old = Mx.of(
                        "mail.example",
                        "127.77.9.1",
                        MAKER.server(CertificateTemplate.server(FROM, TO, "mail.example"), KeyChoice.RSA_2048, ROOT))
                .with("smtpd_tls_protocols", ">=TLSv1")
                .with("smtpd_tls_ciphers", "medium")
                .with("tls_medium_cipherlist", "ALL:@SECLEVEL=0");
        postfix = PostfixServer.start(old);
    }

    @AfterAll
    static void stop() throws Exception {
        if (postfix != null) {
            postfix.close();
        }
    }

    private static List<String> tshark(Path capture, String... options) throws IOException, InterruptedException {
        List<String> line = new ArrayList<>(List.of(
                "tshark",
                "-r",
                capture.toString(),
                "-d",
                "tcp.port==" + postfix.port() + ",smtp",
                "-Y",
                "smtp",
                "-T",
                "fields",
                "-e",
                "smtp.req.parameter"));
        line.addAll(List.of(options));
        Process process = new ProcessBuilder(line)
                .redirectError(ProcessBuilder.Redirect.DISCARD)
                .start();
        List<String> out = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8)
                .lines()
                .toList();
        assertThat(process.waitFor()).isZero();
        return out;
    }

    @ParameterizedTest
    @CsvSource({"1.0, TLSv1.0", "1.1, TLSv1.1", "1.2, TLSv1.2", "1.3, TLSv1.3"})
    void theCommandsCaptureAndKeyLog(String version, String title) throws Exception {
        Path capture = folder.resolve("s.pcapng");
        Path keys = folder.resolve("keys.log");
        Files.createFile(keys, PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-r--r--")));
        CommandRunner.Result result = new CommandRunner()
                .run(
                        "send",
                        "127.77.9.1:" + postfix.port(),
                        "--tls-min",
                        version,
                        "--tls-max",
                        version,
                        "--no-verify",
                        "--from",
                        "a@b.example",
                        "--to",
                        "c@d.example",
                        "--pcap",
                        capture.toString(),
                        "--keylog",
                        keys.toString());

        assertThat(result.out()).contains("TLS         " + title + " ", "All well.");
        assertThat(tshark(capture)).anyMatch(l -> l.contains("TO:<c@d.example>"));
        assertThat(Files.readString(keys))
                .startsWith(version.equals("1.3") ? "CLIENT_HANDSHAKE_TRAFFIC_SECRET " : "CLIENT_RANDOM ");
        assertThat(Files.getPosixFilePermissions(keys)).hasSize(2);
        assertThat(new CommandRunner().run("decode", capture.toString()).out()).contains(title, "1 mail");
    }

    @ParameterizedTest
    @CsvSource({
        "TLS_RSA_WITH_AES_128_CBC_SHA",
        "TLS_RSA_WITH_AES_256_GCM_SHA384",
        "TLS_DHE_RSA_WITH_AES_128_CBC_SHA256",
        "TLS_ECDHE_RSA_WITH_AES_256_CBC_SHA384",
        "TLS_ECDHE_RSA_WITH_CHACHA20_POLY1305_SHA256",
        "TLS_ECDHE_RSA_WITH_AES_128_GCM_SHA256"
    })
    void manySuitesByTheKeyLogBesideTheCapture(String suite) throws Exception {
        CipherSuite chosen = CipherSuite.registry().all().stream()
                .filter(s -> s.name().equals(suite))
                .findFirst()
                .orElseThrow();
        assertThat(session(
                                TlsClientOptions.defaults()
                                        .withVersions(TlsVersion.TLSV1_2, TlsVersion.TLSV1_2)
                                        .withSuites(List.of(chosen)),
                                "s")
                        .suite())
                .isEqualTo(suite);
    }

    /** Postfix keeps sessions for a cache of its own only, so that OpenSSL's server stands in. */
    @Test
    void aResumedSession() throws Exception {
        Files.writeString(
                folder.resolve("server.pem"),
                old.credential().orElseThrow().chainPem()
                        + old.credential().orElseThrow().keyPem());
        int port = TestPorts.take();
        Process server = new ProcessBuilder(
                        "openssl",
                        "s_server",
                        "-accept",
                        "127.0.0.1:" + port,
                        "-cert",
                        "server.pem",
                        "-key",
                        "server.pem",
                        "-tls1_2",
                        "-no_ticket",
                        "-rev")
                .directory(folder.toFile())
                .redirectErrorStream(true)
                .redirectOutput(folder.resolve("s_server.out").toFile())
                .start();
        try {
            ClientSessions kept = new ClientSessions();
            assertThat(greet(port, kept, "first", server).resumed()).isFalse();
            assertThat(greet(port, kept, "second", server).resumed()).isTrue();
        } finally {
            server.destroy();
        }
    }

    private SessionFacts greet(int port, ClientSessions kept, String name, Process server) throws Exception {
        Path capture = folder.resolve(name + ".pcapng");
        Path keys = folder.resolve(name + ".log");
        SessionTap tap = new SessionTap(new SystemNetwork(), InstantSource.system());
        SessionFacts facts;
        try (KeyLogFile log = new KeyLogFile(keys)) {
            TlsClientOptions options = TlsClientOptions.defaults()
                    .withVersions(TlsVersion.TLSV1_2, TlsVersion.TLSV1_2)
                    .withSessions(kept)
                    .withKeyLog(log);
            try (TlsSession session = new TlsClient(options, new SecureRandom())
                    .handshake(dial(tap, port, server), Optional.of("mail.example"), Deadline.after(PATIENCE))) {
                facts = session.facts();
                session.output().write("HELP mirror\r\n".getBytes(StandardCharsets.US_ASCII));
                session.output().flush();
                assertThat(session.input().readNBytes(4)).isNotEmpty();
            }
        }
        tap.write(capture);
        String[] decode = {
            "-d", "tcp.port==" + port + ",tls", "-d", "tls.port==" + port + ",smtp", "-o", "tls.keylog_file:" + keys
        };
        assertThat(tshark(capture, decode)).anyMatch(l -> l.contains("mirror"));
        return facts;
    }

    /** Until it listens. */
    private static Connection dial(SessionTap tap, int port, Process server) throws Exception {
        Deadline deadline = Deadline.after(PATIENCE);
        while (true) {
            try {
                return tap.dial(new InetSocketAddress(InetAddress.ofLiteral("127.0.0.1"), port), deadline);
            } catch (ConnectException e) {
                if (deadline.passed() || server.waitFor(20, TimeUnit.MILLISECONDS)) {
                    throw e;
                }
            }
        }
    }

    /** One mail; tshark decrypts the capture, which has no secrets in it, by the key log. */
    private SessionFacts session(TlsClientOptions options, String name) throws Exception {
        Path capture = folder.resolve(name + ".pcapng");
        Path keys = folder.resolve(name + ".log");
        SessionTap tap = new SessionTap(new SystemNetwork(), InstantSource.system());
        SmtpAttempt attempt;
        try (KeyLogFile log = new KeyLogFile(keys)) {
            attempt = new SmtpClient(
                            tap,
                            new TlsClient(options.withKeyLog(log), new SecureRandom()),
                            SmtpClientOptions.brisk("c.example"))
                    .open(postfix.address(old), TlsUse.STARTTLS, Optional.of("mail.example"));
            try (SmtpSession session = attempt.session().orElseThrow()) {
                assertThat(new SmtpTransaction(session, TransactionTimes.brisk(Duration.ofSeconds(10)))
                                .run(
                                        Envelope.of(Mailbox.parse("a@b.example"), Mailbox.parse("c@d.example")),
                                        MailContent.of("Subject: x\r\n\r\n".getBytes(StandardCharsets.US_ASCII)),
                                        SmtpTransaction.Transfer.DATA))
                        .isInstanceOf(TransactionOutcome.Taken.class);
                session.quit();
            }
        }
        tap.write(capture);
        assertThat(tshark(capture)).noneMatch(l -> l.contains("c@d.example"));
        assertThat(tshark(capture, "-o", "tls.keylog_file:" + keys)).anyMatch(l -> l.contains("TO:<c@d.example>"));
        return attempt.facts().orElseThrow();
    }
}
