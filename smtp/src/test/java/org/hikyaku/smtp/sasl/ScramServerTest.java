package org.hikyaku.smtp.sasl;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.security.SecureRandom;
import java.util.Base64;
import java.util.List;
import java.util.Optional;
import org.hikyaku.smtp.sasl.SaslServer.Accepted;
import org.hikyaku.smtp.sasl.SaslServer.Challenge;
import org.hikyaku.smtp.sasl.SaslServer.Kind;
import org.hikyaku.smtp.sasl.SaslServer.Refused;
import org.hikyaku.smtp.sasl.SaslServer.Step;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The example of RFC 7677 section 3, and what is no SCRAM. */
class ScramServerTest {
    private static final String SALT = "W22ZaJ0SNY7soEsUEjb6gQ==";
    private static final String CLIENT_NONCE = "rOprNGfwEbeRWgbNEkqO";
    private static final String SERVER_NONCE = "%hvYDpWUa2RaTCAfuxFIlj)hNlF$k0";
    private static final String FINAL =
            "c=biws,r=" + CLIENT_NONCE + SERVER_NONCE + ",p=dHzbZapWIk4jUhN+Ute9ytag9zjfMHgsqmmiz7AndVQ=";

    private final ScramKeys keys;
    private final SaslServers servers;

    ScramServerTest() throws SaslException {
        keys = ScramKeys.of(
                Secret.of("pencil".toCharArray()), Base64.getDecoder().decode(SALT), 4096);
        servers = new SaslServers(
                user -> user.equals("user") ? Optional.of(keys) : Optional.empty(), new SecureRandom(), 4096);
    }

    private ScramServer server(boolean bindingOffered) {
        return new ScramServer(servers, SaslMechanism.SCRAM_SHA_256, List.of(), bindingOffered, SERVER_NONCE);
    }

    private static byte[] bytes(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }

    private static String said(Step step) {
        return step instanceof Challenge challenge
                ? new String(challenge.bytes(), StandardCharsets.UTF_8)
                : step.toString();
    }

    @Test
    void theExampleOfRfc7677() {
        ScramServer server = server(false);
        assertThat(said(server.begin(Optional.of(bytes("n,,n=user,r=" + CLIENT_NONCE)))))
                .isEqualTo("r=" + CLIENT_NONCE + SERVER_NONCE + ",s=" + SALT + ",i=4096");
        assertThat(said(server.answer(bytes(FINAL)))).isEqualTo("v=6rriTRBi23WpRR/wtup+mMhUZUn/dB5nLTJRsjl95G4=");
        assertThat(server.answer(new byte[0])).isEqualTo(new Accepted("user"));
        assertThat(server.answer(new byte[0])).isInstanceOf(Refused.class);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "n,,n=user                       | MALFORMED",
                "n,,n=user,r=                    | MALFORMED",
                "n,,n=user,r=a b                 | MALFORMED",
                "n,,m=x,n=user,r=abc             | MALFORMED",
                "n,,n=us=er,r=abc                | MALFORMED",
                "n,n=user,r=abc                  | MALFORMED",
                "n                               | MALFORMED",
                "z,,n=user,r=abc                 | MALFORMED",
                "p=tls-exporter,,n=user,r=abc    | MALFORMED",
                "y,,n=user,r=abc                 | BINDING",
            })
    void whatIsNoFirstMessage(String first, Kind kind) {
        assertThat(server(true).begin(Optional.of(bytes(first))))
                .isInstanceOfSatisfying(Refused.class, r -> assertThat(r.kind()).isEqualTo(kind));
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "c=biws,r=other,p=dHzbZapWIk4jUhN+Ute9ytag9zjfMHgsqmmiz7AndVQ= | MALFORMED",
                "c=eSws,r=NONCE,p=dHzbZapWIk4jUhN+Ute9ytag9zjfMHgsqmmiz7AndVQ= | BINDING",
                "c=biws,r=NONCE,p=dHzbZapWIk4jUhN+Ute9ytag9zjfMHgsqmmiz7AndVU= | CREDENTIALS",
                "c=biws,r=NONCE,p=AAAA                                         | MALFORMED",
                "c=biws,r=NONCE                                                | MALFORMED",
                "c=biws,r=NONCE,p=!                                            | MALFORMED",
                "r=NONCE,c=biws,p=AAAA                                         | MALFORMED",
            })
    void whatIsNoProof(String last, Kind kind) {
        ScramServer server = server(false);
        var _ = server.begin(Optional.of(bytes("n,,n=user,r=" + CLIENT_NONCE)));
        assertThat(server.answer(bytes(last.replace("NONCE", CLIENT_NONCE + SERVER_NONCE))))
                .isInstanceOfSatisfying(Refused.class, r -> assertThat(r.kind()).isEqualTo(kind));
    }

    /** Who does not exist has a salt like everybody, the same each time, and no password that fits. */
    @Test
    void nobodyLooksLikeSomebody() {
        String one = said(server(false).begin(Optional.of(bytes("n,,n=nobody,r=abc"))));
        String two = said(server(false).begin(Optional.of(bytes("n,,n=nobody,r=abc"))));
        String other = said(server(false).begin(Optional.of(bytes("n,,n=nobody2,r=abc"))));
        assertThat(one).isEqualTo(two).isNotEqualTo(other).endsWith(",i=4096");
        ScramServer server = server(false);
        var _ = server.begin(Optional.of(bytes("n,,n=nobody,r=" + CLIENT_NONCE)));
        assertThat(server.answer(bytes(FINAL)))
                .isInstanceOfSatisfying(Refused.class, r -> assertThat(r.kind()).isEqualTo(Kind.CREDENTIALS));
    }

    @Test
    void aCertificateLogsItsUserInAndNobodyElse() {
        assertThat(external("user").begin(Optional.of(new byte[0]))).isEqualTo(new Accepted("user"));
        assertThat(external("user").begin(Optional.of(bytes("user")))).isEqualTo(new Accepted("user"));
        assertThat(external("user").begin(Optional.of(bytes("boss")))).isInstanceOf(Refused.class);
        assertThat(external("").begin(Optional.of(bytes("user")))).isInstanceOf(Refused.class);
        assertThat(external("user").begin(Optional.empty())).isInstanceOf(Challenge.class);
    }

    private SaslServer external(String user) {
        return servers.server(
                SaslMechanism.EXTERNAL, List.of(), false, Optional.of(user).filter(u -> !u.isEmpty()));
    }
}
