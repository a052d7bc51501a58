package org.hikyaku.cli;

import static org.assertj.core.api.Assertions.assertThat;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.read.ListAppender;
import java.io.IOException;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.SecureRandom;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.function.Predicate;
import java.util.stream.Stream;
import org.hikyaku.dns.StubOptions;
import org.hikyaku.dns.StubResolver;
import org.hikyaku.dns.TrustAnchors;
import org.hikyaku.net.SystemNetwork;
import org.hikyaku.net.TestPorts;
import org.hikyaku.net.interop.ServerProgram;
import org.hikyaku.relay.Relay;
import org.hikyaku.relay.Surroundings;
import org.hikyaku.relay.config.RelayConfigReader;
import org.hikyaku.relay.service.LineWriter;
import org.hikyaku.smtp.interop.PostfixRelay;
import org.hikyaku.x509.Credential;
import org.hikyaku.x509.Pem;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.MethodOrderer;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestMethodOrder;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.slf4j.LoggerFactory;

/**
 * The way right through a relay: swaks, OpenSSL, Postfix and Exim hand mail in, each in a way of its own, and it goes on to
 * Postfix and Exim as the recipient's domain demands. What is said of it is looked at in the relay's lines and in the logs of the others.
 */
@Tag("interop")
@Timeout(180)
@TestMethodOrder(MethodOrderer.MethodName.class)
class RelayInteropTest {
    private static final String PASSWORD = "tanstaafl";
    private static final String TEXT = "Subject: caf\u00e9\r\n\r\na line\r\n..dots\r\n" + "x".repeat(900);

    @TempDir
    private static Path folder = Path.of("");

    /** For programs that work as users of their own. */
    private static Path shared = Path.of("");

    private static RelayInternet internet;
    private static StubResolver stub;
    private static OutputStream out;
    private static LineWriter lines;
    private static Relay relay;
    private static RelaySenders senders;
    private static PostfixRelay postfix;
    private static ServerProgram opendkim;
    private static final ListAppender<ILoggingEvent> RECEIVED = new ListAppender<>();

    @BeforeAll
    static void start() throws Exception {
        internet = new RelayInternet(folder);
        shared = Files.createTempDirectory("hikyaku-relay");
        Files.setPosixFilePermissions(shared, PosixFilePermissions.fromString("rwxrwxrwx"));
        Credential own = internet.server("mx.own.example");
        secret("own.pem", own.keyPem() + own.chainPem());
        secret("to-hub.pem", internet.relayClient.keyPem() + internet.relayClient.chainPem());
        secret("to-exim", RelayInternet.HOP_PASSWORD + "\n");
        shared("ca.pem", internet.root.credential().chainPem());
        Credential listed = internet.client("listed", internet.otherAuthority());
        shared("listed.pem", listed.keyPem() + listed.chainPem());
        Credential vouchedFor = internet.client("vouched-for", internet.root);
        shared("vouched-for.pem", vouchedFor.keyPem() + vouchedFor.chainPem());
        Credential rogue = internet.client("rogue", internet.otherAuthority());
        shared("rogue.pem", rogue.keyPem() + rogue.chainPem());
        Files.writeString(folder.resolve("fingerprints"), RelayInternet.colons(listed) + " rosa\n");
        Files.writeString(folder.resolve("recipients"), "bob@own.example\nrosa@own.example\n");
        Files.writeString(folder.resolve("aliases"), "friends: f@sts.jp\n");
        assertThat(new CommandRunner()
                        .input(PASSWORD + "\n")
                        .run("user", "add", "--file", folder.resolve("users").toString(), "rosa")
                        .exit())
                .isZero();
        int filterPort = TestPorts.take();
        opendkim = startOpenDkim(filterPort);
        Path file =
                Files.writeString(folder.resolve("relay.yaml"), """
                hostname: mx.own.example
                domains: [own.example]
                data-directory: data
                allow-root: true
                listen: {smtp: ["127.0.0.1:0"], submission: ["127.0.0.1:0"], submissions: ["127.0.0.1:0"]}
                tls: {certificate: own.pem, client-ca: %s}
                submission: {users: users, certificates: fingerprints, senders: any}
                local: {recipients: recipients, aliases: aliases}
                queue: {keep-free: 1 MiB}
                filter: {milters: ["127.0.0.1:%d"]}
                deliver:
                  destinations:
                    - domains: [behind-hub.jp]
                      route: smtps:hub.example:465
                      level: verify
                      certificate: to-hub.pem
                    - domains: [behind-exim.jp]
                      route: mx.exim.example:25
                      level: verify
                      user: relay
                      password: to-exim
                """.formatted(shared.resolve("ca.pem"), filterPort));
        Logger logger = (Logger) LoggerFactory.getLogger("org.hikyaku.relay");
        logger.setLevel(Level.INFO);
        RECEIVED.start();
        logger.addAppender(RECEIVED);
        stub = new StubResolver(List.of(internet.resolver()), StubOptions.defaults());
        out = Files.newOutputStream(folder.resolve("lines"));
        lines = new LineWriter(out);
        relay = Relay.start(
                RelayConfigReader.read(file).config(),
                new Surroundings(
                        new SystemNetwork(),
                        internet.network(),
                        stub,
                        TrustAnchors.ofFile(internet.rootAnchor()),
                        org.hikyaku.x509.TrustAnchors.of(List.of(internet.root.certificate())),
                        InstantSource.system(),
                        new SecureRandom(),
                        Map.of()),
                lines,
                Optional.empty());
        senders = new RelaySenders(folder, shared, relay.addresses());
        shared("passwords", "[127.0.0.1]:" + port(1) + " rosa:" + PASSWORD + "\n");
        postfix = PostfixRelay.start(relay.addresses().get(1), """
                smtp_tls_security_level = secure
                smtp_tls_secure_cert_match = mx.own.example
                smtp_tls_CAfile = %1$s/ca.pem
                smtp_sasl_auth_enable = yes
                smtp_sasl_password_maps = texthash:%1$s/passwords
                smtp_sasl_mechanism_filter = scram-sha-256
                smtp_sasl_security_options = noanonymous
                transport_maps = inline:{ {behind-hub.jp=wrapped:[127.0.0.1]:%2$d} }
                """.formatted(shared, port(2)), """
                wrapped unix - - n - - smtp
                  -o smtp_tls_wrappermode=yes
                  -o smtp_sasl_auth_enable=no
                  -o smtp_tls_chain_files=%s/vouched-for.pem
                """.formatted(shared));
    }

    /** Signs what users send from own.example, and refuses what comes from outside with a broken signature. */
    private static ServerProgram startOpenDkim(int port) throws Exception {
        Path program = Path.of("/usr/sbin/opendkim");
        Assumptions.assumeTrue(Files.isExecutable(program), "opendkim is not installed (Debian package opendkim)");
        KeyPairGenerator generator = KeyPairGenerator.getInstance("RSA");
        generator.initialize(2048);
        KeyPair keys = generator.generateKeyPair();
        secret("dkim.pem", Pem.encode(keys.getPrivate()));
        Files.writeString(
                folder.resolve("dkim-public"),
                "s1._domainkey.own.example v=DKIM1; k=rsa; p="
                        + Base64.getEncoder().encodeToString(keys.getPublic().getEncoded()) + "\n");
        Files.writeString(folder.resolve("nobody"), "192.0.2.1\n");
        Path conf = Files.writeString(folder.resolve("opendkim.conf"), """
                Socket inet:%2$d@127.0.0.1
                Mode sv
                Domain own.example
                Selector s1
                KeyFile %1$s/dkim.pem
                TestPublicKeys %1$s/dkim-public
                InternalHosts %1$s/nobody
                On-BadSignature reject
                Canonicalization simple/simple
                RequireSafeKeys no
                Background no
                Syslog no
                """.formatted(folder, port));
        return ServerProgram.start(
                List.of(program.toString(), "-f", "-x", conf.toString()),
                folder.resolve("opendkim.out"),
                new InetSocketAddress(InetAddress.getLoopbackAddress(), port));
    }

    private static void secret(String name, String text) throws IOException {
        Path file = Files.writeString(folder.resolve(name), text);
        Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rw-------"));
    }

    private static void shared(String name, String text) throws IOException {
        Files.writeString(shared.resolve(name), text);
    }

    private static int port(int door) {
        return relay.addresses().get(door).getPort();
    }

    @AfterAll
    static void stop() throws Exception {
        ((Logger) LoggerFactory.getLogger("org.hikyaku.relay")).detachAppender(RECEIVED);
        ((Logger) LoggerFactory.getLogger("org.hikyaku.relay")).setLevel(null);
        if (postfix != null) {
            postfix.close();
        }
        if (relay != null) {
            relay.close();
        }
        if (lines != null) {
            lines.close();
            out.close();
            stub.close();
        }
        if (internet != null) {
            internet.close();
        }
        if (opendkim != null) {
            opendkim.close();
        }
        RelayInternet.delete(shared);
    }

    private interface Text {
        String now() throws IOException;
    }

    /** Waits for a line with all these words; other processes do the work. */
    private static String await(Text text, String... words) throws IOException, InterruptedException {
        Predicate<String> wanted = line -> Stream.of(words).allMatch(line::contains);
        for (int i = 0; i < 1500; i++) {
            Optional<String> line = text.now().lines().filter(wanted).findFirst();
            if (line.isPresent()) {
                return line.get();
            }
            TimeUnit.MILLISECONDS.sleep(20);
        }
        throw new AssertionError("no line with " + List.of(words) + " in:\n" + text.now() + "\n" + received());
    }

    private static String lines() throws IOException {
        return Files.readString(folder.resolve("lines"));
    }

    private static String received() {
        StringBuilder all = new StringBuilder();
        for (ILoggingEvent event : List.copyOf(RECEIVED.list)) {
            all.append(event.getFormattedMessage()).append('\n');
        }
        return all.toString();
    }

    private static String base64(String text) {
        return Base64.getEncoder().encodeToString(text.getBytes(StandardCharsets.UTF_8));
    }

    private static void inPostfixLog(String recipient) throws IOException, InterruptedException {
        await(() -> internet.postfixLog(), "to=<" + recipient + ">", "status=sent");
    }

    private static List<String> mailbox(String name) throws IOException {
        Path box = folder.resolve("data/mail/own.example/" + name + "/new");
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

    @Test
    void swaksFromOutsideInTlsToAMailbox() throws Exception {
        senders.swaksSends(0, "bob@own.example", "--tls");

        await(RelayInteropTest::lines, "to=<bob@own.example> outcome=delivered", "host=local");
        assertThat(mailbox("bob")).singleElement().asString().contains("with ESMTPS", "(using TLSv1.3 ", "for <bob@");
    }

    @Test
    void swaksFromOutsideMayNotRelay() throws Exception {
        RelaySenders.Output output = senders.swaks(0, "x@plain.jp", "--tls");

        assertThat(output.text()).contains("550 5.7.1 mail for other domains");
        assertThat(received()).contains("refused RCPT TO:<x@plain.jp>");
    }

    @Test
    void swaksWithAWrongPasswordIsRefused() throws Exception {
        RelaySenders.Output output =
                senders.swaks(1, "x@plain.jp", "--tls", "--auth", "PLAIN", "-au", "rosa", "-ap", "wrong");

        assertThat(output.text()).contains("535 5.7.8");
        assertThat(received()).contains("login by PLAIN failed");
    }

    @Test
    void swaksLogsInByPlainAndTheMailGoesToTheHostThatDaneNames() throws Exception {
        senders.swaksSends(1, "a@dane-ee.example", "--tls", "--auth", "PLAIN", "-au", "rosa", "-ap", PASSWORD);

        assertThat(await(RelayInteropTest::lines, "to=<a@dane-ee.example>"))
                .contains(
                        "outcome=delivered",
                        "host=mx.dane-ee.example",
                        "trust=Verified",
                        "tls=dane/dane",
                        "version=TLSv1.3",
                        "TLSA 3 1 1");
        assertThat(await(RelayInteropTest::received, "recipients=1", "user=rosa", "proto=ESMTPSA"))
                .isNotEmpty();
        inPostfixLog("a@dane-ee.example");
    }

    @Test
    void swaksOnPort465LogsInByLoginAndTheMailGoesToAnAuthorityThatDaneNames() throws Exception {
        senders.swaksSends(
                2, "a@dane-ta.example", "--tls-on-connect", "--auth", "LOGIN", "-au", "rosa", "-ap", PASSWORD);

        assertThat(await(RelayInteropTest::lines, "to=<a@dane-ta.example>"))
                .contains("outcome=delivered", "trust=Verified", "tls=dane/dane", "TLSA 2 0 1");
        await(RelayInteropTest::received, "user rosa logged in by LOGIN");
        inPostfixLog("a@dane-ta.example");
    }

    @Test
    void swaksShowsAListedCertificateInsteadOfAPassword() throws Exception {
        String client = shared.resolve("listed.pem").toString();
        senders.swaksSends(1, "a@plain.jp", "--tls", "--tls-cert", client, "--tls-key", client);

        await(RelayInteropTest::received, "Trusted TLS connection", "subject=CN=listed", "user=rosa");
        assertThat(await(RelayInteropTest::lines, "to=<a@plain.jp>"))
                .contains("outcome=delivered", "tls=may/", "trust=Trusted");
        inPostfixLog("a@plain.jp");
    }

    @Test
    void swaksWithACertificateOfARogueAuthorityIsRefused() throws Exception {
        String client = shared.resolve("rogue.pem").toString();
        RelaySenders.Output output = senders.swaks(1, "x@plain.jp", "--tls", "--tls-cert", client, "--tls-key", client);

        assertThat(output.text()).contains("530 5.7.0 log in before");
        await(RelayInteropTest::received, "Untrusted TLS connection", "subject=CN=rogue", "issuer=CN=Rogue Root");
    }

    @Test
    void opensslSaysAuthItselfAndTheMailGoesWhereAPolicyLeads() throws Exception {
        senders.openssl(1, "a@sts.jp", "AUTH PLAIN " + base64("\0rosa\0" + PASSWORD) + "\n", "-starttls", "smtp");

        assertThat(await(RelayInteropTest::lines, "to=<a@sts.jp>"))
                .contains("outcome=delivered", "host=mx.sts.jp", "trust=Verified", "tls=sts/");
        inPostfixLog("a@sts.jp");
    }

    @Test
    void opensslShowsACertificateOnPort465() throws Exception {
        senders.openssl(
                2,
                "a@clear.jp",
                "AUTH EXTERNAL =\n",
                "-cert",
                shared.resolve("listed.pem").toString(),
                "-key",
                shared.resolve("listed.pem").toString());

        await(RelayInteropTest::received, "user rosa logged in by EXTERNAL");
        assertThat(await(RelayInteropTest::lines, "to=<a@clear.jp>")).contains("outcome=delivered", "trust=None");
        inPostfixLog("a@clear.jp");
    }

    @Test
    void postfixLogsInByScramAndEximKeepsEveryByte() throws Exception {
        postfix.sendTo("a@exim.example", TEXT);

        assertThat(await(RelayInteropTest::lines, "to=<a@exim.example>"))
                .contains("outcome=delivered", "host=mx.exim.example", "trust=Verified", "tls=dane/dane");
        await(RelayInteropTest::received, "user rosa logged in by SCRAM-SHA-256");
        assertThat(postfix.log()).contains("Verified TLS connection established to 127.0.0.1");
        await(internet::eximLog, "<= a@a.example", "P=utf8esmtps", "X=TLS1.3:");
        await(internet::eximLog, "=> ", "<a@exim.example>", "T=folder");
        assertThat(internet.eximMails())
                .filteredOn(mail -> mail.contains("a@exim.example"))
                .singleElement()
                .asString()
                .contains("with ESMTPSA", "Subject: caf\u00e9\n", "\n.dots\n" + "x".repeat(900) + "\n");
    }

    @Test
    void postfixShowsACertificateOnPort465AndTheMailGoesToTheHubByCertificate() throws Exception {
        postfix.sendTo("a@behind-hub.jp", TEXT);

        await(RelayInteropTest::received, "Trusted TLS connection", "subject=CN=vouched-for");
        assertThat(await(RelayInteropTest::lines, "to=<a@behind-hub.jp>"))
                .contains("outcome=delivered", "host=hub.example", "port=465", "trust=Verified", "tls=verify/");
        inPostfixLog("a@behind-hub.jp");
    }

    @Test
    void theRelayLogsInAtASmartHost() throws Exception {
        senders.swaksSends(1, "a@behind-exim.jp", "--tls", "--auth", "PLAIN", "-au", "rosa", "-ap", PASSWORD);

        assertThat(await(RelayInteropTest::lines, "to=<a@behind-exim.jp>"))
                .contains("outcome=delivered", "host=mx.exim.example", "trust=Verified", "tls=verify/");
        await(internet::eximLog, "<= rosa@own.example", "A=plain:relay", "for a@behind-exim.jp");
    }

    @Test
    void eximSendsChunksAndTheMailWaitsForADomainWhoseKeyIsAnother() throws Exception {
        senders.exim(1, "a@mismatch.example", "  hosts_require_auth = *");

        assertThat(await(RelayInteropTest::lines, "to=<a@mismatch.example>"))
                .contains("outcome=deferred", "dsn=4.7.5", "rule=D11");
        assertThat(internet.postfixLog()).doesNotContain("to=<a@mismatch.example>");
    }

    @Test
    void eximSendsToAnAliasThatLeadsElsewhere() throws Exception {
        senders.exim(0, "friends@own.example", "");

        assertThat(await(RelayInteropTest::lines, "to=<f@sts.jp>"))
                .contains("outcome=delivered", "trust=Verified", "tls=sts/");
        inPostfixLog("f@sts.jp");
    }

    /** opendkim, asked by the relay, signs; opendkim with the public key is content with what Exim has kept. */
    @Test
    void aFilterSignsAndTheSignatureArrivesUnbroken() throws Exception {
        senders.swaksSends(1, "signed@exim.example", "--tls", "--auth", "PLAIN", "-au", "rosa", "-ap", PASSWORD);

        await(internet::eximLog, "=> ", "<signed@exim.example>", "T=folder");
        String mail = internet.eximMails().stream()
                .filter(m -> m.contains("signed@exim.example"))
                .findFirst()
                .orElseThrow();
        assertThat(mail).containsSubsequence("\nReceived: ", "\nDKIM-Signature: v=1;", "\nDate: ");
        Path file = Files.writeString(
                folder.resolve("signed"),
                mail.substring(mail.indexOf("Received: ")).replace("\n", "\r\n"));
        Path conf = Files.writeString(
                folder.resolve("verify.conf"),
                "Mode v\nTestPublicKeys " + folder.resolve("dkim-public") + "\nBackground no\nSyslog no\n");
        assertThat(senders.run("", List.of("/usr/sbin/opendkim", "-x", conf.toString(), "-t", file.toString(), "-v"))
                        .text())
                .contains("verification (s=s1, d=own.example, 2048-bit key) succeeded");
    }

    @Test
    void aFilterRefusesABrokenSignatureFromOutside() throws Exception {
        RelaySenders.Output output = senders.swaks(
                0,
                "bob@own.example",
                "--tls",
                "--header",
                "DKIM-Signature: v=1; a=rsa-sha256; c=simple/simple; d=own.example; s=s1; h=From:To;"
                        + " bh=AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA=; b=AAAA");

        assertThat(output.text()).containsPattern("<~\\*+ +5[0-9][0-9] 5\\.7");
        assertThat(received()).contains("refused the content: 5");
    }

    /** One mail to five domains at once: each gets what it asks for. */
    @Test
    void swaksSendsToMany() throws Exception {
        senders.swaksSends(
                1,
                "b@in-clear.example,b@sts-other.jp,b@sts-testing.jp,b@null.example,b@exim.example,b@nowhere.example",
                "--tls",
                "--auth",
                "PLAIN",
                "-au",
                "rosa",
                "-ap",
                PASSWORD);

        assertThat(await(RelayInteropTest::lines, "to=<b@in-clear.example>"))
                .contains("outcome=deferred", "dsn=4.7.4", "rule=D9");
        assertThat(await(RelayInteropTest::lines, "to=<b@sts-other.jp>")).contains("outcome=deferred", "rule=S7");
        assertThat(await(RelayInteropTest::lines, "to=<b@sts-testing.jp>"))
                .contains("outcome=delivered", "trust=Untrusted");
        assertThat(await(RelayInteropTest::lines, "to=<b@null.example>")).contains("outcome=failed", "dsn=5.1.10");
        assertThat(await(RelayInteropTest::lines, "to=<b@nowhere.example>")).contains("outcome=failed", "dsn=5.1.2");
        assertThat(await(RelayInteropTest::lines, "to=<b@exim.example>")).contains("outcome=delivered");
        // The notices are mails to the sender, who has a mailbox here.
        await(
                () -> String.join("\n", mailbox("rosa")).replace("\n", " ") + "\n",
                "Final-Recipient: rfc822; b@null.example",
                "Action: failed",
                "b@nowhere.example");
    }
}
