package org.hikyaku.smtp.sasl;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.charset.StandardCharsets;
import java.security.SecureRandom;
import java.util.Optional;
import org.hikyaku.tls.ChannelBinding;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** SCRAM against the examples of RFC 5802 section 5 and RFC 7677 section 3, and against servers that lie. */
class ScramClientTest {
    private static final String SERVER_FIRST_256 =
            "r=rOprNGfwEbeRWgbNEkqO%hvYDpWUa2RaTCAfuxFIlj)hNlF$k0,s=W22ZaJ0SNY7soEsUEjb6gQ==,i=4096";
    private static final String CLIENT_FINAL_256 = "c=biws,r=rOprNGfwEbeRWgbNEkqO%hvYDpWUa2RaTCAfuxFIlj)hNlF$k0,"
            + "p=dHzbZapWIk4jUhN+Ute9ytag9zjfMHgsqmmiz7AndVQ=";
    private static final String SERVER_FINAL_256 = "v=6rriTRBi23WpRR/wtup+mMhUZUn/dB5nLTJRsjl95G4=";

    private static ScramClient client(SaslMechanism mechanism, String nonce) {
        return new ScramClient(mechanism, pencil("user"), Optional.empty(), false, nonce);
    }

    private static Credentials pencil(String user) {
        return Credentials.password(user, Secret.of("pencil".toCharArray()));
    }

    private static String text(SaslMessage message) {
        return new String(message.bytes(), StandardCharsets.UTF_8);
    }

    private static byte[] bytes(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }

    @Test
    void theExampleOfRfc5802() throws Exception {
        ScramClient client = client(SaslMechanism.SCRAM_SHA_1, "fyko+d2lbbFgONRv9qkxdawL");

        assertThat(text(client.first().orElseThrow())).isEqualTo("n,,n=user,r=fyko+d2lbbFgONRv9qkxdawL");
        assertThat(text(client.answer(bytes("r=fyko+d2lbbFgONRv9qkxdawL3rfcNHYJY1ZVvWVs7j,s=QSXCR+Q6sek8bf92,i=4096"))))
                .isEqualTo("c=biws,r=fyko+d2lbbFgONRv9qkxdawL3rfcNHYJY1ZVvWVs7j,p=v0X8v3Bz2T0CJGbJQyF0X+HI4Ts=");
        assertThat(client.answer(bytes("v=rmF9pqV8S7suAoZWja4dJRkFsKQ=")).bytes())
                .isEmpty();
        assertThatCode(client::succeeded).doesNotThrowAnyException();
    }

    @Test
    void theExampleOfRfc7677() throws Exception {
        ScramClient client = client(SaslMechanism.SCRAM_SHA_256, "rOprNGfwEbeRWgbNEkqO");

        assertThat(text(client.first().orElseThrow())).isEqualTo("n,,n=user,r=rOprNGfwEbeRWgbNEkqO");
        assertThat(text(client.answer(bytes(SERVER_FIRST_256)))).isEqualTo(CLIENT_FINAL_256);
        assertThat(client.answer(bytes(SERVER_FINAL_256)).bytes()).isEmpty();
        assertThatCode(client::succeeded).doesNotThrowAnyException();
    }

    @Test
    void aServerThatDoesNotKnowThePasswordIsFoundOut() throws Exception {
        ScramClient client = client(SaslMechanism.SCRAM_SHA_256, "rOprNGfwEbeRWgbNEkqO");
        client.first();
        client.answer(bytes(SERVER_FIRST_256));

        assertThatThrownBy(() -> client.answer(bytes(SERVER_FINAL_256.replace("6rri", "6rrj"))))
                .isInstanceOfSatisfying(
                        SaslException.class, e -> assertThat(e.kind()).isEqualTo(SaslException.Kind.SERVER_NOT_PROVED));
    }

    @Test
    void aServerMayNotSayYesWithoutItsSignature() throws Exception {
        ScramClient client = client(SaslMechanism.SCRAM_SHA_256, "rOprNGfwEbeRWgbNEkqO");
        client.first();
        client.answer(bytes(SERVER_FIRST_256));

        assertThatThrownBy(client::succeeded)
                .isInstanceOfSatisfying(
                        SaslException.class, e -> assertThat(e.kind()).isEqualTo(SaslException.Kind.SERVER_NOT_PROVED));
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "r=otherNonce,s=W22ZaJ0SNY7soEsUEjb6gQ==,i=4096 | does not begin with ours",
                "r=rOprNGfwEbeRWgbNEkqO,s=W22ZaJ0SNY7soEsUEjb6gQ==,i=4096 | does not begin with ours and go on",
                "m=ext,r=rOprNGfwEbeRWgbNEkqOx,s=W22ZaJ0SNY7soEsUEjb6gQ==,i=4096 | extension",
                "r=rOprNGfwEbeRWgbNEkqOx,s=***,i=4096 | Base64",
                "r=rOprNGfwEbeRWgbNEkqOx,s=W22ZaJ0SNY7soEsUEjb6gQ==,i=0 | no number of iterations",
                "r=rOprNGfwEbeRWgbNEkqOx,s=W22ZaJ0SNY7soEsUEjb6gQ==,i=1000001 | the limit of 1000000 SCRAM iterations",
                "r=rOprNGfwEbeRWgbNEkqOx,s=W22ZaJ0SNY7soEsUEjb6gQ==,i=99999999999999 | no number of iterations",
                "s=W22ZaJ0SNY7soEsUEjb6gQ==,r=rOprNGfwEbeRWgbNEkqOx,i=4096 | r= is missing",
                "e=unknown-user | the error unknown-user",
                "'' | without nonce",
            })
    void wrongFirstMessages(String message, String words) throws Exception {
        ScramClient client = client(SaslMechanism.SCRAM_SHA_256, "rOprNGfwEbeRWgbNEkqO");
        client.first();

        assertThatThrownBy(() -> client.answer(bytes(message)))
                .isInstanceOf(SaslException.class)
                .hasMessageContaining(words);
        assertThatThrownBy(() -> client.answer(bytes(SERVER_FIRST_256))).isInstanceOf(SaslException.class);
    }

    @Test
    void theServersErrorIsToldAndCleaned() throws Exception {
        ScramClient client = client(SaslMechanism.SCRAM_SHA_256, "rOprNGfwEbeRWgbNEkqO");
        client.first();
        client.answer(bytes(SERVER_FIRST_256));

        assertThatThrownBy(() -> client.answer(bytes("e=invalid-proof\u001b[2J")))
                .isInstanceOf(SaslException.class);
        assertThat(client.serverError()).contains("invalid-proof?[2J");
    }

    @Test
    void namesAreEscapedAndPrepared() throws Exception {
        ScramClient client = new ScramClient(
                SaslMechanism.SCRAM_SHA_1, pencil("a=b,\u2168").actingAs("x,y"), Optional.empty(), true, "N");

        assertThat(text(client.first().orElseThrow())).isEqualTo("y,a=x=2Cy,n=a=3Db=2CIX,r=N");
    }

    @Test
    void aBindingIsNamedInTheHeaderAndMixedIn() throws Exception {
        ChannelBinding binding =
                new ChannelBinding(ChannelBinding.Type.TLS_SERVER_END_POINT, new byte[] {1, 2, (byte) 0xff});
        ScramClient client = new ScramClient(
                SaslMechanism.SCRAM_SHA_256_PLUS, pencil("user"), Optional.of(binding), false, "rOprNGfwEbeRWgbNEkqO");

        assertThat(text(client.first().orElseThrow())).startsWith("p=tls-server-end-point,,n=user,r=");
        // base64 of "p=tls-server-end-point,," 01 02 ff, by hand with coreutils
        assertThat(text(client.answer(bytes(SERVER_FIRST_256))))
                .startsWith("c=cD10bHMtc2VydmVyLWVuZC1wb2ludCwsAQL/,r=rOprNGfw");
    }

    @Test
    void noncesAreFreshAndHaveNoComma() throws Exception {
        SecureRandom random = new SecureRandom();
        String one = text(new ScramClient(SaslMechanism.SCRAM_SHA_1, pencil("u"), Optional.empty(), false, random)
                .first()
                .orElseThrow());
        String two = text(new ScramClient(SaslMechanism.SCRAM_SHA_1, pencil("u"), Optional.empty(), false, random)
                .first()
                .orElseThrow());

        assertThat(one).isNotEqualTo(two).matches("n,,n=u,r=[A-Za-z0-9+/]{24}");
    }
}
