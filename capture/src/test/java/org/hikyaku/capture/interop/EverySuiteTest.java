package org.hikyaku.capture.interop;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.concurrent.ConcurrentSkipListSet;
import org.hikyaku.capture.interop.ToolSessions.Said;
import org.hikyaku.capture.old.OldSuites;
import org.hikyaku.capture.tls.RsaKeys;
import org.hikyaku.capture.tls.TlsReport;
import org.hikyaku.tls.wire.CipherSuite;
import org.hikyaku.tls.wire.RecordProtection;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Every cipher suite that OpenSSL and GnuTLS list, spoken by them and captured anew. Of those that neither has, each
 * combination of cipher, MAC and pseudo-random function is spoken in another suite here or by the scripted peer of the old
 * ones; what is left is named. The table of who showed what is written to {@code target/suites.tsv}.
 */
@Tag("interop")
class EverySuiteTest {
    /** Listed by GnuTLS, but no client or server of it speaks them by itself. */
    private static boolean notSpoken(String name) {
        return name.startsWith("TLS_GOSTR") // needs keys that the tools here do not make
                || name.contains("DHE_PSK_"); // gnutls-cli 3.7 crashes when it describes such a session
    }

    /** What no tool here and no script speaks: Kerberos, SM4, and ARIA with CBC (RFC 6209), whose parts are shown alone. */
    private static final Set<String> NOT_SHOWN = Set.of(
            "ARIA_128_CBC SHA256",
            "ARIA_256_CBC SHA384",
            "DES_CBC MD5",
            "DES_CBC_40 MD5",
            "DES_CBC_40 SHA1",
            "IDEA_CBC MD5",
            "RC2_CBC_40 SHA1",
            "RC4_40 SHA1",
            "SM4_CCM AEAD",
            "SM4_GCM AEAD",
            "TRIPLE_DES_CBC MD5");

    private final Map<Integer, String> shownBy = new TreeMap<>();
    private final Set<String> refused = new ConcurrentSkipListSet<>();

    /** A suite of a tool's list. */
    private record Listed(String tool, int code, String name) {}

    @Test
    void everySuiteOfTheToolsIsDecrypted(@TempDir Path dir) throws Exception {
        for (String tool : List.of("openssl", "gnutls-cli", "gnutls-serv", "srptool", "tcpdump")) {
            assumeTrue(OpenSslSessions.installed(tool), tool + " is not installed");
        }
        assumeTrue("root".equals(System.getProperty("user.name")), "capturing needs root");
        try (ToolSessions sessions = new ToolSessions(dir, 5)) {
            dsa(dir);
            List<Listed> all = new ArrayList<>(openssl(sessions));
            all.addAll(gnutls(sessions));
            List<Said> said = sessions.run();
            Sides ours = Decodings.decode(sessions.stop(), Decodings.secrets(dir), new RsaKeys());
            List<String> wrong = new ArrayList<>();
            for (Listed one : all) {
                Optional<Said> spoken = said.stream()
                        .filter(s -> s.name().equals(one.tool() + "-" + one.name()))
                        .findFirst();
                if (spoken.isEmpty()) {
                    continue; // among the refused ones
                }
                int index = Decodings.find(spoken.get(), ours);
                if (index < 0) {
                    wrong.add(spoken.get().name());
                    continue;
                }
                TlsReport tls = ours.talks.get(index).connection.tls().orElseThrow();
                assertThat(tls.suiteName())
                        .as(spoken.get().name())
                        .contains(CipherSuite.registry().name(one.code()));
                shownBy.merge(one.code(), one.tool(), (a, b) -> a.contains(b) ? a : a + ", " + b);
            }
            assertThat(wrong).as("not decrypted: %s", Decodings.dark(ours)).isEmpty();
            assertThat(refused).as("what the tools list and do not speak").isEmpty();
            assertThat(shownBy.size()).as("suites that were shown").isGreaterThan(190);
        }
        OldSuites.codes().forEach(code -> shownBy.merge(code, "the scripted peer", (a, b) -> a + ", " + b));
        assertThat(holes()).isEqualTo(new TreeSet<>(NOT_SHOWN));
    }

    /** Combinations of cipher and MAC that we take on and that nobody spoke. */
    private Set<String> holes() throws IOException {
        Map<String, String> combinations = new TreeMap<>();
        for (CipherSuite suite : CipherSuite.registry().all()) {
            if (shownBy.containsKey(suite.code())) {
                combinations.putIfAbsent(combination(suite), suite.name());
            }
        }
        Set<String> holes = new TreeSet<>();
        StringBuilder table = new StringBuilder("code\tsuite\tshown by\n");
        for (CipherSuite suite : CipherSuite.registry().all()) {
            if (!RecordProtection.supported(suite) || suite.mac() == CipherSuite.Mac.NULL) {
                continue;
            }
            String like = combinations.get(combination(suite));
            String who =
                    shownBy.getOrDefault(suite.code(), like == null ? "NOBODY" : "its records as those of " + like);
            table.append("%04x\t%s\t%s%n".formatted(suite.code(), suite.name(), who));
            if (like == null) {
                holes.add(combination(suite));
            }
        }
        Files.writeString(Path.of("target", "suites.tsv"), table);
        return holes;
    }

    private static String combination(CipherSuite suite) {
        return suite.cipher() + " " + suite.mac();
    }

    private static void dsa(Path dir) throws IOException, InterruptedException {
        new Tool(dir, List.of("openssl", "dsaparam", "-out", "dsa.param", "1024")).finish();
        new Tool(dir, List.of("openssl", "gendsa", "-out", "dsa.key", "dsa.param")).finish();
        new Tool(
                        dir,
                        List.of(
                                "openssl",
                                "req",
                                "-x509",
                                "-new",
                                "-key",
                                "dsa.key",
                                "-out",
                                "dsa.crt",
                                "-days",
                                "3",
                                "-subj",
                                "/CN=mx.example"))
                .finish();
    }

    private List<Listed> openssl(ToolSessions s) throws IOException, InterruptedException {
        String all = "ALL:COMPLEMENTOFALL:@SECLEVEL=0";
        String tls13 = "TLS_AES_256_GCM_SHA384:TLS_CHACHA20_POLY1305_SHA256:TLS_AES_128_GCM_SHA256"
                + ":TLS_AES_128_CCM_SHA256:TLS_AES_128_CCM_8_SHA256";
        int server = s.openssl(
                "-key",
                "rsa.key",
                "-cert",
                "rsa.crt",
                "-dkey",
                "ec.key",
                "-dcert",
                "ec.crt",
                "-psk",
                ToolSessions.PSK,
                "-psk_identity",
                "user",
                "-cipher",
                all,
                "-ciphersuites",
                tls13);
        int dsa = s.openssl("-key", "dsa.key", "-cert", "dsa.crt", "-cipher", all);
        List<Listed> listed = new ArrayList<>();
        String list = OpenSslSessions.run("openssl", "ciphers", "-V", "-ciphersuites", tls13, all);
        for (String line : list.lines().toList()) {
            // 0x13,0x02 - TLS_AES_256_GCM_SHA384 TLSv1.3 Kx=any …
            String[] words = line.strip().split("\\s+", -1);
            String name = words[2];
            if (name.startsWith("SRP-")) {
                continue; // the server of OpenSSL 3.0 crashes over them; GnuTLS speaks them
            }
            Listed one = new Listed("openssl", code(words[0]), name);
            listed.add(one);
            List<String> options = new ArrayList<>(
                    name.startsWith("TLS_")
                            ? List.of("-tls1_3", "-ciphersuites", name)
                            : List.of("-tls1_2", "-cipher", name + ":@SECLEVEL=0"));
            if (name.contains("PSK")) {
                options.addAll(List.of("-psk", ToolSessions.PSK, "-psk_identity", "user"));
            }
            s.add(
                    "openssl-" + name,
                    title -> attempt(name, () -> {
                        s.client(title, name.contains("DSS") ? dsa : server, options.toArray(String[]::new))
                                .send(ToolSessions.line(title))
                                .await(ToolSessions.reversed(ToolSessions.line(title)))
                                .finish();
                        return Said.exactly(
                                title, ToolSessions.line(title), ToolSessions.reversed(ToolSessions.line(title)));
                    }));
        }
        return listed;
    }

    private List<Listed> gnutls(ToolSessions s) throws IOException, InterruptedException {
        new Tool(s.dir(), List.of("srptool", "--create-conf", "srp.conf")).finish();
        new Tool(s.dir(), List.of("srptool", "--passwd-conf", "srp.conf", "--passwd", "srp.pw", "-u", "user"))
                .send("secret\nsecret\n")
                .finish();
        String everything = "NONE:+VERS-ALL:+COMP-NULL:+CTYPE-X509:+SIGN-ALL:+SIGN-DSA-SHA1:+SIGN-DSA-SHA256:+GROUP-ALL"
                + ":+CIPHER-ALL:+3DES-CBC:+ARCFOUR-128:+CAMELLIA-128-GCM:+CAMELLIA-256-GCM:+CAMELLIA-128-CBC"
                + ":+CAMELLIA-256-CBC:+AES-128-CCM-8:+AES-256-CCM-8:+NULL:+MAC-ALL:+MD5:+SHA1:+SHA256:+SHA384:+AEAD"
                + ":+KX-ALL:+PSK:+DHE-PSK:+ECDHE-PSK:+RSA-PSK:+ANON-DH:+ANON-ECDH:+RSA:+DHE-RSA:+DHE-DSS:+SRP"
                + ":+SRP-RSA:+SRP-DSS:%VERIFY_ALLOW_BROKEN";
        int server = s.gnutls(
                "--pskpasswd=psk.txt",
                "--srppasswd=srp.pw",
                "--srppasswdconf=srp.conf",
                "--x509keyfile=dsa.key",
                "--x509certfile=dsa.crt",
                "-a",
                "--priority=" + everything);
        int now = s.gnutls("-a", "--priority=NORMAL:+AES-128-CCM-8");
        List<Listed> listed = new ArrayList<>();
        for (String line : OpenSslSessions.run("gnutls-cli", "--list").lines().toList()) {
            // TLS_RSA_NULL_MD5 0x00, 0x01 TLS1.0
            String[] words = line.strip().split("\\s+", -1);
            if (words.length != 4
                    || !words[0].startsWith("TLS_")
                    || !words[1].startsWith("0x")
                    || notSpoken(words[0])) {
                continue;
            }
            String name = words[0];
            listed.add(new Listed("gnutls", code(words[1] + words[2]), name));
            String title = "gnutls-" + name;
            s.add(
                    title,
                    _ -> attempt(name, () -> {
                        s.gnutlsClient(
                                        title,
                                        words[3].equals("TLS1.3") ? now : server,
                                        priority(name),
                                        "--pskusername=user",
                                        "--pskkey=" + ToolSessions.PSK,
                                        "--srpusername=user",
                                        "--srppasswd=secret")
                                .send(ToolSessions.line(title))
                                .await(ToolSessions.line(title))
                                .finish();
                        return Said.exactly(title, ToolSessions.line(title), ToolSessions.line(title));
                    }));
        }
        return listed;
    }

    @FunctionalInterface
    private interface Session {
        Said run() throws IOException, InterruptedException;
    }

    /** What a tool cannot do with itself is kept, and held against what is known of it at the end. */
    private List<Said> attempt(String name, Session session) throws InterruptedException {
        try {
            return List.of(session.run());
        } catch (IOException | AssertionError e) {
            System.out.println("not spoken: " + name + ": " + e.getMessage());
            refused.add(name);
            return List.of();
        }
    }

    /** GnuTLS's words for the key exchange, cipher and MAC in a suite's name. */
    private static String priority(String suite) {
        String base = "NONE:+COMP-NULL:+CTYPE-X509:+SIGN-ALL:+SIGN-DSA-SHA1:+SIGN-DSA-SHA256:+GROUP-ALL"
                + ":%VERIFY_ALLOW_BROKEN";
        String name = suite.substring("TLS_".length());
        String[] exchanges = {
            "SRP_SHA_RSA=SRP-RSA", "SRP_SHA_DSS=SRP-DSS", "SRP_SHA=SRP", "ECDHE_ECDSA=ECDHE-ECDSA",
                    "ECDHE_RSA=ECDHE-RSA",
            "ECDHE_PSK=ECDHE-PSK", "DHE_RSA=DHE-RSA", "DHE_DSS=DHE-DSS", "DHE_PSK=DHE-PSK", "RSA_PSK=RSA-PSK",
            "DH_ANON=ANON-DH", "ECDH_ANON=ANON-ECDH", "RSA=RSA", "PSK=PSK"
        };
        for (String exchange : exchanges) {
            String[] words = exchange.split("=", -1);
            if (name.startsWith(words[0] + "_")) {
                return base + ":+VERS-TLS1.2:+" + words[1] + cipher(name.substring(words[0].length() + 1));
            }
        }
        return "NORMAL:-VERS-ALL:+VERS-TLS1.3:-CIPHER-ALL" + cipher(name);
    }

    private static String cipher(String name) {
        boolean aead = name.contains("GCM") || name.contains("CCM") || name.contains("POLY1305");
        if (aead) {
            String cipher = name.replaceFirst("_SHA(256|384)$", "").replace("CHACHA20_POLY1305", "CHACHA20-POLY1305");
            return ":+" + cipher.replace('_', '-') + ":+AEAD";
        }
        int border = name.lastIndexOf('_');
        String cipher =
                name.substring(0, border).replace("3DES_EDE_CBC", "3DES-CBC").replace('_', '-');
        return ":+" + cipher + ":+" + name.substring(border + 1);
    }

    /** {@code 0xc0,0x2b}. */
    private static int code(String text) {
        String[] bytes = text.split(",", -1);
        return Integer.decode(bytes[0].strip()) << 8 | Integer.decode(bytes[1].strip());
    }
}
