package org.hikyaku.check.grade;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import org.hikyaku.tls.TlsVersion;
import org.hikyaku.tls.probe.Depth;
import org.hikyaku.tls.probe.Known;
import org.hikyaku.tls.probe.ServerFacts;
import org.hikyaku.tls.probe.ServerFacts.VersionFacts;
import org.hikyaku.tls.probe.Service;
import org.hikyaku.tls.wire.CipherSuite;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class GraderTest {

    /** Every suite named in a profile exists; a typing error would make it insufficient in silence. */
    @ParameterizedTest
    @ValueSource(strings = {"internet.nl", "ncsc-2025", "mozilla-intermediate", "bsi-tr-03108"})
    void profilesNameTheirSourceAndOnlySuitesThatExist(String name) {
        Profile profile = Profile.load(name);

        assertThat(profile.source()).isNotBlank();
        assertThat(profile.date()).isNotBlank();
        assertThat(CipherSuite.registry().all().stream().map(CipherSuite::name))
                .containsAll(profile.suites().grades().keySet());
    }

    /** NCSC-NL 2025-05: the lists of domain checks. */
    @ParameterizedTest
    @CsvSource({
        "TLS_AES_256_GCM_SHA384,GOOD",
        "TLS_AES_128_GCM_SHA256,SUFFICIENT",
        "TLS_ECDHE_RSA_WITH_AES_128_GCM_SHA256,SUFFICIENT",
        "TLS_ECDHE_RSA_WITH_AES_128_CBC_SHA256,PHASE_OUT",
        "TLS_DHE_RSA_WITH_AES_256_GCM_SHA384,PHASE_OUT",
        "TLS_ECDHE_RSA_WITH_AES_128_CBC_SHA,INSUFFICIENT",
        "TLS_RSA_WITH_AES_128_GCM_SHA256,INSUFFICIENT",
        "TLS_AES_128_CCM_8_SHA256,INSUFFICIENT"
    })
    void suitesHaveTheGradeOfTheGuidelines(String suite, Grade grade) {
        assertThat(Profile.load("ncsc-2025").suites().of(suite)).isEqualTo(grade);
        assertThat(Profile.load("internet.nl").suites().of(suite)).isEqualTo(grade);
    }

    /** internet.nl without DANE and certificates: eleven subtests of ten points here. */
    @Test
    void aModernServerHasAllPoints() {
        GradeReport report = grade(
                "internet.nl",
                facts(
                        version(TlsVersion.TLSV1_3, Known.YES, Known.UNKNOWN, "TLS_AES_256_GCM_SHA384"),
                        version(
                                TlsVersion.TLSV1_2,
                                Known.YES,
                                Known.YES,
                                "TLS_ECDHE_RSA_WITH_AES_256_GCM_SHA384",
                                "TLS_ECDHE_RSA_WITH_AES_128_GCM_SHA256")));

        assertThat(report.score().orElseThrow().percent()).isEqualTo(100);
        assertThat(report.overall()).isEqualTo(Grade.SUFFICIENT);
        assertThat(report.subtests()).allMatch(s -> s.mend().isEmpty());
    }

    @Test
    void anOldVersionCostsItsPointsAndSaysWhatMendsIt() {
        GradeReport report = grade(
                "internet.nl",
                facts(
                        version(TlsVersion.TLSV1_2, Known.YES, Known.YES, "TLS_ECDHE_RSA_WITH_AES_256_GCM_SHA384"),
                        version(TlsVersion.TLSV1_0, Known.YES, Known.UNKNOWN, "TLS_RSA_WITH_AES_128_CBC_SHA")));

        Subtest versions = subtest(report, "versions");
        assertThat(versions.grade()).isEqualTo(Grade.INSUFFICIENT);
        assertThat(versions.values()).containsExactly("TLSv1.0");
        assertThat(versions.points()).contains(0);
        assertThat(versions.mend()).containsKeys("postfix", "exim", "stalwart", "nginx");
        assertThat(versions.mend().get("postfix")).contains("smtpd_tls_protocols = >=TLSv1.2");
        // internet.nl judges suites in the newest version below 1.3 alone; the guidelines judge all.
        assertThat(subtest(report, "ciphers").grade()).isEqualTo(Grade.SUFFICIENT);
        assertThat(subtest(
                                grade(
                                        "ncsc-2025",
                                        facts(
                                                version(
                                                        TlsVersion.TLSV1_2,
                                                        Known.YES,
                                                        Known.YES,
                                                        "TLS_ECDHE_RSA_WITH_AES_256_GCM_SHA384"),
                                                version(
                                                        TlsVersion.TLSV1_0,
                                                        Known.YES,
                                                        Known.UNKNOWN,
                                                        "TLS_RSA_WITH_AES_128_CBC_SHA"))),
                                "ciphers")
                        .grade())
                .isEqualTo(Grade.INSUFFICIENT);
    }

    /** Phase-out must not be preferred over sufficient. */
    @ParameterizedTest(name = "order by server {0}, prefers {1}: {2}")
    @CsvSource({
        "YES,TLS_ECDHE_RSA_WITH_AES_256_GCM_SHA384,GOOD",
        "YES,TLS_ECDHE_RSA_WITH_AES_256_CBC_SHA384,INSUFFICIENT",
        "NO,TLS_ECDHE_RSA_WITH_AES_256_GCM_SHA384,INSUFFICIENT",
        "UNKNOWN,TLS_ECDHE_RSA_WITH_AES_256_GCM_SHA384,NOT_TESTED"
    })
    void theOrderIsGraded(Known order, String preferred, Grade grade) {
        String other = preferred.contains("GCM")
                ? "TLS_ECDHE_RSA_WITH_AES_256_CBC_SHA384"
                : "TLS_ECDHE_RSA_WITH_AES_256_GCM_SHA384";

        assertThat(subtest(
                                grade(
                                        "ncsc-2025",
                                        facts(version(TlsVersion.TLSV1_2, Known.YES, order, preferred, other))),
                                "cipher_order")
                        .grade())
                .isEqualTo(grade);
    }

    @Test
    void aServerThatWasNotReachedIsNotGraded() {
        ServerFacts facts = facts();

        GradeReport report = grade("internet.nl", facts);

        assertThat(report.overall()).isEqualTo(Grade.NOT_TESTED);
        assertThat(report.score().orElseThrow().most()).isZero();
    }

    /** rsa_bits and client_renegotiation of the data files: largest threshold reached, smallest not passed. */
    @Test
    void thresholdsAreReadTheRightWayRound() {
        Profile profile = Profile.load("ncsc-2025");

        assertThat(Profile.atLeast(profile.rsaBits(), 4096)).isEqualTo(Grade.SUFFICIENT);
        assertThat(Profile.atLeast(profile.rsaBits(), 3071)).isEqualTo(Grade.PHASE_OUT);
        assertThat(Profile.atLeast(profile.rsaBits(), 2047)).isEqualTo(Grade.INSUFFICIENT);
        assertThat(Profile.atMost(profile.clientRenegotiation(), 0)).isEqualTo(Grade.GOOD);
        assertThat(Profile.atMost(profile.clientRenegotiation(), 10)).isEqualTo(Grade.SUFFICIENT);
        assertThat(Profile.atMost(profile.clientRenegotiation(), 11)).isEqualTo(Grade.PHASE_OUT);
    }

    private static Subtest subtest(GradeReport report, String id) {
        return report.subtests().stream()
                .filter(s -> s.id().equals(id))
                .findFirst()
                .orElseThrow();
    }

    private static GradeReport grade(String profile, ServerFacts facts) {
        return new Grader(Profile.load(profile)).grade(facts);
    }

    /** The first suite named is the preferred one. */
    private static VersionFacts version(TlsVersion version, Known offered, Known order, String... suites) {
        List<CipherSuite> list = Arrays.stream(suites)
                .map(n -> CipherSuite.registry().all().stream()
                        .filter(s -> s.name().equals(n))
                        .findFirst()
                        .orElseThrow())
                .toList();
        return new VersionFacts(
                version,
                offered,
                list,
                0,
                Optional.of(list.getFirst()),
                Optional.of(list.getFirst()),
                Optional.of(list.getLast()),
                order,
                false,
                List.of(),
                List.of(),
                List.of(),
                List.of());
    }

    private static ServerFacts facts(VersionFacts... versions) {
        return new ServerFacts(
                new InetSocketAddress(InetAddress.getLoopbackAddress(), 25),
                Service.TLS,
                Optional.empty(),
                Depth.JUDGEMENT,
                versions.length > 0,
                List.of(versions),
                List.of("x25519"),
                List.of(),
                Optional.empty(),
                List.of(),
                new ServerFacts.WeakHashes(Known.NO, Known.NO, Known.NO),
                List.of(),
                new ServerFacts.Features(
                        Known.NO,
                        Known.YES,
                        Optional.of(0),
                        Known.YES,
                        Known.YES,
                        Known.YES,
                        Known.YES,
                        Known.UNKNOWN,
                        Optional.of(0L),
                        Known.YES,
                        Known.YES,
                        Known.NO,
                        Known.YES,
                        Known.YES,
                        Known.YES,
                        Known.YES,
                        Known.NO),
                new ServerFacts.StartTlsFacts(Known.UNKNOWN, Known.UNKNOWN, Known.UNKNOWN, Known.UNKNOWN),
                1,
                Duration.ZERO,
                false,
                List.of());
    }
}
