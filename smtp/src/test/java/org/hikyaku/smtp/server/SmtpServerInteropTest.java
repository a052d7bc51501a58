package org.hikyaku.smtp.server;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import org.hikyaku.net.Deadline;
import org.hikyaku.net.Listener;
import org.hikyaku.net.SystemNetwork;
import org.hikyaku.smtp.Body;
import org.hikyaku.smtp.interop.PostfixRelay;
import org.hikyaku.smtp.server.RecordingParts.Taken;
import org.hikyaku.tls.TlsServer;
import org.hikyaku.tls.TlsServerOptions;
import org.hikyaku.tls.TlsServerOptions.ClientCertificate;
import org.hikyaku.tls.TlsVersion;
import org.hikyaku.x509.CertificateMaker;
import org.hikyaku.x509.CertificateTemplate;
import org.hikyaku.x509.Credential;
import org.hikyaku.x509.KeyChoice;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Other people's clients bring mail: swaks, OpenSSL, Postfix, Exim and Postfix's load generator. */
@Tag("interop")
@Timeout(180)
class SmtpServerInteropTest {
    private static final CertificateMaker MAKER = CertificateMaker.seeded("smtp server interop");
    private static final Instant FROM = Instant.parse("2026-01-01T00:00:00Z");
    private static final Instant TO = Instant.parse("2046-01-01T00:00:00Z");
    private static final CertificateMaker.Authority ROOT =
            MAKER.root(CertificateTemplate.authority(FROM, TO, "Interop Root"), KeyChoice.EC_P256);
    private static final Credential SERVER =
            MAKER.server(CertificateTemplate.server(FROM, TO, "mx.example"), KeyChoice.EC_P256, ROOT);
    private static final Credential CLIENT = MAKER.issue(
            CertificateTemplate.server(FROM, TO)
                    .withCommonName("rosa")
                    .withPurposes(Set.of(CertificateTemplate.CLIENT_AUTH)),
            MAKER.key(KeyChoice.EC_P256),
            ROOT);
    private static final Path EXIM = Path.of("/opt/hikyaku-exim/usr/sbin/exim4");

    @TempDir
    private Path folder;

    private final RecordingParts parts = new RecordingParts();
    private final SmtpServer server = new SmtpServer(ServerLimits.defaults(), System::nanoTime);
    private InetSocketAddress address;
    private InetSocketAddress implicit;

    @BeforeEach
    void start() throws IOException {
        TlsServer tls = new TlsServer(
                TlsServerOptions.of(SERVER).withClientCertificate(ClientCertificate.ASKED), new SecureRandom());
        SmtpServerOptions options = SmtpServerOptions.of("mx.example");
        Listener starttls = new SystemNetwork().listen(new InetSocketAddress(InetAddress.ofLiteral("127.0.0.1"), 0));
        Listener wrapped = new SystemNetwork().listen(new InetSocketAddress(InetAddress.ofLiteral("127.0.0.1"), 0));
        address = starttls.local();
        implicit = wrapped.local();
        server.serve(options, parts.with(() -> Optional.of(tls)), starttls);
        server.serve(options.withImplicitTls(), parts.with(() -> Optional.of(tls)), wrapped);
        Files.writeString(folder.resolve("ca.pem"), ROOT.credential().chainPem());
        Files.writeString(folder.resolve("client.pem"), CLIENT.keyPem() + CLIENT.chainPem());
    }

    @AfterEach
    void stop() throws InterruptedException {
        var _ = server.stop(Deadline.after(Duration.ofSeconds(5)));
        assertThat(parts.faults).isEmpty();
    }

    private record Output(int exit, String text) {}

    private Output run(String input, List<String> command) throws IOException, InterruptedException {
        Assumptions.assumeTrue(
                List.of("/usr/bin/", "/usr/sbin/", "").stream()
                        .anyMatch(d -> Files.isExecutable(Path.of(d + command.getFirst()))),
                command.getFirst() + " is not there (scripts/install-test-servers)");
        Path in = Files.writeString(folder.resolve("input"), input, StandardCharsets.ISO_8859_1);
        Path out = folder.resolve("output");
        Process process = new ProcessBuilder(command)
                .redirectErrorStream(true)
                .redirectInput(in.toFile())
                .redirectOutput(out.toFile())
                .start();
        if (!process.waitFor(60, TimeUnit.SECONDS)) {
            process.destroyForcibly();
        }
        return new Output(process.waitFor(), Files.readString(out, StandardCharsets.ISO_8859_1));
    }

    private Output swaks(String... more) throws IOException, InterruptedException {
        List<String> command = new ArrayList<>(List.of(
                "swaks",
                "--server",
                "127.0.0.1",
                "--ehlo",
                "client.example",
                "--from",
                "a@a.example",
                "--to",
                "b@b.example",
                "--body",
                "a line\\n.dots\\nend",
                "--port"));
        command.addAll(List.of(more));
        return run("", command);
    }

    private String port() {
        return String.valueOf(address.getPort());
    }

    private interface Log {
        String text() throws IOException;
    }

    private Taken only() throws IOException, InterruptedException {
        return only(() -> "");
    }

    private Taken only(Log log) throws IOException, InterruptedException {
        for (int i = 0; parts.taken.isEmpty() && i < 200; i++) {
            TimeUnit.MILLISECONDS.sleep(100); // other processes deliver
        }
        assertThat(parts.taken).as("%s; refused: %s", log.text(), parts.refused).hasSize(1);
        return parts.taken.getFirst();
    }

    @Test
    void swaksInClearWithPipelining() throws Exception {
        Output output = swaks(port(), "--pipeline");
        assertThat(output.exit()).as(output.text()).isZero();
        assertThat(only().content()).contains("a line\r\n.dots\r\nend");
    }

    @ParameterizedTest
    @CsvSource({
        "PLAIN, pencil, 0",
        "LOGIN, pencil, 0",
        "PLAIN, pen, 28",
    })
    void swaksLogsIn(String mechanism, String password, int exit) throws Exception {
        Output output = swaks(port(), "--tls", "--auth", mechanism, "-au", "user", "-ap", password);
        assertThat(output.exit()).as(output.text()).isEqualTo(exit);
        assertThat(output.text()).contains("TLS started with cipher TLSv1.3");
        if (exit == 0) {
            assertThat(only().client().user()).contains("user");
        } else {
            assertThat(output.text()).contains("535 5.7.8");
            assertThat(parts.taken).isEmpty();
        }
    }

    @Test
    void swaksShowsACertificateOnAPortWithTlsFromTheStart() throws Exception {
        String client = folder.resolve("client.pem").toString();
        Output output = swaks(
                String.valueOf(implicit.getPort()),
                "--tls-on-connect",
                "--tls-cert",
                client,
                "--tls-key",
                client,
                "--tls-verify",
                "--tls-ca-path",
                folder.resolve("ca.pem").toString());
        assertThat(output.exit()).as(output.text()).isZero();
        // OpenSSL adds the root, which it has from elsewhere.
        assertThat(only().client().tls().orElseThrow().clientChain().orElseThrow())
                .startsWith(CLIENT.certificate());
    }

    /** The server never renegotiates: OpenSSL's {@code R} ends the session, and others are served. */
    @Test
    void opensslWantsToRenegotiate() throws Exception {
        Process openssl = new ProcessBuilder(
                        "openssl", "s_client", "-connect", "127.0.0.1:" + port(), "-starttls", "smtp", "-tls1_2")
                .redirectErrorStream(true)
                .start();
        StringBuilder said = new StringBuilder();
        try (var out = openssl.outputWriter(StandardCharsets.US_ASCII);
                var in = openssl.inputReader(StandardCharsets.US_ASCII)) {
            String line = in.readLine();
            while (line != null && !line.startsWith("250 ")) {
                line = in.readLine();
            }
            out.write("R\n");
            out.flush();
            for (line = in.readLine(); line != null; line = in.readLine()) {
                said.append(line).append('\n');
            }
        } catch (IOException e) {
            said.append(e.getMessage()); // OpenSSL has gone
        }
        assertThat(openssl.waitFor(30, TimeUnit.SECONDS)).isTrue();
        assertThat(said.toString()).contains("RENEGOTIATING").containsPattern("(?i)no renegotiation|alert|error");
        assertThat(swaks(port()).exit()).isZero();
    }

    @ParameterizedTest
    @CsvSource({"-tls1_3, TLSV1_3", "-tls1_2, TLSV1_2"})
    void opensslBringsAMail(String version, TlsVersion negotiated) throws Exception {
        Output output = run(
                "EHLO x\nMAIL FROM:<a@a.example>\nRCPT TO:<b@b.example>\nDATA\nSubject: x\n\nText\n.\nQUIT\n",
                List.of(
                        "openssl",
                        "s_client",
                        "-connect",
                        "127.0.0.1:" + implicit.getPort(),
                        version,
                        "-quiet",
                        "-crlf",
                        "-CAfile",
                        folder.resolve("ca.pem").toString(),
                        "-verify_hostname",
                        "mx.example",
                        "-verify_return_error"));
        // Everything at once, the content too: improper pipelining is not a fault as long as DATA is taken.
        assertThat(output.text()).contains("250 2.0.0 taken as");
        assertThat(only().client().tls().orElseThrow().version()).isEqualTo(negotiated);
    }

    @Test
    void postfixVerifiesUsAndLogsIn() throws Exception {
        PostfixRelay.assumeInstalled();
        Path passwords = Files.writeString(folder.resolve("passwords"), "[127.0.0.1]:" + port() + " user:pencil\n");
        Path client = Path.of(folder.toString(), "client.pem");
        boolean sasl = Files.isDirectory(Path.of("/usr/lib/x86_64-linux-gnu/sasl2"));
        try (PostfixRelay postfix = PostfixRelay.start(
                address,
                """
                smtp_tls_security_level = secure
                smtp_tls_secure_cert_match = mx.example
                smtp_tls_CAfile = %s
                smtp_tls_chain_files = %s
                """.formatted(copied(folder.resolve("ca.pem")), copied(client))
                        + (sasl ? """
                smtp_sasl_auth_enable = yes
                smtp_sasl_password_maps = texthash:%s
                smtp_sasl_security_options = noanonymous
                """.formatted(copied(passwords)) : ""))) {
            postfix.send("Subject: caf\u00e9\r\n\r\n..dots\r\n" + "x".repeat(900));
            Taken taken = only(postfix::log);
            assertThat(taken.content()).contains("\r\n.dots\r\n");
            assertThat(taken.client().tls().orElseThrow().clientChain().orElseThrow())
                    .startsWith(CLIENT.certificate());
            assertThat(taken.mail().envelope().sender().orElseThrow().toString())
                    .isEqualTo("a@a.example");
            assertThat(postfix.log()).contains("Verified TLS connection established");
            if (sasl && !postfix.log().contains("no mechanism available")) {
                assertThat(taken.client().user()).contains("user");
            }
        }
    }

    /** Postfix's processes read files as another user. */
    private static Path copied(Path file) throws IOException {
        Path copy = Files.createTempFile("hikyaku-interop", ".pem");
        Files.copy(file, copy, java.nio.file.StandardCopyOption.REPLACE_EXISTING);
        Files.setPosixFilePermissions(copy, java.nio.file.attribute.PosixFilePermissions.fromString("rw-r--r--"));
        copy.toFile().deleteOnExit();
        return copy;
    }

    @Test
    void eximSendsInChunks() throws Exception {
        Assumptions.assumeTrue(Files.isExecutable(EXIM), "Exim is not there (scripts/install-test-servers unpacks it)");
        Assumptions.assumeTrue(System.getProperty("user.name").equals("root"), "Exim can be started by root only");
        Path home = Files.createDirectories(
                Files.createTempDirectory("hikyaku-exim").resolve("x"));
        Files.setPosixFilePermissions(
                home.getParent(), java.nio.file.attribute.PosixFilePermissions.fromString("rwxr-xr-x"));
        Files.setPosixFilePermissions(home, java.nio.file.attribute.PosixFilePermissions.fromString("rwxrwxrwx"));
        Path configuration = Files.writeString(home.resolve("exim.conf"), """
                primary_hostname = sender.invalid
                exim_path = %4$s
                spool_directory = %1$s/spool
                log_file_path = %1$s/log-%%s
                exim_user = nobody
                exim_group = nogroup
                keep_environment =
                begin routers
                all:
                  driver = manualroute
                  route_list = * 127.0.0.1::%2$d byname
                  self = send
                  transport = out
                begin transports
                out:
                  driver = smtp
                  allow_localhost
                  hosts_try_chunking = *
                  hosts_require_tls = *
                  tls_verify_certificates = %3$s
                  tls_verify_hosts =
                """.formatted(
                        home, address.getPort(), copied(folder.resolve("ca.pem")), EXIM));
        Output output = run(
                "From: a@a.example\nTo: b@b.example\nSubject: chunks\n\n.dot\nend\n",
                List.of(
                        EXIM.toString(),
                        "-C",
                        configuration.toString(),
                        "-v",
                        "-odi",
                        "-f",
                        "a@a.example",
                        "b@b.example"));
        assertThat(output.exit()).as(output.text()).isZero();
        Taken taken = only(() -> Files.readString(home.resolve("log-main")));
        assertThat(taken.content()).contains("\r\n.dot\r\nend\r\n");
        assertThat(taken.client().tls()).isPresent();
        assertThat(taken.body()).isEqualTo(Body.SEVEN_BIT);
        assertThat(output.text()).contains("BDAT ").contains("250 2.0.0 taken as");
    }

    @Test
    void aLoadOfPostfixsOwnMaking() throws Exception {
        Output output = run(
                "",
                List.of(
                        "smtp-source",
                        "-s",
                        "20",
                        "-m",
                        "500",
                        "-l",
                        "10240",
                        "-f",
                        "a@a.example",
                        "-t",
                        "b@b.example",
                        "inet:127.0.0.1:" + port()));
        assertThat(output.exit()).as(output.text()).isZero();
        assertThat(parts.taken).hasSize(500).allMatch(t -> t.content().length() >= 10_000);
    }
}
