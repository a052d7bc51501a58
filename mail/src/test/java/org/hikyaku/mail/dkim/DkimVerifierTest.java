package org.hikyaku.mail.dkim;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.List;
import java.util.Objects;
import org.hikyaku.mail.dkim.DkimResult.Invalid;
import org.hikyaku.mail.dkim.DkimResult.Unknown;
import org.hikyaku.mail.dkim.DkimResult.Valid;
import org.junit.jupiter.api.Test;

/** The mail of RFC 8463 appendix A, signed with both algorithms, and what becomes of it when something is changed. */
class DkimVerifierTest {
    private static final String ED25519 = "v=DKIM1; k=ed25519; p=11qYAYKxCrfVS/7TyWQHOg7hcvPapiMlrwIaaPcHURo=";
    private static final String RSA = "v=DKIM1; k=rsa;"
            + " p=MIGfMA0GCSqGSIb3DQEBAQUAA4GNADCBiQKBgQDkHlOQoBTzWRiGs5V6NpP3idY6Wk08a5qhdR6wy5bdOKb2jLQiY/J16JYi0Qvx/b"
            + "yYzCNb3W91y3FutACDfzwQ/BC/e/8uBsCR+yz1Lxj+PL6lHvqMKrM3rG4hstT5QjvHO9PzoxZyVYLzBfO2EeC3Ip3G+2kryOTIKT+l/K4"
            + "w3QIDAQAB";

    private static String mail() throws Exception {
        try (InputStream in = Objects.requireNonNull(DkimVerifierTest.class.getResourceAsStream("rfc8463.eml"))) {
            return new String(in.readAllBytes(), StandardCharsets.ISO_8859_1);
        }
    }

    private static KeyZone keys() {
        return new KeyZone()
                .key("brisbane._domainkey.football.example.com", ED25519)
                .key("test._domainkey.football.example.com", RSA);
    }

    private static List<DkimResult> verify(KeyZone zone, String mail) {
        return new DkimVerifier(zone, () -> Instant.parse("2026-11-22T00:00:00Z"))
                .verify(mail.getBytes(StandardCharsets.ISO_8859_1));
    }

    @Test
    void theExampleOfTheRfcIsGoodWithEitherLineEnd() throws Exception {
        for (String mail : List.of(mail(), mail().replace("\n", "\r\n"))) {
            assertThat(verify(keys(), mail))
                    .containsExactly(
                            new Valid(
                                    "football.example.com",
                                    "brisbane",
                                    List.of("*"),
                                    true,
                                    List.of("from", "to", "subject", "date", "message-id", "from", "subject", "date")),
                            new Valid(
                                    "football.example.com",
                                    "test",
                                    List.of("*"),
                                    true,
                                    List.of("from", "to", "subject", "date", "message-id", "from", "subject", "date")));
        }
    }

    @Test
    void blanksThatTheRelaxedFormForgivesDoNoHarm() throws Exception {
        assertThat(verify(
                        keys(), mail().replace("hungry yet?", "hungry\tyet?  ").replace("Subject: Is", "SUBJECT:  Is")))
                .allMatch(Valid.class::isInstance);
    }

    private static void refused(KeyZone zone, String mail, String says) {
        assertThat(verify(zone, mail))
                .allSatisfy(r -> assertThat(r)
                        .isInstanceOfSatisfying(
                                Invalid.class, i -> assertThat(i.sentence()).contains(says)));
    }

    @Test
    void whatWasChangedIsSeen() throws Exception {
        refused(keys(), mail().replace("lost", "won"), "The body is not the one that was signed");
        refused(keys(), mail().replace("dinner", "lunch"), "does not fit the header");
        refused(keys(), mail().replace("\nTo:", "\nFrom: Eve <eve@evil.example>\nTo:"), "does not fit the header");
        refused(keys(), mail().replace("t=1528637909", "t=1528637910"), "does not fit the header");
        refused(keys(), mail().replace("t=1528637909", "t=1528637909; x=1528637999"), "expired");
        refused(keys(), mail().replace("i=@football.example.com", "i=@example.com"), "another domain");
        refused(
                keys(),
                mail().replace("h=from :", "h=to :").replace("message-id : from :", "message-id :"),
                "does not cover the From field");
        refused(keys(), mail().replaceAll("a=[a-z0-9]+-sha256", "a=rsa-sha1"), "not good or not known");
        refused(
                keys(),
                mail().replace("; q=", "; d=evil.example; q=").replace(";\n q=", "; d=e;\n q="),
                "list of tags");
    }

    @Test
    void keysThatAreNotGood() throws Exception {
        refused(new KeyZone(), mail(), "There is no key at");
        KeyZone revoked = new KeyZone()
                .key("brisbane._domainkey.football.example.com", "v=DKIM1; k=ed25519; p=")
                .key("test._domainkey.football.example.com", "v=DKIM1; p=");
        refused(revoked, mail(), "revoked");
        KeyZone swapped = new KeyZone()
                .key("brisbane._domainkey.football.example.com", RSA)
                .key("test._domainkey.football.example.com", ED25519);
        refused(swapped, mail(), "another algorithm");
        KeyZone broken = new KeyZone()
                .key("brisbane._domainkey.football.example.com", "k=ed25519; p=AAAA")
                .key("test._domainkey.football.example.com", "p=AAAA");
        refused(broken, mail(), "cannot be read");
        assertThat(verify(keys().fail(), mail())).allMatch(Unknown.class::isInstance);
    }

    @Test
    void t13TheServiceOfTheKeyIsTold() throws Exception {
        KeyZone zone = new KeyZone()
                .key("brisbane._domainkey.football.example.com", ED25519 + "; s=tlsrpt:other")
                .key("test._domainkey.football.example.com", RSA + "; s=email");
        List<DkimResult> results = verify(zone, mail());
        assertThat(((Valid) results.get(0)).allows("tlsrpt")).isTrue();
        assertThat(((Valid) results.get(1)).allows("tlsrpt")).isFalse();
    }

    @Test
    void noMoreThanFiveSignaturesAreLookedAt() throws Exception {
        String signature = mail().substring(0, mail().indexOf("DKIM-Signature", 5));
        assertThat(verify(keys(), signature.repeat(50) + mail())).hasSize(5);
    }
}
