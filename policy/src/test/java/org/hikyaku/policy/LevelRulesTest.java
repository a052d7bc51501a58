package org.hikyaku.policy;

import static org.assertj.core.api.Assertions.assertThat;
import static org.hikyaku.policy.Observed.SHA256;
import static org.hikyaku.policy.Observed.kind;

import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.hikyaku.dns.Failure;
import org.hikyaku.smtp.EhloReply;
import org.hikyaku.smtp.SessionOutcome;
import org.hikyaku.tls.SessionFacts;
import org.hikyaku.tls.TlsVersion;
import org.hikyaku.x509.Credential;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.xbill.DNS.Name;
import org.xbill.DNS.Type;

/** L1, L2, D19, D22, D30, Q9, Q12, Q14: the levels that a sender is configured for, and what they come to. */
class LevelRulesTest {
    private static final Certificates CERTIFICATES = new Certificates();
    private static final InetSocketAddress ADDRESS = new InetSocketAddress(InetAddress.getLoopbackAddress(), 25);

    /** {@code situation}: the MX RRset signed or not, with a TLSA record or without, with an enforced policy or without. */
    @ParameterizedTest(name = "{0}, {1}, {2}: {3}")
    @CsvSource({
        "NONE,      signed tlsa sts,  ORDINARY,         none",
        "MAY,       signed tlsa sts,  ORDINARY,         opportunistic",
        "MAY,       signed fails sts, ORDINARY,         opportunistic",
        "ENCRYPT,   signed tlsa sts,  ORDINARY,         encrypt",
        "DANE,      signed tlsa sts,  ORDINARY,         dane",
        "DANE,      signed plain sts, ORDINARY,         opportunistic",
        "DANE,      signed fails -,   ORDINARY,         refuse D1",
        "DANE,      unsigned tlsa -,  ORDINARY,         dane",
        "DANE_ONLY, signed tlsa -,    ORDINARY,         dane",
        "DANE_ONLY, signed plain -,   ORDINARY,         refuse D19",
        "DANE_ONLY, unsigned tlsa -,  ORDINARY,         refuse D19",
        "VERIFY,    signed tlsa sts,  ORDINARY,         verify",
        "SECURE,    unsigned plain -, ORDINARY,         secure",
        "AUTO,      signed tlsa sts,  ORDINARY,         dane",
        "AUTO,      signed plain sts, ORDINARY,         sts",
        "AUTO,      unsigned tlsa sts,ORDINARY,         both",
        "AUTO,      signed plain -,   ORDINARY,         opportunistic",
        // Q9: capped, whatever is configured
        "NONE,      signed tlsa sts,  TLS_NOT_REQUIRED, none",
        "ENCRYPT,   signed tlsa sts,  TLS_NOT_REQUIRED, opportunistic",
        "DANE_ONLY, signed plain -,   TLS_NOT_REQUIRED, opportunistic",
        "SECURE,    signed plain -,   TLS_NOT_REQUIRED, opportunistic",
        // Q3: levels that do not authenticate make way for what does
        "NONE,      signed tlsa sts,  REQUIRE_TLS,      refuse Q7",
        "MAY,       signed tlsa -,    REQUIRE_TLS,      dane",
        "ENCRYPT,   signed plain sts, REQUIRE_TLS,      sts",
        "MAY,       unsigned plain -, REQUIRE_TLS,      refuse Q3",
        "VERIFY,    unsigned plain -, REQUIRE_TLS,      refuse Q3",
        "VERIFY,    signed plain -,   REQUIRE_TLS,      verify",
        "SECURE,    unsigned plain -, REQUIRE_TLS,      secure",
    })
    void requirement(TlsLevel level, String situation, Demand demand, String expected) {
        assertThat(kind(plan(PlannerOptions.of(level), situation, demand))).isEqualTo(expected);
    }

    @ParameterizedTest(name = "{0} where REQUIRETLS is {1}, {2}: {3}")
    @CsvSource({
        "AUTO, OPPORTUNISTIC,          unsigned plain -, opportunistic",
        "AUTO, OPPORTUNISTIC,          signed tlsa -,    dane",
        "NONE, OPPORTUNISTIC,          unsigned plain -, none",
        "MAY,  OPPORTUNISTIC_STARTTLS, unsigned plain -, encrypt",
        "NONE, OPPORTUNISTIC_STARTTLS, unsigned plain -, encrypt",
        "AUTO, OPPORTUNISTIC_STARTTLS, signed plain sts, sts",
        "AUTO, OPPORTUNISTIC_STARTTLS, unsigned plain -, encrypt",
    })
    void q14RelaxedForADestination(TlsLevel level, RequireTlsPolicy policy, String situation, String expected) {
        DeliveryPlan plan = plan(PlannerOptions.of(level).withRequireTls(policy), situation, Demand.REQUIRE_TLS);
        assertThat(kind(plan)).isEqualTo(expected);
        assertThat(plan.demand()).isEqualTo(Demand.ORDINARY);
    }

    @Test
    void q12WhereTlsComesFirstThereIsNoClearTextToFallBackTo() {
        PlannerOptions implicit = PlannerOptions.defaults().withMustEncrypt(true);
        assertThat(kind(plan(implicit, "unsigned plain -", Demand.ORDINARY))).isEqualTo("encrypt");
        assertThat(kind(plan(implicit, "unsigned plain -", Demand.TLS_NOT_REQUIRED)))
                .isEqualTo("encrypt");
        assertThat(kind(plan(implicit, "signed tlsa -", Demand.ORDINARY))).isEqualTo("dane");
    }

    /** Certificates: their DNS name; the policy domain is dom.example, the MX host mx.hoster.example. */
    @ParameterizedTest(name = "{0} and a certificate for {1}: {2}")
    @CsvSource({
        "VERIFY, mx.hoster.example, yes",
        "VERIFY, dom.example,       L2",
        // whoever forges the MX record gains nothing
        "SECURE, mx.hoster.example, L2",
        "SECURE, dom.example,       yes",
        "SECURE, mail.dom.example,  yes",
        "SECURE, baddom.example,    L2",
    })
    void l2TheNamesOfTheLevels(TlsLevel level, String certified, String expected) {
        DeliveryPlan plan = plan(PlannerOptions.of(level), "signed plain -", Demand.ORDINARY);
        assertThat(judged(plan, CERTIFICATES.server(certified), TlsVersion.TLSV1_3))
                .isEqualTo(expected);
    }

    @Test
    void l2NamesCanBeGiven() {
        PlannerOptions options = PlannerOptions.of(TlsLevel.SECURE).withMatch(List.of("gate.partner.example"));
        DeliveryPlan plan = plan(options, "signed plain -", Demand.ORDINARY);
        assertThat(judged(plan, CERTIFICATES.server("gate.partner.example"), TlsVersion.TLSV1_3))
                .isEqualTo("yes");
        assertThat(judged(plan, CERTIFICATES.server("dom.example"), TlsVersion.TLSV1_3))
                .isEqualTo("L2");
    }

    @ParameterizedTest(name = "minimum {0}, {1} at level {2}: {3}")
    @CsvSource({
        "-,       TLSV1_1, ENCRYPT, L1",
        "TLSV1_0, TLSV1_1, ENCRYPT, yes",
        "TLSV1_3, TLSV1_2, ENCRYPT, L1",
        "TLSV1_3, TLSV1_2, SECURE,  L2",
        "-,       TLSV1_2, SECURE,  yes",
    })
    void d30TheMinimumCanBeSetForADestination(String minimum, TlsVersion spoken, TlsLevel level, String expected) {
        Optional<TlsVersion> oldest = minimum.equals("-") ? Optional.empty() : Optional.of(TlsVersion.valueOf(minimum));
        PlannerOptions options = PlannerOptions.of(level).withTerms(new HandshakeTerms(oldest, List.of()));
        DeliveryPlan plan = plan(options, "signed plain -", Demand.ORDINARY);
        assertThat(judged(plan, CERTIFICATES.server("dom.example"), spoken)).isEqualTo(expected);
    }

    @ParameterizedTest(name = "an address, {0}, {1}: {2}")
    @CsvSource({
        "AUTO,      ORDINARY,         opportunistic",
        "ENCRYPT,   ORDINARY,         encrypt",
        "NONE,      ORDINARY,         none",
        "DANE_ONLY, ORDINARY,         refuse D22",
        "VERIFY,    ORDINARY,         refuse L2",
        "AUTO,      REQUIRE_TLS,      refuse Q3",
        "AUTO,      TLS_NOT_REQUIRED, opportunistic",
    })
    void d22AnAddressHasNoPromises(TlsLevel level, Demand demand, String expected) throws Exception {
        Route.Hosts route =
                new Planner(PlannerOptions.of(level)).planAddress(InetAddress.getByName("192.0.2.1"), 25, demand);
        assertThat(kind(route.hosts().getFirst().plan())).isEqualTo(expected);
    }

    private static String judged(DeliveryPlan plan, Credential server, TlsVersion version) {
        SessionFacts facts = new SessionFacts(
                version,
                "TLS_AES_128_GCM_SHA256",
                0x1301,
                128,
                Optional.of("X25519"),
                Optional.empty(),
                server.chain(),
                Optional.empty(),
                Optional.empty(),
                false,
                true,
                true);
        Verdict verdict = new Judge(CERTIFICATES.anchors(), Observed.CLOCK)
                .judge(plan, new SessionOutcome.Established(ADDRESS, facts, new EhloReply("", "mx.example", Map.of())));
        return verdict instanceof Verdict.Refused refused ? refused.refusal().rule() : "yes";
    }

    private static DeliveryPlan plan(PlannerOptions options, String situation, Demand demand) {
        String[] words = situation.split(" ");
        Name domain = Zone.name(words[0].equals("signed") ? "dom.example" : "dom.test");
        Zone zone = new Zone()
                .record(domain.toString(), Type.MX, "10 mx.hoster.example.")
                .record("mx.hoster.example", Type.A, "192.0.2.1");
        switch (words[1]) {
            case "tlsa" -> zone.record("_25._tcp.mx.hoster.example", Type.TLSA, "3 1 1 " + SHA256);
            case "fails" -> zone.failed("_25._tcp.mx.hoster.example", Type.TLSA, Failure.Kind.SERVFAIL);
            case "plain" -> {}
            default -> throw new IllegalArgumentException(situation);
        }
        StsObservation sts = words[2].equals("sts")
                ? Observed.inForce(Observed.policy(StsPolicy.Mode.ENFORCE, "*.hoster.example"))
                : Observed.noPolicy();
        Route route = new Planner(options).plan(Observed.of(zone, domain, sts), demand);
        return ((Route.Hosts) route).hosts().getFirst().plan();
    }
}
