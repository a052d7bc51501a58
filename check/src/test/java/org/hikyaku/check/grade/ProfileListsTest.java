package org.hikyaku.check.grade;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.hikyaku.tls.wire.CipherSuite;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** The profiles' lists against the authorities' own, copied from where these publish them. */
class ProfileListsTest {
    private static Map<String, Grade> published(String file) throws IOException {
        Map<String, Grade> grades = new HashMap<>();
        try (InputStream in = Optional.ofNullable(ProfileListsTest.class.getResourceAsStream(file))
                .orElseThrow()) {
            new String(in.readAllBytes(), StandardCharsets.UTF_8)
                    .lines()
                    .filter(l -> !l.startsWith("#"))
                    .map(l -> l.split("\t", -1))
                    .forEach(p -> grades.put(p[0], Grade.ofToken(p[1])));
        }
        return grades;
    }

    /** Every suite that there is: those that are published as published, all others insufficient. */
    @ParameterizedTest
    @CsvSource({
        "internet.nl, ncsc-2025-suites.tsv",
        "ncsc-2025, ncsc-2025-suites.tsv",
        "mozilla-intermediate, mozilla-intermediate-suites.tsv",
        "bsi-tr-03108, bsi-tr-02102-2-suites.tsv"
    })
    void everySuiteHasThePublishedGrade(String profile, String file) throws IOException {
        Map<String, Grade> published = published(file);
        Profile lists = Profile.load(profile);
        Set<String> met = new HashSet<>();

        for (CipherSuite suite : CipherSuite.registry().all()) {
            assertThat(lists.suites().of(suite.name()))
                    .as(suite.name())
                    .isEqualTo(published.getOrDefault(suite.name(), Grade.INSUFFICIENT));
            met.add(suite.name());
        }
        assertThat(met).as("all published names are IANA's").containsAll(published.keySet());
    }

    @ParameterizedTest
    @CsvSource({
        "TLSv1.3, GOOD",
        "TLSv1.2, SUFFICIENT",
        "TLSv1.1, INSUFFICIENT",
        "TLSv1.0, INSUFFICIENT",
        "SSLv3, INSUFFICIENT",
        "SSLv2, INSUFFICIENT"
    })
    void ncscVersions(String version, Grade grade) {
        assertThat(Profile.load("internet.nl").versions().of(version)).isEqualTo(grade);
        assertThat(Profile.load("ncsc-2025").versions().of(version)).isEqualTo(grade);
    }

    /** PQC_*, FS_EC_* and FFDHE_PHASE_OUT_PRIMES; ffdhe2048 is in none. */
    @ParameterizedTest
    @CsvSource({
        "X25519MLKEM768, GOOD",
        "SecP256r1MLKEM768, GOOD",
        "SecP384r1MLKEM1024, GOOD",
        "x25519, SUFFICIENT",
        "x448, SUFFICIENT",
        "secp256r1, SUFFICIENT",
        "secp384r1, SUFFICIENT",
        "secp521r1, SUFFICIENT",
        "brainpoolP256r1, SUFFICIENT",
        "brainpoolP384r1, SUFFICIENT",
        "brainpoolP512r1, SUFFICIENT",
        "secp224r1, PHASE_OUT",
        "ffdhe3072, PHASE_OUT",
        "ffdhe4096, PHASE_OUT",
        "ffdhe6144, PHASE_OUT",
        "ffdhe8192, PHASE_OUT",
        "ffdhe2048, INSUFFICIENT",
        "secp192r1, INSUFFICIENT",
        "secp256k1, INSUFFICIENT",
        "sect283r1, INSUFFICIENT"
    })
    void ncscGroups(String group, Grade grade) {
        assertThat(Profile.load("internet.nl").groups().of(group)).isEqualTo(grade);
        assertThat(Profile.load("ncsc-2025").groups().of(group)).isEqualTo(grade);
    }

    /** Table 5 and 12 of TR-02102-2; x25519 is in neither. */
    @ParameterizedTest
    @CsvSource({
        "secp256r1, GOOD",
        "secp384r1, GOOD",
        "secp521r1, GOOD",
        "brainpoolP256r1, GOOD",
        "brainpoolP512r1tls13, GOOD",
        "ffdhe3072, GOOD",
        "ffdhe4096, GOOD",
        "x25519, PHASE_OUT",
        "ffdhe2048, PHASE_OUT",
        "secp224r1, INSUFFICIENT"
    })
    void bsiGroups(String group, Grade grade) {
        assertThat(Profile.load("bsi-tr-03108").groups().of(group)).isEqualTo(grade);
    }

    /** {@code tls_curves} of guidelines 5.8; their CHANGELOG names X25519MLKEM768 as what is new in 5.8. */
    @ParameterizedTest
    @CsvSource({
        "X25519MLKEM768, GOOD",
        "x25519, GOOD",
        "secp256r1, GOOD",
        "secp384r1, GOOD",
        "secp521r1, INSUFFICIENT",
        "x448, INSUFFICIENT"
    })
    void mozillaGroups(String group, Grade grade) {
        assertThat(Profile.load("mozilla-intermediate").groups().of(group)).isEqualTo(grade);
    }

    @ParameterizedTest
    @CsvSource({
        "internet.nl, 1024, INSUFFICIENT",
        "internet.nl, 2047, INSUFFICIENT",
        "internet.nl, 2048, PHASE_OUT",
        "internet.nl, 3071, PHASE_OUT",
        "internet.nl, 3072, SUFFICIENT",
        "mozilla-intermediate, 2047, INSUFFICIENT",
        "mozilla-intermediate, 2048, GOOD",
        "bsi-tr-03108, 2048, PHASE_OUT",
        "bsi-tr-03108, 3000, GOOD"
    })
    void rsaKeys(String profile, int bits, Grade grade) {
        assertThat(Profile.atLeast(Profile.load(profile).rsaBits(), bits)).isEqualTo(grade);
    }

    @ParameterizedTest
    @CsvSource({"0, GOOD", "1, SUFFICIENT", "10, SUFFICIENT", "11, PHASE_OUT"})
    void renegotiationByTheClient(int count, Grade grade) {
        assertThat(Profile.atMost(Profile.load("ncsc-2025").clientRenegotiation(), count))
                .isEqualTo(grade);
    }

    @ParameterizedTest
    @ValueSource(strings = {"internet.nl", "ncsc-2025", "mozilla-intermediate", "bsi-tr-03108"})
    void everyProfileNamesItsSourceAndDate(String name) {
        Profile profile = Profile.load(name);

        assertThat(Profile.NAMES).contains(name);
        assertThat(profile.source()).hasSizeGreaterThan(20);
        assertThat(profile.date()).matches("20\\d\\d-\\d\\d(-\\d\\d)?");
        assertThat(profile.title()).isNotBlank();
    }

    /** Postfix, Exim, Stalwart and nginx, for whatever can be mended at a server. */
    @Test
    void everySubtestOfAServerHasItsMend() {
        Set<String> asked = new HashSet<>();
        Profile.NAMES.forEach(n -> asked.addAll(Profile.load(n).asks()));
        for (String id : asked) {
            assertThat(Profile.resource("mends.json").has(id)).as(id).isTrue();
            List.of("postfix", "exim", "exim-gnutls", "stalwart", "nginx")
                    .forEach(software -> assertThat(Profile.resource("mends.json")
                                    .get(id)
                                    .get(software)
                                    .size())
                            .as("%s of %s", id, software)
                            .isPositive());
        }
    }
}
