package org.hikyaku.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayInputStream;
import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.net.URISyntaxException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Objects;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * RSA keys for {@code hikyaku decode}. The capture is of OpenSSL at 127.0.0.1:42912; its key was put into PKCS#12 by
 * {@code openssl pkcs12 -export -passout pass:courier}, once with the certificate and once without.
 */
class DecodeKeysTest {
    private static final String SAID = "C: hello from tls12-rsa\nS: asr-21slt morf olleh\n";

    private static String file(String name) {
        try {
            return Path.of(Objects.requireNonNull(DecodeKeysTest.class.getResource(name))
                            .toURI())
                    .toString();
        } catch (URISyntaxException e) {
            throw new IllegalStateException(e);
        }
    }

    private static CommandRunner.Result decode(CommandRunner runner, String... options) {
        String[] args = new String[options.length + 3];
        args[0] = "decode";
        args[1] = file("tls12-rsa.pcap");
        System.arraycopy(options, 0, args, 2, options.length);
        args[args.length - 1] = "--dialogue";
        return runner.run(args);
    }

    private static String flat(String text) {
        return text.replaceAll("\\s+", " ");
    }

    @ParameterizedTest
    @ValueSource(strings = {"server.p12", "server-key-only.p12"})
    void pkcs12OpensItWithThePasswordOfTheEnvironment(String p12) {
        CommandRunner.Result result =
                decode(new CommandRunner().variable("HIKYAKU_KEY_PASSWORD", "courier"), "--rsa-key", file(p12));
        assertThat(result.err()).isEmpty();
        assertThat(result.out()).contains(SAID);
    }

    /** By {@code openssl pkcs8 -topk8} and {@code openssl rsa -traditional}: what has been usual at one time or another. */
    @ParameterizedTest
    @ValueSource(
            strings = {
                "pbes2-aes",
                "pbes2-des3",
                "scrypt",
                "pbes1-3des",
                "traditional-aes128",
                "traditional-des3",
                "traditional-des"
            })
    void keyUnderAPasswordOpensIt(String kind) {
        String key = file("encrypted-" + kind + ".key");
        CommandRunner.Result result =
                decode(new CommandRunner().variable("HIKYAKU_KEY_PASSWORD", "courier"), "--rsa-key", key);
        assertThat(result.err()).isEmpty();
        assertThat(result.out()).contains(SAID);
        CommandRunner.Result wrong =
                decode(new CommandRunner().variable("HIKYAKU_KEY_PASSWORD", "s3same"), "--rsa-key", key);
        assertThat(wrong.exit()).isEqualTo(2);
        assertThat(wrong.err()).contains("the password is wrong").doesNotContain("s3same", "Exception");
        CommandRunner.Result missing = decode(new CommandRunner(), "--rsa-key", key);
        assertThat(missing.exit()).isEqualTo(2);
        assertThat(missing.err()).contains("password of " + key).contains("--key-password-file");
    }

    @Test
    void pkcs12OpensItWithThePasswordOfAFile(@TempDir Path dir) throws IOException {
        Path password = Files.writeString(dir.resolve("password"), "courier\n");
        CommandRunner.Result result = decode(
                new CommandRunner(),
                "--rsa-key",
                "127.0.0.1:42912:http:" + file("server.p12"),
                "--key-password-file",
                password.toString());
        assertThat(result.out()).contains(SAID);
    }

    @Test
    void wrongAndMissingPasswordsAreSaid() {
        CommandRunner.Result wrong =
                decode(new CommandRunner().variable("HIKYAKU_KEY_PASSWORD", "s3same"), "--rsa-key", file("server.p12"));
        assertThat(wrong.exit()).isEqualTo(2);
        assertThat(wrong.err()).contains("server.p12: the password is wrong").doesNotContain("s3same");
        CommandRunner.Result missing = decode(new CommandRunner(), "--rsa-key", file("server.p12"));
        assertThat(missing.exit()).isEqualTo(2);
        assertThat(missing.err()).contains("--key-password-file").contains("HIKYAKU_KEY_PASSWORD");
    }

    @Test
    void keyOfOneServerOpensItsSessions() {
        CommandRunner.Result result =
                decode(new CommandRunner(), "--rsa-key", "127.0.0.1:42912:tls:" + file("server.key"));
        assertThat(result.out()).contains(SAID);
    }

    @Test
    void keyGivenForAnotherServerIsNotUsedAndThatIsSaid() {
        for (String other : new String[] {"127.0.0.2:42912", "127.0.0.1:443", "[2001:db8::1]:42912"}) {
            CommandRunner.Result result =
                    decode(new CommandRunner(), "--list", "--rsa-key", other + ":http:" + file("server.key"));
            assertThat(result.exit()).isEqualTo(1);
            assertThat(flat(result.out()))
                    .contains("the RSA key server.key belongs to the certificate that the server showed, but was given"
                            + " for " + other + " and not for 127.0.0.1:42912")
                    .contains("(1: RSA key of another certificate)")
                    .doesNotContain("hello");
        }
    }

    @Test
    void keyGivenForThisServerThatDoesNotFitItsCertificateIsSaid(@TempDir Path dir) {
        new CommandRunner()
                .run("cert", "self-signed", "--name", "a.example", "--key-type", "rsa-2048", "--out", dir + "/other");
        String bound = "127.0.0.1:42912:smtp:" + dir + "/other.key";
        assertThat(flat(decode(new CommandRunner(), "--list", "--rsa-key", bound)
                        .out()))
                .contains("the RSA key (other.key, given for 127.0.0.1:42912) does not belong to the certificate");
        // Another key opens it: the one that does not fit is told all the same.
        CommandRunner.Result both =
                decode(new CommandRunner(), "--story", "1", "--rsa-key", bound, "--rsa-key", file("server.key"));
        assertThat(both.exit()).isZero();
        assertThat(flat(both.out()))
                .contains(
                        "the RSA key other.key was given for 127.0.0.1:42912 but does not belong to the certificate that"
                                + " this server showed");
    }

    @ParameterizedTest
    @CsvSource({
        "127.0.0.1:99999:http:server.key, 99999' is no port",
        "127.0.0.1:443:gopher:server.key, gopher' is no protocol",
        "127.0.0.1:443:server.key, 'a port, a protocol and a file'",
        "mx.example:443:http:server.key, mx.example' is no address",
        "[2001:db8::1]:443:http:, 'a port, a protocol and a file'",
        "[2001:db8:zz]:443:http:server.key, is no address",
    })
    void wrongFormsAreSaid(String option, String words) {
        CommandRunner.Result result = decode(new CommandRunner(), "--rsa-key", option);
        assertThat(result.exit()).isEqualTo(2);
        assertThat(result.err()).contains(words).contains("ADDR:PORT:PROTOCOL:FILE");
    }

    @Test
    void fileWithColonsIsAFile(@TempDir Path dir) throws IOException {
        Path odd = Files.copy(Path.of(file("server.key")), dir.resolve("server:1.key"));
        assertThat(decode(new CommandRunner(), "--rsa-key", odd.toString()).out())
                .contains(SAID);
    }

    private static final String MIXED = TestCaptures.file("captures/mixed.pcap");
    private static final String MIXED_KEYS = TestCaptures.file("captures/mixed.keys");

    /** Whoever writes a key log makes it with the first session. */
    @Test
    void keyLogOfLivePacketsNeedNotBeThereYet(@TempDir Path dir) throws IOException {
        Path log = dir.resolve("keys.log");
        byte[] packets = Files.readAllBytes(Path.of(MIXED));
        InputStream passing = new FilterInputStream(new ByteArrayInputStream(packets)) {
            @Override
            public int read(byte[] to, int offset, int length) throws IOException {
                if (Files.notExists(log)) {
                    Files.copy(Path.of(MIXED_KEYS), log);
                }
                return super.read(to, offset, length);
            }
        };
        CommandRunner.Result live =
                new CommandRunner().input(passing).run("decode", "-", "--keylog", log.toString(), "--list");
        assertThat(live.out()).contains("5 with TLS: 4 decrypted, 1 not");
        assertThat(live.err())
                .isEqualTo("hikyaku decode: the key log " + log + " is not there yet: it is read when it is.\n");
    }

    @Test
    void keyLogOfLivePacketsThatNeverCameIsTold(@TempDir Path dir) throws IOException {
        Path log = dir.resolve("keys.log");
        CommandRunner.Result live = new CommandRunner()
                .input(new ByteArrayInputStream(Files.readAllBytes(Path.of(MIXED))))
                .run("decode", "-", "--keylog", log.toString(), "--list");
        assertThat(live.out()).contains("5 with TLS: 0 decrypted, 5 not");
        assertThat(live.err()).contains("the key log " + log + " never came to be.\n");
        assertThat(live.exit()).isEqualTo(1);
    }
}
