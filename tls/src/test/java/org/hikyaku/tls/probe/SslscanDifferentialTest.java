package org.hikyaku.tls.probe;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.hikyaku.tls.TlsVersion;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * sslscan and a probe see the same. Known disagreement: in TLS 1.3 sslscan asks for OpenSSL's five suites, and up to TLS
 * 1.2 for all numbers; both are what s_server can have, so there is none to list here.
 */
@Tag("interop")
class SslscanDifferentialTest {
    private static final Pattern CIPHER =
            Pattern.compile("<cipher status=\"\\w+\" sslversion=\"(\\S+)\" bits=\"\\d+\" cipher=\"(\\S+)\"");

    @TempDir
    private static Path directory;

    @ParameterizedTest
    @ValueSource(strings = {"DEFAULT", "ECDHE+AESGCM", "ALL:COMPLEMENTOFALL:@SECLEVEL=0", "kRSA", "kDHE"})
    void suitesAgree(String ciphers) throws Exception {
        try (RealServer server = RealServer.openssl(new Certificates(directory).rsaArguments(), "-cipher", ciphers)) {
            ServerFacts facts = OpenSslDifferentialTest.probe(server, Depth.ALL);
            Set<String> ours = new TreeSet<>();
            for (TlsVersion version : TlsVersion.values()) {
                facts.version(version).stream()
                        .flatMap(v -> v.accepted().stream())
                        .map(s -> version.title() + " " + s.openSslName().orElse(s.name()))
                        .forEach(ours::add);
            }

            assertThat(ours).isEqualTo(sslscan(server));
        }
    }

    private static Set<String> sslscan(RealServer server) throws Exception {
        Process process = new ProcessBuilder(
                        "sslscan", "--xml=-", "127.0.0.1:" + server.address().getPort())
                .start();
        String xml = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        process.waitFor();
        Matcher cipher = CIPHER.matcher(xml);
        return cipher.results().map(r -> r.group(1) + " " + r.group(2)).collect(Collectors.toCollection(TreeSet::new));
    }
}
