package org.hikyaku.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.networknt.schema.InputFormat;
import com.networknt.schema.SchemaRegistry;
import com.networknt.schema.SpecificationVersion;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.hikyaku.cli.CommandRunner.Result;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What {@code cert} makes, read and verified by openssl. */
class CertCommandTest {
    @TempDir
    private Path folder = Path.of("");

    private Result make(String... args) {
        return make(new CommandRunner(), args);
    }

    private Result make(CommandRunner runner, String kind, String out, String... more) {
        List<String> args = new ArrayList<>(
                List.of("cert", kind, "--out", folder.resolve(out).toString()));
        args.addAll(List.of(more));
        return runner.run(args.toArray(String[]::new));
    }

    private Result make(CommandRunner runner, String[] args) {
        List<String> more = new ArrayList<>(List.of(args));
        String kind = more.removeFirst();
        String out = more.removeFirst();
        return make(runner, kind, out, more.toArray(String[]::new));
    }

    private String openssl(String... args) throws IOException, InterruptedException {
        List<String> line = new ArrayList<>(List.of("openssl"));
        line.addAll(List.of(args));
        Process process = new ProcessBuilder(line)
                .directory(folder.toFile())
                .redirectErrorStream(true)
                .start();
        String out = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        return process.waitFor() == 0 ? out : "failed: " + out;
    }

    private String permissions(String file) throws IOException {
        return PosixFilePermissions.toString(Files.getPosixFilePermissions(folder.resolve(file)));
    }

    @ParameterizedTest
    @ValueSource(strings = {"ec-p256", "ec-p384", "rsa-2048", "ed25519"})
    void selfSigned(String type) throws Exception {
        Result result = make(
                "self-signed",
                "s",
                "--name",
                "mail.example",
                "--name",
                "*.example",
                "--name",
                "192.0.2.1",
                "--name",
                "2001:db8::1",
                "--name",
                "a@mail.example",
                "--days",
                "90",
                "--key-type",
                type);

        assertThat(result.err()).isEmpty();
        assertThat(result.exit()).isZero();
        assertThat(result.out()).contains("CN=mail.example", "2001:db8::1", "certificate SHA-256");
        String text = openssl("x509", "-in", "s.pem", "-noout", "-text");
        assertThat(text)
                .contains(
                        "DNS:mail.example, DNS:*.example, IP Address:192.0.2.1, IP Address:2001:DB8:0:0:0:0:0:1,"
                                + " email:a@mail.example",
                        "TLS Web Server Authentication");
        assertThat(openssl("verify", "-CAfile", "s.pem", "s.pem")).contains("OK");
        assertThat(openssl("pkey", "-in", "s.key", "-pubout"))
                .isEqualTo(openssl("x509", "-in", "s.pem", "-noout", "-pubkey"));
        assertThat(openssl("x509", "-in", "s.pem", "-noout", "-checkend", String.valueOf(89 * 86400)))
                .contains("will not expire");
        assertThat(openssl("x509", "-in", "s.pem", "-noout", "-checkend", String.valueOf(91 * 86400)))
                .contains("will expire");
        assertThat(permissions("s.key")).isEqualTo("rw-------");
        assertThat(permissions("s.pem")).isEqualTo("rw-r--r--");
    }

    @Test
    void anAuthorityWithServerAndClient() throws Exception {
        assertThat(make("ca", "ca", "--name", "My CA").exit()).isZero();
        String ca = folder.resolve("ca.pem").toString();
        Result server = make("server", "srv", "--ca", ca, "--name", "mail.example");
        Result client = make(
                new CommandRunner().variable("HIKYAKU_PKCS12_PASSWORD", "p12 pass"),
                "client",
                "hanako",
                "--ca",
                ca,
                "--name",
                "hanako",
                "--mail",
                "hanako@example.jp",
                "--p12");

        assertThat(server.err() + client.err()).isEmpty();
        assertThat(openssl(
                        "verify",
                        "-x509_strict",
                        "-purpose",
                        "sslserver",
                        "-verify_hostname",
                        "mail.example",
                        "-CAfile",
                        "ca.pem",
                        "srv.pem"))
                .contains("OK");
        assertThat(openssl(
                        "verify",
                        "-x509_strict",
                        "-purpose",
                        "sslclient",
                        "-verify_email",
                        "hanako@example.jp",
                        "-CAfile",
                        "ca.pem",
                        "hanako.pem"))
                .contains("OK");
        assertThat(openssl("verify", "-purpose", "sslserver", "-CAfile", "ca.pem", "hanako.pem"))
                .contains("failed");
        assertThat(openssl("pkcs12", "-in", "hanako.p12", "-passin", "pass:p12 pass", "-nodes"))
                .contains("CN = hanako", "CN = My CA", "BEGIN PRIVATE KEY");
        assertThat(permissions("hanako.p12")).isEqualTo("rw-------");
        assertThat(client.out()).doesNotContain("p12 pass");
    }

    @Test
    void aPasswordIsMadeUpAndSaidOnce() throws Exception {
        Result result = make("self-signed", "s", "--name", "mail.example", "--p12");

        String password = result.out().lines().reduce((a, b) -> b).orElseThrow().replaceAll(".*: ", "");
        assertThat(password).hasSize(20);
        assertThat(openssl("pkcs12", "-in", "s.p12", "-passin", "pass:" + password, "-noout"))
                .doesNotContain("failed");
    }

    @Test
    void nothingIsOverwrittenUnasked() throws Exception {
        Files.writeString(folder.resolve("s.pem"), "mine");
        Result refused = make("self-signed", "s", "--name", "mail.example");

        assertThat(refused.exit()).isEqualTo(2);
        assertThat(refused.err()).contains("s.pem exists", "--force");
        assertThat(Files.readString(folder.resolve("s.pem"))).isEqualTo("mine");
        assertThat(folder.resolve("s.key")).doesNotExist();

        assertThat(make("self-signed", "s", "--name", "mail.example", "--force").exit())
                .isZero();
        assertThat(Files.readString(folder.resolve("s.pem"))).contains("BEGIN CERTIFICATE");
        try (Stream<Path> left = Files.list(folder)) {
            assertThat(left.map(p -> p.getFileName().toString())).containsExactlyInAnyOrder("s.pem", "s.key");
        }
    }

    @Test
    void fingerprintsAsOpensslPrintsThem() throws Exception {
        make("self-signed", "s", "--name", "mail.example", "--key-type", "rsa-2048");
        openssl("pkcs12", "-export", "-in", "s.pem", "-inkey", "s.key", "-out", "o.p12", "-passout", "pass:abc");
        String fingerprint = openssl("x509", "-in", "s.pem", "-noout", "-fingerprint", "-sha256")
                .strip()
                .replaceAll(".*=", "");
        openssl("pkey", "-in", "s.key", "-pubout", "-outform", "DER", "-out", "pub.der");
        String key = openssl("dgst", "-sha256", "-c", "pub.der").strip().replaceAll(".*= ", "");

        Result pem =
                new CommandRunner().run("cert", "show", folder.resolve("s.pem").toString());
        Result pkcs12 = new CommandRunner()
                .variable("HIKYAKU_PKCS12_PASSWORD", "abc")
                .run("cert", "show", folder.resolve("o.p12").toString(), "--json");
        Result wrong = new CommandRunner()
                .variable("HIKYAKU_PKCS12_PASSWORD", "no")
                .run("cert", "show", folder.resolve("o.p12").toString());

        assertThat(pem.out()).contains(fingerprint).containsIgnoringCase(key);
        assertThat(pkcs12.out())
                .contains(fingerprint.replace(":", "").toLowerCase(java.util.Locale.ROOT))
                .contains(key.replace(":", ""));
        assertThat(SchemaRegistry.withDefaultDialect(SpecificationVersion.DRAFT_2020_12)
                        .getSchema(Files.readString(Path.of("..", "docs", "schema", "cert-1.json")))
                        .validate(pkcs12.out(), InputFormat.JSON))
                .isEmpty();
        assertThat(wrong.exit()).isEqualTo(2);
        assertThat(wrong.err()).contains("the password is wrong");
    }

    @Test
    void wrongCalls() throws Exception {
        make("self-signed", "leaf", "--name", "mail.example");
        make("ca", "ca", "--name", "My CA");
        make("ca", "other", "--name", "Other CA");
        String ca = folder.resolve("ca.pem").toString();

        assertThat(make("server", "x", "--ca", folder.resolve("leaf.pem").toString(), "--name", "a.example")
                        .err())
                .contains("no certificate of an authority");
        assertThat(make(
                                "server",
                                "x",
                                "--ca",
                                ca,
                                "--ca-key",
                                folder.resolve("other.key").toString(),
                                "--name",
                                "a.example")
                        .err())
                .contains("the key is not that of the authority");
        assertThat(make("self-signed", "x", "--name", "a b").exit()).isEqualTo(2);
        assertThat(make("self-signed", "x", "--name", "a.example", "--days", "0")
                        .err())
                .contains("1 to 36500");
        assertThat(make("self-signed", "x", "--name", "a.example", "--key-type", "rsa-512")
                        .err())
                .contains("ec-p256");
    }
}
