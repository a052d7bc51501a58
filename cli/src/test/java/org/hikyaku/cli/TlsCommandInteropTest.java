package org.hikyaku.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** {@code tls serve} with openssl, gnutls and curl as clients; {@code tls connect} with openssl's and gnutls's server. */
@Tag("interop")
class TlsCommandInteropTest {
    @TempDir
    static Path folder;

    @BeforeAll
    static void certificates() throws IOException {
        Served.certificates(folder);
    }

    private static void needs(String tool) {
        assumeTrue(Files.isExecutable(Path.of("/usr/bin", tool)), tool + " is not installed");
    }

    /** The process's own end is awaited, 20 seconds at most. */
    private static String run(String input, String... command) throws IOException, InterruptedException {
        Process process = new ProcessBuilder(command)
                .directory(folder.toFile())
                .redirectErrorStream(true)
                .start();
        try {
            process.getOutputStream().write(input.getBytes(StandardCharsets.US_ASCII));
            process.getOutputStream().flush();
            // The client is to see the answer before its input ends.
            StringBuilder said = new StringBuilder();
            BufferedReader lines =
                    new BufferedReader(new InputStreamReader(process.getInputStream(), StandardCharsets.ISO_8859_1));
            for (String line = lines.readLine(); line != null; line = lines.readLine()) {
                said.append(line).append('\n');
                if (line.contains("HELLO")) {
                    process.getOutputStream().close();
                }
            }
            assertThat(process.waitFor(20, TimeUnit.SECONDS)).isTrue();
            return said.toString();
        } finally {
            process.destroy();
        }
    }

    @ParameterizedTest
    @CsvSource({
        "-tls1_3 -ciphersuites TLS_CHACHA20_POLY1305_SHA256, TLSv1.3 TLS_CHACHA20_POLY1305_SHA256 ",
        "-tls1_3 -groups P-384, TLSv1.3 TLS_AES_256_GCM_SHA384 secp384r1 ",
        "-tls1_2 -cipher kRSA, TLSv1.2 TLS_RSA_WITH_",
        "-tls1_2 -cipher DHE-RSA-AES128-GCM-SHA256, TLSv1.2 TLS_DHE_RSA_WITH_AES_128_GCM_SHA256 ",
        "-tls1_2 -cipher ECDHE-ECDSA-AES256-SHA384, TLSv1.2 TLS_ECDHE_ECDSA_WITH_AES_256_CBC_SHA384 ",
        "-tls1 -cipher AES128-SHA:@SECLEVEL=0, TLSv1.0 TLS_RSA_WITH_AES_128_CBC_SHA"
    })
    void opensslsClientIsServed(String options, String settled) throws Exception {
        needs("openssl");
        Served served = new Served(1, "--cert", file("ec.pem"), "--cert", file("rsa.pem"), "--tls", "1.0-1.3");
        List<String> command = new ArrayList<>(
                List.of("openssl", "s_client", "-quiet", "-verify_return_error", "-verify_hostname", "mx.example"));
        command.addAll(List.of("-connect", "127.0.0.1:" + served.port(), "-CAfile", "ca.pem", "-no_ign_eof"));
        command.addAll(List.of(options.split(" ")));
        assertThat(run("hello\n", command.toArray(String[]::new))).contains("HELLO");
        assertThat(served.line()).contains(settled);
        assertThat(served.exit()).isZero();
    }

    @Test
    void opensslResumesASessionById() throws Exception {
        needs("openssl");
        Served served = new Served(2, "--cert", file("ec.pem"), "--tls", "1.2");
        String address = "127.0.0.1:" + served.port();
        run("hello\n", "openssl", "s_client", "-connect", address, "-no_ticket", "-sess_out", "s.pem", "-no_ign_eof");
        assertThat(served.line()).doesNotContain("resumed");
        String second = run(
                "hello\n",
                "openssl",
                "s_client",
                "-connect",
                address,
                "-no_ticket",
                "-sess_in",
                "s.pem",
                "-no_ign_eof");
        assertThat(second).contains("Reused, TLSv1.2").contains("HELLO");
        assertThat(served.line()).contains("resumed");
    }

    @ParameterizedTest
    @CsvSource({
        "NORMAL:-VERS-ALL:+VERS-TLS1.3, TLSv1.3 ",
        "NORMAL:-VERS-ALL:+VERS-TLS1.2:-KX-ALL:+RSA, TLSv1.2 TLS_RSA_WITH_",
        "NORMAL:-VERS-ALL:+VERS-TLS1.2:-KX-ALL:+ECDHE-ECDSA, TLSv1.2 TLS_ECDHE_ECDSA_WITH_"
    })
    void gnutlsClientIsServed(String priority, String settled) throws Exception {
        needs("gnutls-cli");
        Served served = new Served(1, "--cert", file("ec.pem"), "--cert", file("rsa.pem"));
        String said = run(
                "hello\n",
                "gnutls-cli",
                "--logfile=gnutls.log",
                "--x509cafile=ca.pem",
                "--verify-hostname=mx.example",
                "--priority=" + priority,
                "-p",
                String.valueOf(served.port()),
                "127.0.0.1");
        assertThat(said).contains("HELLO");
        assertThat(served.line()).contains(settled);
    }

    @Test
    void curlFetchesAFileWithItsClientCertificate() throws Exception {
        needs("curl");
        Path www = Files.createDirectories(folder.resolve("www"));
        String page = "<p>hello</p>\n".repeat(5000);
        Files.writeString(www.resolve("index.html"), page);
        Files.writeString(folder.resolve("outside.txt"), "not for you");
        Files.createSymbolicLink(www.resolve("link.txt"), folder.resolve("outside.txt"));
        Served served = new Served(
                3,
                "--cert",
                file("rsa.pem"),
                "--www",
                www.toString(),
                "--client-cert",
                "required",
                "--ca-file",
                file("ca.pem"));
        String url = "https://localhost:" + served.port() + "/";
        String[] curl = {"curl", "-sS", "--http1.1", "--cacert", "ca.pem", "--cert", "client.pem"};
        assertThat(run("", with(curl, url))).isEqualTo(page);
        assertThat(served.line()).contains(" alpn http/1.1").contains("client.example, trusted");
        assertThat(run("", with(curl, "-w", "%{http_code} ", url + "link.txt", url + "none")))
                .isEqualTo("There is no such file.\n404 There is no such file.\n404 \n");
        assertThat(run("", with(curl, "--path-as-is", url + "../outside.txt"))).contains("There is no such file");
        assertThat(served.exit()).isZero();
    }

    private static String[] with(String[] first, String... more) {
        List<String> all = new ArrayList<>(List.of(first));
        all.addAll(List.of(more));
        return all.toArray(String[]::new);
    }

    @ParameterizedTest
    @CsvSource({
        "-tls1_3, TLSv1.3 TLS_",
        "-tls1_2 -cipher AES256-SHA256, TLSv1.2 TLS_RSA_WITH_AES_256_CBC_SHA256",
        "-tls1_3 -Verify 2 -CAfile ca.pem -verify_return_error, shown: client certificate of client.example"
    })
    void opensslsServerIsReached(String options, String settled) throws Exception {
        needs("openssl");
        List<String> command = new ArrayList<>(List.of("stdbuf", "-oL", "openssl", "s_server", "-rev"));
        command.addAll(List.of("-accept", "127.0.0.1:0", "-cert", "rsa.pem", "-key", "rsa.pem"));
        command.addAll(List.of(options.split(" ")));
        Process server = new ProcessBuilder(command)
                .directory(folder.toFile())
                .redirectErrorStream(true)
                .start();
        try {
            BufferedReader lines =
                    new BufferedReader(new InputStreamReader(server.getInputStream(), StandardCharsets.ISO_8859_1));
            String line = lines.readLine();
            while (!line.startsWith("ACCEPT")) {
                line = lines.readLine();
            }
            CommandRunner.Result result = new CommandRunner()
                    .input("hello\n")
                    .clock(InstantSource.fixed(Served.NOW))
                    .run(
                            "tls",
                            "connect",
                            "localhost:"
                                    + line.substring(line.lastIndexOf(':') + 1).strip(),
                            "--ca-file",
                            file("ca.pem"),
                            "--cert",
                            file("client.pem"));
            assertThat(result.err()).contains(settled).contains(", trusted");
            assertThat(result.out()).isEqualTo("olleh\n");
            assertThat(result.exit()).isZero();
        } finally {
            server.destroy();
        }
    }

    /** Each suite of OpenSSL is in our list, with the same key exchange, authentication, and verdict on the RSA key. */
    @Test
    void theListOfSuitesAgreesWithOpensslCiphers() throws Exception {
        needs("openssl");
        String ours = new CommandRunner().run("tls", "suites").out();
        int compared = 0;
        for (String line : run("", "openssl", "ciphers", "-V", "ALL:COMPLEMENTOFALL:@SECLEVEL=0")
                .lines()
                .toList()) {
            String[] words = line.strip().split("\\s+");
            String code = words[0].replace(",", "").replace("0x", "").toLowerCase(java.util.Locale.ROOT);
            String mine = ours.lines()
                    .filter(l -> l.startsWith("0x" + code + " "))
                    .findFirst()
                    .orElse("");
            assertThat(mine).as(line).isNotEmpty();
            String[] columns = mine.split("\\s+");
            String exchange = words[4].substring(3);
            String expected = switch (exchange) {
                case "any" -> "TLS13";
                case "DH" -> "DHE";
                case "ECDH" -> "ECDHE";
                case "DHEPSK" -> "DHE_PSK";
                case "ECDHEPSK" -> "ECDHE_PSK";
                case "RSAPSK" -> "RSA_PSK";
                default -> exchange;
            };
            assertThat(columns[2]).as(line).isEqualTo(expected);
            String mac = words[7].substring(4);
            assertThat(columns[5]).as(line).isEqualTo(mac);
            assertThat(columns[6].equals("decrypts")).as(line).isEqualTo(exchange.equals("RSA"));
            compared++;
        }
        assertThat(compared).isGreaterThan(150);
    }

    private static String file(String name) {
        return folder.resolve(name).toString();
    }
}
