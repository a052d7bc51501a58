package org.hikyaku.tls.probe;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.EnumMap;
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
    @TempDir
    private static Path directory;

    private final Certificates certificates = new Certificates(directory);

    /** One server for both depths: everything is found and nothing else, and the judgement is cheap and agrees. */
    @TestFactory
    Stream<DynamicTest> everySuiteIsFoundAndNoOther() {
        return OpenSslConfiguration.ALL.stream()
                .map(c -> DynamicTest.dynamicTest(c.name(), () -> {
                    try (RealServer server = c.start(certificates)) {
                        Map<TlsVersion, Set<String>> expected = new EnumMap<>(TlsVersion.class);
                        for (TlsVersion version : c.versions()) {
                            expected.put(version, OpenSslConfiguration.suites(version, c.ciphers(), c.kind()));
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
            ServerFacts facts = probe(server, Depth.JUDGEMENT);
            assertThat(order(facts, TlsVersion.TLSV1_2)).isEqualTo(Known.YES);
            assertThat(order(facts, TlsVersion.TLSV1_3)).isEqualTo(Known.YES);
        }
        try (RealServer server = RealServer.openssl(certificates.rsaArguments())) {
            ServerFacts facts = probe(server, Depth.JUDGEMENT);
            assertThat(order(facts, TlsVersion.TLSV1_2)).isEqualTo(Known.NO);
            assertThat(order(facts, TlsVersion.TLSV1_3)).isEqualTo(Known.NO);
        }
        try (RealServer server =
                RealServer.openssl(certificates.rsaArguments(), "-ciphersuites", "TLS_AES_128_GCM_SHA256")) {
            // One suite has no order.
            assertThat(order(probe(server, Depth.JUDGEMENT), TlsVersion.TLSV1_3))
                    .isEqualTo(Known.UNKNOWN);
        }
    }

    private static Known order(ServerFacts facts, TlsVersion version) {
        return facts.version(version).orElseThrow().serverOrder();
    }

    static ServerFacts probe(RealServer server, Depth depth) {
        return Probes.probe(server.address(), Service.TLS, depth);
    }
}
