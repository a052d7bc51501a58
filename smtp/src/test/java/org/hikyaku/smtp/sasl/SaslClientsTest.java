package org.hikyaku.smtp.sasl;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.charset.StandardCharsets;
import java.security.SecureRandom;
import java.util.Base64;
import java.util.List;
import java.util.Optional;
import org.hikyaku.smtp.sasl.SaslOffer.Choice;
import org.hikyaku.tls.ChannelBinding;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The other mechanisms, by the examples of their documents, and the choice between all. */
class SaslClientsTest {

    private static Credentials tim() {
        return Credentials.password("tim", Secret.of("tanstaaftanstaaf".toCharArray()));
    }

    private static SaslOffer offer(String... mechanisms) {
        return new SaslOffer(List.of(mechanisms), true, Optional.empty(), "server.example.com", 143);
    }

    private static String first(SaslMechanism mechanism, Credentials credentials) throws SaslException {
        SaslClient client = offer().client(mechanism, credentials, new SecureRandom());
        return new String(client.first().orElseThrow().bytes(), StandardCharsets.UTF_8);
    }

    @Test
    void plainAsInRfc4616() throws Exception {
        assertThat(first(SaslMechanism.PLAIN, tim())).isEqualTo("\0tim\0tanstaaftanstaaf");
        assertThat(first(
                        SaslMechanism.PLAIN,
                        Credentials.password("Kurt", Secret.of("xipj3plmq".toCharArray()))
                                .actingAs("Ursel")))
                .isEqualTo("Ursel\0Kurt\0xipj3plmq");
        assertThatThrownBy(() -> first(SaslMechanism.PLAIN, Credentials.password("a\0b", Secret.of("c".toCharArray()))))
                .isInstanceOf(SaslException.class)
                .hasMessageContaining("NUL");
    }

    @Test
    void cramMd5AsInRfc2195() throws Exception {
        SaslClient client = offer().client(SaslMechanism.CRAM_MD5, tim(), new SecureRandom());

        assertThat(client.first()).isEmpty();
        byte[] challenge = Base64.getDecoder().decode("PDE4OTYuNjk3MTcwOTUyQHBvc3RvZmZpY2UucmVzdG9uLm1jaS5uZXQ+");
        assertThat(Base64.getEncoder().encodeToString(client.answer(challenge).bytes()))
                .isEqualTo("dGltIGI5MTNhNjAyYzdlZGE3YTQ5NWI0ZTZlNzMzNGQzODkw");
        assertThatThrownBy(() -> client.answer(challenge)).isInstanceOf(SaslException.class);
    }

    @Test
    void loginAnswersTwiceWhateverTheQuestions() throws Exception {
        SaslClient client = offer().client(SaslMechanism.LOGIN, tim(), new SecureRandom());

        assertThat(client.first()).isEmpty();
        assertThat(client.answer("Benutzername".getBytes(StandardCharsets.UTF_8))
                        .bytes())
                .asString(StandardCharsets.UTF_8)
                .isEqualTo("tim");
        assertThatThrownBy(client::succeeded).isInstanceOf(SaslException.class);
        assertThat(client.answer(new byte[0]).bytes())
                .asString(StandardCharsets.UTF_8)
                .isEqualTo("tanstaaftanstaaf");
        client.succeeded();
        assertThatThrownBy(() -> client.answer(new byte[0])).isInstanceOf(SaslException.class);
    }

    @Test
    void oauthBearerAsInRfc7628() throws Exception {
        Credentials token = Credentials.token(
                "user@example.com", Secret.of("vF9dft4qmTc2Nvb3RlckBhbHRhdmlzdGEuY29tCg==".toCharArray()));
        SaslClient client = offer().client(SaslMechanism.OAUTHBEARER, token, new SecureRandom());

        assertThat(Base64.getEncoder()
                        .encodeToString(client.first().orElseThrow().bytes()))
                .isEqualTo("bixhPXVzZXJAZXhhbXBsZS5jb20sAWhvc3Q9c2VydmVyLmV4YW1wbGUuY29tAXBvcnQ9MTQzAWF1dGg9QmVhcmVyI"
                        + "HZGOWRmdDRxbVRjMk52YjNSbGNrQmhiSFJoZG1semRHRXVZMjl0Q2c9PQEB");
        assertThat(client.answer("{\"status\":\"invalid_token\"}".getBytes(StandardCharsets.UTF_8))
                        .bytes())
                .containsExactly(1);
        assertThat(client.serverError()).contains("{\"status\":\"invalid_token\"}");
        assertThatThrownBy(client::succeeded).isInstanceOf(SaslException.class);
    }

    @Test
    void xoauth2AsGoogleDescribesIt() throws Exception {
        Credentials token = Credentials.token(
                "someuser@example.com", Secret.of("ya29.vF9dft4qmTc2Nvb3RlckBhdHRhdmlzdGEuY29tCg".toCharArray()));

        assertThat(Base64.getEncoder()
                        .encodeToString(first(SaslMechanism.XOAUTH2, token).getBytes(StandardCharsets.UTF_8)))
                .isEqualTo("dXNlcj1zb21ldXNlckBleGFtcGxlLmNvbQFhdXRoPUJlYXJlciB5YTI5LnZGOWRmdDRxbVRjMk52YjNSbGNrQmhkS"
                        + "FJoZG1semRHRXVZMjl0Q2cBAQ==");
        assertThatThrownBy(() ->
                        first(SaslMechanism.XOAUTH2, Credentials.token("u", Secret.of("to\u0001ken".toCharArray()))))
                .hasMessageContaining("RFC 6750");
    }

    @Test
    void externalSaysNothingOrAsWhom() throws Exception {
        assertThat(first(SaslMechanism.EXTERNAL, Credentials.certificate())).isEmpty();
        assertThat(first(SaslMechanism.EXTERNAL, Credentials.certificate().actingAs("bob@example")))
                .isEqualTo("bob@example");
    }

    /** RFC 4013 section 3. */
    @ParameterizedTest
    @CsvSource({"I\u00adX, IX", "user, user", "USER, USER", "\u00aa, a", "\u2168, IX", "a\u00a0b, a b"})
    void saslPrep(String given, String prepared) throws Exception {
        assertThat(SaslPrep.user(given)).isEqualTo(prepared);
    }

    @Test
    void saslPrepForbidsWithoutTelling() {
        for (String forbidden : List.of("secret\u0007", "\u06271", "secret\ue000")) {
            assertThatThrownBy(() -> SaslPrep.password(forbidden.toCharArray()))
                    .isInstanceOf(SaslException.class)
                    .hasMessageContaining("RFC 4013")
                    .hasMessageNotContaining("secret");
        }
    }

    @ParameterizedTest
    @CsvSource({
        "LOGIN PLAIN, PLAIN",
        "plain login cram-md5, CRAM-MD5",
        "PLAIN CRAM-MD5 SCRAM-SHA-1, SCRAM-SHA-1",
        "SCRAM-SHA-1 SCRAM-SHA-256, SCRAM-SHA-256",
        "SCRAM-SHA-256 SCRAM-SHA-1-PLUS, SCRAM-SHA-1-PLUS",
        "SCRAM-SHA-1-PLUS SCRAM-SHA-256-PLUS, SCRAM-SHA-256-PLUS",
    })
    void theStrongestIsChosen(String offered, String chosen) {
        SaslOffer offer = new SaslOffer(
                List.of(offered.split(" ")),
                true,
                Optional.of(new ChannelBinding(ChannelBinding.Type.TLS_EXPORTER, new byte[32])),
                "h",
                25);

        assertThat(offer.choose(tim(), Optional.empty(), false))
                .isEqualTo(new Choice.Chosen(SaslMechanism.of(chosen).orElseThrow()));
    }

    @Test
    void withoutABindingThePlusFormsAreNotForUs() {
        assertThat(offer("SCRAM-SHA-256-PLUS", "SCRAM-SHA-1").choose(tim(), Optional.empty(), false))
                .isEqualTo(new Choice.Chosen(SaslMechanism.SCRAM_SHA_1));
        assertThat(offer("SCRAM-SHA-256-PLUS").choose(tim(), Optional.of(SaslMechanism.SCRAM_SHA_256_PLUS), false))
                .isInstanceOfSatisfying(
                        Choice.NoneFits.class, n -> assertThat(n.sentence()).contains("channel binding"));
    }

    @Test
    void aPasswordIsNotHandedOverInClear() {
        SaslOffer clear = new SaslOffer(List.of("PLAIN", "LOGIN"), false, Optional.empty(), "h", 25);

        assertThat(clear.choose(tim(), Optional.empty(), false)).isEqualTo(new Choice.WouldReveal(SaslMechanism.PLAIN));
        assertThat(clear.choose(tim(), Optional.of(SaslMechanism.LOGIN), false))
                .isEqualTo(new Choice.WouldReveal(SaslMechanism.LOGIN));
        assertThat(clear.choose(tim(), Optional.empty(), true)).isEqualTo(new Choice.Chosen(SaslMechanism.PLAIN));
        assertThat(new SaslOffer(List.of("PLAIN", "CRAM-MD5"), false, Optional.empty(), "h", 25)
                        .choose(tim(), Optional.empty(), false))
                .isEqualTo(new Choice.Chosen(SaslMechanism.CRAM_MD5));
    }

    @Test
    void whatIsNotOfferedIsSaid() {
        assertThat(offer("GSSAPI", "EXTERNAL").choose(tim(), Optional.empty(), false))
                .isEqualTo(
                        new Choice.NoneFits("the server offers GSSAPI, EXTERNAL, and none of these takes a password"));
        assertThat(offer("PLAIN").choose(tim(), Optional.of(SaslMechanism.CRAM_MD5), false))
                .isEqualTo(new Choice.NoneFits("the server offers PLAIN, not CRAM-MD5"));
        assertThat(offer().choose(tim(), Optional.empty(), false))
                .isEqualTo(new Choice.NoneFits("the server offers no login at all"));
        assertThat(offer("EXTERNAL").choose(Credentials.certificate(), Optional.empty(), false))
                .isEqualTo(new Choice.Chosen(SaslMechanism.EXTERNAL));
    }

    /** RFC 5802 section 6: whoever takes the -PLUS names out of the offer is found out by the server. */
    @Test
    void aMissingOfferOfBindingIsReportedToTheServer() throws Exception {
        ChannelBinding binding = new ChannelBinding(ChannelBinding.Type.TLS_EXPORTER, new byte[32]);
        SaslOffer without = new SaslOffer(List.of("SCRAM-SHA-256"), true, Optional.of(binding), "h", 25);
        SaslOffer with =
                new SaslOffer(List.of("SCRAM-SHA-256", "SCRAM-SHA-256-PLUS"), true, Optional.of(binding), "h", 25);

        assertThat(header(without)).isEqualTo("y,,");
        assertThat(header(with)).isEqualTo("n,,");
        assertThat(header(offer("SCRAM-SHA-256"))).isEqualTo("n,,");
    }

    private static String header(SaslOffer offer) throws SaslException {
        SaslClient client = offer.client(SaslMechanism.SCRAM_SHA_256, tim(), new SecureRandom());
        String first = new String(client.first().orElseThrow().bytes(), StandardCharsets.UTF_8);
        return first.substring(0, 3);
    }

    @Test
    void secretsAreNotPrintedAndAreWiped() {
        char[] chars = "tanstaaftanstaaf".toCharArray();
        try (Credentials credentials = Credentials.password("tim", Secret.of(chars))) {
            assertThat(credentials.toString()).contains("tim").doesNotContain("tanstaaf");
        }
        assertThat(chars).containsOnly('\0');
    }
}
