package org.hikyaku.check.auth;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.InetAddress;
import java.util.List;
import org.hikyaku.check.auth.Reverse.Outcome;
import org.junit.jupiter.api.Test;

/** Names of addresses, and addresses of name servers. */
class NamesTest {
    private final MapAsker dns = new MapAsker();

    private Outcome reverse(String address) {
        return Reverse.read(List.of(InetAddress.ofLiteral(address)), dns)
                .getFirst()
                .outcome();
    }

    @Test
    void aNameThatHasTheAddressConfirmsIt() {
        dns.with("7.2.0.192.in-addr.arpa PTR mx.d.example.")
                .with("mx.d.example A 192.0.2.7")
                .with("mx.d.example A 192.0.2.8");

        assertThat(reverse("192.0.2.7")).isEqualTo(new Outcome.Confirmed(MapAsker.name("mx.d.example")));
    }

    @Test
    void ipv6IsConfirmedByAaaaAlone() {
        dns.with("7.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.8.b.d.0.1.0.0.2.ip6.arpa PTR mx.d.example.")
                .with("mx.d.example A 192.0.2.7");
        assertThat(reverse("2001:db8::7")).isInstanceOf(Outcome.Unconfirmed.class);

        dns.with("mx.d.example AAAA 2001:db8::7");
        assertThat(reverse("2001:db8::7")).isInstanceOf(Outcome.Confirmed.class);
    }

    @Test
    void oneOfSeveralNamesIsEnough() {
        dns.with("7.2.0.192.in-addr.arpa PTR other.example.")
                .with("7.2.0.192.in-addr.arpa PTR mx.d.example.")
                .with("mx.d.example A 192.0.2.7");

        assertThat(reverse("192.0.2.7")).isInstanceOf(Outcome.Confirmed.class);
    }

    @Test
    void noNameAnotherNameAndNotKnownAreThreeThings() {
        dns.with("8.2.0.192.in-addr.arpa PTR other.example.")
                .failing("9.2.0.192.in-addr.arpa")
                .with("10.2.0.192.in-addr.arpa PTR silent.example.")
                .failing("silent.example");

        assertThat(reverse("192.0.2.7")).isInstanceOf(Outcome.NoName.class);
        assertThat(reverse("192.0.2.8")).isEqualTo(new Outcome.Unconfirmed(List.of(MapAsker.name("other.example"))));
        assertThat(reverse("192.0.2.9")).isInstanceOf(Outcome.NotKnown.class);
        assertThat(reverse("192.0.2.10")).isInstanceOf(Outcome.NotKnown.class);
    }

    @Test
    void nameServersOfAParentServeItsChildren() {
        dns.with("d.example NS ns1.d.example.")
                .with("d.example NS ns2.d.example.")
                .with("ns1.d.example A 192.0.2.1")
                .with("ns1.d.example AAAA 2001:db8::1")
                .with("ns2.d.example A 192.0.2.2");
        NameServers servers = NameServers.read(MapAsker.name("mail.d.example"), dns);

        assertThat(servers.zone()).isEqualTo(MapAsker.name("d.example"));
        assertThat(servers.known()).isTrue();
        assertThat(servers.withIp6())
                .extracting(NameServers.Server::name)
                .containsExactly(MapAsker.name("ns1.d.example"));
    }

    @Test
    void mappedAddressesAreNoIpv6() {
        dns.with("d.example NS ns1.d.example.").with("ns1.d.example AAAA ::ffff:192.0.2.1");

        assertThat(NameServers.read(MapAsker.name("d.example"), dns).withIp6()).isEmpty();
    }

    @Test
    void aFailedLookupLeavesThemUnknown() {
        dns.with("d.example NS ns1.d.example.").failing("ns1.d.example");

        assertThat(NameServers.read(MapAsker.name("d.example"), dns).known()).isFalse();
    }

    @Test
    void textsAreShownWithoutControlCharactersAndCut() {
        assertThat(Shown.quoted("a\u001b[31mb\u00e9")).isEqualTo("\"a\\027[31mb\\233\"");
        assertThat(Shown.plain("x".repeat(100))).hasSize(63).endsWith("...");
        assertThat(Shown.txt("a\"b\\c")).isEqualTo("\"a\\\"b\\\\c\"");
        assertThat(Shown.txt("y".repeat(300))).isEqualTo("\"" + "y".repeat(255) + "\" \"" + "y".repeat(45) + "\"");
    }
}
