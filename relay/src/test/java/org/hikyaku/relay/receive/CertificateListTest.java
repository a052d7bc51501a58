package org.hikyaku.relay.receive;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;
import org.hikyaku.relay.config.ConfigException;
import org.hikyaku.smtp.server.CertificateStanding;
import org.hikyaku.smtp.server.CertificateStanding.Trust;
import org.hikyaku.tls.SessionFacts;
import org.hikyaku.tls.TlsVersion;
import org.hikyaku.x509.Certificate;
import org.hikyaku.x509.Credential;
import org.hikyaku.x509.TrustAnchors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Client certificates by fingerprint and by authority (M11). */
class CertificateListTest {
    @TempDir
    private Path folder;

    private final Credential rosa = Certificates.client("rosa");

    private CertificateList list(String text) throws Exception {
        return CertificateList.read(Files.writeString(folder.resolve("certificates"), text));
    }

    private static String hex(byte[] bytes) {
        return HexFormat.of().formatHex(bytes);
    }

    private static CertificateStanding judged(CertificateList list, TrustAnchors anchors, List<Certificate> chain) {
        return new ClientCertificates(list, anchors, () -> Certificates.NOW)
                .judge(facts(chain))
                .orElseThrow();
    }

    private static SessionFacts facts(List<Certificate> chain) {
        return new SessionFacts(
                TlsVersion.TLSV1_3,
                "TLS_AES_128_GCM_SHA256",
                0x1301,
                128,
                Optional.empty(),
                Optional.empty(),
                List.of(),
                Optional.empty(),
                Optional.empty(),
                false,
                true,
                true,
                Optional.of(chain));
    }

    @Test
    void byCertificateAndByKeyWithAndWithoutColons() throws Exception {
        String colons = HexFormat.ofDelimiter(":")
                .withUpperCase()
                .formatHex(rosa.certificate().sha256());
        assertThat(list("# people\n" + colons + " rosa@example.jp # her laptop\n")
                        .find(rosa.certificate()))
                .contains(new CertificateList.Entry(Optional.of("rosa@example.jp")));
        assertThat(list(hex(rosa.certificate().keySha256()) + "\n").find(rosa.certificate()))
                .contains(new CertificateList.Entry(Optional.empty()));
        assertThat(list(hex(rosa.certificate().keySha256()) + "\n")
                        .find(Certificates.client("rosa").certificate()))
                .isEmpty();
    }

    @Test
    void oldFingerprintsAreRefusedWithWhatToPut() throws Exception {
        byte[] md5 = MessageDigest.getInstance("MD5").digest(rosa.certificate().der());
        byte[] sha1 =
                MessageDigest.getInstance("SHA-1").digest(rosa.certificate().subjectPublicKeyInfo());
        assertThatThrownBy(() -> list(hex(md5) + " rosa\n"))
                .isInstanceOf(ConfigException.class)
                .hasMessageContaining("MD5")
                .hasMessageContaining("hikyaku cert show");
        Files.writeString(folder.resolve("rosa.pem"), rosa.chainPem());
        String wanted = HexFormat.ofDelimiter(":")
                .withUpperCase()
                .formatHex(rosa.certificate().sha256());
        assertThatThrownBy(() -> list(hex(md5) + " rosa\n")).hasMessageContaining("put this instead: " + wanted);
        assertThatThrownBy(() -> list("\n" + hex(sha1) + "\n"))
                .hasMessageContaining("SHA-1")
                .hasMessageContaining(":2:")
                .hasMessageContaining("put this instead: " + wanted);
    }

    @Test
    void whatIsNoLine() {
        assertThatThrownBy(() -> list("abc rosa\n")).hasMessageContaining("64 hexadecimal digits");
        assertThatThrownBy(() -> list("a".repeat(64) + " one two\n")).hasMessageContaining("nothing else");
        assertThatThrownBy(() -> list("a".repeat(64) + "\n" + "A".repeat(64) + "\n"))
                .hasMessageContaining("second time");
        assertThatThrownBy(() -> CertificateList.read(folder.resolve("none"))).isInstanceOf(ConfigException.class);
    }

    @Test
    void standings() throws Exception {
        TrustAnchors ca = TrustAnchors.of(List.of(Certificates.CLIENT_CA.certificate()));
        CertificateList listed = list(hex(rosa.certificate().sha256()) + " rosa\n");
        CertificateStanding byList = judged(listed, TrustAnchors.none(), rosa.chain());
        assertThat(byList.trust()).isEqualTo(Trust.TRUSTED);
        assertThat(byList.verified()).isFalse();
        assertThat(byList.user()).contains("rosa");
        assertThat(byList.fingerprint()).hasSize(95).isUpperCase();
        CertificateStanding byAuthority = judged(CertificateList.none(), ca, rosa.chain());
        assertThat(byAuthority.trust()).isEqualTo(Trust.TRUSTED);
        assertThat(byAuthority.verified()).isTrue();
        assertThat(byAuthority.user()).isEmpty();
        // An authority that only has the same name.
        CertificateStanding rogue = judged(
                listed, ca, Certificates.client("rosa", Certificates.ROGUE_CA).chain());
        assertThat(rogue.trust()).isEqualTo(Trust.UNTRUSTED);
        assertThat(rogue.sentence()).isNotEmpty();
        assertThat(rogue.user()).isEmpty();
        // A certificate for servers is none for clients.
        assertThat(judged(
                                CertificateList.none(),
                                TrustAnchors.of(List.of(Certificates.ROOT.certificate())),
                                Certificates.server("mx.example").chain())
                        .trust())
                .isEqualTo(Trust.UNTRUSTED);
        assertThat(judged(listed, ca, List.of()).trust()).isEqualTo(Trust.NONE);
    }

    @Test
    void listAndAuthoritiesAreReadAgainAndBadFilesChangeNothing() throws Exception {
        SessionFacts facts = facts(rosa.chain());
        Path list = Files.writeString(folder.resolve("list"), "# nobody\n");
        Path authorities = Files.writeString(
                folder.resolve("ca.pem"), Certificates.ROOT.credential().chainPem());
        ClientCertificates certificates =
                ClientCertificates.of(Optional.of(list), Optional.of(authorities), () -> Certificates.NOW);
        assertThat(certificates.judge(facts).orElseThrow().trust()).isEqualTo(Trust.UNTRUSTED);

        Files.writeString(list, hex(rosa.certificate().sha256()) + " rosa\n");
        certificates.reload();
        assertThat(certificates.judge(facts).orElseThrow().user()).contains("rosa");

        Files.writeString(list, "no fingerprint\n");
        assertThatThrownBy(certificates::reload).hasMessageContaining("64 hexadecimal digits");
        Files.writeString(authorities, "no certificate");
        assertThatThrownBy(certificates::reload).isInstanceOf(Exception.class);
        assertThat(certificates.judge(facts).orElseThrow().user()).contains("rosa");

        Files.writeString(list, "");
        Files.writeString(authorities, Certificates.CLIENT_CA.credential().chainPem());
        certificates.reload();
        assertThat(certificates.judge(facts).orElseThrow().verified()).isTrue();
        assertThat(certificates.judge(facts).orElseThrow().user()).isEmpty();
    }
}
