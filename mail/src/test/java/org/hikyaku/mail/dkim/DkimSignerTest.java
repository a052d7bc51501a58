package org.hikyaku.mail.dkim;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.charset.StandardCharsets;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.time.Instant;
import java.util.Arrays;
import java.util.Base64;
import java.util.List;
import org.hikyaku.mail.dkim.DkimResult.Valid;
import org.junit.jupiter.api.Test;

/** Our own signatures by our own eyes; opendkim's are in the interoperability test. */
class DkimSignerTest {
    private static final Instant NOW = Instant.parse("2026-11-22T00:00:00Z");

    @SuppressWarnings("StringConcatToTextBlock") // The blanks and line ends are what it is about.
    static final String MAIL =
            "From: reports@relay.example\r\nTo: tlsrpt@example.jp\r\nDate: Sun, 22 Nov 2026 00:10:00 +0000\r\nSubject: A  long\r\n subject\r\n"
                    + "TLS-Report-Domain: example.jp\r\nTLS-Report-Submitter: relay.example\r\nTLS-Required: No\r\n"
                    + "X-Other: not signed\r\n\r\nBody  with blanks \r\n\r\n\r\n";

    static KeyPair keys(String algorithm, int bits) throws Exception {
        KeyPairGenerator generator = KeyPairGenerator.getInstance(algorithm);
        if (bits > 0) {
            generator.initialize(bits);
        }
        return generator.generateKeyPair();
    }

    static String record(KeyPair keys) {
        byte[] der = keys.getPublic().getEncoded();
        return keys.getPublic().getAlgorithm().equals("RSA")
                ? "v=DKIM1; k=rsa; p=" + Base64.getEncoder().encodeToString(der)
                : "v=DKIM1; k=ed25519; p="
                        + Base64.getEncoder().encodeToString(Arrays.copyOfRange(der, der.length - 32, der.length));
    }

    @Test
    void signsWithBothAlgorithms() throws Exception {
        for (KeyPair keys : List.of(keys("RSA", 2048), keys("Ed25519", 0))) {
            DkimSigner signer = new DkimSigner("Relay.example", "s1", keys.getPrivate(), () -> NOW);
            byte[] signed = signer.sign(MAIL.getBytes(StandardCharsets.US_ASCII));
            String text = new String(signed, StandardCharsets.US_ASCII);
            assertThat(text).endsWith(MAIL).doesNotContain("l=");
            assertThat(text.lines())
                    .allSatisfy(line -> assertThat(line.length()).isLessThan(998));
            DkimVerifier verifier =
                    new DkimVerifier(new KeyZone().key("s1._domainkey.relay.example", record(keys)), () -> NOW);
            assertThat(verifier.verify(signed)).singleElement().isInstanceOfSatisfying(Valid.class, v -> {
                assertThat(v.domain()).isEqualTo("relay.example");
                assertThat(v.whole()).isTrue();
                // T12
                assertThat(v.fields()).contains("tls-report-domain", "tls-report-submitter", "tls-required", "from");
            });
            // a second From, put above the first, is seen
            byte[] added = ("From: eve@evil.example\r\n" + text).getBytes(StandardCharsets.US_ASCII);
            assertThat(verifier.verify(added)).singleElement().isInstanceOf(DkimResult.Invalid.class);
        }
    }

    @Test
    void refusesKeysThatNobodyWouldTake() throws Exception {
        KeyPair weak = keys("RSA", 768);
        assertThatThrownBy(() -> new DkimSigner("a.jp", "s", weak.getPrivate(), () -> NOW))
                .hasMessageContaining("768 bits");
        KeyPair curve = keys("EC", 256);
        assertThatThrownBy(() -> new DkimSigner("a.jp", "s", curve.getPrivate(), () -> NOW))
                .hasMessageContaining("RSA or Ed25519");
    }
}
