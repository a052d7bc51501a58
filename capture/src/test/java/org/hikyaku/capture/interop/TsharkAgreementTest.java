package org.hikyaku.capture.interop;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import org.hikyaku.capture.Captures;
import org.hikyaku.capture.Connection;
import org.hikyaku.capture.tls.KeyLogFileReader;
import org.hikyaku.capture.tls.RsaKeys;
import org.hikyaku.capture.tls.SecretStore;
import org.hikyaku.capture.tls.TlsReport;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Every suite that OpenSSL speaks, captured anew: we decrypt what was said, and what tshark decrypts is the same. */
@Tag("interop")
class TsharkAgreementTest {

    private record Case(String line, List<String> options) {}

    @Test
    void everySuiteOfOpenSslIsDecrypted(@TempDir Path dir) throws IOException, InterruptedException {
        for (String tool : List.of("openssl", "tcpdump", "tshark")) {
            assumeTrue(OpenSslSessions.installed(tool), tool + " is not installed");
        }
        assumeTrue("root".equals(System.getProperty("user.name")), "capturing needs root");
        List<Case> said = new ArrayList<>();
        Captures.Decoded ours;
        Captures.Decoded byKey;
        List<String> theirs = new ArrayList<>();
        try (OpenSslSessions sessions = new OpenSslSessions(dir)) {
            for (Case one : cases()) {
                if (sessions.session(one.line(), one.options())) {
                    said.add(one);
                }
            }
            // The last packets of a capture may stay in tcpdump's buffer: these are not asked for.
            sessions.session("the end", List.of("-tls1_2"));
            sessions.stop();
            SecretStore store = new SecretStore();
            KeyLogFileReader.open(sessions.keys(), store);
            ours = Captures.decode(Files.readAllBytes(sessions.capture()), store);
            RsaKeys key = new RsaKeys();
            key.add(sessions.serverKey());
            byKey = Captures.decode(Files.readAllBytes(sessions.capture()), new SecretStore(), key);
            theirs.addAll(tshark(dir, sessions, ours.connections.size()));
        }
        assertThat(said).as("sessions that came about").hasSizeGreaterThan(60);
        int agreed = 0;
        int withKey = 0;
        for (Case one : said) {
            String expected = one.line() + "\n" + new StringBuilder(one.line()).reverse() + "\n";
            int index = ours.texts.indexOf(expected);
            assertThat(index).as("decrypted: %s; of %s", one, reasons(ours)).isNotNegative();
            if (!theirs.get(index).isEmpty()) { // tshark 4.0 lacks a few suites
                assertThat(theirs.get(index)).as("tshark: %s", one).isEqualTo(expected);
                agreed++;
            }
            TlsReport tls = ours.connections.get(index).tls().orElseThrow();
            if (tls.suite().filter(s -> !s.forwardSecret() && !s.nullCipher()).isPresent()) {
                assertThat(byKey.texts.get(index)).as("by the RSA key: %s", one).isEqualTo(expected);
                withKey++;
            }
        }
        assertThat(agreed).as("compared with tshark").isGreaterThan(60);
        assertThat(withKey).as("decrypted by the RSA key").isGreaterThan(15);
    }

    private static List<Case> cases() throws IOException {
        List<Case> cases = new ArrayList<>();
        for (String suite : List.of(
                "TLS_AES_128_GCM_SHA256",
                "TLS_AES_256_GCM_SHA384",
                "TLS_CHACHA20_POLY1305_SHA256",
                "TLS_AES_128_CCM_SHA256",
                "TLS_AES_128_CCM_8_SHA256")) {
            for (String group : List.of("X25519", "P-256", "P-384", "X448")) {
                cases.add(new Case(
                        "hello " + suite + " " + group, List.of("-tls1_3", "-ciphersuites", suite, "-groups", group)));
            }
        }
        for (String cipher : OpenSslSessions.ciphers("-tls1_2", "aRSA:eNULL")) {
            cases.add(new Case("hello tls12 " + cipher, List.of("-tls1_2", "-cipher", cipher + ":@SECLEVEL=0")));
        }
        for (String version : List.of("-tls1", "-tls1_1")) {
            for (String cipher : List.of("AES128-SHA", "AES256-SHA", "ECDHE-RSA-AES128-SHA", "CAMELLIA128-SHA")) {
                cases.add(new Case(
                        "hello " + version + " " + cipher, List.of(version, "-cipher", cipher + ":@SECLEVEL=0")));
            }
        }
        return cases;
    }

    private static List<String> reasons(Captures.Decoded decoded) {
        List<String> reasons = new ArrayList<>();
        for (Connection connection : decoded.connections) {
            connection.tls().flatMap(TlsReport::dark).ifPresent(dark -> reasons.add(connection.number() + ": " + dark));
        }
        return reasons;
    }

    /** One text a stream. */
    private static List<String> tshark(Path dir, OpenSslSessions sessions, int streams) throws IOException {
        List<String> command = new ArrayList<>(List.of(
                "tshark",
                "-r",
                sessions.capture().toString(),
                "-o",
                "tls.keylog_file:" + sessions.keys(),
                "-o",
                "tcp.reassemble_out_of_order:TRUE",
                "-q"));
        String[] texts = new String[streams];
        for (int i = 0; i < streams; i++) {
            command.addAll(List.of("-z", "follow,tls,raw," + i));
            texts[i] = "";
        }
        int stream = -1;
        for (String line :
                OpenSslSessions.run(dir, command.toArray(new String[0])).lines().toList()) {
            String hex = line.strip();
            if (hex.startsWith("Filter: tcp.stream eq ")) {
                stream = Integer.parseInt(hex.substring("Filter: tcp.stream eq ".length()));
            } else if (stream >= 0 && !hex.isEmpty() && hex.chars().allMatch(HexFormat::isHexDigit)) {
                texts[stream] += new String(HexFormat.of().parseHex(hex), StandardCharsets.ISO_8859_1);
            }
        }
        return List.of(texts);
    }
}
