package org.hikyaku.policy;

import static org.assertj.core.api.Assertions.assertThat;
import static org.hikyaku.policy.Observed.SHA256;
import static org.hikyaku.policy.Observed.kind;
import static org.hikyaku.policy.Observed.route;

import java.net.InetAddress;
import java.util.List;
import org.hikyaku.dns.Failure;
import org.hikyaku.policy.DeliveryPlan.Requirement;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.xbill.DNS.Type;

/** D1, D2, D15, D18 to D22: what a domain's MX answer leads to. */
class RouteRulesTest {

    private static List<String> hosts(Route route) {
        return ((Route.Hosts) route)
                .hosts().stream()
                        .map(h -> h.preference() + " " + h.plan().host() + " " + kind(h.plan()))
                        .toList();
    }

    private static Route.NoMail.Reason noMail(Route route) {
        return ((Route.NoMail) route).reason();
    }

    @ParameterizedTest
    @EnumSource(Failure.Kind.class)
    void d1AnMxSetThatCannotBeKnownDelaysEverything(Failure.Kind kind) {
        assertThat(route(new Zone().failed("dom.example", Type.MX, kind))).isInstanceOf(Route.Unknown.class);
    }

    @Test
    void d1ABogusMxSetDelaysEverything() {
        assertThat(route(new Zone().bogus("dom.example", Type.MX))).isInstanceOf(Route.Unknown.class);
    }

    @Test
    void d2OneHostThatFailsDoesNotStopTheOthers() {
        Zone zone = new Zone()
                .record("dom.example", Type.MX, "10 a.example.", "20 b.example.")
                .failed("a.example", Type.A, Failure.Kind.SERVFAIL)
                .failed("a.example", Type.AAAA, Failure.Kind.SERVFAIL)
                .record("b.example", Type.A, "192.0.2.2");
        assertThat(hosts(route(zone))).containsExactly("10 a.example. refuse D1", "20 b.example. opportunistic");
    }

    @Test
    void d2AHostThatDoesNotExistBesideOneThatDoesIsLeftOut() {
        Zone zone = new Zone()
                .record("dom.example", Type.MX, "10 a.example.", "20 b.example.")
                .nxdomain("a.example", Type.A)
                .nxdomain("a.example", Type.AAAA)
                .record("b.example", Type.A, "192.0.2.2");
        assertThat(hosts(route(zone))).containsExactly("10 a.example. refuse D2", "20 b.example. opportunistic");
    }

    @Test
    void noHostWithAnAddressMeansNoMail() {
        Zone zone = new Zone()
                .record("dom.example", Type.MX, "10 a.example.")
                .nxdomain("a.example", Type.A)
                .nxdomain("a.example", Type.AAAA);
        assertThat(noMail(route(zone))).isEqualTo(Route.NoMail.Reason.NO_ADDRESS);
    }

    @Test
    void d18PreferenceOrderStaysWhateverAHostPromises() {
        Zone zone = new Zone()
                .record("dom.example", Type.MX, "20 dane.example.", "10 plain.example.", "30 last.example.")
                .record("dane.example", Type.A, "192.0.2.1")
                .record("_25._tcp.dane.example", Type.TLSA, "3 1 1 " + SHA256)
                .record("plain.example", Type.A, "192.0.2.2")
                .record("last.example", Type.A, "192.0.2.3");
        assertThat(hosts(route(zone)))
                .containsExactly(
                        "10 plain.example. opportunistic", "20 dane.example. dane", "30 last.example. opportunistic");
    }

    @Test
    void aHostThatStandsTwiceCountsOnceWithItsBestPreference() {
        Zone zone = new Zone()
                .record("dom.example", Type.MX, "20 A.example.", "10 a.example.")
                .record("a.example", Type.A, "192.0.2.1");
        assertThat(hosts(route(zone))).containsExactly("10 a.example. opportunistic");
    }

    @Test
    void d20ProvedAbsenceOfMxMakesTheDomainItselfADaneHost() {
        Zone zone = new Zone()
                .record("dom.example", Type.A, "192.0.2.1")
                .record("_25._tcp.dom.example", Type.TLSA, "3 1 1 " + SHA256);
        assertThat(hosts(route(zone))).containsExactly("0 dom.example. dane");
    }

    @Test
    void d20NoSuchDomainNullMxAndNoAddressAreThreeThings() {
        assertThat(noMail(route(new Zone().nxdomain("dom.example", Type.MX))))
                .isEqualTo(Route.NoMail.Reason.NO_SUCH_DOMAIN);
        assertThat(noMail(route(new Zone().record("dom.example", Type.MX, "0 ."))))
                .isEqualTo(Route.NoMail.Reason.NULL_MX);
        assertThat(noMail(route(new Zone()))).isEqualTo(Route.NoMail.Reason.NO_ADDRESS);
    }

    @Test
    void d20AnUnsignedNxdomainIsNoMailToo() {
        Zone zone = new Zone().nxdomain("gone.test", Type.MX);
        var seen = Observed.of(zone, Zone.name("gone.test"), Observed.noPolicy());
        assertThat(noMail(new Planner(PlannerOptions.defaults()).plan(seen, Demand.ORDINARY)))
                .isEqualTo(Route.NoMail.Reason.NO_SUCH_DOMAIN);
    }

    @Test
    void aRootExchangeBesideOthersNamesNoHost() {
        Zone zone = new Zone()
                .record("dom.example", Type.MX, "0 .", "10 a.example.")
                .record("a.example", Type.A, "192.0.2.1");
        assertThat(hosts(route(zone))).containsExactly("10 a.example. opportunistic");
    }

    @Test
    void d22AnExchangeThatIsAnAddressIsNoHost() {
        Zone zone = new Zone()
                .record("dom.example", Type.MX, "10 192.0.2.9.", "20 a.example.")
                .record("192.0.2.9", Type.A, "192.0.2.9")
                .record("a.example", Type.A, "192.0.2.1");
        assertThat(hosts(route(zone))).containsExactly("10 192.0.2.9. refuse D22", "20 a.example. opportunistic");
    }

    private static Requirement.Dane dane(Route route) {
        return (Requirement.Dane)
                ((Route.Hosts) route).hosts().getFirst().plan().requirement();
    }

    @Test
    void d15SecureMxGivesBaseAndNextHopAsNames() {
        Zone zone = new Zone()
                .record("dom.example", Type.MX, "10 mx.hoster.example.")
                .record("mx.hoster.example", Type.A, "192.0.2.1")
                .record("_25._tcp.mx.hoster.example", Type.TLSA, "2 1 1 " + SHA256);
        assertThat(dane(route(zone)).names())
                .containsExactlyInAnyOrder(Zone.name("mx.hoster.example"), Zone.name("dom.example"));
    }

    @Test
    void d15AnAliasedDomainGivesItsExpandedNameToo() {
        Zone zone = new Zone()
                .alias("dom.example", "real.example")
                .record("real.example", Type.MX, "10 mx.hoster.example.")
                .record("mx.hoster.example", Type.A, "192.0.2.1")
                .record("_25._tcp.mx.hoster.example", Type.TLSA, "2 1 1 " + SHA256);
        assertThat(dane(route(zone)).names())
                .containsExactlyInAnyOrder(
                        Zone.name("mx.hoster.example"), Zone.name("dom.example"), Zone.name("real.example"));
    }

    @Test
    void d15InsecureMxGivesTheMxNameAlone() {
        Zone zone = new Zone()
                .record("dom.test", Type.MX, "10 mx.hoster.example.")
                .record("mx.hoster.example", Type.A, "192.0.2.1")
                .record("_25._tcp.mx.hoster.example", Type.TLSA, "2 1 1 " + SHA256);
        Route route = new Planner(PlannerOptions.defaults())
                .plan(Observed.of(zone, Zone.name("dom.test"), Observed.noPolicy()), Demand.ORDINARY);
        assertThat(dane(route).names()).containsExactly(Zone.name("mx.hoster.example"));
        assertThat(dane(route).secureMx()).as("D19, D28").isFalse();
    }

    @Test
    void d15NoMxGivesBaseAndOriginalName() {
        Zone zone = new Zone()
                .alias("dom.example", "real.example")
                .record("real.example", Type.A, "192.0.2.1")
                .record("_25._tcp.real.example", Type.TLSA, "2 1 1 " + SHA256);
        assertThat(dane(route(zone)).names())
                .containsExactlyInAnyOrder(Zone.name("real.example"), Zone.name("dom.example"));
    }

    @Test
    void d19MandatoryDaneRefusesAnInsecureMxSet() {
        Zone zone = new Zone()
                .record("dom.test", Type.MX, "10 mx.hoster.example.")
                .record("mx.hoster.example", Type.A, "192.0.2.1")
                .record("_25._tcp.mx.hoster.example", Type.TLSA, "3 1 1 " + SHA256);
        var options = new PlannerOptions(PlannerOptions.DaneLevel.MANDATORY, true);
        var route = (Route.Hosts) new Planner(options)
                .plan(Observed.of(zone, Zone.name("dom.test"), Observed.noPolicy()), Demand.ORDINARY);
        var not = (Requirement.DoNotUse) route.hosts().getFirst().plan().requirement();
        assertThat(not.refusal().type()).contains(ResultType.DANE_REQUIRED);
    }

    @Test
    void hostsBeyondTheLimitAreNamedAndNotLookedUp() {
        Zone zone = new Zone();
        for (int i = 0; i < 101; i++) {
            zone.record("dom.example", Type.MX, i + " mx" + i + ".example.")
                    .record("mx" + i + ".example", Type.A, "192.0.2.1");
        }
        Route.Hosts hosts = (Route.Hosts) route(zone);
        assertThat(hosts.hosts()).hasSize(101);
        assertThat(hosts.hosts().getLast().plan().why()).contains("limit of 100 MX hosts of one domain");
        assertThat(zone.askedInOrder()).doesNotContain("mx100.example. A");
    }

    @Test
    void addressesComeIpv6First() throws Exception {
        Zone zone = new Zone()
                .record("dom.example", Type.MX, "10 a.example.")
                .record("a.example", Type.A, "192.0.2.1")
                .record("a.example", Type.AAAA, "2001:db8::1");
        assertThat(((Route.Hosts) route(zone)).hosts().getFirst().addresses())
                .containsExactly(InetAddress.ofLiteral("2001:db8::1"), InetAddress.ofLiteral("192.0.2.1"));
    }

    @Test
    void theSameObservationGivesEqualPlans() {
        // D26: a connection is reused only under an equal plan
        Zone zone = new Zone()
                .record("dom.example", Type.MX, "10 a.example.")
                .record("a.example", Type.A, "192.0.2.1")
                .record("_25._tcp.a.example", Type.TLSA, "3 1 1 " + SHA256);
        assertThat(route(zone)).isEqualTo(route(zone));
        assertThat(route(zone, Observed.noPolicy(), Demand.REQUIRE_TLS)).isNotEqualTo(route(zone));
    }
}
