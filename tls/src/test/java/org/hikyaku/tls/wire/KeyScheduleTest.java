package org.hikyaku.tls.wire;

import static org.assertj.core.api.Assertions.assertThat;
import static org.hikyaku.tls.wire.Rfc8448.value;

import java.security.MessageDigest;
import java.util.Arrays;
import java.util.HexFormat;
import org.hikyaku.tls.TlsVersion;
import org.hikyaku.tls.wire.CipherSuite.Prf;
import org.junit.jupiter.api.Test;

class KeyScheduleTest {
    private static final HexFormat HEX = HexFormat.of();
    private final Tls13KeySchedule schedule = new Tls13KeySchedule(Prf.SHA256);

    /** RFC 8448 section 3. */
    @Test
    void theSecretsOfAFullHandshakeAreThoseOfRfc8448() throws Exception {
        byte[] hellos = hash("client_hello", "server_hello");
        byte[] untilServerFinished = hash(
                "client_hello",
                "server_hello",
                "encrypted_extensions",
                "certificate",
                "certificate_verify",
                "server_finished");
        byte[] all = hash(
                "client_hello",
                "server_hello",
                "encrypted_extensions",
                "certificate",
                "certificate_verify",
                "server_finished",
                "client_finished");

        byte[] early = schedule.early();
        byte[] handshake = schedule.handshake(early, value("shared"));
        byte[] master = schedule.master(handshake);

        assertThat(early).isEqualTo(value("early"));
        assertThat(handshake).isEqualTo(value("handshake"));
        assertThat(master).isEqualTo(value("master"));
        for (String label : new String[] {"c hs traffic", "s hs traffic"}) {
            assertThat(schedule.derive(handshake, label, hellos)).as(label).isEqualTo(value(label));
        }
        for (String label : new String[] {"c ap traffic", "s ap traffic", "exp master"}) {
            assertThat(schedule.derive(master, label, untilServerFinished))
                    .as(label)
                    .isEqualTo(value(label));
        }
        assertThat(schedule.derive(master, "res master", all)).isEqualTo(value("res master"));
        assertThat(schedule.resumptionPsk(value("res master"), new byte[2])).isEqualTo(value("resumption psk"));
    }

    @Test
    void trafficKeysAreThoseOfRfc8448() {
        for (String side : new String[] {"c hs", "s hs", "c ap", "s ap"}) {
            TrafficKeys keys = schedule.trafficKeys(value(side + " traffic"), BulkCipher.AES_128_GCM);

            assertThat(keys.key()).as(side).isEqualTo(value(side + " key"));
            assertThat(keys.iv()).as(side).isEqualTo(value(side + " iv"));
        }
    }

    @Test
    void finishedMessagesAreThoseOfRfc8448() throws Exception {
        byte[] server = schedule.finished(
                value("s hs traffic"),
                hash("client_hello", "server_hello", "encrypted_extensions", "certificate", "certificate_verify"));
        byte[] client = schedule.finished(
                value("c hs traffic"),
                hash(
                        "client_hello",
                        "server_hello",
                        "encrypted_extensions",
                        "certificate",
                        "certificate_verify",
                        "server_finished"));

        assertThat(new HandshakeMessage.Finished(server).encode()).isEqualTo(value("server_finished"));
        assertThat(new HandshakeMessage.Finished(client).encode()).isEqualTo(value("client_finished"));
    }

    /** RFC 8448 section 4. */
    @Test
    void aPskBinderIsThatOfRfc8448() throws Exception {
        byte[] early = schedule.early(value("resumption psk"));
        byte[] binderKey = schedule.resumptionBinderKey(early);

        assertThat(early).isEqualTo(value("resumed early"));
        assertThat(binderKey).isEqualTo(value("res binder"));
        assertThat(schedule.finished(binderKey, hash("resumed.client_hello_prefix")))
                .isEqualTo(value("binder"));
    }

    /** Computed by OpenSSL 3.0.19: openssl kdf TLS1-PRF with digest SHA256, SHA384. */
    @Test
    void thePrfOfTls12AgreesWithOpenSsl() {
        byte[] secret = HEX.parseHex("9bbe436ba940f017b17652849a71db35");
        byte[] seed = HEX.parseHex("a0ba9f936cda311827a6f796ffd5198c");

        assertThat(new Tls12KeySchedule(TlsVersion.TLSV1_2, Prf.SHA256).prf(secret, "test label", seed, 100))
                .isEqualTo(
                        HEX.parseHex(
                                "e3f229ba727be17b8d122620557cd453c2aab21d07c3d495329b52d4e61edb5a6b301791e90d35c9c9a46b4e14baf9af0fa022f7077def17abfd3797c0564bab4fbc91666e9def9b97fce34f796789baa48082d122ee42c5a72e5a5110fff70187347b66"));
        assertThat(new Tls12KeySchedule(TlsVersion.TLSV1_2, Prf.SHA384).prf(secret, "test label", seed, 100))
                .isEqualTo(
                        HEX.parseHex(
                                "dd88775cd827187b67a3f7652b5c13f715791cc46e0274a6d3fb16651103defc544cd8afb68369a219bb918b8b21ddb1764af0a70339e6dec085e574f655851ba692513203536bdfc3675e53768210f0a2389dd324311a440c7c30ef44b391d914c3b0c7"));
    }

    /** Computed by OpenSSL 3.0.19: openssl kdf TLS1-PRF with digest MD5-SHA1. */
    @Test
    void theMasterSecretOfTls10AgreesWithOpenSsl() {
        byte[] premaster = HEX.parseHex(
                "bded7fa5c1699c010be23dd06ada3a48349f21e5f86263d512c0c5cc379f0e780ec55d9844b2f1db02a96453513568d0");
        byte[] client = HEX.parseHex("e5acaf549cd25c22d964c0d930fa4b5261d2507fad84c33715b7b9a864020693");
        byte[] server = HEX.parseHex("135e4d557fdf3aa6406d82975d5c606a9734c9334b42136e96990fbd5358cdb2");

        assertThat(new Tls12KeySchedule(TlsVersion.TLSV1_0, Prf.SHA256).masterSecret(premaster, client, server))
                .isEqualTo(
                        HEX.parseHex(
                                "2f6962dfbc744c4b2138bb6b3d33054c5ecc14f24851d9896395a44ab3964efc2090c5bf51a0891209f46c1e1e998f62"));
    }

    /** RFC 5246 section 6.3: client MAC, server MAC, client key, server key, client IV, server IV. */
    @Test
    void theKeyBlockIsCutInTheOrderOfTheRfc() {
        Tls12KeySchedule tls10 = new Tls12KeySchedule(TlsVersion.TLSV1_0, Prf.SHA256);
        CipherSuite aesSha = CipherSuite.registry().find(0x002f).orElseThrow();
        byte[] master = new byte[48];
        byte[] block = tls10.prf(master, "key expansion", new byte[64], 104);

        Tls12KeySchedule.KeyBlock keys = tls10.keyBlock(master, new byte[32], new byte[32], aesSha);

        assertThat(keys.client().mac()).isEqualTo(Arrays.copyOfRange(block, 0, 20));
        assertThat(keys.server().mac()).isEqualTo(Arrays.copyOfRange(block, 20, 40));
        assertThat(keys.client().key()).isEqualTo(Arrays.copyOfRange(block, 40, 56));
        assertThat(keys.server().iv()).isEqualTo(Arrays.copyOfRange(block, 88, 104));
    }

    private static byte[] hash(String... messages) throws Exception {
        MessageDigest digest = MessageDigest.getInstance("SHA-256");
        for (String message : messages) {
            digest.update(value(message));
        }
        return digest.digest();
    }
}
