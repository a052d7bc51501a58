package org.hikyaku.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** {@code tls serve}, {@code connect} and {@code suites} together. */
class TlsCommandTest {
    @TempDir
    static Path folder;

    @BeforeAll
    static void certificates() throws IOException {
        Served.certificates(folder);
    }

    private static CommandRunner.Result connect(String input, String... args) {
        List<String> all = new ArrayList<>(List.of("tls", "connect", "--linger", "0.3"));
        all.addAll(List.of(args));
        return new CommandRunner()
                .input(input)
                .clock(InstantSource.fixed(Served.NOW))
                .run(all.toArray(String[]::new));
    }

    private static String file(String name) {
        return folder.resolve(name).toString();
    }

    @ParameterizedTest
    @CsvSource({
        "rsa.pem, 1.2, kRSA, TLSv1.2 TLS_RSA_WITH_",
        "rsa.pem, 1.3, TLS_AES_128_GCM_SHA256, TLSv1.3 TLS_AES_128_GCM_SHA256 ",
        "ec.pem, 1.0-1.1, ECDHE-ECDSA-AES128-SHA, TLSv1.1 TLS_ECDHE_ECDSA_WITH_AES_128_CBC_SHA "
    })
    void whatIsSentComesBackInUpperCase(String certificate, String version, String suites, String settled)
            throws Exception {
        Served served = new Served(1, "--cert", file(certificate), "--tls", version, "--suites", suites);
        CommandRunner.Result result = connect(
                "hello there\n",
                "localhost:" + served.port(),
                "--ca-file",
                file("ca.pem"),
                "--tls",
                version,
                "--suites",
                suites);
        assertThat(result.err()).contains(settled).contains(", trusted");
        assertThat(result.out()).isEqualTo("HELLO THERE\n");
        assertThat(result.exit()).isZero();
        assertThat(served.line()).contains(settled).endsWith(" for localhost");
        assertThat(served.exit()).isZero();
    }

    @Test
    void nothingIsSentToAServerThatIsNotWhoItShouldBe() throws Exception {
        Served served = new Served(3, "--cert", file("ec.pem"));
        CommandRunner.Result stranger = connect(
                "secret\n", "127.0.0.1:" + served.port(), "--sni", "other.example", "--ca-file", file("ca.pem"));
        assertThat(stranger.exit()).isEqualTo(1);
        assertThat(stranger.out()).isEmpty();
        assertThat(stranger.err())
                .contains("not trusted: the certificate is not for other.example but for localhost, mx.example");
        CommandRunner.Result noAnchor =
                connect("secret\n", "localhost:" + served.port(), "--ca-file", file("stranger.pem"), "--json");
        assertThat(noAnchor.exit()).isEqualTo(1);
        assertThat(noAnchor.out())
                .contains("\"schema\" : \"hikyaku.tls-connect/1\"")
                .contains("\"trusted\" : false")
                .contains("\"received\" : 0");
        CommandRunner.Result unasked =
                connect("hello\n", "127.0.0.1:" + served.port(), "--no-name-check", "--ca-file", file("ca.pem"));
        assertThat(unasked.exit()).isZero();
        assertThat(unasked.out()).isEqualTo("HELLO\n");
        assertThat(served.exit()).isZero();
    }

    @Test
    void clientCertificatesAreJudged() throws Exception {
        Served served = new Served(
                3, "--cert", file("rsa.pem"), "--client-cert", "required", "--ca-file", file("ca.pem"), "--tls", "1.2");
        String address = "localhost:" + served.port();
        CommandRunner.Result good = connect("a\n", address, "--ca-file", file("ca.pem"), "--cert", file("client.pem"));
        assertThat(good.out()).isEqualTo("A\n");
        assertThat(served.line()).contains("client certificate of client.example, trusted");
        CommandRunner.Result bad = connect("a\n", address, "--ca-file", file("ca.pem"), "--cert", file("stranger.pem"));
        assertThat(bad.out()).isEmpty();
        assertThat(served.line())
                .contains("client certificate of stranger.example, untrusted: ")
                .endsWith("; refused");
        CommandRunner.Result none = connect("a\n", address, "--ca-file", file("ca.pem"));
        assertThat(none.exit()).isEqualTo(3);
        assertThat(none.err()).contains("it asks for a client certificate");
        assertThat(served.line()).contains("failed: ").contains("the client showed no certificate");
        assertThat(served.exit()).isZero();
    }

    @Test
    void sessionsAreResumedUnlessToldNotTo() throws Exception {
        for (boolean allowed : List.of(true, false)) {
            Served served = allowed
                    ? new Served(2, "--cert", file("ec.pem"), "--tls", "1.2")
                    : new Served(2, "--cert", file("ec.pem"), "--tls", "1.2", "--no-resumption");
            CommandRunner.Result result = connect(
                    "a\n", "localhost:" + served.port(), "--ca-file", file("ca.pem"), "--tls", "1.2", "--resume");
            assertThat(result.out()).isEqualTo("A\n");
            assertThat(result.err().contains(" resumed")).isEqualTo(allowed);
            assertThat(served.exit()).isZero();
        }
    }

    @Test
    void bothWriteTheSameKeyLog() throws Exception {
        Path ours = folder.resolve("server.keys");
        Path theirs = folder.resolve("client.keys");
        Served served = new Served(1, "--cert", file("ec.pem"), "--keylog", ours.toString());
        connect("a\n", "localhost:" + served.port(), "--ca-file", file("ca.pem"), "--keylog", theirs.toString());
        assertThat(served.exit()).isZero();
        assertThat(Files.readAllLines(ours)).hasSize(5).containsExactlyInAnyOrderElementsOf(Files.readAllLines(theirs));
    }

    @ParameterizedTest
    @CsvSource({
        "--suites, NO-SUCH, there is no suite NO-SUCH",
        "--suites, EXP-RC4-MD5, is known but not spoken here",
        "--groups, x999, there is no group x999",
        "--tls, 1.4, 'takes 1.0, 1.1, 1.2 or 1.3'",
        "--tls, 1.3-1.2, the older version comes first",
        "--key, none.pem, none.pem does not exist",
        "--client-cert, maybe, takes asked or required",
        "--www, none, none is no folder",
        "--listen, nowhere:1, takes an IP address and a port",
        "--ca-file, none.pem, none.pem does not exist"
    })
    void wrongOptionsAreExplained(String option, String value, String words) {
        List<String> command = new ArrayList<>(List.of("tls", "serve", "--cert", file("ec.pem"), option, value));
        if (!option.equals("--listen")) {
            command.addAll(List.of("--listen", "127.0.0.1:0"));
        }
        CommandRunner.Result result = new CommandRunner().run(command.toArray(String[]::new));
        assertThat(result.exit()).isEqualTo(2);
        assertThat(result.err().replace("known, but", "known but"))
                .contains(words)
                .doesNotContain("Exception")
                .hasLineCount(1);
        assertThat(result.out()).as("nobody listens").isEmpty();
    }

    @Test
    void theKeyMustBelongToTheCertificate() {
        CommandRunner.Result result =
                new CommandRunner().run("tls", "serve", "--cert", file("ec.pem"), "--key", file("rsa.pem"));
        assertThat(result.exit()).isEqualTo(2);
        assertThat(result.err()).contains("does not belong to the first certificate");
        assertThat(result.out()).as("nobody listens").isEmpty();
    }

    @Test
    void suitesSayWhatAnRsaKeyDecrypts() {
        CommandRunner.Result rsa = new CommandRunner().run("tls", "suites", "--kx", "RSA");
        assertThat(rsa.exit()).isZero();
        assertThat(rsa.out())
                .containsPattern("0x009c TLS_RSA_WITH_AES_128_GCM_SHA256 +RSA +RSA +AES_128_GCM +AEAD +decrypts +yes")
                .containsPattern("0x000a TLS_RSA_WITH_3DES_EDE_CBC_SHA +RSA +RSA +3DES_EDE_CBC +SHA1 +decrypts")
                .doesNotContain("ECDHE");
        CommandRunner.Result all = new CommandRunner().run("tls", "suites", "--json", "--tls", "1.2");
        assertThat(all.out())
                .contains("\"schema\" : \"hikyaku.tls-suites/1\"")
                .contains("\"openssl\" : \"ECDHE-RSA-AES128-GCM-SHA256\"")
                .doesNotContain("\"code\" : \"0x1301\"");
    }
}
