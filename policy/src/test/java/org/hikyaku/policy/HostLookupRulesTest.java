package org.hikyaku.policy;

import static org.assertj.core.api.Assertions.assertThat;
import static org.hikyaku.policy.Observed.SHA256;
import static org.hikyaku.policy.Observed.kind;
import static org.hikyaku.policy.Observed.plan;

import java.util.List;
import org.hikyaku.dns.Failure;
import org.hikyaku.policy.DeliveryPlan.Requirement;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.xbill.DNS.Type;

/** D1, D3 to D8: which look-ups are made for one MX host, in which order, and what follows from each. */
class HostLookupRulesTest {
    private static final String TLSA = "_25._tcp.mx.dom.example";

    private static Zone zone() {
        return new Zone().record("dom.example", Type.MX, "10 mx.dom.example.");
    }

    private static Zone withAddress() {
        return zone().record("mx.dom.example", Type.A, "192.0.2.1");
    }

    private static Zone withTlsa() {
        return withAddress().record(TLSA, Type.TLSA, "3 1 1 " + SHA256);
    }

    @ParameterizedTest
    @EnumSource(Failure.Kind.class)
    void d1AFailureAtTlsaMakesTheHostUndecidable(Failure.Kind kind) {
        DeliveryPlan plan = plan(withTlsa().failed(TLSA, Type.TLSA, kind));
        Requirement.DoNotUse not = (Requirement.DoNotUse) plan.requirement();
        assertThat(not.cause()).isEqualTo(DeliveryPlan.Cause.UNDECIDABLE);
        assertThat(not.refusal().rule()).isEqualTo("D1");
        assertThat(not.refusal().type()).contains(ResultType.DNSSEC_INVALID);
    }

    @Test
    void d1ABogusTlsaAnswerMakesTheHostUndecidable() {
        assertThat(kind(plan(withTlsa().bogus(TLSA, Type.TLSA)))).isEqualTo("refuse D1");
    }

    @Test
    void d1ABogusAliasMakesTheHostUndecidable() {
        Zone zone = zone().alias("mx.dom.example", "elsewhere.test")
                .record("elsewhere.test", Type.A, "192.0.2.1")
                .bogus("mx.dom.example", Type.CNAME);
        assertThat(kind(plan(zone))).isEqualTo("refuse D1");
    }

    @Test
    void d1BothFamiliesFailingMakesTheHostUndecidable() {
        Zone zone = zone().failed("mx.dom.example", Type.A, Failure.Kind.SERVFAIL)
                .failed("mx.dom.example", Type.AAAA, Failure.Kind.TIMEOUT);
        assertThat(kind(plan(zone))).isEqualTo("refuse D1");
    }

    @Test
    void d1OneFamilyFailingAndTheOtherEmptyMakesTheHostUndecidable() {
        Zone zone = zone().failed("mx.dom.example", Type.AAAA, Failure.Kind.SERVFAIL);
        assertThat(kind(plan(zone))).isEqualTo("refuse D1");
    }

    @Test
    void d3InsecureAddressesAndNoTlsaQueryIsSent() {
        Zone zone = new Zone()
                .record("dom.example", Type.MX, "10 mx.outlook.test.")
                .record("mx.outlook.test", Type.A, "192.0.2.1")
                .failed("_25._tcp.mx.outlook.test", Type.TLSA, Failure.Kind.SERVFAIL);
        assertThat(kind(plan(zone))).isEqualTo("opportunistic");
        assertThat(zone.asked).noneMatch(q -> q.type() == Type.TLSA || q.type() == Type.CNAME);
    }

    @Test
    void d3AddressesAreAskedForBeforeTlsa() {
        Zone zone = withTlsa();
        assertThat(kind(plan(zone))).isEqualTo("dane");
        assertThat(zone.askedInOrder()).hasSize(4).startsWith("dom.example. MX").endsWith(TLSA + ". TLSA");
    }

    @Test
    void d4AnAaaaThatFailsDoesNotKillDaneOverIpv4() {
        assertThat(kind(plan(withTlsa().failed("mx.dom.example", Type.AAAA, Failure.Kind.SERVFAIL))))
                .isEqualTo("dane");
        assertThat(kind(plan(withTlsa().bogus("mx.dom.example", Type.AAAA)))).isEqualTo("dane");
    }

    @Test
    void d4AnInsecureDenialOfAaaaDoesNotKillDaneOverIpv4() {
        assertThat(kind(plan(withTlsa().insecure("mx.dom.example", Type.AAAA)))).isEqualTo("dane");
    }

    @Test
    void d4Ipv6AloneIsEnough() {
        Zone zone =
                zone().record("mx.dom.example", Type.AAAA, "2001:db8::1").record(TLSA, Type.TLSA, "3 1 1 " + SHA256);
        assertThat(kind(plan(zone))).isEqualTo("dane");
    }

    @Test
    void d5ASecureAliasToAnInsecureZoneTakesTheOriginalNameAsBase() {
        Zone zone = zone().alias("mx.dom.example", "shared.test")
                .record("shared.test", Type.A, "192.0.2.1")
                .record(TLSA, Type.TLSA, "3 1 1 " + SHA256);
        Requirement.Dane dane = (Requirement.Dane) plan(zone).requirement();
        assertThat(dane.base()).isEqualTo(Zone.name("mx.dom.example"));
        assertThat(zone.askedInOrder()).contains("mx.dom.example. CNAME").doesNotContain("_25._tcp.shared.test. TLSA");
    }

    @Test
    void d5AnInsecureAliasRulesDaneOut() {
        Zone zone = zone().alias("mx.dom.example", "shared.test")
                .record("shared.test", Type.A, "192.0.2.1")
                .insecure("mx.dom.example", Type.CNAME, "shared.test.")
                .record(TLSA, Type.TLSA, "3 1 1 " + SHA256);
        assertThat(kind(plan(zone))).isEqualTo("opportunistic");
        assertThat(zone.asked).noneMatch(q -> q.type() == Type.TLSA);
    }

    private static Zone secureAlias() {
        return zone().alias("mx.dom.example", "mid.example")
                .alias("mid.example", "real.hoster.example")
                .record("real.hoster.example", Type.A, "192.0.2.1");
    }

    @Test
    void d6TheExpandedNameIsTriedFirstThenTheOriginalAndNoneInBetween() {
        Zone zone = secureAlias()
                .record("_25._tcp.mid.example", Type.TLSA, "3 1 1 " + SHA256)
                .record(TLSA, Type.TLSA, "3 1 1 " + SHA256);
        Requirement.Dane dane = (Requirement.Dane) plan(zone).requirement();
        assertThat(dane.base()).isEqualTo(Zone.name("mx.dom.example"));
        assertThat(zone.asked.stream()
                        .filter(q -> q.type() == Type.TLSA)
                        .map(q -> q.name().toString()))
                .containsExactly("_25._tcp.real.hoster.example.", TLSA + ".");
    }

    @Test
    void d6RecordsAtTheExpandedNameEndTheSearch() {
        Zone zone = secureAlias()
                .record("_25._tcp.real.hoster.example", Type.TLSA, "3 1 1 " + SHA256)
                .failed(TLSA, Type.TLSA, Failure.Kind.SERVFAIL);
        DeliveryPlan plan = plan(zone);
        assertThat(((Requirement.Dane) plan.requirement()).base()).isEqualTo(Zone.name("real.hoster.example"));
        assertThat(plan.sni()).as("D17: SNI is the base").isEqualTo(Zone.name("real.hoster.example"));
    }

    @Test
    void d6AnErrorAtTheExpandedNameIsFinal() {
        Zone zone = secureAlias()
                .failed("_25._tcp.real.hoster.example", Type.TLSA, Failure.Kind.SERVFAIL)
                .record(TLSA, Type.TLSA, "3 1 1 " + SHA256);
        assertThat(kind(plan(zone))).isEqualTo("refuse D1");
        assertThat(zone.askedInOrder()).doesNotContain(TLSA + ". TLSA");
    }

    @Test
    void d7AnAliasAtTheTlsaNameIsFollowedAndTheBaseDoesNotMove() {
        Zone zone = withAddress()
                .alias(TLSA, "_dane.hoster.example")
                .record("_dane.hoster.example", Type.TLSA, "3 1 1 " + SHA256);
        DeliveryPlan plan = plan(zone);
        assertThat(((Requirement.Dane) plan.requirement()).base()).isEqualTo(Zone.name("mx.dom.example"));
        assertThat(plan.sni()).isEqualTo(Zone.name("mx.dom.example"));
    }

    @Test
    void d7AnInsecureHopAtTheTlsaNameMeansNoRecords() {
        Zone zone = withAddress()
                .alias(TLSA, "_dane.hoster.test")
                .record("_dane.hoster.test", Type.TLSA, "3 1 1 " + SHA256);
        assertThat(kind(plan(zone))).isEqualTo("opportunistic");
    }

    @Test
    void d8ThePrefixHasThePortOfTheRoute() {
        Zone zone = withAddress().record("_2525._tcp.mx.dom.example", Type.TLSA, "3 1 1 " + SHA256);
        var observer = new Observer(zone, d -> Observed.noPolicy(), Observed.CLOCK);
        var seen = observer.observe(Observed.DOMAIN, 2525);
        var route = (Route.Hosts) new Planner(PlannerOptions.defaults()).plan(seen, Demand.ORDINARY);
        assertThat(kind(route.hosts().getFirst().plan())).isEqualTo("dane");
        assertThat(route.hosts().getFirst().plan().port()).isEqualTo(2525);
    }

    @Test
    void d30AnRrsetPastTheLimitIsNotCutButUndecidable() {
        Zone zone = withAddress();
        for (int i = 0; i < 65; i++) {
            zone.record(TLSA, Type.TLSA, "3 1 1 %064x".formatted(i));
        }
        DeliveryPlan plan = plan(zone);
        assertThat(kind(plan)).isEqualTo("refuse D30");
        assertThat(plan.why()).contains("64 TLSA records of one host");
    }

    @Test
    void anObservationWithoutTheNeededLookUpIsUndecidableNotAbsent() {
        var seen = Observed.of(withTlsa(), Observed.noPolicy());
        var host = seen.hosts().get(Zone.name("mx.dom.example"));
        assertThat(host).isNotNull();
        var edited = new DomainObservation.HostObservation(host.host(), host.a(), host.aaaa(), host.cname(), List.of());
        assertThat(HostState.dane(edited)).isInstanceOf(HostState.Dane.Undecidable.class);
    }

    @Test
    void aRouteLeadsToTwentyAddressesOfAHostAtMostAndToBothFamilies() {
        Zone zone = zone();
        for (int i = 1; i <= 30; i++) {
            zone.record("mx.dom.example", Type.A, "192.0.2." + i);
            zone.record("mx.dom.example", Type.AAAA, "2001:db8::" + i);
        }
        Route.Hosts route = (Route.Hosts)
                new Planner(PlannerOptions.defaults()).plan(Observed.of(zone, Observed.noPolicy()), Demand.ORDINARY);
        assertThat(route.hosts().getFirst().addresses())
                .hasSize(20)
                .startsWith(java.net.InetAddress.ofLiteral("2001:db8::1"))
                .endsWith(java.net.InetAddress.ofLiteral("192.0.2.10"));
    }

    @Test
    void oneFamilyTakesThePlacesThatTheOtherLeaves() {
        List<java.net.InetAddress> four = java.util.stream.IntStream.rangeClosed(1, 30)
                .mapToObj(i -> java.net.InetAddress.ofLiteral("192.0.2." + i))
                .toList();
        List<java.net.InetAddress> all = new java.util.ArrayList<>(
                List.of(java.net.InetAddress.ofLiteral("2001:db8::1"), java.net.InetAddress.ofLiteral("2001:db8::2")));
        all.addAll(four);
        assertThat(HostAddresses.atMost(all, 20)).containsExactlyElementsOf(all.subList(0, 20));
        assertThat(HostAddresses.atMost(four, 20)).containsExactlyElementsOf(four.subList(0, 20));
        assertThat(HostAddresses.atMost(all, 1)).containsExactly(four.getFirst());
        assertThat(HostAddresses.atMost(all, 0)).isEmpty();
    }
}
