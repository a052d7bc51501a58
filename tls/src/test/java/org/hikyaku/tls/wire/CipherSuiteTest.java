package org.hikyaku.tls.wire;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Optional;
import org.hikyaku.tls.wire.CipherSuite.Authentication;
import org.hikyaku.tls.wire.CipherSuite.KeyExchange;
import org.hikyaku.tls.wire.CipherSuite.Mac;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class CipherSuiteTest {

    @ParameterizedTest(name = "{1}")
    @CsvSource({
        "C02F,TLS_ECDHE_RSA_WITH_AES_128_GCM_SHA256,ECDHE-RSA-AES128-GCM-SHA256,ECDHE,RSA,AES_128_GCM,AEAD,128",
        "1302,TLS_AES_256_GCM_SHA384,TLS_AES_256_GCM_SHA384,TLS13,TLS13,AES_256_GCM,AEAD,256",
        "1305,TLS_AES_128_CCM_8_SHA256,TLS_AES_128_CCM_8_SHA256,TLS13,TLS13,AES_128_CCM_8,AEAD,128",
        "000A,TLS_RSA_WITH_3DES_EDE_CBC_SHA,DES-CBC3-SHA,RSA,RSA,TRIPLE_DES_CBC,SHA1,112",
        "0003,TLS_RSA_EXPORT_WITH_RC4_40_MD5,EXP-RC4-MD5,RSA,RSA,RC4_40,MD5,40",
        "0026,TLS_KRB5_EXPORT_WITH_DES_CBC_40_SHA,EXP-KRB5-DES-CBC-SHA,KRB5,KRB5,DES_CBC_40,SHA1,40",
        "0034,TLS_DH_anon_WITH_AES_128_CBC_SHA,ADH-AES128-SHA,DHE,ANON,AES_128_CBC,SHA1,128",
        "C010,TLS_ECDHE_RSA_WITH_NULL_SHA,ECDHE-RSA-NULL-SHA,ECDHE,RSA,NULL,SHA1,0",
        "00AA,TLS_DHE_PSK_WITH_AES_128_GCM_SHA256,DHE-PSK-AES128-GCM-SHA256,DHE_PSK,PSK,AES_128_GCM,AEAD,128",
        "C0AA,TLS_PSK_DHE_WITH_AES_128_CCM_8,DHE-PSK-AES128-CCM8,DHE_PSK,PSK,AES_128_CCM_8,AEAD,128",
        "C0A8,TLS_PSK_WITH_AES_128_CCM_8,PSK-AES128-CCM8,PSK,PSK,AES_128_CCM_8,AEAD,128",
        "CCA9,TLS_ECDHE_ECDSA_WITH_CHACHA20_POLY1305_SHA256,ECDHE-ECDSA-CHACHA20-POLY1305,ECDHE,ECDSA,CHACHA20_POLY1305,AEAD,256",
        "C073,TLS_ECDHE_ECDSA_WITH_CAMELLIA_256_CBC_SHA384,ECDHE-ECDSA-CAMELLIA256-SHA384,ECDHE,ECDSA,CAMELLIA_256_CBC,SHA384,256",
        "C053,TLS_DHE_RSA_WITH_ARIA_256_GCM_SHA384,DHE-RSA-ARIA256-GCM-SHA384,DHE,RSA,ARIA_256_GCM,AEAD,256",
        "C01E,TLS_SRP_SHA_RSA_WITH_AES_128_CBC_SHA,SRP-RSA-AES-128-CBC-SHA,SRP,RSA,AES_128_CBC,SHA1,128"
    })
    void theNameIsTakenApart(
            String code,
            String name,
            String openSsl,
            KeyExchange exchange,
            Authentication authentication,
            BulkCipher cipher,
            Mac mac,
            int bits) {
        CipherSuite suite =
                CipherSuite.registry().find(Integer.parseInt(code, 16)).orElseThrow();

        assertThat(suite.name()).isEqualTo(name);
        assertThat(suite.openSslName()).isEqualTo(Optional.of(openSsl));
        assertThat(suite.keyExchange()).isEqualTo(exchange);
        assertThat(suite.authentication()).isEqualTo(authentication);
        assertThat(suite.cipher()).isEqualTo(cipher);
        assertThat(suite.mac()).isEqualTo(mac);
        assertThat(suite.bits()).isEqualTo(bits);
    }

    @Test
    void everySuiteButTheNullOnesHasACipher() {
        assertThat(CipherSuite.registry().all())
                .filteredOn(CipherSuite::nullCipher)
                .allMatch(s ->
                        s.name().contains("_NULL") || s.signalling() || s.name().startsWith("TLS_SHA"));
        assertThat(CipherSuite.registry().all()).filteredOn(CipherSuite::tls13).hasSize(15);
        assertThat(CipherSuite.registry().all()).filteredOn(CipherSuite::export).hasSizeGreaterThan(12);
        assertThat(CipherSuite.registry().all()).filteredOn(CipherSuite::aead).allMatch(s -> s.mac() == Mac.AEAD);
    }

    @Test
    void unknownNumbersHaveANameThatSaysSo() {
        assertThat(CipherSuite.registry().name(0x3a3a)).isEqualTo("GREASE(0x3a3a)");
        assertThat(CipherSuite.registry().name(0x4242)).isEqualTo("unknown(0x4242)");
        assertThat(Grease.isGrease(0x0a1a)).isFalse();
        assertThat(Grease.isGreaseByte(0x2a)).isTrue();
    }

    /** Sizes of key shares: draft-ietf-tls-ecdhe-mlkem section 4, RFC 8446 section 4.2.8. */
    @ParameterizedTest
    @CsvSource({
        "4588,X25519MLKEM768,1216,1120",
        "4587,SecP256r1MLKEM768,1249,1153",
        "4589,SecP384r1MLKEM1024,1665,1665",
        "25,secp521r1,133,133",
        "256,ffdhe2048,256,256"
    })
    void groupsKnowTheSizeOfTheirShares(int code, String name, int client, int server) {
        NamedGroup group = NamedGroup.registry().find(code).orElseThrow();

        assertThat(group.name()).isEqualTo(name);
        assertThat(group.clientShareLength()).isEqualTo(client);
        assertThat(group.serverShareLength()).isEqualTo(server);
    }
}
