package org.hikyaku.policy;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.hikyaku.policy.DeliveryPlan.Requirement;
import org.hikyaku.policy.Verdict.By;
import org.hikyaku.smtp.EhloReply;
import org.hikyaku.smtp.SessionOutcome;
import org.hikyaku.tls.HandshakeFailure;
import org.hikyaku.tls.SessionFacts;
import org.hikyaku.tls.TlsVersion;
import org.hikyaku.x509.Certificate;
import org.hikyaku.x509.Credential;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.xbill.DNS.Name;

/** D9 to D16, D25, D28, D30, S8, S10, S12, S19, S21, Q3, Q7, T7: outcomes held against plans. */
class JudgeRulesTest {
    private static final Certificates CERTIFICATES = new Certificates();
    private static final Credential GOOD = CERTIFICATES.server("mx.example");
    private static final Name MX = Zone.name("mx.example");
    private static final InetSocketAddress ADDRESS = new InetSocketAddress(InetAddress.getLoopbackAddress(), 25);
    private static final StsPolicy ENFORCE = Observed.policy(StsPolicy.Mode.ENFORCE, "mx.example");
    private static final StsPolicy TESTING = Observed.policy(StsPolicy.Mode.TESTING, "mx.example");
    private static final StsPolicy TESTING_OTHER = Observed.policy(StsPolicy.Mode.TESTING, "mail.example");

    private final Judge judge = new Judge(CERTIFICATES.anchors(), Observed.CLOCK);

    private static DeliveryPlan plan(Requirement requirement, Optional<StsPolicy> testing, Demand demand) {
        return new DeliveryPlan(MX, 25, requirement, testing, MX, demand, "Because.");
    }

    private static DeliveryPlan plan(Requirement requirement) {
        return plan(requirement, Optional.empty(), Demand.ORDINARY);
    }

    private static Requirement.Dane dane(boolean secureMx, TlsaRecord... records) throws Exception {
        return new Requirement.Dane(MX, TlsaRrset.of(List.of(records)), Set.of(MX), secureMx);
    }

    private static TlsaRecord own() {
        return TlsaRecord.of(3, 1, 1, GOOD.certificate());
    }

    private static TlsaRecord foreign() {
        return TlsaRecord.of(3, 1, 1, CERTIFICATES.foreignRoot.certificate());
    }

    private static SessionOutcome session(List<Certificate> chain, TlsVersion version, String... extensions) {
        Map<String, List<String>> offered = new java.util.TreeMap<>();
        for (String extension : extensions) {
            offered.put(extension, List.of());
        }
        SessionFacts facts = new SessionFacts(
                version,
                "TLS_AES_128_GCM_SHA256",
                0x1301,
                128,
                Optional.of("X25519"),
                Optional.empty(),
                chain,
                Optional.of("mx.example"),
                Optional.empty(),
                false,
                true,
                true);
        return new SessionOutcome.Established(ADDRESS, facts, new EhloReply("ready", "mx.example", offered));
    }

    private static SessionOutcome session(List<Certificate> chain) {
        return session(chain, TlsVersion.TLSV1_3);
    }

    private static SessionOutcome noStartTls(Optional<String> refusal) {
        return new SessionOutcome.NoStartTls(ADDRESS, new EhloReply("ready", "mx.example", Map.of()), refusal);
    }

    private static SessionOutcome failed(String alert) {
        return new SessionOutcome.HandshakeFailed(
                ADDRESS,
                new HandshakeFailure(
                        HandshakeFailure.Stage.HELLO, Optional.of(alert), true, "the server sent " + alert));
    }

    /** {@code refused D9 starttls-not-supported}, {@code clear}, {@code tls}, {@code dane 0}, … */
    private static String text(Verdict verdict) {
        return switch (verdict) {
            case Verdict.Refused r -> "refused " + refusal(r.refusal());
            case Verdict.NotJudged _ -> "not judged";
            case Verdict.Unauthenticated u ->
                (u.encrypted() ? "tls" : "clear")
                        + u.shortfall().map(s -> " but " + refusal(s)).orElse("");
            case Verdict.Authenticated a ->
                by(a.by())
                        + (a.secureMx() ? "" : " insecure-mx")
                        + a.shortfall().map(s -> " but " + refusal(s)).orElse("");
        };
    }

    private static String by(By by) {
        return switch (by) {
            case By.Dane d -> "dane " + d.depth();
            case By.MtaSts _ -> "sts";
            case By.Both b -> "both " + b.dane().depth();
            case By.Pkix _ -> "name";
        };
    }

    private static String refusal(Verdict.Refusal refusal) {
        return refusal.rule() + refusal.type().map(t -> " " + t.token()).orElse("");
    }

    private String verdict(Requirement requirement, SessionOutcome outcome) {
        return text(judge.judge(plan(requirement), outcome));
    }

    @ParameterizedTest(name = "{0} and {1}: {2}")
    @CsvSource({
        // what a host without TLS comes to
        "opportunistic, no-starttls,   clear",
        "opportunistic, starttls-454,  clear",
        "opportunistic, handshake,     clear",
        "opportunistic, too-old,       clear",
        "encrypt,       no-starttls,   refused D9 starttls-not-supported",
        "encrypt,       starttls-454,  refused D9 starttls-not-supported",
        "encrypt,       handshake,     refused D9 validation-failure",
        "encrypt,       too-old,       refused D30 validation-failure",
        "dane,          no-starttls,   refused D9 starttls-not-supported",
        "dane,          handshake,     refused D9 validation-failure",
        "dane,          too-old,       refused D30 validation-failure",
        "sts,           no-starttls,   refused S19 starttls-not-supported",
        "sts,           starttls-454,  refused S19 starttls-not-supported",
        "sts,           handshake,     refused S19 validation-failure",
        "sts,           too-old,       refused S21 validation-failure",
        "both,          no-starttls,   refused S19 starttls-not-supported",
        "name,          no-starttls,   refused Q7 starttls-not-supported",
        "refuse,        no-starttls,   refused D1 dnssec-invalid",
        // an ordinary delivery problem
        "dane,          not-reached,   not judged",
        "sts,           not-reached,   not judged",
        "opportunistic, not-reached,   not judged",
        "refuse,        not-reached,   refused D1 dnssec-invalid",
        // sessions
        "opportunistic, good,          tls",
        "opportunistic, self-signed,   tls",
        "opportunistic, anonymous,     tls",
        "opportunistic, tls10,         tls",
        "encrypt,       self-signed,   tls",
        "encrypt,       anonymous,     tls",
        "encrypt,       tls10,         refused D30 validation-failure",
        "dane,          good,          dane 0",
        "dane,          other-key,     refused D11 tlsa-invalid",
        "dane,          anonymous,     refused D30 validation-failure",
        "dane,          tls10,         refused D30 validation-failure",
        "sts,           good,          sts",
        "sts,           with-root,     sts",
        "sts,           self-signed,   refused S8 certificate-not-trusted",
        "sts,           leaf-only,     refused S8 certificate-not-trusted",
        "sts,           expired,       refused S8 certificate-expired",
        "sts,           other-name,    refused S8 certificate-host-mismatch",
        "sts,           common-name,   refused S10 certificate-host-mismatch",
        "sts,           wildcard,      sts",
        "sts,           anonymous,     refused S21 validation-failure",
        "sts,           tls10,         refused S21 validation-failure",
        "both,          good,          both 0",
        "both,          other-key,     refused D11 tlsa-invalid",
        "name,          good,          name",
        "name,          self-signed,   refused S8 certificate-not-trusted",
    })
    void table(String requirement, String outcome, String expected) throws Exception {
        assertThat(verdict(requirement(requirement), outcome(outcome))).isEqualTo(expected);
    }

    private static Requirement requirement(String name) throws Exception {
        return switch (name) {
            case "opportunistic" -> new Requirement.Opportunistic();
            case "encrypt" -> new Requirement.Encrypt(MX, List.of(TlsaRecord.of(1, 1, 1, GOOD.certificate())));
            case "dane" -> dane(true, own());
            case "sts" -> new Requirement.StsPkix(ENFORCE);
            case "both" -> new Requirement.Both(dane(false, own()), new Requirement.StsPkix(ENFORCE));
            case "name" -> new Requirement.VerifiedName();
            case "refuse" ->
                new Requirement.DoNotUse(
                        DeliveryPlan.Cause.UNDECIDABLE,
                        new Verdict.Refusal("D1", Optional.of(ResultType.DNSSEC_INVALID), Optional.empty(), "No."));
            default -> throw new IllegalArgumentException(name);
        };
    }

    private static SessionOutcome outcome(String name) {
        return switch (name) {
            case "no-starttls" -> noStartTls(Optional.empty());
            case "starttls-454" -> noStartTls(Optional.of("454 4.7.0 TLS not available"));
            case "handshake" -> failed("handshake_failure");
            case "too-old" -> failed("protocol_version");
            case "not-reached" ->
                new SessionOutcome.NotReached(ADDRESS, SessionOutcome.NotReached.Reason.REFUSED, "Connection refused.");
            case "good" -> session(GOOD.chain());
            case "with-root" -> session(CERTIFICATES.withRoot(GOOD));
            case "leaf-only" -> session(Certificates.leafOnly(GOOD));
            case "other-key" -> session(CERTIFICATES.server("mx.example").chain());
            case "self-signed" -> session(CERTIFICATES.selfSigned("mx.example").chain());
            case "expired" -> session(CERTIFICATES.expired("mx.example").chain());
            case "other-name" -> session(CERTIFICATES.server("other.example").chain());
            case "common-name" ->
                session(CERTIFICATES.commonNameOnly("mx.example").chain());
            case "wildcard" -> session(CERTIFICATES.server("*.example").chain());
            case "anonymous" -> session(List.of());
            case "tls10" -> session(GOOD.chain(), TlsVersion.TLSV1_0);
            default -> throw new IllegalArgumentException(name);
        };
    }

    @Test
    void s8ThePolicysPatternsAreNotComparedWithTheCertificate() {
        // Postfix before 3.10.5: a certificate for another name that a pattern of the policy matches
        StsPolicy wide = Observed.policy(StsPolicy.Mode.ENFORCE, "*.example", "mx.example");
        assertThat(verdict(
                        new Requirement.StsPkix(wide),
                        session(CERTIFICATES.server("evil.example").chain())))
                .isEqualTo("refused S8 certificate-host-mismatch");
    }

    @Test
    void s1AGoodTlsaMatchDoesNotReplaceTheNameUnderAnInsecureMx() throws Exception {
        Credential self = CERTIFICATES.selfSigned("mx.example");
        Requirement both = new Requirement.Both(
                dane(false, TlsaRecord.of(3, 1, 1, self.certificate())), new Requirement.StsPkix(ENFORCE));
        assertThat(verdict(both, session(self.chain()))).isEqualTo("refused S8 certificate-not-trusted");
    }

    @Test
    void d28HalfDaneIsAuthenticatedButNotSecure() throws Exception {
        assertThat(verdict(dane(false, own()), session(GOOD.chain()))).isEqualTo("dane 0 insecure-mx");
    }

    @Test
    void d30TheMinimumCanBeLowered() throws Exception {
        Judge lenient = new Judge(CERTIFICATES.anchors(), Observed.CLOCK, TlsVersion.TLSV1_0);
        assertThat(text(lenient.judge(plan(dane(true, own())), session(GOOD.chain(), TlsVersion.TLSV1_0))))
                .isEqualTo("dane 0");
    }

    @Test
    void d25TheOutdoneMatchIsNamed() throws Exception {
        TlsaRecord strong = TlsaRecord.of(3, 1, 2, CERTIFICATES.foreignRoot.certificate());
        assertThat(verdict(dane(true, own(), strong), session(GOOD.chain()))).isEqualTo("refused D25 tlsa-invalid");
    }

    @Test
    void t7TheNearestMissNamesTheType() throws Exception {
        TlsaRecord anchor = TlsaRecord.of(2, 1, 1, CERTIFICATES.intermediate.certificate());
        TlsaRecord missing = TlsaRecord.of(2, 1, 1, CERTIFICATES.root.certificate());
        assertThat(verdict(
                        dane(true, foreign(), anchor),
                        session(CERTIFICATES.server("other.example").chain())))
                .isEqualTo("refused D12 certificate-host-mismatch");
        assertThat(verdict(
                        dane(true, anchor),
                        session(CERTIFICATES.expired("mx.example").chain())))
                .isEqualTo("refused D12 certificate-expired");
        assertThat(verdict(dane(true, missing), session(GOOD.chain()))).isEqualTo("refused D14 tlsa-invalid");
        assertThat(verdict(dane(true, missing, foreign()), session(GOOD.chain())))
                .isEqualTo("refused D11 tlsa-invalid");
    }

    @Test
    void s12TestingDeliversAndTellsWhatEnforceWouldHaveSaid() throws Exception {
        assertThat(testing(TESTING, session(GOOD.chain()))).isEqualTo("tls");
        assertThat(testing(
                        TESTING, session(CERTIFICATES.selfSigned("mx.example").chain())))
                .isEqualTo("tls but S8 certificate-not-trusted");
        assertThat(testing(TESTING_OTHER, session(GOOD.chain()))).isEqualTo("tls but S7 validation-failure");
        assertThat(testing(TESTING_OTHER, noStartTls(Optional.empty()))).isEqualTo("clear but S7 validation-failure");
        assertThat(testing(TESTING, noStartTls(Optional.empty()))).isEqualTo("clear but S19 starttls-not-supported");
        assertThat(testing(TESTING, failed("handshake_failure"))).isEqualTo("clear but S19 validation-failure");
        assertThat(testing(TESTING, session(GOOD.chain(), TlsVersion.TLSV1_0)))
                .isEqualTo("tls but S21 validation-failure");
        assertThat(text(judge.judge(
                        plan(dane(false, own()), Optional.of(TESTING_OTHER), Demand.ORDINARY), session(GOOD.chain()))))
                .isEqualTo("dane 0 insecure-mx but S7 validation-failure");
    }

    private String testing(StsPolicy policy, SessionOutcome outcome) {
        return text(judge.judge(plan(new Requirement.Opportunistic(), Optional.of(policy), Demand.ORDINARY), outcome));
    }

    @Test
    void q3TheKeywordMustBeOfferedInsideTls() throws Exception {
        DeliveryPlan plan = plan(dane(true, own()), Optional.empty(), Demand.REQUIRE_TLS);
        assertThat(text(judge.judge(plan, session(GOOD.chain())))).isEqualTo("refused Q6");
        assertThat(text(judge.judge(plan, session(GOOD.chain(), TlsVersion.TLSV1_3, "REQUIRETLS"))))
                .isEqualTo("dane 0");
    }

    /** D30: old TLS is offered where clear text would be the choice, and is called protection nowhere. */
    @Test
    void oldTlsIsBetterThanClearTextAndNoProtection() {
        DeliveryPlan nothing = plan(new Requirement.Opportunistic());
        SessionOutcome old = session(GOOD.chain(), TlsVersion.TLSV1_0);

        assertThat(nothing.oldest()).isEqualTo(TlsVersion.TLSV1_0);
        assertThat(text(judge.judge(nothing, old))).isEqualTo("tls");
        assertThat(judge.judge(nothing, old).sentence()).contains("TLSv1.0", "no protection (D30)");
        assertThat(judge.judge(nothing, failed("protocol_version")).sentence()).contains("no protection (D30)");
        assertThat(judge.judge(nothing, failed("handshake_failure")).sentence()).endsWith("so mail goes in clear.");
        assertThat(Judge.protects(((SessionOutcome.Established) old).facts())).isFalse();
        assertThat(Judge.protects(((SessionOutcome.Established) session(GOOD.chain())).facts()))
                .isTrue();
        assertThat(plan(new Requirement.Encrypt(MX, List.of())).oldest()).isEqualTo(TlsVersion.TLSV1_2);
    }

    @Test
    void sentencesBeginWithTheHostAsItIsWritten() throws Exception {
        assertThat(judge.judge(plan(dane(true, own())), noStartTls(Optional.empty()))
                        .sentence())
                .isEqualTo("mx.example does not offer STARTTLS; its TLSA records demand TLS.");
    }
}
