package org.hikyaku.conformance.grade;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.hikyaku.lab.Catalogue;
import org.junit.jupiter.api.Test;

/** The judgement of conduct that was written down by hand. */
class GraderTest {
    private static final List<Case> CASES = CaseBook.of(Catalogue.builtIn());

    private final Scene scene = new Scene();

    private Grade grade() {
        return new Grader(CASES).grade(scene.sightings(), List.of());
    }

    private static RuleResult rule(Grade grade, String number) {
        return grade.rules().stream()
                .filter(r -> r.rule().equals(number))
                .findFirst()
                .orElseThrow();
    }

    private static CaseResult result(Grade grade, String title) {
        return grade.cases().stream()
                .filter(c -> c.subject().title().equals(title))
                .findFirst()
                .orElseThrow();
    }

    private static Standing standing(Grade grade, String title) {
        return result(grade, title).standing();
    }

    /** A sender that looks at TLSA records: it leaves a host whose record does not match. */
    private void checksDane() {
        scene.asks("dane-mismatch.example", "MX");
        scene.visits("dane-mismatch.example", "mx.dane-mismatch.example")
                .starts("mx.dane-mismatch.example")
                .command("QUIT", 221)
                .leaves();
    }

    private void delivers(String domain) {
        scene.asks(domain, "MX");
        scene.visits(domain, "mx." + domain)
                .starts("mx." + domain)
                .mails("plain@" + domain)
                .leaves();
    }

    @Test
    void whoNeverCameIsNotSeenToKeepAnything() {
        Grade grade = grade();

        assertThat(grade.rules()).allSatisfy(r -> assertThat(r.standing()).isEqualTo(Standing.NOT_SEEN));
        assertThat(grade.cases()).allSatisfy(c -> assertThat(c.standing()).isEqualTo(Standing.NOT_SEEN));
        assertThat(grade.anyDecided()).isFalse();
    }

    @Test
    void aMailHandedToAServerThatDoesNotMatchBreaksTheRuleOfThatCase() {
        delivers("dane-mismatch.example");

        Grade grade = grade();

        assertThat(result(grade, "dane-mismatch.example").findings())
                .singleElement()
                .satisfies(f -> {
                    assertThat(f.rule()).isEqualTo("D11");
                    assertThat(f.sentence())
                            .isEqualTo(
                                    "It was handed to mx.dane-mismatch.example over TLSv1.3, which must not have it.");
                });
        assertThat(rule(grade, "D11").standing()).isEqualTo(Standing.BROKEN);
        assertThat(grade.rules().stream().filter(r -> r.standing() == Standing.BROKEN))
                .hasSize(1);
    }

    @Test
    void aMailHeldBackThereKeepsIt() {
        checksDane();

        Grade grade = grade();

        assertThat(standing(grade, "dane-mismatch.example")).isEqualTo(Standing.KEPT);
        assertThat(rule(grade, "D11").keptBy()).containsExactly("dane-mismatch.example");
        assertThat(rule(grade, "D17").standing()).isEqualTo(Standing.KEPT);
        assertThat(rule(grade, "D21").standing())
                .as("nobody has seen where notices of failure go")
                .isEqualTo(Standing.NOT_SEEN);
    }

    @Test
    void aDeliveryThatEverySenderMakesProvesNothingOfOneThatChecksNothing() {
        delivers("dane-ta-private.example");

        assertThat(standing(grade(), "dane-ta-private.example")).isEqualTo(Standing.NOT_SEEN);

        checksDane();

        assertThat(standing(grade(), "dane-ta-private.example")).isEqualTo(Standing.KEPT);
    }

    @Test
    void aMailHeldBackThatShouldGoBreaksTheRule() {
        checksDane();
        scene.asks("dane-ta-private.example", "MX");
        scene.visits("dane-ta-private.example", "mx.dane-ta-private.example")
                .breaksOff("unknown_ca")
                .leaves();

        Grade grade = grade();

        assertThat(result(grade, "dane-ta-private.example").findings())
                .singleElement()
                .satisfies(f -> assertThat(f.rule()).isEqualTo("D12"));
        assertThat(rule(grade, "D12").brokenBy()).containsExactly("dane-ta-private.example");
    }

    @Test
    void clearTextUnderDaneIsAnotherRule() {
        checksDane();
        scene.asks("dane-garbage.example", "MX");
        scene.visits("dane-garbage.example", "mx.dane-garbage.example")
                .command("STARTTLS", 220)
                .leaves()
                .visits("dane-garbage.example", "mx.dane-garbage.example")
                .mails("plain@dane-garbage.example")
                .leaves();

        Grade grade = grade();

        assertThat(result(grade, "dane-garbage.example").findings())
                .singleElement()
                .satisfies(f -> {
                    assertThat(f.deviation()).isEqualTo(Deviation.IN_CLEAR);
                    assertThat(f.rule()).isEqualTo("D9");
                });
        assertThat(grade.inClear()).isEqualTo(1);
        assertThat(result(grade, "dane-garbage.example").sessions()).isEqualTo(2);
    }

    @Test
    void anEnvelopeInClearIsEnough() {
        scene.visits("sts-no-starttls.example", "mx.sts-no-starttls.example")
                .command("MAIL FROM:<a@sender.example>", 250)
                .command("RCPT TO:<plain@sts-no-starttls.example>", 250)
                .command("RSET", 250)
                .leaves();

        assertThat(result(grade(), "sts-no-starttls.example").findings())
                .singleElement()
                .satisfies(f ->
                        assertThat(f.sentence()).isEqualTo("It was offered to mx.sts-no-starttls.example in clear."));
    }

    @Test
    void startTlsThatIsNotOfferedIsNotSent() {
        scene.visits("sts-no-starttls.example", "mx.sts-no-starttls.example")
                .command("STARTTLS", 502)
                .leaves();

        assertThat(rule(grade(), "S19").brokenBy()).containsExactly("sts-no-starttls.example");
    }

    @Test
    void whereNothingIsPromisedAllIsFree() {
        scene.visits("no-starttls.example", "mx.no-starttls.example")
                .mails("plain@no-starttls.example")
                .leaves();
        scene.visits("self-signed.example", "mx.self-signed.example")
                .breaksOff("bad_certificate")
                .leaves();
        scene.visits("plain.example", "mx.plain.example")
                .mails("plain@plain.example")
                .leaves();

        assertThat(grade().anyBroken()).isFalse();
    }

    private static String notice(String recipient) {
        return """
                Content-Type: multipart/report

                Final-Recipient: rfc822;%s
                Action: failed
                Status: 5.7.5
                """.formatted(recipient).replace("\n", "\r\n");
    }

    @Test
    void aBounceForAFailedAuthenticationBreaksD21AlthoughNothingLeaked() {
        checksDane();
        scene.visits("auth-good.example", "mx.auth-good.example")
                .starts("mx.auth-good.example")
                .mails("", "grade@auth-good.example", "", notice("plain@dane-mismatch.example"))
                .leaves();

        Grade grade = grade();

        assertThat(result(grade, "dane-mismatch.example").findings())
                .singleElement()
                .satisfies(f -> assertThat(f.rule()).isEqualTo("D21"));
    }

    @Test
    void anotherServerNameBreaksOnlyTheRuleOfNames() {
        checksDane();
        scene.visits("dane-ee.example", "mx.dane-ee.example")
                .starts("")
                .mails("plain@dane-ee.example")
                .leaves();

        Grade grade = grade();

        assertThat(result(grade, "dane-ee.example").findings()).singleElement().satisfies(f -> {
            assertThat(f.rule()).isEqualTo("D17");
            assertThat(f.sentence())
                    .isEqualTo("The handshake with mx.dane-ee.example named no server and not mx.dane-ee.example.");
        });
    }

    @Test
    void theTlsaBaseIsTheServerNameEvenBehindAnAlias() {
        checksDane();
        scene.visits("dane-cname-target.example", "mx.dane-cname-target.example")
                .starts("target.hoster.example")
                .mails("plain@dane-cname-target.example")
                .leaves();
        scene.visits("dane-tlsa-cname.example", "mx.dane-tlsa-cname.example")
                .starts("mx.dane-tlsa-cname.example")
                .mails("plain@dane-tlsa-cname.example")
                .leaves();

        assertThat(rule(grade(), "D17").keptBy()).contains("dane-cname-target.example", "dane-tlsa-cname.example");
    }

    @Test
    void theSecondHostMayNotGetWhatTheFirstWouldTake() {
        checksDane();
        scene.visits("dane-one-mx-only.example", "mx2.dane-one-mx-only.example")
                .starts("mx2.dane-one-mx-only.example")
                .mails("plain@dane-one-mx-only.example")
                .leaves();

        assertThat(rule(grade(), "D18").brokenBy()).containsExactly("dane-one-mx-only.example");
    }

    @Test
    void askingForTlsaWhereTheAddressesAreInsecureIsSeenInTheDns() {
        scene.asks("_25._tcp.unsigned-host.hoster.test", "TLSA");

        assertThat(rule(grade(), "D3").brokenBy()).containsExactly("dane-unsigned-host.example");
    }

    @Test
    void aPolicyHostWithABadCertificateIsNotAsked() {
        scene.fetches("sts-web-expired.example");

        assertThat(rule(grade(), "S5").brokenBy()).containsExactly("sts-web-expired.example");
    }

    @Test
    void whatABrokenGeneralRuleExplainsIsNotBlamedOnTheSpecialOne() {
        delivers("sts-good-dane-bad.example");

        assertThat(rule(grade(), "S1").brokenBy()).containsExactly("sts-good-dane-bad.example");

        delivers("dane-mismatch.example");

        assertThat(rule(grade(), "S1").standing()).isEqualTo(Standing.NOT_SEEN);
        assertThat(rule(grade(), "D11").brokenBy())
                .containsExactlyInAnyOrder("dane-mismatch.example", "sts-good-dane-bad.example");
    }

    @Test
    void aSenderWithoutDaneIsFreeToHoldBackWhatOnlyDaneWouldLetGo() {
        scene.fetches("sts-bad-dane-good.example");
        scene.asks("sts-bad-dane-good.example", "MX");

        assertThat(standing(grade(), "sts-bad-dane-good.example")).isEqualTo(Standing.NOT_SEEN);
    }

    @Test
    void theDnsAloneShowsThatADomainWasTakenUpWhoseMxCannotBeKnown() {
        scene.asks("dnssec-corrupt.example", "MX");

        assertThat(standing(grade(), "dnssec-corrupt.example")).isEqualTo(Standing.KEPT);
        assertThat(grade().areas().getFirst().practised())
                .as("any validating resolver does that")
                .isFalse();
    }

    @Test
    void aHostWithIpv6OnlyThatNobodyCameToIsNotHeldAgainstTheSender() {
        checksDane();
        scene.asks("dane-ipv6-only.example", "MX");

        assertThat(standing(grade(), "dane-ipv6-only.example")).isEqualTo(Standing.NOT_SEEN);
    }

    @Test
    void aMailOfASpecialKindIsHeldAgainstNobodyWhoDidNotGetIt() {
        checksDane();
        scene.visits("tls-required-no-dane.example", "mx.tls-required-no-dane.example")
                .starts("mx.tls-required-no-dane.example")
                .leaves();

        assertThat(standing(grade(), "tls-required-no-dane.example (tls-optional)"))
                .isEqualTo(Standing.NOT_SEEN);

        Grade grade = new Grader(CASES).grade(scene.sightings(), List.of("tls-optional@tls-required-no-dane.example"));

        assertThat(rule(grade, "Q9").brokenBy()).containsExactly("tls-required-no-dane.example (tls-optional)");
    }
}
