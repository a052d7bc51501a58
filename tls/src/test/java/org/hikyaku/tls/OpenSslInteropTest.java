package org.hikyaku.tls;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Locale;
import java.util.Optional;
import org.hikyaku.x509.Credential;
import org.hikyaku.x509.KeyChoice;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Sessions with OpenSSL's server: our facts against what it says itself. */
@Tag("interop")
class OpenSslInteropTest {
    private static final TlsClientOptions OPTIONS = TlsClientOptions.defaults();
    private static final Keys KEYS = new Keys();

    @TempDir
    Path folder;

    /** Expected values are by hand: the arguments leave OpenSSL no choice. */
    @ParameterizedTest(name = "{0} {2}")
    @CsvSource(delimiter = '|', nullValues = "-", textBlock = """
            -tls1_3 -ciphersuites TLS_AES_128_GCM_SHA256 -groups X25519 | EC_P256 | TLSv1.3 | TLS_AES_128_GCM_SHA256 | 128 | x25519 | ecdsa_secp256r1_sha256
            -tls1_3 -ciphersuites TLS_AES_256_GCM_SHA384 -groups P-256 | EC_P384 | TLSv1.3 | TLS_AES_256_GCM_SHA384 | 256 | secp256r1 | ecdsa_secp384r1_sha384
            -tls1_3 -ciphersuites TLS_CHACHA20_POLY1305_SHA256 -groups P-521 | RSA_2048 | TLSv1.3 | TLS_CHACHA20_POLY1305_SHA256 | 256 | secp521r1 | rsa_pss_rsae_sha256
            -tls1_3 -groups X448 | ED25519 | TLSv1.3 | TLS_AES_256_GCM_SHA384 | 256 | x448 | ed25519
            -tls1_3 -groups ffdhe3072 | EC_P256 | TLSv1.3 | TLS_AES_256_GCM_SHA384 | 256 | ffdhe3072 | ecdsa_secp256r1_sha256
            -tls1_2 -cipher ECDHE-ECDSA-AES128-GCM-SHA256 -groups P-256 | EC_P256 | TLSv1.2 | TLS_ECDHE_ECDSA_WITH_AES_128_GCM_SHA256 | 128 | secp256r1 | ecdsa_secp256r1_sha256
            -tls1_2 -cipher ECDHE-RSA-CHACHA20-POLY1305 -groups X25519 | RSA_2048 | TLSv1.2 | TLS_ECDHE_RSA_WITH_CHACHA20_POLY1305_SHA256 | 256 | x25519 | rsa_pss_rsae_sha256
            -tls1_2 -cipher ECDHE-RSA-AES256-SHA384 -groups P-384 -sigalgs RSA+SHA512 | RSA_2048 | TLSv1.2 | TLS_ECDHE_RSA_WITH_AES_256_CBC_SHA384 | 256 | secp384r1 | rsa_pkcs1_sha512
            -tls1_2 -cipher DHE-RSA-AES256-GCM-SHA384 -dhparam dh2048.pem | RSA_2048 | TLSv1.2 | TLS_DHE_RSA_WITH_AES_256_GCM_SHA384 | 256 | DH 2048 bits | rsa_pss_rsae_sha256
            -tls1_2 -cipher AES128-GCM-SHA256 | RSA_2048 | TLSv1.2 | TLS_RSA_WITH_AES_128_GCM_SHA256 | 128 | - | -
            -tls1_2 -cipher AES256-SHA | RSA_2048 | TLSv1.2 | TLS_RSA_WITH_AES_256_CBC_SHA | 256 | - | -
            -tls1_1 -cipher ECDHE-RSA-AES128-SHA:@SECLEVEL=0 -groups P-256 | RSA_2048 | TLSv1.1 | TLS_ECDHE_RSA_WITH_AES_128_CBC_SHA | 128 | secp256r1 | rsa_pkcs1_md5_sha1
            -tls1 -cipher ECDHE-ECDSA-AES256-SHA:@SECLEVEL=0 -groups P-256 | EC_P256 | TLSv1.0 | TLS_ECDHE_ECDSA_WITH_AES_256_CBC_SHA | 256 | secp256r1 | ecdsa_sha1
            -tls1 -cipher AES128-SHA:@SECLEVEL=0 | RSA_2048 | TLSv1.0 | TLS_RSA_WITH_AES_128_CBC_SHA | 128 | - | -
            """)
    void settlesWhatTheServerWasToldTo(
            String arguments,
            KeyChoice key,
            String version,
            String suite,
            int bits,
            @Nullable String group,
            @Nullable String scheme)
            throws Exception {
        if (arguments.contains("dh2048.pem")) {
            DhParameters.write(folder.resolve("dh2048.pem"));
        }
        Credential credential = KEYS.server(key);
        boolean old = arguments.startsWith("-tls1 ") || arguments.startsWith("-tls1_1 ");
        TlsClientOptions options = old ? OPTIONS.withVersions(TlsVersion.TLSV1_0, TlsVersion.TLSV1_3) : OPTIONS;
        try (OpenSslServer server = new OpenSslServer(folder, credential, arguments.split(" "));
                TlsSession session = Dialled.handshake(server.address(), options)) {
            SessionFacts facts = session.facts();
            assertThat(facts.version().title()).isEqualTo(version);
            assertThat(facts.suite()).isEqualTo(suite);
            assertThat(facts.bits()).isEqualTo(bits);
            assertThat(facts.group()).isEqualTo(Optional.ofNullable(group));
            assertThat(facts.signatureScheme()).isEqualTo(Optional.ofNullable(scheme));
            assertThat(facts.chain()).isEqualTo(credential.chain());
            assertThat(facts.sni()).contains("mx.example");
            assertThat(facts.extendedMasterSecret()).isTrue();
            assertThat(facts.secureRenegotiation()).isTrue();
            assertThat(facts.resumed()).isFalse();
            assertThat(server.says("Protocol version")
                            .replace("TLSv1", "TLSv1.0")
                            .replace("1.0.", "1."))
                    .isEqualTo(version);
            assertThat(reversed(session, "abc")).isEqualTo("cba");
        }
    }

    @ParameterizedTest
    @CsvSource({"-tls1_3,TLSV1_3,5", "-tls1_2,TLSV1_2,1", "-tls1,TLSV1_0,1"})
    void theKeyLogIsTheServersOwn(String argument, TlsVersion version, int lines) throws Exception {
        Path ours = folder.resolve("ours.log");
        Path theirs = folder.resolve("theirs.log");
        try (KeyLogFile log = new KeyLogFile(ours);
                OpenSslServer server = new OpenSslServer(
                        folder,
                        KEYS.server(KeyChoice.EC_P256),
                        argument,
                        "-cipher",
                        "DEFAULT:@SECLEVEL=0",
                        "-keylogfile",
                        theirs.toString());
                TlsSession session = Dialled.handshake(
                        server.address(), OPTIONS.withVersions(version, version).withKeyLog(log))) {
            // An answer shows that the server has logged the last secret too.
            assertThat(reversed(session, "abc")).isEqualTo("cba");
        }
        assertThat(Files.readAllLines(ours)).hasSize(lines);
        assertThat(Files.readAllLines(theirs).stream()
                        .filter(line -> !line.startsWith("#"))
                        .map(line -> line.toLowerCase(Locale.ROOT)))
                .containsExactlyInAnyOrderElementsOf(Files.readAllLines(ours).stream()
                        .map(line -> line.toLowerCase(Locale.ROOT))
                        .toList());
    }

    private static String reversed(TlsSession session, String line) throws IOException {
        session.output().write((line + "\n").getBytes(StandardCharsets.US_ASCII));
        session.output().flush();
        return new BufferedReader(new InputStreamReader(session.input(), StandardCharsets.US_ASCII)).readLine();
    }
}
