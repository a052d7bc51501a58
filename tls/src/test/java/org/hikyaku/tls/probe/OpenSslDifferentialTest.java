package org.hikyaku.tls.probe;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Stream;
import org.hikyaku.tls.TlsVersion;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;
import org.junit.jupiter.api.io.TempDir;

/** What a probe says of OpenSSL's s_server is what the server was told, or what OpenSSL says that its list means. */
@Tag("interop")
class OpenSslDifferentialTest {
    private static final String EVERYTHING = "ALL:COMPLEMENTOFALL:@SECLEVEL=0";

    @TempDir
    private static Path directory;

    private final Certificates certificates = new Certificates(directory);

    /** A configuration: its name, versions expected, cipher string for up to TLS 1.2, and the server's arguments. */
    private record Configuration(
            String name, List<TlsVersion> versions, String ciphers, String kind, List<String> arguments) {}

    private static Configuration of(String name, String versions, String ciphers, String kind, String... arguments) {
        List<TlsVersion> list = versions.isEmpty()
                ? List.of()
                : Arrays.stream(versions.split(" "))
                        .map(v -> TlsVersion.valueOf("TLSV1_" + v))
                        .toList();
        return new Configuration(name, list, ciphers, kind, List.of(arguments));
    }

    private static final List<Configuration> CONFIGURATIONS = List.of(
            of("defaults", "2 3", "DEFAULT", "rsa"),
            of("defaults with ECDSA", "2 3", "DEFAULT", "ecdsa"),
            of("both kinds of certificate", "2 3", "DEFAULT", "both"),
            of("everything at security level 0", "0 1 2 3", EVERYTHING, "rsa"),
            of("everything, ECDSA", "0 1 2 3", EVERYTHING, "ecdsa"),
            of("TLS 1.3 only", "3", "DEFAULT", "rsa", "-tls1_3"),
            of("TLS 1.2 only", "2", "DEFAULT", "rsa", "-tls1_2"),
            of("TLS 1.1 only", "1", EVERYTHING, "rsa", "-tls1_1"),
            of("TLS 1.0 only", "0", EVERYTHING, "rsa", "-tls1"),
            of("TLS 1.0 to 1.2", "0 1 2", EVERYTHING, "rsa", "-no_tls1_3"),
            of("a hole: no TLS 1.1", "0 2 3", EVERYTHING, "rsa", "-no_tls1_1"),
            of("AEAD with forward secrecy", "2 3", "ECDHE+AESGCM:ECDHE+CHACHA20", "rsa"),
            of("RSA key exchange", "2", "kRSA:!eNULL", "rsa", "-tls1_2"),
            of("NULL ciphers", "2", "eNULL:@SECLEVEL=0", "rsa", "-tls1_2"),
            of("anonymous", "2", "aNULL:@SECLEVEL=0", "rsa", "-tls1_2"),
            of("CCM", "2", "AESCCM:@SECLEVEL=0", "rsa", "-tls1_2"),
            of("Camellia and ARIA", "2", "CAMELLIA:ARIA:@SECLEVEL=0", "rsa", "-tls1_2"),
            of("server's own order", "2 3", "DEFAULT", "rsa", "-serverpref"));

    /** One server for both depths: everything is found and nothing else, and the judgement is cheap and agrees. */
    @TestFactory
    Stream<DynamicTest> everySuiteIsFoundAndNoOther() {
        return CONFIGURATIONS.stream()
                .map(c -> DynamicTest.dynamicTest(c.name(), () -> {
                    try (RealServer server = start(c)) {
                        Map<TlsVersion, Set<String>> expected = new EnumMap<>(TlsVersion.class);
                        for (TlsVersion version : c.versions()) {
                            expected.put(version, expected(version, c));
                        }

                        ServerFacts judgement = probe(server, Depth.JUDGEMENT);
                        ServerFacts all = probe(server, Depth.ALL);

                        assertThat(all.trouble()).isEmpty();
                        assertThat(suites(all)).isEqualTo(expected);
                        assertThat(judgement.trouble()).isEmpty();
                        assertThat(judgement.connections()).isLessThanOrEqualTo(ProbeOptions.JUDGEMENT_BUDGET);
                        assertThat(suites(judgement).keySet()).isEqualTo(expected.keySet());
                        suites(judgement)
                                .forEach((version, seen) ->
                                        assertThat(expected.get(version)).containsAll(seen));
                    }
                }));
    }

    private static Map<TlsVersion, Set<String>> suites(ServerFacts facts) {
        Map<TlsVersion, Set<String>> suites = new EnumMap<>(TlsVersion.class);
        for (ServerFacts.VersionFacts version : facts.versions()) {
            if (version.offered() == Known.YES) {
                suites.put(
                        version.version(),
                        new TreeSet<>(version.accepted().stream()
                                .map(s -> s.openSslName().orElse(s.name()))
                                .toList()));
            }
        }
        return suites;
    }

    @Test
    void bothCertificatesAreSeen() throws Exception {
        try (RealServer server = RealServer.openssl(certificates.bothArguments())) {
            assertThat(probe(server, Depth.JUDGEMENT).chains()).hasSize(2);
        }
    }

    @Test
    void theQuickProbeTakesOneConnection() throws Exception {
        try (RealServer server = RealServer.openssl(certificates.rsaArguments())) {
            ServerFacts facts = probe(server, Depth.QUICK);

            assertThat(facts.connections()).isEqualTo(1);
            assertThat(facts.newest().orElseThrow().version()).isEqualTo(TlsVersion.TLSV1_3);
            assertThat(facts.chains()).hasSize(1);
        }
    }

    @Test
    void aSelfMadePrimeIsToldFromAKnownOne() throws Exception {
        // Made once with "openssl dhparam 2048": that takes a minute.
        Path own = directory.resolve("dh2048.pem");
        try (InputStream made = OpenSslDifferentialTest.class.getResourceAsStream("dh2048.pem")) {
            Files.copy(Objects.requireNonNull(made), own);
        }
        try (RealServer server = RealServer.openssl(
                certificates.rsaArguments(),
                "-tls1_2",
                "-cipher",
                "kDHE+aRSA:@SECLEVEL=0",
                "-dhparam",
                own.toString())) {
            ServerFacts.FiniteField dh =
                    probe(server, Depth.JUDGEMENT).finiteField().orElseThrow();
            assertThat(dh.bits()).isEqualTo(2048);
            assertThat(dh.name()).isEmpty();
        }
        try (RealServer server =
                RealServer.openssl(certificates.rsaArguments(), "-tls1_2", "-cipher", "kDHE+aRSA:@SECLEVEL=0")) {
            ServerFacts.FiniteField dh =
                    probe(server, Depth.JUDGEMENT).finiteField().orElseThrow();
            // OpenSSL's automatic choice for an RSA key of 2048 bits: a prime of RFC 3526.
            assertThat(dh.bits()).isEqualTo(2048);
            assertThat(dh.name()).contains("RFC 3526 group 14 (2048 bits)");
            assertThat(dh.generator()).isEqualTo("2");
        }
    }

    @Test
    void groupsAreEnumerated() throws Exception {
        try (RealServer server =
                RealServer.openssl(certificates.rsaArguments(), "-groups", "P-384:X448:ffdhe3072:brainpoolP256r1")) {
            assertThat(probe(server, Depth.ALL).groups())
                    .containsExactlyInAnyOrder("secp384r1", "x448", "ffdhe3072", "brainpoolP256r1");
        }
    }

    @Test
    void aWeakHashIsSeenWhereTheServerSignsWithIt() throws Exception {
        try (RealServer server =
                RealServer.openssl(certificates.rsaArguments(), "-tls1_2", "-cipher", "DEFAULT:@SECLEVEL=0")) {
            ServerFacts facts = probe(server, Depth.JUDGEMENT);
            assertThat(facts.weakHashes().sha1()).isEqualTo(Known.YES);
        }
        try (RealServer server =
                RealServer.openssl(certificates.rsaArguments(), "-tls1_2", "-sigalgs", "RSA+SHA256:RSA-PSS+SHA256")) {
            ServerFacts facts = probe(server, Depth.JUDGEMENT);
            assertThat(facts.weakHashes()).isEqualTo(new ServerFacts.WeakHashes(Known.NO, Known.NO, Known.NO));
        }
    }

    @Test
    void featuresAreThoseThatTheServerWasTold() throws Exception {
        try (RealServer server = RealServer.openssl(certificates.rsaArguments())) {
            ServerFacts.Features features = probe(server, Depth.JUDGEMENT).features();
            assertThat(features.secureRenegotiation()).isEqualTo(Known.YES);
            assertThat(features.clientRenegotiation()).contains(0);
            assertThat(features.extendedMasterSecret()).isEqualTo(Known.YES);
            assertThat(features.encryptThenMac()).isEqualTo(Known.YES);
            assertThat(features.compression()).isEqualTo(Known.NO);
            assertThat(features.sessionTicket()).isEqualTo(Known.YES);
            assertThat(features.resumption12()).isEqualTo(Known.YES);
            assertThat(features.fallbackScsv()).isEqualTo(Known.YES);
            assertThat(features.downgradeSentinel()).isEqualTo(Known.YES);
            assertThat(features.largeHello()).isEqualTo(Known.YES);
            assertThat(features.versionTolerance()).isEqualTo(Known.YES);
            assertThat(features.maxEarlyData()).contains(0L);
        }
        try (RealServer server = RealServer.openssl(
                certificates.rsaArguments(), "-client_renegotiation", "-no_ticket", "-no_etm", "-cipher", "DEFAULT")) {
            ServerFacts.Features features = probe(server, Depth.JUDGEMENT).features();
            assertThat(features.clientRenegotiation()).contains(Interview.RENEGOTIATIONS);
            assertThat(features.encryptThenMac()).isEqualTo(Known.NO);
            assertThat(features.sessionTicket()).isEqualTo(Known.NO);
        }
    }

    @Test
    void theOrderOfTheServerIsToldFromTheClients() throws Exception {
        try (RealServer server = RealServer.openssl(certificates.rsaArguments(), "-serverpref")) {
            assertThat(order(probe(server, Depth.JUDGEMENT))).isEqualTo(Known.YES);
        }
        try (RealServer server = RealServer.openssl(certificates.rsaArguments())) {
            assertThat(order(probe(server, Depth.JUDGEMENT))).isEqualTo(Known.NO);
        }
    }

    private static Known order(ServerFacts facts) {
        return facts.version(TlsVersion.TLSV1_2).orElseThrow().serverOrder();
    }

    private RealServer start(Configuration c) throws IOException {
        List<String> arguments = new ArrayList<>(c.arguments());
        arguments.addAll(List.of("-cipher", c.ciphers()));
        return RealServer.openssl(certificateArguments(c.kind()), arguments.toArray(new String[0]));
    }

    private List<String> certificateArguments(String kind) throws IOException {
        return switch (kind) {
            case "rsa" -> certificates.rsaArguments();
            case "ecdsa" -> certificates.ecdsaArguments();
            default -> certificates.bothArguments();
        };
    }

    /** What OpenSSL says that the list means in this version, with the kinds of key that there are. */
    private static Set<String> expected(TlsVersion version, Configuration c) throws Exception {
        if (version == TlsVersion.TLSV1_3) {
            return new TreeSet<>(
                    List.of("TLS_AES_128_GCM_SHA256", "TLS_AES_256_GCM_SHA384", "TLS_CHACHA20_POLY1305_SHA256"));
        }
        String flag = version == TlsVersion.TLSV1_2 ? "-tls1_2" : version == TlsVersion.TLSV1_1 ? "-tls1_1" : "-tls1";
        Process process = new ProcessBuilder("openssl", "ciphers", "-s", flag, "-v", c.ciphers()).start();
        String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.US_ASCII);
        process.waitFor();
        TreeSet<String> suites = new TreeSet<>();
        for (String line : output.split("\n")) {
            boolean rsa = line.contains("Au=RSA");
            boolean ecdsa = line.contains("Au=ECDSA");
            boolean fits = line.contains("Au=None")
                    || rsa && !c.kind().equals("ecdsa")
                    || ecdsa && !c.kind().equals("rsa");
            if (fits && !line.contains("TLSv1.3") && !line.contains("PSK") && !line.contains("SRP")) {
                suites.add(line.substring(0, line.indexOf(' ')));
            }
        }
        return suites;
    }

    static ServerFacts probe(RealServer server, Depth depth) {
        return Probes.probe(server.address(), Service.TLS, depth);
    }
}
