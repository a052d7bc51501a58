package org.hikyaku.x509;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.PrivateKey;
import java.time.Instant;
import java.util.HexFormat;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Against files that OpenSSL wrote (vectors/make.sh). */
class PemTest {
    private static Path vector(String name) {
        return Path.of("src/test/resources/org/hikyaku/x509/vectors", name);
    }

    @Test
    void aChainByOpenSsl() throws IOException {
        var chain = Pem.certificates(vector("chain.pem"));
        assertThat(chain).hasSize(2);
        Certificate leaf = chain.getFirst();
        assertThat(leaf.dnsNames()).containsExactly("mx.vector.example", "*.vector.example");
        assertThat(leaf.subject()).isEqualTo("O=Hikyaku tests,CN=mx.vector.example");
        assertThat(leaf.key().title()).isEqualTo("EC P-256");
        assertThat(leaf.signatureAlgorithm().title()).isEqualTo("RSA with SHA-256");
        assertThat(leaf.mustStaple()).isTrue();
        assertThat(leaf.crlAddresses()).containsExactly("http://crl.vector.example/ca.crl");
        assertThat(leaf.ocspAddresses()).containsExactly("http://ocsp.vector.example");
        assertThat(leaf.notBefore()).isEqualTo(Instant.parse("2026-01-02T03:04:05Z"));
        assertThat(leaf.notAfter()).isEqualTo(Instant.parse("2046-01-02T03:04:05Z"));
        assertThat(leaf.malformedExtensions()).isEmpty();
        assertThat(HexFormat.of().formatHex(leaf.sha256()))
                .isEqualTo(Files.readString(vector("leaf.sha256")).strip());
        assertThat(HexFormat.of().formatHex(leaf.keySha256()))
                .isEqualTo(Files.readString(vector("leaf-key.sha256")).strip());
        Certificate ca = chain.getLast();
        assertThat(ca.isAuthority()).isTrue();
        assertThat(ca.key().title()).isEqualTo("RSA 2048 bits");
        assertThat(ca.isSelfSigned(SignatureVerifier.best())).isTrue();
        assertThat(Pem.certificates(Pem.encode(chain))).isEqualTo(chain);
    }

    @ParameterizedTest
    @CsvSource({"pkcs8.pem,EC", "sec1.pem,EC", "pkcs1.pem,RSA", "ed25519.pem,EdDSA"})
    void privateKeysOfEveryForm(String file, String algorithm) throws IOException {
        PrivateKey key = Pem.privateKey(vector(file));
        assertThat(key.getAlgorithm()).isEqualTo(algorithm);
        assertThat(Pem.privateKey(Pem.encode(key))).isEqualTo(key);
    }

    @Test
    void aPublicKeyIsTheKeyOfItsCertificate() throws IOException {
        assertThat(Pem.publicKey(vector("leaf-key.pem")))
                .isEqualTo(Pem.certificates(vector("chain.pem")).getFirst().subjectPublicKeyInfo());
    }

    @Test
    void errorsNameTheLine() {
        assertThatThrownBy(() -> Pem.certificates("x\n-----BEGIN CERTIFICATE-----\nAAAA\nA!AA\n"))
                .hasMessage("the PEM text, line 4: column 2 is not a character of Base64");
        assertThatThrownBy(() -> Pem.certificates("x\n-----BEGIN CERTIFICATE-----\nAAAA\n"))
                .hasMessage("the PEM text: the block CERTIFICATE that begins at line 2 has no END line;"
                        + " the file may be cut off");
        assertThatThrownBy(() -> Pem.certificates("-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n"))
                .isInstanceOf(CertificateFormatException.class)
                .hasMessageStartingWith("the PEM text, the block at line 1: not an X.509 certificate in DER");
        assertThatThrownBy(() -> Pem.privateKey(
                        "-----BEGIN ENCRYPTED PRIVATE KEY-----\nAAAA\n-----END ENCRYPTED PRIVATE KEY-----\n"))
                .hasMessageContaining("the private key is encrypted");
        // As openssl genrsa -aes128 -traditional writes it.
        assertThatThrownBy(() -> Pem.privateKey("""
                        -----BEGIN RSA PRIVATE KEY-----
                        Proc-Type: 4,ENCRYPTED
                        DEK-Info: AES-128-CBC,00112233445566778899AABBCCDDEEFF

                        AAAA
                        -----END RSA PRIVATE KEY-----
                        """)).hasMessageContaining("the private key is encrypted");
        assertThatThrownBy(() -> Pem.privateKey("")).hasMessageContaining("no private key found");
    }

    @Test
    void derIsToldFromPem(@TempDir Path folder) throws IOException {
        Path der = folder.resolve("cert.der");
        Files.write(der, Pem.certificates(vector("chain.pem")).getFirst().der());
        assertThatThrownBy(() -> Pem.certificates(der))
                .hasMessageContaining("cert.der: this is DER, not PEM")
                .hasMessageContaining("openssl x509 -inform DER");
    }

    @Test
    void filesAreBounded(@TempDir Path folder) throws IOException {
        Path large = folder.resolve("large.pem");
        Files.write(large, new byte[4 * 1024 * 1024 + 1]);
        assertThatThrownBy(() -> Pem.certificates(large))
                .hasMessageEndingWith("more than the limit of 4194304 bytes in a PEM file");
        assertThatThrownBy(() -> TrustAnchors.ofPem(Files.createFile(folder.resolve("empty.pem"))))
                .hasMessageContaining("holds no certificate");
    }

    @Test
    void thisMachinesRootsAreRead() throws IOException {
        assertThat(TrustAnchors.system().certificates().size()).isGreaterThan(50);
    }
}
