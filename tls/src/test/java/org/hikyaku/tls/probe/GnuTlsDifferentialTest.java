package org.hikyaku.tls.probe;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.hikyaku.tls.TlsVersion;
import org.hikyaku.tls.wire.CipherSuite;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What a probe says of gnutls-serv is what GnuTLS says that the priority string means. */
@Tag("interop")
class GnuTlsDifferentialTest {
    /** {@code TLS_ECDHE_RSA_AES_128_GCM_SHA256   0xc0, 0x2f   TLS1.2}. */
    private static final Pattern LINE = Pattern.compile("^(TLS_\\S+)\\s+0x(..), 0x(..)\\s+(\\S+)$", Pattern.MULTILINE);

    @TempDir
    private static Path directory;

    @ParameterizedTest
    @ValueSource(
            strings = {
                "NORMAL",
                "SECURE256",
                "NORMAL:-VERS-ALL:+VERS-TLS1.2",
                "NORMAL:-VERS-ALL:+VERS-TLS1.3",
                "NORMAL:-CIPHER-ALL:+AES-256-GCM:+CHACHA20-POLY1305",
                "NORMAL:+VERS-TLS1.1:+VERS-TLS1.0:+3DES-CBC:+ARCFOUR-128:+CAMELLIA-128-GCM:+CAMELLIA-256-CBC:+ANON-ECDH"
            })
    void everySuiteIsFoundAndNoOther(String priority) throws Exception {
        Certificates certificates = new Certificates(directory);
        try (RealServer server = RealServer.gnutls(certificates.rsaArguments(), List.of("--priority", priority))) {
            ServerFacts facts = OpenSslDifferentialTest.probe(server, Depth.ALL);

            for (TlsVersion version : List.of(TlsVersion.TLSV1_2, TlsVersion.TLSV1_3)) {
                Set<Integer> found = facts.version(version).stream()
                        .flatMap(v -> v.accepted().stream())
                        .map(CipherSuite::code)
                        .collect(Collectors.toSet());
                assertThat(names(found)).as("suites of %s", version).isEqualTo(names(expected(priority, version)));
            }
        }
    }

    private static Set<Integer> expected(String priority, TlsVersion version) throws Exception {
        Process process = new ProcessBuilder("gnutls-cli", "--list", "--priority", priority).start();
        String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.US_ASCII);
        process.waitFor();
        boolean offered = output.lines()
                .filter(l -> l.startsWith("Protocols:"))
                .anyMatch(l -> l.contains("VERS-TLS1." + (version == TlsVersion.TLSV1_3 ? "3" : "2")));
        Set<Integer> codes = new TreeSet<>();
        Matcher line = LINE.matcher(output);
        while (offered && line.find()) {
            boolean tls13 = line.group(4).equals("TLS1.3");
            boolean usable =
                    !line.group(1).contains("_ECDSA_") && !line.group(1).contains("PSK");
            if (usable && tls13 == (version == TlsVersion.TLSV1_3)) {
                codes.add(Integer.parseInt(line.group(2) + line.group(3), 16));
            }
        }
        return codes;
    }

    private static Set<String> names(Set<Integer> codes) {
        return codes.stream().map(c -> CipherSuite.registry().name(c)).collect(Collectors.toCollection(TreeSet::new));
    }
}
