package org.hikyaku.tls.probe;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.TreeSet;
import org.hikyaku.tls.TlsVersion;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Signature schemes, groups, certificates and server names, as OpenSSL's s_server was told to have them. */
@Tag("interop")
class OfferingsTest {
    @TempDir
    private static Path directory;

    private final Certificates certificates = new Certificates(directory);

    @ParameterizedTest(name = "{0}: {1}")
    @CsvSource({
        "rsa,   rsa_pss_rsae_sha256:rsa_pss_rsae_sha512:RSA+SHA384,"
                + "     rsa_pss_rsae_sha256 rsa_pss_rsae_sha512 rsa_pkcs1_sha384, rsa_pss_rsae_sha256 rsa_pss_rsae_sha512",
        "ecdsa, ECDSA+SHA256:ECDSA+SHA384:ECDSA+SHA224:ECDSA+SHA1,"
                + "     ecdsa_secp256r1_sha256 ecdsa_secp384r1_sha384 ecdsa_sha224 ecdsa_sha1, ecdsa_secp256r1_sha256",
        "both,  RSA+SHA256:rsa_pss_rsae_sha384:ECDSA+SHA256:ECDSA+SHA512,"
                + "     rsa_pkcs1_sha256 rsa_pss_rsae_sha384 ecdsa_secp256r1_sha256 ecdsa_secp521r1_sha512,"
                + "     rsa_pss_rsae_sha384 ecdsa_secp256r1_sha256",
        "ed25519, ed25519, ed25519, ed25519",
        "ed448, ed448:ed25519, ed448, ed448",
        "pss,   rsa_pss_pss_sha256:rsa_pss_pss_sha384, rsa_pss_pss_sha256 rsa_pss_pss_sha384,"
                + "     rsa_pss_pss_sha256 rsa_pss_pss_sha384",
    })
    void everySignatureSchemeIsFoundAndNoOther(String kind, String told, String tls12, String tls13) throws Exception {
        try (RealServer server =
                RealServer.openssl(certificateArguments(kind), "-sigalgs", told, "-cipher", "DEFAULT:@SECLEVEL=0")) {
            ServerFacts facts = Probes.probe(server.address(), Service.TLS, Depth.ALL);

            assertThat(facts.trouble()).isEmpty();
            assertThat(facts.version(TlsVersion.TLSV1_2).orElseThrow().signatures())
                    .containsExactlyInAnyOrder(tls12.split(" "));
            assertThat(facts.version(TlsVersion.TLSV1_3).orElseThrow().signatures())
                    .containsExactlyInAnyOrder(tls13.split(" "));
            assertThat(new TreeSet<>(facts.signatures()))
                    .isEqualTo(new TreeSet<>(Arrays.asList((tls12 + " " + tls13).split(" "))));
        }
    }

    /** RFC 8446 forgets the curves of Brainpool, RFC 8422 has no groups over finite fields: each version has its own. */
    @Test
    void groupsAreToldByVersion() throws Exception {
        try (RealServer server = RealServer.openssl(
                certificates.rsaArguments(), "-groups", "P-384:X448:ffdhe3072:brainpoolP256r1:secp256k1")) {
            ServerFacts facts = Probes.probe(server.address(), Service.TLS, Depth.ALL);

            ServerFacts.VersionFacts tls13 = facts.version(TlsVersion.TLSV1_3).orElseThrow();
            ServerFacts.VersionFacts tls12 = facts.version(TlsVersion.TLSV1_2).orElseThrow();
            assertThat(tls13.groups()).containsExactlyInAnyOrder("secp384r1", "x448", "ffdhe3072");
            assertThat(tls12.groups()).containsExactlyInAnyOrder("secp384r1", "x448", "brainpoolP256r1", "secp256k1");
            assertThat(tls13.refusedGroups()).contains("x25519", "secp256r1", "X25519MLKEM768", "ffdhe2048");
            assertThat(tls12.refusedGroups())
                    .contains("x25519", "secp256r1", "sect571r1")
                    .doesNotContain("x448");
            assertThat(facts.groups())
                    .containsExactlyInAnyOrder("secp384r1", "x448", "ffdhe3072", "brainpoolP256r1", "secp256k1");
        }
    }

    @ParameterizedTest
    @CsvSource({"-tls1_3", "-tls1_2", "-no_ssl3"})
    void bothCertificatesAreSeenInEveryVersion(String versions) throws Exception {
        try (RealServer server = RealServer.openssl(certificates.bothArguments(), versions)) {
            ServerFacts facts = Probes.probe(server.address(), Service.TLS, Depth.JUDGEMENT);

            assertThat(facts.chains().stream()
                            .map(c -> c.getFirst()
                                    .holder()
                                    .getSubjectPublicKeyInfo()
                                    .getAlgorithm()
                                    .getAlgorithm()
                                    .getId()))
                    .containsExactlyInAnyOrder("1.2.840.113549.1.1.1", "1.2.840.10045.2.1");
        }
    }

    @ParameterizedTest
    @CsvSource({"-tls1_3", "-tls1_2", "-no_ssl3"})
    void anotherCertificateWithoutTheNameIsSeenInEveryVersion(String versions) throws Exception {
        List<String> other = certificates.arguments("other", "rsa:2048");
        try (RealServer server = RealServer.openssl(
                certificates.rsaArguments(),
                versions,
                "-servername",
                "mx.example",
                "-cert2",
                other.get(1),
                "-key2",
                other.get(3))) {
            ServerFacts.Features features =
                    Probes.probe(server.address(), Service.TLS, Depth.JUDGEMENT).features();

            assertThat(features.answersWithoutSni()).isEqualTo(Known.YES);
            assertThat(features.answersUnknownSni()).isEqualTo(Known.YES);
            assertThat(features.otherCertificateWithoutSni()).isEqualTo(Known.YES);
        }
    }

    @ParameterizedTest
    @CsvSource({"-tls1_3", "-tls1_2"})
    void theSameCertificateWithoutTheNameIsSeenAsTheSame(String versions) throws Exception {
        try (RealServer server = RealServer.openssl(certificates.bothArguments(), versions)) {
            assertThat(Probes.probe(server.address(), Service.TLS, Depth.JUDGEMENT)
                            .features()
                            .otherCertificateWithoutSni())
                    .isEqualTo(Known.NO);
        }
    }

    @Test
    void aNameThatTheServerDoesNotKnowIsRefusedWhereItWasToldSo() throws Exception {
        List<String> other = certificates.arguments("other", "rsa:2048");
        try (RealServer server = RealServer.openssl(
                certificates.rsaArguments(),
                "-servername",
                "mx.example",
                "-servername_fatal",
                "-cert2",
                other.get(1),
                "-key2",
                other.get(3))) {
            ServerFacts.Features features =
                    Probes.probe(server.address(), Service.TLS, Depth.JUDGEMENT).features();

            assertThat(features.answersUnknownSni()).isEqualTo(Known.NO);
        }
    }

    @ParameterizedTest
    @CsvSource({"-tls1_2", "-tls1_1", "-tls1_3"})
    void aLongHelloIsUnderstoodInEveryVersion(String version) throws Exception {
        try (RealServer server =
                RealServer.openssl(certificates.rsaArguments(), version, "-cipher", "DEFAULT:@SECLEVEL=0")) {
            assertThat(Probes.probe(server.address(), Service.TLS, Depth.JUDGEMENT)
                            .features()
                            .largeHello())
                    .isEqualTo(Known.YES);
        }
    }

    private List<String> certificateArguments(String kind) throws Exception {
        return switch (kind) {
            case "rsa" -> certificates.rsaArguments();
            case "ecdsa" -> certificates.ecdsaArguments();
            case "both" -> certificates.bothArguments();
            case "ed25519", "ed448" -> certificates.arguments(kind, kind);
            default -> certificates.arguments("pss", "rsa-pss", "-pkeyopt", "rsa_keygen_bits:2048");
        };
    }
}
