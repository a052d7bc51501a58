package org.hikyaku.check.grade;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Optional;
import org.hikyaku.tls.TlsVersion;
import org.hikyaku.tls.probe.Known;
import org.hikyaku.tls.probe.ServerFacts;
import org.hikyaku.tls.probe.ServerFacts.Features;
import org.hikyaku.tls.probe.ServerFacts.FiniteField;
import org.hikyaku.tls.probe.ServerFacts.WeakHashes;
import org.hikyaku.x509.KeyChoice;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Facts of one server into grades; what is expected is read off the authorities' texts. */
class ServerGradesTest {
    private static final ServerFacts PERFECT = Servers.perfect("192.0.2.25");
    private static final WeakHashes NO_WEAK_HASH = new WeakHashes(Known.NO, Known.NO, Known.NO);

    private static Subtest grade(String profile, String subtest, ServerFacts facts) {
        return new Grader(Profile.load(profile))
                .grade(facts).subtests().stream()
                        .filter(s -> s.id().equals(subtest))
                        .findFirst()
                        .orElseThrow();
    }

    private static Subtest grade(String subtest, ServerFacts facts) {
        return grade("internet.nl", subtest, facts);
    }

    /** Twelve subtests of ten points; DANE and DNSSEC are no matter of one server. */
    @Test
    void aServerWithoutFlawsHasAllPoints() {
        GradeReport report = new Grader(Profile.load("internet.nl")).grade(PERFECT);

        assertThat(report.score()).hasValue(new GradeReport.Score(120, 120, 100));
        assertThat(report.subtests())
                .allSatisfy(s -> assertThat(s.grade()).as(s.id()).isIn(Grade.GOOD, Grade.SUFFICIENT));
        assertThat(report.overall()).isEqualTo(Grade.SUFFICIENT);
    }

    @Test
    void aServerWithTls13AloneHasNothingToSayOfExtendedMasterSecrets() {
        ServerFacts facts =
                Servers.with(PERFECT, Servers.version(TlsVersion.TLSV1_3, Known.UNKNOWN, "TLS_AES_256_GCM_SHA384"));

        GradeReport report = new Grader(Profile.load("internet.nl")).grade(facts);

        assertThat(report.score()).hasValue(new GradeReport.Score(110, 110, 100));
        assertThat(grade("extended_master_secret", facts).grade()).isEqualTo(Grade.NOT_TESTED);
        assertThat(grade("versions", facts).grade()).isEqualTo(Grade.GOOD);
        assertThat(grade("cipher_order", facts).grade()).isEqualTo(Grade.GOOD);
    }

    @Test
    void anOldVersionIsInsufficientAndNamed() {
        ServerFacts facts = Servers.with(
                PERFECT,
                Servers.version(TlsVersion.TLSV1_2, Known.YES, "TLS_ECDHE_RSA_WITH_AES_256_GCM_SHA384"),
                Servers.version(TlsVersion.TLSV1_0, Known.YES, "TLS_ECDHE_RSA_WITH_AES_256_CBC_SHA"));

        Subtest versions = grade("versions", facts);

        assertThat(versions.grade()).isEqualTo(Grade.INSUFFICIENT);
        assertThat(versions.values()).containsExactly("TLSv1.0");
        assertThat(versions.points()).hasValue(0);
        assertThat(versions.mend().get("postfix")).contains("smtpd_tls_protocols = >=TLSv1.2");
        assertThat(versions.mend()).containsOnlyKeys("postfix", "exim", "exim-gnutls", "stalwart", "nginx");
    }

    /** internet.nl looks at the suites of the newest version below TLS 1.3 alone; NCSC's text at all. */
    @Test
    void suitesOfOlderVersionsAreNoMatterForInternetNl() {
        ServerFacts facts = Servers.with(
                PERFECT,
                Servers.version(TlsVersion.TLSV1_3, Known.UNKNOWN, "TLS_AES_256_GCM_SHA384"),
                Servers.version(TlsVersion.TLSV1_2, Known.YES, "TLS_ECDHE_RSA_WITH_AES_256_GCM_SHA384"),
                Servers.version(TlsVersion.TLSV1_0, Known.YES, "TLS_RSA_WITH_3DES_EDE_CBC_SHA"));

        assertThat(grade("internet.nl", "ciphers", facts).grade()).isEqualTo(Grade.SUFFICIENT);
        Subtest ncsc = grade("ncsc-2025", "ciphers", facts);
        assertThat(ncsc.grade()).isEqualTo(Grade.INSUFFICIENT);
        assertThat(ncsc.values()).containsExactly("TLS_RSA_WITH_3DES_EDE_CBC_SHA");
    }

    @ParameterizedTest
    @CsvSource({
        "internet.nl, TLS_ECDHE_RSA_WITH_AES_128_CBC_SHA256, PHASE_OUT",
        "internet.nl, TLS_ECDHE_RSA_WITH_AES_128_CBC_SHA, INSUFFICIENT",
        "internet.nl, TLS_RSA_WITH_AES_128_GCM_SHA256, INSUFFICIENT",
        "internet.nl, TLS_ECDHE_ECDSA_WITH_AES_128_CCM_8, INSUFFICIENT",
        "internet.nl, TLS_DHE_RSA_WITH_AES_256_GCM_SHA384, PHASE_OUT",
        "mozilla-intermediate, TLS_DHE_RSA_WITH_AES_256_GCM_SHA384, INSUFFICIENT",
        "mozilla-intermediate, TLS_ECDHE_RSA_WITH_CHACHA20_POLY1305_SHA256, GOOD",
        "bsi-tr-03108, TLS_ECDHE_RSA_WITH_CHACHA20_POLY1305_SHA256, PHASE_OUT",
        "bsi-tr-03108, TLS_DHE_RSA_WITH_AES_256_GCM_SHA384, GOOD",
        "bsi-tr-03108, TLS_ECDHE_RSA_WITH_AES_128_CBC_SHA256, GOOD"
    })
    void theWorstSuiteGradesAndIsNamed(String profile, String suite, Grade expected) {
        ServerFacts facts = Servers.with(
                PERFECT,
                Servers.version(TlsVersion.TLSV1_2, Known.YES, "TLS_ECDHE_RSA_WITH_AES_256_GCM_SHA384", suite));

        Subtest ciphers = grade(profile, "ciphers", facts);

        assertThat(ciphers.grade()).isEqualTo(expected);
        assertThat(ciphers.values()).contains(suite);
    }

    /** Only what is to be phased out must not be preferred; whose order decides does not matter in itself. */
    @ParameterizedTest
    @CsvSource({
        "YES, TLS_ECDHE_RSA_WITH_AES_256_GCM_SHA384, TLS_ECDHE_RSA_WITH_AES_128_CBC_SHA256, GOOD",
        "YES, TLS_ECDHE_RSA_WITH_AES_128_CBC_SHA256, TLS_ECDHE_RSA_WITH_AES_256_GCM_SHA384, INSUFFICIENT",
        "NO, TLS_ECDHE_RSA_WITH_AES_256_GCM_SHA384, TLS_ECDHE_RSA_WITH_AES_128_CBC_SHA256, INSUFFICIENT",
        "NO, TLS_ECDHE_RSA_WITH_AES_256_GCM_SHA384, TLS_ECDHE_RSA_WITH_AES_128_GCM_SHA256, GOOD",
        "UNKNOWN, TLS_ECDHE_RSA_WITH_AES_256_GCM_SHA384, TLS_ECDHE_RSA_WITH_AES_128_CBC_SHA256, NOT_TESTED"
    })
    void order(Known serverDecides, String first, String second, Grade expected) {
        ServerFacts facts = Servers.with(PERFECT, Servers.version(TlsVersion.TLSV1_2, serverDecides, first, second));

        assertThat(grade("cipher_order", facts).grade()).isEqualTo(expected);
    }

    /**
     * What is insufficient fails by itself and has no place in internet.nl's order (checks/tasks/tls/scans.py,
     * {@code order_tuples}); by the text, nothing poor may be chosen.
     */
    @ParameterizedTest
    @CsvSource({
        "internet.nl, NO, TLS_ECDHE_RSA_WITH_AES_256_GCM_SHA384, GOOD",
        "internet.nl, YES, TLS_RSA_WITH_AES_128_CBC_SHA, GOOD",
        "ncsc-2025, NO, TLS_ECDHE_RSA_WITH_AES_256_GCM_SHA384, INSUFFICIENT",
        "ncsc-2025, YES, TLS_RSA_WITH_AES_128_CBC_SHA, INSUFFICIENT",
        "ncsc-2025, YES, TLS_ECDHE_RSA_WITH_AES_256_GCM_SHA384, GOOD"
    })
    void insufficientSuitesInTheOrder(String profile, Known serverDecides, String preferred, Grade expected) {
        String other = preferred.equals("TLS_RSA_WITH_AES_128_CBC_SHA")
                ? "TLS_ECDHE_RSA_WITH_AES_256_GCM_SHA384"
                : "TLS_RSA_WITH_AES_128_CBC_SHA";
        ServerFacts facts = Servers.with(PERFECT, Servers.version(TlsVersion.TLSV1_2, serverDecides, preferred, other));

        assertThat(grade(profile, "cipher_order", facts).grade()).isEqualTo(expected);
    }

    @ParameterizedTest
    @CsvSource({
        "3072, 2, ffdhe3072, PHASE_OUT",
        "3072, 5, ffdhe3072, INSUFFICIENT",
        "2048, 2, ffdhe2048, INSUFFICIENT",
        "4096, 2, , INSUFFICIENT"
    })
    void finiteFields(int bits, String generator, String name, Grade expected) {
        ServerFacts facts = Servers.with(
                PERFECT, Optional.of(new FiniteField(bits, generator, Optional.ofNullable(name), "00")), "x25519");

        Subtest exchange = grade("key_exchange", facts);

        assertThat(exchange.grade()).isEqualTo(expected);
        assertThat(exchange.values()).singleElement().asString().startsWith("DHE: ");
    }

    @ParameterizedTest
    @CsvSource({
        "NO, NO, NO, GOOD, ''",
        "NO, NO, YES, PHASE_OUT, SHA224",
        "NO, YES, UNKNOWN, INSUFFICIENT, SHA1",
        "YES, NO, NO, INSUFFICIENT, MD5",
        "UNKNOWN, UNKNOWN, UNKNOWN, NOT_TESTED, ''"
    })
    void hashOfTheKeyExchange(Known md5, Known sha1, Known sha224, Grade expected, String value) {
        ServerFacts facts =
                Servers.with(PERFECT, new WeakHashes(md5, sha1, sha224), PERFECT.features(), PERFECT.chains());

        Subtest hash = grade("key_exchange_hash", facts);

        assertThat(hash.grade()).isEqualTo(expected);
        assertThat(String.join(" ", hash.values())).isEqualTo(value);
    }

    @ParameterizedTest
    @CsvSource({
        "EC_P256, GOOD, secp256r1",
        "EC_P384, GOOD, secp384r1",
        "ED25519, GOOD, ed25519",
        "RSA_4096, SUFFICIENT, RSA-4096",
        "RSA_3072, SUFFICIENT, RSA-3072",
        "RSA_2048, PHASE_OUT, RSA-2048",
        "RSA_1024, INSUFFICIENT, RSA-1024"
    })
    void keysOfCertificates(KeyChoice key, Grade expected, String value) {
        ServerFacts facts = Servers.with(PERFECT, NO_WEAK_HASH, PERFECT.features(), List.of(Servers.chain(key)));

        Subtest keys = grade("certificate_key", facts);

        assertThat(keys.grade()).isEqualTo(expected);
        assertThat(keys.values()).containsExactly(value);
    }

    @ParameterizedTest
    @CsvSource({
        "EC_P256, SUFFICIENT, SHA256",
        "EC_P384, SUFFICIENT, SHA384",
        "RSA_2048, SUFFICIENT, SHA256",
        "ED25519, SUFFICIENT, ED25519"
    })
    void signaturesOfCertificates(KeyChoice key, Grade expected, String value) {
        ServerFacts facts = Servers.with(PERFECT, NO_WEAK_HASH, PERFECT.features(), List.of(Servers.chain(key)));

        Subtest signatures = grade("certificate_signature", facts);

        assertThat(signatures.grade()).isEqualTo(expected);
        assertThat(signatures.values()).containsExactly(value);
    }

    /** Where a server has an EC and an RSA certificate, the worse decides. */
    @Test
    void bothCertificatesCount() {
        ServerFacts facts = Servers.with(
                PERFECT,
                NO_WEAK_HASH,
                PERFECT.features(),
                List.of(Servers.chain(KeyChoice.EC_P256), Servers.chain(KeyChoice.RSA_2048)));

        assertThat(grade("certificate_key", facts).values()).containsExactly("RSA-2048");
    }

    private static ServerFacts with(Known compression, Known renegotiation, Known master, Long earlyData) {
        Features f = PERFECT.features();
        return Servers.with(
                PERFECT,
                NO_WEAK_HASH,
                new Features(
                        compression,
                        renegotiation,
                        f.clientRenegotiation(),
                        master,
                        f.encryptThenMac(),
                        f.sessionTicket(),
                        f.resumption12(),
                        f.resumption13(),
                        Optional.of(earlyData),
                        f.downgradeSentinel(),
                        f.fallbackScsv(),
                        f.ocspStapling(),
                        f.largeHello(),
                        f.versionTolerance(),
                        f.answersWithoutSni(),
                        f.answersUnknownSni(),
                        f.otherCertificateWithoutSni()),
                PERFECT.chains());
    }

    @Test
    void features() {
        ServerFacts bad = with(Known.YES, Known.NO, Known.NO, 16384L);

        assertThat(grade("compression", bad).grade()).isEqualTo(Grade.INSUFFICIENT);
        assertThat(grade("secure_renegotiation", bad).grade()).isEqualTo(Grade.INSUFFICIENT);
        assertThat(grade("extended_master_secret", bad).grade()).isEqualTo(Grade.INSUFFICIENT);
        // internet.nl does not test early data for mail (issue 2055) and gives the points; NCSC's text wants it off.
        assertThat(grade("internet.nl", "zero_rtt", bad).grade()).isEqualTo(Grade.GOOD);
        assertThat(grade("ncsc-2025", "zero_rtt", bad).grade()).isEqualTo(Grade.INSUFFICIENT);
        assertThat(grade("ncsc-2025", "zero_rtt", PERFECT).grade()).isEqualTo(Grade.GOOD);
    }

    @Test
    void whatIsNotKnownIsNotGraded() {
        ServerFacts facts = with(Known.UNKNOWN, Known.UNKNOWN, Known.UNKNOWN, 0L);

        GradeReport report = new Grader(Profile.load("internet.nl")).grade(facts);

        assertThat(report.score()).hasValue(new GradeReport.Score(90, 90, 100));
        assertThat(grade("compression", facts).points()).isEmpty();
    }

    @Test
    void aProfileSpeaksOnlyOfWhatItsAuthorityAsks() {
        GradeReport report = new Grader(Profile.load("mozilla-intermediate")).grade(PERFECT);

        assertThat(report.score()).isEmpty();
        assertThat(report.subtests())
                .extracting(Subtest::id)
                .doesNotContain("cipher_order", "extended_master_secret", "zero_rtt");
        assertThat(report.overall()).isEqualTo(Grade.GOOD);
    }
}
