package org.hikyaku.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.hikyaku.cli.CommandRunner.Result;
import org.hikyaku.net.Addresses;
import org.hikyaku.net.TestPorts;
import org.hikyaku.smtp.interop.PostfixServer;
import org.hikyaku.smtp.interop.PostfixServer.Mx;
import org.hikyaku.x509.CertificateMaker;
import org.hikyaku.x509.CertificateMaker.Authority;
import org.hikyaku.x509.CertificateTemplate;
import org.hikyaku.x509.Credential;
import org.hikyaku.x509.KeyChoice;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** {@code auth} and {@code send} against Postfix with Dovecot's logins, Exim, and Dovecot's own submission server. */
@Tag("interop")
@Timeout(300)
class LoginInteropTest {
    private static final Instant FROM = Instant.parse("2026-01-01T00:00:00Z");
    private static final Instant TO = Instant.parse("2036-01-01T00:00:00Z");
    private static final CertificateMaker MAKER = CertificateMaker.seeded("LoginInteropTest");
    private static final Authority ROOT =
            MAKER.root(CertificateTemplate.authority(FROM, TO, "Login Root"), KeyChoice.EC_P256);
    private static final Credential SERVER = server(FROM, TO);
    private static final Credential BOB =
            MAKER.issue(CertificateTemplate.client(FROM, TO, "bob", List.of()), MAKER.key(KeyChoice.EC_P256), ROOT);
    private static final String LOGGED_IN_ONLY = "permit_sasl_authenticated, reject";

    @TempDir
    private static Path folder = Path.of("");

    private static PostfixServer postfix;
    private static RealLogins logins;
    private static Mx relay;
    private static Mx startTls;
    private static Mx implicit;
    private static Mx expired;
    private static Mx noStartTls;

    private static Credential server(Instant from, Instant to) {
        return MAKER.server(CertificateTemplate.server(from, to, "mail.example"), KeyChoice.EC_P256, ROOT);
    }

    @BeforeAll
    static void start() throws Exception {
        PostfixServer.assumeInstalled();
        RealLogins.assumeInstalled();
        relay = Mx.inClear("relay.example", "127.77.8.1");
        int socket = TestPorts.take();
        startTls = login(Mx.of("mail.example", "127.77.8.2", SERVER), socket);
        implicit = login(Mx.of("mail.example", "127.77.8.3", SERVER), socket).with("smtpd_tls_wrappermode", "yes");
        expired = Mx.of("mail.example", "127.77.8.4", server(FROM, Instant.parse("2026-02-01T00:00:00Z")));
        noStartTls = Mx.inClear("mail.example", "127.77.8.5");
        postfix = PostfixServer.start(relay, startTls, implicit, expired, noStartTls);
        logins = RealLogins.start(SERVER, ROOT.credential().chainPem(), postfix.address(relay), socket);
        Files.writeString(folder.resolve("ca.pem"), ROOT.credential().chainPem());
        Files.writeString(folder.resolve("bob.pem"), BOB.chainPem() + BOB.keyPem());
        Files.write(folder.resolve("bob.p12"), BOB.pkcs12("p12 pass".toCharArray()));
        Files.writeString(folder.resolve("password"), RealLogins.PASSWORD + "\n");
        Files.writeString(folder.resolve("wrong"), "not it\n");
        Files.writeString(folder.resolve("token"), RealLogins.token(true) + "\n");
        Files.writeString(folder.resolve("forged"), RealLogins.token(false) + "\n");
    }

    private static Mx login(Mx host, int socket) {
        return host.with("smtpd_sasl_auth_enable", "yes")
                .with("smtpd_sasl_type", "dovecot")
                .with("smtpd_sasl_path", "inet:127.0.0.1:" + socket)
                .with("smtpd_tls_auth_only", "yes")
                .with("broken_sasl_auth_clients", "yes")
                .with("smtpd_relay_restrictions", LOGGED_IN_ONLY)
                .with("smtpd_sender_login_maps", "inline:{ {bob@mail.example=bob} }")
                .with("smtpd_sender_restrictions", "reject_authenticated_sender_login_mismatch");
    }

    @AfterAll
    static void stop() throws Exception {
        if (logins != null) {
            logins.close();
        }
        if (postfix != null) {
            postfix.close();
        }
    }

    private static String at(Mx host) {
        return Addresses.text(postfix.address(host));
    }

    private static String file(String name) {
        return folder.resolve(name).toString();
    }

    private static Result run(String command, String place, String... more) {
        List<String> args =
                new ArrayList<>(List.of(command, place, "--tls-name", "mail.example", "--ca-file", file("ca.pem")));
        args.addAll(List.of(more));
        return new CommandRunner()
                .variable("HIKYAKU_PKCS12_PASSWORD", "p12 pass")
                .run(args.toArray(String[]::new));
    }

    private static Result auth(String server, String... more) {
        return switch (server) {
            case "postfix" -> run("auth", at(startTls), more);
            case "postfix-implicit" -> run("auth", at(implicit), with(more, "--tls", "implicit"));
            case "dovecot" -> run("auth", logins.dovecot(), more);
            case "exim" -> run("auth", logins.exim(), more);
            default -> throw new IllegalArgumentException(server);
        };
    }

    /** What was printed, whatever the width that it was wrapped at. */
    private static String said(Result result) {
        return result.out().replaceAll("\\s+", " ");
    }

    private static String[] with(String[] args, String... more) {
        return Stream.concat(Stream.of(args), Stream.of(more)).toArray(String[]::new);
    }

    static Stream<Arguments> mechanisms() {
        List<Arguments> all = new ArrayList<>();
        for (String server : List.of("postfix", "postfix-implicit", "dovecot", "exim")) {
            for (String mechanism : List.of("SCRAM-SHA-256", "SCRAM-SHA-1", "CRAM-MD5", "PLAIN", "LOGIN")) {
                all.add(Arguments.of(server, mechanism));
            }
        }
        return all.stream();
    }

    @ParameterizedTest
    @MethodSource("mechanisms")
    void passwords(String server, String mechanism) {
        Result right = auth(server, "-u", "bob", "--password-file", file("password"), "--mechanism", mechanism);
        Result wrong = auth(server, "-u", "bob", "--password-file", file("wrong"), "--mechanism", mechanism);

        assertThat(said(right))
                .contains("accepted by " + mechanism, "All well.")
                .doesNotContain("nstaaf");
        assertThat(right.exit()).isZero();
        assertThat(said(wrong)).contains("Failed at the login.", "server refuses the login: \"535 ");
        assertThat(wrong.exit()).isEqualTo(1);
    }

    @Test
    void theStrongestIsTaken() {
        for (String server : List.of("postfix", "dovecot", "exim")) {
            assertThat(said(auth(server, "-u", "bob", "--password-file", file("password"))))
                    .contains("accepted by SCRAM-SHA-256; the server proved that it knows the user");
        }
    }

    @Test
    void tokens() {
        for (String server : List.of("postfix", "dovecot")) {
            for (String mechanism : List.of("OAUTHBEARER", "XOAUTH2")) {
                assertThat(said(auth(server, "-u", "bob", "--token-file", file("token"), "--mechanism", mechanism)))
                        .contains("accepted by " + mechanism);
                assertThat(said(auth(server, "-u", "bob", "--token-file", file("forged"), "--mechanism", mechanism)))
                        .contains("Failed at the login.", "535 5.7.8");
            }
        }
        assertThat(said(auth("dovecot", "-u", "bob", "--token-file", file("forged"))))
                .contains("because of {\"status\":\"invalid_token\"}");
    }

    @Test
    void certificatesAlone() {
        for (String server : List.of("dovecot", "exim")) {
            for (String certificate : List.of("bob.pem", "bob.p12")) {
                assertThat(said(auth(server, "--client-cert", file(certificate), "--mechanism", "EXTERNAL")))
                        .contains("accepted by EXTERNAL");
            }
        }
        assertThat(said(auth("dovecot", "--mechanism", "EXTERNAL", "--authzid", "bob")))
                .contains("Failed at the login.");
    }

    @Test
    void aMailBehindALogin() throws Exception {
        Path photo = folder.resolve("photo.jpg");
        Files.write(photo, new byte[200_000]);
        for (String place : List.of(at(startTls), logins.dovecot(), logins.exim())) {
            Result result = run(
                    "send",
                    place,
                    "-u",
                    "bob",
                    "--password-file",
                    file("password"),
                    "--from",
                    "bob@mail.example",
                    "--to",
                    "c@d.example",
                    "--to",
                    "e@d.example",
                    "--subject",
                    "\u98db\u811a",
                    "--attach",
                    photo.toString());

            assertThat(said(result)).contains("taken for c@d.example, e@d.example", "All well.");
            assertThat(result.exit()).isZero();
        }
        assertThat(postfix.log()).contains("from=<bob@mail.example>", "to=<e@d.example>", "status=sent");
    }

    @Test
    void everythingThatPostfixTakes() throws Exception {
        Path mail = folder.resolve("dots.eml");
        Files.writeString(mail, "Subject: \u98db\u811a\r\n\r\n.\r\n..\r\nno end", StandardCharsets.UTF_8);
        String[] login = {"-u", "bob", "--password-file", file("password"), "--from", "bob@mail.example"};

        assertThat(said(run(
                        "send",
                        at(startTls),
                        with(login, "--to", "\u5f71@d.example", "--mail", mail.toString(), "--bdat"))))
                .contains("BODY=8BITMIME SMTPUTF8", "BDAT ", "All well.");
        assertThat(said(run(
                        "send",
                        at(startTls),
                        with(
                                login,
                                "--to",
                                "c@d.example",
                                "--notify",
                                "success,failure",
                                "--ret",
                                "full",
                                "--envid",
                                "a b",
                                "--orcpt"))))
                .contains("RET=FULL ENVID=a+20b", "NOTIFY=SUCCESS,FAILURE ORCPT=rfc822;c@d.example", "All well.");
        assertThat(said(run("send", at(startTls), with(login, "--to", "c@d.example", "--require-tls"))))
                .contains("Failed at the mail itself.", "does not offer REQUIRETLS");
    }

    @Test
    void theLayerIsNamed() {
        String[] mail = {"--from", "a@b.example", "--to", "c@d.example"};
        String[] login = {"-u", "bob", "--password-file", file("password")};

        assertThat(said(run("send", at(startTls), mail))).contains("Failed at the recipients.", "--user");
        assertThat(said(run("send", at(startTls), with(mail, login))))
                .contains("Failed at the recipients.", "553 5.7.1");
        assertThat(said(run("send", logins.exim(), mail))).contains("Failed at the recipients.", "relay not permitted");
        assertThat(said(run("send", logins.exim(), with(with(mail, login), "--subject", "spam"))))
                .contains("Failed at the mail itself.", "no spam here");
        assertThat(said(run("auth", at(expired)))).contains("Failed at the certificate.", "expired");
        assertThat(said(run("auth", at(expired), "--no-verify"))).contains("not trusted: ", "expired", "All well.");
        assertThat(said(new CommandRunner()
                        .run("auth", at(startTls), "--tls-name", "other.example", "--ca-file", file("ca.pem"))))
                .contains(
                        "Failed at the certificate.", "The certificate is for mail.example and not for other.example");
        assertThat(said(new CommandRunner().run("auth", at(startTls), "--tls-name", "mail.example")))
                .contains("Failed at the certificate.", "--ca-file");
        assertThat(said(run("auth", at(noStartTls)))).contains("Failed at STARTTLS.", "does not offer STARTTLS");
        assertThat(said(run("auth", at(startTls), "--tls", "implicit")))
                .contains("Failed at the TLS handshake.", "--tls starttls");
        assertThat(said(run("auth", at(implicit), "--timeout", "1")))
                .contains("Failed at the greeting.", "--tls implicit");
        assertThat(said(run("auth", at(startTls), "-u", "bob", "--password-file", file("password"), "--tls", "none")))
                .contains("Failed at the login.", "offers no login at all");
    }

    @Test
    void theDialogueOfTheDocument() {
        Result result = new CommandRunner()
                .input(
                        "EHLO c.example\nMAIL FROM:<bob@mail.example>\nRCPT TO:<c@d.example>\nDATA\nSubject: x\n\n..\n.\nQUIT\n")
                .run(
                        "auth",
                        at(implicit),
                        "--tls",
                        "implicit",
                        "--tls-name",
                        "mail.example",
                        "--ca-file",
                        file("ca.pem"),
                        "-u",
                        "bob",
                        "--password-file",
                        file("password"),
                        "--script",
                        "-");

        assertThat(said(result)).contains("250-AUTH=", "354 End data", "queued as");
    }

    /** A dropped packet: a network of its own, in which everything to one address gets lost. */
    @Test
    void aFilteredPort() throws Exception {
        String java = ProcessHandle.current().info().command().orElseThrow();
        String script = "ip link set lo up && ip tuntap add dev hole mode tun && ip addr add 198.51.100.1/24 dev hole"
                + " && ip link set hole up && exec \"$@\"";
        Process process = new ProcessBuilder(
                        "unshare",
                        "-n",
                        "sh",
                        "-c",
                        script,
                        "sh",
                        java,
                        "--enable-native-access=ALL-UNNAMED",
                        "-cp",
                        System.getProperty("surefire.test.class.path", System.getProperty("java.class.path")),
                        "org.hikyaku.cli.Hikyaku",
                        "auth",
                        "198.51.100.2:587",
                        "--timeout",
                        "1")
                .redirectErrorStream(true)
                .start();
        String out = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);

        assertThat(process.waitFor()).as(out).isEqualTo(3);
        assertThat(out).contains("Failed at the route.", "a firewall or the provider swallows them");
    }

    @Test
    void aRefusedPort() throws IOException {
        int port = TestPorts.take();
        assertThat(said(run("auth", "127.0.0.1:" + port))).contains("Failed at the TCP connection.");
    }
}
