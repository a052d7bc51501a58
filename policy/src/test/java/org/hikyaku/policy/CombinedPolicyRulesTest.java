package org.hikyaku.policy;

import static org.assertj.core.api.Assertions.assertThat;
import static org.hikyaku.policy.Observed.SHA256;
import static org.hikyaku.policy.Observed.kind;

import java.util.Optional;
import org.hikyaku.dns.Failure;
import org.hikyaku.policy.DeliveryPlan.Requirement;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.xbill.DNS.Name;
import org.xbill.DNS.Type;

/** D9, S1, S7, S11 to S13, Q3, Q4, Q9: DANE, MTA-STS and the message's demand, together. */
class CombinedPolicyRulesTest {

    /** Every combination, by hand. {@code mx}: is the MX RRset signed; {@code sts}: mode, {@code other} names other hosts. */
    @ParameterizedTest(name = "{0} MX, TLSA {1}, policy {2}, message {3}: {4}")
    @CsvSource({
        // what nothing promises
        "secure,   none,     none,          ORDINARY,         opportunistic",
        "insecure, none,     none,          ORDINARY,         opportunistic",
        // D9: presence alone is a commitment
        "secure,   good,     none,          ORDINARY,         dane",
        "secure,   unusable, none,          ORDINARY,         encrypt",
        "secure,   fails,    none,          ORDINARY,         refuse D1",
        // D19: half DANE
        "insecure, good,     none,          ORDINARY,         dane",
        "insecure, unusable, none,          ORDINARY,         encrypt",
        "insecure, fails,    none,          ORDINARY,         refuse D1",
        // S7, S11
        "secure,   none,     enforce,       ORDINARY,         sts",
        "secure,   none,     enforce-other, ORDINARY,         refuse S7",
        "insecure, none,     enforce,       ORDINARY,         sts",
        "insecure, none,     enforce-other, ORDINARY,         refuse S7",
        // S12, S13
        "insecure, none,     testing,       ORDINARY,         opportunistic",
        "insecure, none,     testing-other, ORDINARY,         opportunistic",
        "insecure, none,     mode-none,     ORDINARY,         opportunistic",
        // S1: DANE alone decides under a secure MX RRset, even where the policy names other hosts
        "secure,   good,     enforce,       ORDINARY,         dane",
        "secure,   good,     enforce-other, ORDINARY,         dane",
        "secure,   unusable, enforce,       ORDINARY,         encrypt",
        // S1: a temporary state of DANE is not rescued
        "secure,   fails,    enforce,       ORDINARY,         refuse D1",
        "insecure, fails,    enforce,       ORDINARY,         refuse D1",
        // S1, second half: both bind under an insecure MX RRset
        "insecure, good,     enforce,       ORDINARY,         both",
        "insecure, good,     enforce-other, ORDINARY,         refuse S7",
        "insecure, unusable, enforce,       ORDINARY,         sts",
        "insecure, good,     testing,       ORDINARY,         dane",
        // Q3: the MX must be confirmed, and the name authenticated
        "secure,   good,     none,          REQUIRE_TLS,      dane",
        "secure,   none,     none,          REQUIRE_TLS,      name",
        "secure,   none,     enforce,       REQUIRE_TLS,      sts",
        "insecure, none,     enforce,       REQUIRE_TLS,      sts",
        "insecure, good,     enforce,       REQUIRE_TLS,      both",
        "insecure, none,     none,          REQUIRE_TLS,      refuse Q3",
        "insecure, good,     none,          REQUIRE_TLS,      refuse Q3",
        // Q4: encryption alone and testing are not enough
        "secure,   unusable, none,          REQUIRE_TLS,      name",
        "insecure, none,     testing,       REQUIRE_TLS,      refuse Q3",
        "insecure, unusable, none,          REQUIRE_TLS,      refuse Q3",
        // Q9: neither holds the message back
        "secure,   good,     enforce-other, TLS_NOT_REQUIRED, opportunistic",
        "secure,   fails,    none,          TLS_NOT_REQUIRED, opportunistic",
        "secure,   unusable, none,          TLS_NOT_REQUIRED, opportunistic",
        "insecure, none,     enforce-other, TLS_NOT_REQUIRED, opportunistic",
    })
    void requirement(String mx, String tlsa, String sts, Demand demand, String expected) {
        assertThat(kind(plan(mx, tlsa, sts, demand))).isEqualTo(expected);
    }

    private static DeliveryPlan plan(String mx, String tlsa, String sts, Demand demand) {
        Name domain = Zone.name(mx.equals("secure") ? "dom.example" : "dom.test");
        Zone zone = new Zone()
                .record(domain.toString(), Type.MX, "10 mx.hoster.example.")
                .record("mx.hoster.example", Type.A, "192.0.2.1");
        String owner = "_25._tcp.mx.hoster.example";
        switch (tlsa) {
            case "good" -> zone.record(owner, Type.TLSA, "3 1 1 " + SHA256);
            case "unusable" -> zone.record(owner, Type.TLSA, "1 1 1 " + SHA256);
            case "fails" -> zone.failed(owner, Type.TLSA, Failure.Kind.SERVFAIL);
            case "none" -> {}
            default -> throw new IllegalArgumentException(tlsa);
        }
        StsObservation policy = switch (sts) {
            case "none" -> Observed.noPolicy();
            case "enforce" -> Observed.inForce(Observed.policy(StsPolicy.Mode.ENFORCE, "*.hoster.example"));
            case "enforce-other" -> Observed.inForce(Observed.policy(StsPolicy.Mode.ENFORCE, "mx.other.example"));
            case "testing" -> Observed.inForce(Observed.policy(StsPolicy.Mode.TESTING, "*.hoster.example"));
            case "testing-other" -> Observed.inForce(Observed.policy(StsPolicy.Mode.TESTING, "mx.other.example"));
            case "mode-none" -> Observed.inForce(Observed.policy(StsPolicy.Mode.NONE));
            default -> throw new IllegalArgumentException(sts);
        };
        Route route = new Planner(PlannerOptions.defaults()).plan(Observed.of(zone, domain, policy), demand);
        return ((Route.Hosts) route).hosts().getFirst().plan();
    }

    @Test
    void s12TestingIsEvaluatedWhereDaneUnderASecureMxDoesNotDecide() {
        assertThat(plan("insecure", "none", "testing", Demand.ORDINARY).testing())
                .isPresent();
        assertThat(plan("insecure", "good", "testing", Demand.ORDINARY).testing())
                .isPresent();
        // T5: the alternative that is ignored is not counted
        assertThat(plan("secure", "good", "testing", Demand.ORDINARY).testing()).isEmpty();
        assertThat(plan("insecure", "none", "testing", Demand.TLS_NOT_REQUIRED).testing())
                .isEmpty();
    }

    @Test
    void s17APolicyThatCouldNotBeHadBindsNothing() {
        StsProblem problem = new StsProblem(ResultType.STS_POLICY_FETCH_ERROR, "404.");
        for (StsObservation sts : java.util.List.of(
                new StsObservation.Unavailable(Observed.txt(), "id", problem, Optional.empty()),
                new StsObservation.Unknown(Observed.txtFailed(), "No answer."))) {
            Zone zone = new Zone()
                    .record("dom.example", Type.MX, "10 mx.example.")
                    .record("mx.example", Type.A, "192.0.2.1");
            assertThat(kind(Observed.plan(zone, sts, Demand.ORDINARY))).isEqualTo("opportunistic");
        }
    }

    @Test
    void s7TheMxNameIsComparedNotWhatItIsAnAliasOf() {
        Zone zone = new Zone()
                .record("dom.example", Type.MX, "10 mx.dom.example.")
                .alias("mx.dom.example", "real.hoster.test")
                .record("real.hoster.test", Type.A, "192.0.2.1");
        assertThat(kind(Observed.plan(
                        zone,
                        Observed.inForce(Observed.policy(StsPolicy.Mode.ENFORCE, "real.hoster.test")),
                        Demand.ORDINARY)))
                .isEqualTo("refuse S7");
        DeliveryPlan plan = Observed.plan(
                zone, Observed.inForce(Observed.policy(StsPolicy.Mode.ENFORCE, "mx.dom.example")), Demand.ORDINARY);
        assertThat(kind(plan)).isEqualTo("sts");
        assertThat(plan.sni()).as("S9, D31").isEqualTo(Zone.name("mx.dom.example"));
    }

    @ParameterizedTest
    @CsvSource({
        "*.example.net,   mx.example.net,   true",
        "*.example.net,   MX.Example.NET,   true",
        "*.example.net,   example.net,      false",
        "*.example.net,   a.mx.example.net, false",
        "mx.example.net,  mx.example.net,   true",
        "mx.example.net,  mx2.example.net,  false",
        "*.example.net,   mxexample.net,    false",
        "*.xn--wgv71a119e.jp, mx.xn--wgv71a119e.jp, true",
    })
    void s7AWildcardStandsForExactlyOneLabel(String pattern, String exchange, boolean matches) {
        assertThat(Observed.policy(StsPolicy.Mode.ENFORCE, pattern).names(Zone.name(exchange)))
                .isEqualTo(matches);
    }

    @Test
    void t8AnMxThatThePolicyDoesNotNameIsAValidationFailureWithAReason() {
        Requirement.DoNotUse not = (Requirement.DoNotUse)
                plan("insecure", "none", "enforce-other", Demand.ORDINARY).requirement();
        assertThat(not.cause()).isEqualTo(DeliveryPlan.Cause.NOT_IN_POLICY);
        assertThat(not.refusal().type()).contains(ResultType.VALIDATION_FAILURE);
        assertThat(not.refusal().reasonCode()).contains("mtasts-policy-mx-mismatch");
    }

    @Test
    void s14ThePolicyIsAskedForAtTheDomainAsGiven() {
        Zone zone = new Zone()
                .alias("dom.example", "real.example")
                .record("real.example", Type.MX, "10 mx.example.")
                .record("mx.example", Type.A, "192.0.2.1");
        var asked = new java.util.concurrent.CopyOnWriteArrayList<Name>();
        new Observer(
                        zone,
                        d -> {
                            asked.add(d);
                            return Observed.noPolicy();
                        },
                        Observed.CLOCK)
                .observe(Zone.name("dom.example"), 25);
        assertThat(asked).containsExactly(Zone.name("dom.example"));
    }
}
