package org.hikyaku.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.BufferedReader;
import java.io.Closeable;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import org.hikyaku.smtp.interop.PostfixServer;
import org.hikyaku.smtp.interop.PostfixServer.Mx;
import org.hikyaku.x509.CertificateMaker;
import org.hikyaku.x509.CertificateMaker.Authority;
import org.hikyaku.x509.CertificateTemplate;
import org.hikyaku.x509.Credential;
import org.hikyaku.x509.KeyChoice;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/**
 * The walkthroughs of docs/decode.md with Postfix, tcpdump, openssl, curl and swaks: a mail by the keys in openssl's output, and
 * packets piped into {@code decode -} as they come.
 */
@Tag("interop")
@Timeout(180)
class DecodeLiveInteropTest {
    private static final String ADDRESS = "127.77.9.2";
    private static final Instant FROM = Instant.parse("2026-01-01T00:00:00Z");
    private static final Instant TO = Instant.parse("2036-01-01T00:00:00Z");
    private static final CertificateMaker MAKER = CertificateMaker.seeded("DecodeLiveInteropTest");
    private static final Authority ROOT =
            MAKER.root(CertificateTemplate.authority(FROM, TO, "Live Root"), KeyChoice.EC_P256);
    private static final Credential SERVER =
            MAKER.server(CertificateTemplate.server(FROM, TO, "mx.example"), KeyChoice.RSA_2048, ROOT);

    private static PostfixServer postfix;

    @TempDir
    private Path folder = Path.of("");

    @BeforeAll
    static void start() throws Exception {
        PostfixServer.assumeInstalled();
        for (String tool : List.of("tcpdump", "openssl", "curl", "swaks")) {
            Assumptions.assumeTrue(Files.isExecutable(Path.of("/usr/bin", tool)), tool + " is not installed");
        }
        postfix = PostfixServer.start(Mx.of("mx.example", ADDRESS, SERVER)
                .with("smtpd_tls_ciphers", "medium")
                .with("tls_medium_cipherlist", "ALL:@SECLEVEL=0"));
    }

    @AfterAll
    static void stop() throws Exception {
        if (postfix != null) {
            postfix.close();
        }
    }

    private static Process tcpdump(Path folder, String to) throws IOException {
        Process process = new ProcessBuilder(
                        "tcpdump",
                        "--immediate-mode",
                        "-i",
                        "lo",
                        "-s",
                        "0",
                        "-U",
                        "-Z",
                        "root",
                        "-w",
                        to,
                        "tcp port " + postfix.port())
                .directory(folder.toFile())
                .start();
        await(process.getErrorStream(), "listening on");
        return process;
    }

    private static void await(InputStream in, String words) throws IOException {
        BufferedReader lines = new BufferedReader(new InputStreamReader(in, StandardCharsets.ISO_8859_1));
        for (String line = lines.readLine(); line != null; line = lines.readLine()) {
            if (line.contains(words)) {
                return;
            }
        }
        throw new AssertionError("never said: " + words);
    }

    private void end(Process process) throws InterruptedException {
        process.destroy();
        assertThat(process.waitFor(20, TimeUnit.SECONDS)).isTrue();
    }

    /** Says the next line when the answer to the last one is there, as a person does; gives all that openssl printed. */
    private String openssl(List<String> lines) throws IOException {
        Process client = new ProcessBuilder(
                        "openssl",
                        "s_client",
                        "-connect",
                        ADDRESS + ":" + postfix.port(),
                        "-starttls",
                        "smtp",
                        "-tls1_2",
                        "-crlf",
                        "-msg",
                        "-nocommands")
                .directory(folder.toFile())
                .redirectErrorStream(true)
                .start();
        StringBuilder all = new StringBuilder();
        BufferedReader said =
                new BufferedReader(new InputStreamReader(client.getInputStream(), StandardCharsets.ISO_8859_1));
        int next = 0;
        for (String line = said.readLine(); line != null; line = said.readLine()) {
            all.append(line).append('\n');
            boolean asked = line.matches("(250|354|221) .*");
            if (asked && next < lines.size()) {
                client.getOutputStream().write((lines.get(next++) + "\n").getBytes(StandardCharsets.US_ASCII));
                client.getOutputStream().flush();
            }
        }
        return all.toString();
    }

    @Test
    void aMailByTheKeysThatOpensslPrints() throws Exception {
        Process capturing = tcpdump(folder, "mail.pcap");
        String printed = openssl(List.of(
                "EHLO client.test",
                "MAIL FROM:<alice@client.test>",
                "RCPT TO:<bob@mx.example>",
                "DATA",
                "Subject: Couriers\n\nHello Bob.\n.",
                "QUIT"));
        end(capturing);
        Path out = Files.writeString(folder.resolve("openssl.txt"), printed, StandardCharsets.ISO_8859_1);
        CommandRunner.Result keys = new CommandRunner().run("keys", out.toString());
        assertThat(keys.exit()).isZero();
        Path log = Files.writeString(folder.resolve("keys.log"), keys.out());
        Path mails = folder.resolve("mails");
        String capture = folder.resolve("mail.pcap").toString();

        CommandRunner.Result written =
                new CommandRunner().run("decode", capture, "--keylog", log.toString(), "--mails", mails.toString());

        assertThat(written.out()).contains("1 mail written.");
        assertThat(written.exit()).isZero();
        assertThat(Files.readString(mails.resolve("c1-m1.eml"))).isEqualTo("Subject: Couriers\r\n\r\nHello Bob.\r\n");
        assertThat(Files.readString(mails.resolve("c1-m1.envelope")))
                .contains("MAIL FROM:<alice@client.test>", "RCPT TO:<bob@mx.example>");
        assertThat(new CommandRunner()
                        .run("decode", capture, "--keylog", log.toString(), "--dialogue", "1")
                        .out())
                .containsSubsequence(
                        "S: 220 ",
                        "C: STARTTLS",
                        "-- TLS begins (frame ",
                        "C: EHLO client.test",
                        "C: RCPT TO:<bob@mx.example>",
                        "S: 250 ");
    }

    /** What is printed, as it is printed. */
    private static final class Heard extends OutputStream {
        private final StringBuilder said = new StringBuilder();
        private final ReentrantLock lock = new ReentrantLock();
        private final Condition more = lock.newCondition();

        @Override
        public void write(int b) {
            write(new byte[] {(byte) b}, 0, 1);
        }

        @Override
        public void write(byte[] b, int offset, int length) {
            lock.lock();
            try {
                said.append(new String(b, offset, length, StandardCharsets.UTF_8));
                more.signalAll();
            } finally {
                lock.unlock();
            }
        }

        void await(String words) throws InterruptedException {
            lock.lock();
            try {
                long left = TimeUnit.SECONDS.toNanos(60);
                while (said.indexOf(words) < 0) {
                    assertThat(left).as("%s: %s", words, said).isPositive();
                    left = more.awaitNanos(left);
                }
            } finally {
                lock.unlock();
            }
        }

        String text() {
            lock.lock();
            try {
                return said.toString();
            } finally {
                lock.unlock();
            }
        }
    }

    /** There is no key log when the packets begin to come. What was said is told while tcpdump goes on. */
    private CommandRunner.Result live(Client client, String... options) throws Exception {
        Heard out = new Heard();
        Heard err = new Heard();
        List<String> command = new ArrayList<>(List.of("decode", "-", "--list", "--dialogue"));
        command.addAll(List.of(options));
        Process capturing = tcpdump(folder, "-");
        Environment environment = new Environment(
                Terminal.of(out, err, Map.of()),
                InstantSource.system(),
                Map.of(),
                new SystemInternet(),
                StandardInput.of(capturing.getInputStream()));
        try (ExecutorService threads = Executors.newSingleThreadExecutor();
                Closeable ending = capturing::destroy) {
            assertThat(ending).isNotNull();
            Future<Integer> decoding = threads.submit(() -> Hikyaku.run(environment, command.toArray(new String[0])));
            client.speak();
            out.await("221 2.0.0 Bye");
            end(capturing);
            int exit = decoding.get(60, TimeUnit.SECONDS);
            return new CommandRunner.Result(exit, out.text(), err.text());
        }
    }

    @FunctionalInterface
    private interface Client {
        void speak() throws IOException, InterruptedException;
    }

    private void run(Map<String, String> variables, String... command) throws IOException, InterruptedException {
        Path said = folder.resolve("said");
        ProcessBuilder builder = new ProcessBuilder(command)
                .directory(folder.toFile())
                .redirectErrorStream(true)
                .redirectOutput(said.toFile());
        builder.environment().putAll(variables);
        Process process = builder.start();
        assertThat(process.waitFor(30, TimeUnit.SECONDS)).isTrue();
        assertThat(process.exitValue())
                .as(() -> {
                    try {
                        return Files.readString(said, StandardCharsets.ISO_8859_1);
                    } catch (IOException e) {
                        return e.toString();
                    }
                })
                .isZero();
    }

    @Test
    void curlsMailAsItPassesByAKeyLogThatIsMadeMeanwhile() throws Exception {
        Path keys = folder.resolve("keys.log");
        Files.writeString(folder.resolve("mail.txt"), "Subject: Couriers\r\n\r\nHello Bob, this is curl.\r\n");
        String server = "smtp://" + ADDRESS + ":" + postfix.port();
        CommandRunner.Result result = live(
                () -> run(
                        Map.of("SSLKEYLOGFILE", keys.toString()),
                        "curl",
                        "-sSk",
                        "--ssl-reqd",
                        "--tlsv1.3",
                        "--mail-from",
                        "alice@client.test",
                        "--mail-rcpt",
                        "bob@mx.example",
                        "-T",
                        "mail.txt",
                        server),
                "--keylog",
                keys.toString());
        assertThat(result.out())
                .contains(
                        "SMTP STARTTLS", "TLSv1.3", "decrypted ", "C: Subject: Couriers", "C: Hello Bob, this is curl.")
                .contains("1 with TLS: 1 decrypted. 1 mail");
        assertThat(result.exit()).isZero();
    }

    /** swaks writes no key log: without forward secrecy the server's key opens what it said. */
    @Test
    void swaksMailAsItPassesByTheServersKey() throws Exception {
        Path key = Files.writeString(folder.resolve("server.key"), SERVER.keyPem());
        CommandRunner.Result result = live(
                () -> run(
                        Map.of(),
                        "swaks",
                        "--server",
                        ADDRESS,
                        "--port",
                        String.valueOf(postfix.port()),
                        "-tls",
                        "--tls-protocol",
                        "tlsv1_2",
                        "--tls-cipher",
                        "AES256-SHA256",
                        "--from",
                        "alice@client.test",
                        "--to",
                        "bob@mx.example",
                        "--header",
                        "Subject: Couriers",
                        "--body",
                        "Hello Bob, this is swaks."),
                "--rsa-key",
                key.toString());
        assertThat(result.out())
                .contains("SMTP STARTTLS", "TLSv1.2 RSA", "C: X-Mailer: swaks", "C: Hello Bob, this is swaks.")
                .contains("1 with TLS: 1 decrypted. 1 mail");
        assertThat(result.exit()).isZero();
    }
}
