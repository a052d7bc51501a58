package org.hikyaku.check.grade;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.hikyaku.check.grade.DomainGrade.CategoryGrade;
import org.hikyaku.check.grade.MailFacts.Address;
import org.hikyaku.check.grade.MailFacts.Dane;
import org.hikyaku.check.grade.MailFacts.Host;
import org.hikyaku.check.grade.MailFacts.Ipv6;
import org.hikyaku.check.grade.MailFacts.MxStatus;
import org.hikyaku.check.grade.MailFacts.Signed;
import org.hikyaku.tls.TlsVersion;
import org.hikyaku.tls.probe.Known;
import org.hikyaku.tls.probe.ServerFacts;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Whole domains, facts to score; the figures were computed by hand from internet.nl's code. */
class MailGraderTest {
    private static final Ipv6 ONE = new Ipv6(true, 1, 1, 1);

    /** Marks of what others measure: all well. */
    private static final List<Mark> ELSEWHERE = Stream.of(
                    "ns_aaaa",
                    "ns_reach",
                    "dmarc",
                    "dmarc_policy",
                    "dkim",
                    "spf",
                    "spf_policy",
                    "rpki_exists",
                    "rpki_valid",
                    "ns_rpki_exists",
                    "ns_rpki_valid",
                    "mx_ns_rpki_exists",
                    "mx_ns_rpki_valid")
            .map(id -> Mark.of(id, "good", ""))
            .toList();

    private static Host host(String name, Signed signed, Ipv6 ipv6, Dane dane, Address... addresses) {
        return new Host(name, signed, ipv6, dane, true, Known.YES, Known.YES, false, List.of(addresses));
    }

    private static Address probed(ServerFacts facts) {
        return new Address.Probed(facts);
    }

    private static InetSocketAddress at(String address) {
        return new InetSocketAddress(InetAddress.ofLiteral(address), 25);
    }

    private static DomainGrade grade(Signed domain, List<Mark> elsewhere, Host... hosts) {
        return new MailGrader(Profile.load("internet.nl"))
                .grade(new MailFacts(MxStatus.HAS_MX, domain, List.of(hosts), elsewhere));
    }

    private static CategoryGrade category(DomainGrade grade, String id) {
        return grade.categories().stream()
                .filter(c -> c.category().id().equals(id))
                .findFirst()
                .orElseThrow();
    }

    @Test
    void everythingPerfect() {
        DomainGrade grade = grade(
                Signed.SECURE,
                ELSEWHERE,
                host("mx.example", Signed.SECURE, ONE, Dane.VALID, probed(Servers.perfect("192.0.2.25"))));

        assertThat(grade.percent()).hasValue(100);
        assertThat(grade.headline()).isEqualTo("100 %  as internet.nl scores (NCSC 2025-05)");
        assertThat(grade.notes()).isEmpty();
        assertThat(grade.categories()).extracting(CategoryGrade::status).containsOnly(Status.PASSED);
    }

    /** The example of internet.nl's own figures: 82 %. */
    @Test
    void everythingPerfectButNothingSigned() {
        DomainGrade grade = grade(
                Signed.INSECURE,
                ELSEWHERE,
                host("mx.example", Signed.INSECURE, ONE, Dane.ABSENT, probed(Servers.perfect("192.0.2.25"))));

        assertThat(category(grade, "dnssec").percent()).hasValue(20);
        assertThat(category(grade, "tls").percent()).hasValue(92);
        assertThat(grade.percent()).hasValue(82);
    }

    /** Of DNSSEC 20 and TLS 92 and the mail servers' half of IPv6 100: int(212 / 3). */
    @Test
    void whatIsNotTestedLeavesTheTotalAndIsSaid() {
        DomainGrade grade = grade(
                Signed.INSECURE,
                List.of(),
                host("mx.example", Signed.INSECURE, ONE, Dane.ABSENT, probed(Servers.perfect("192.0.2.25"))));

        assertThat(grade.percent()).hasValue(70);
        assertThat(grade.notes())
                .containsExactly("Not tested, and so no part of the total: name servers answer over IPv6, mail"
                        + " authentication, RPKI.");
    }

    @Test
    void oneUnreachableMailServerTakesTheWholeCategory() {
        DomainGrade grade = grade(
                Signed.SECURE,
                ELSEWHERE,
                host("mx1.example", Signed.SECURE, ONE, Dane.VALID, probed(Servers.perfect("192.0.2.25"))),
                host(
                        "mx2.example",
                        Signed.SECURE,
                        ONE,
                        Dane.UNKNOWN,
                        new Address.Unreachable(at("192.0.2.26"), "refused")));

        assertThat(category(grade, "tls").percent()).hasValue(0);
        assertThat(category(grade, "tls").status()).isEqualTo(Status.ERROR);
        assertThat(grade.percent()).hasValue(80);
    }

    /** internet.nl tests one address of each: a silent one beside an answering one is no matter of TLS. */
    @Test
    void aSilentAddressBesideAnAnsweringOneIsNoMatterOfTls() {
        DomainGrade grade = grade(
                Signed.SECURE,
                ELSEWHERE,
                host(
                        "mx.example",
                        Signed.SECURE,
                        new Ipv6(true, 1, 1, 0),
                        Dane.VALID,
                        new Address.Unreachable(at("2001:db8::25"), "refused"),
                        probed(Servers.perfect("192.0.2.25"))));

        assertThat(category(grade, "tls").percent()).hasValue(100);
        // Name servers 10, mail servers 0 of 10.
        assertThat(category(grade, "ipv6").percent()).hasValue(50);
        assertThat(category(grade, "ipv6").status()).isEqualTo(Status.FAILED);
    }

    @Test
    void theWorseOfTwoAddressesDecides() {
        ServerFacts old = Servers.with(
                Servers.perfect("192.0.2.26"),
                Servers.version(TlsVersion.TLSV1_2, Known.YES, "TLS_ECDHE_RSA_WITH_AES_256_GCM_SHA384"),
                Servers.version(TlsVersion.TLSV1_0, Known.YES, "TLS_ECDHE_RSA_WITH_AES_256_CBC_SHA"));
        DomainGrade grade = grade(
                Signed.SECURE,
                ELSEWHERE,
                host("mx.example", Signed.SECURE, ONE, Dane.VALID, probed(Servers.perfect("192.0.2.25")), probed(old)));

        CategoryGrade tls = category(grade, "tls");

        // int(100.0 / 140 * 130)
        assertThat(tls.percent()).hasValue(92);
        assertThat(tls.subtests())
                .filteredOn(s -> s.rule().id().equals("versions"))
                .singleElement()
                .satisfies(s -> {
                    assertThat(s.status()).isEqualTo(Status.FAILED);
                    assertThat(s.values()).containsExactly("TLSv1.0");
                    assertThat(s.sentences()).containsExactly("mx.example 192.0.2.26: offered: TLSv1.0");
                });
        assertThat(grade.overall()).isEqualTo(Grade.INSUFFICIENT);
    }

    @Test
    void aServerWithoutStartTlsHasNoPoints() {
        DomainGrade grade = grade(
                Signed.SECURE,
                ELSEWHERE,
                host(
                        "mx.example",
                        Signed.SECURE,
                        ONE,
                        Dane.UNKNOWN,
                        new Address.NoTls(at("192.0.2.25"), "STARTTLS is not offered")));

        assertThat(category(grade, "tls").percent()).hasValue(0);
        assertThat(category(grade, "tls").status()).isEqualTo(Status.FAILED);
    }

    /** What may be our fault is not graded, and said. */
    @Test
    void whoCouldNotBeAskedIsNotGraded() {
        DomainGrade grade = grade(
                Signed.SECURE,
                ELSEWHERE,
                host("mx1.example", Signed.SECURE, ONE, Dane.VALID, probed(Servers.perfect("192.0.2.25"))),
                host(
                        "mx2.example",
                        Signed.SECURE,
                        ONE,
                        Dane.UNKNOWN,
                        new Address.NotFoundOut(at("192.0.2.26"), "421 come back later")));

        assertThat(category(grade, "tls").percent()).hasValue(100);
        assertThat(grade.notes()).containsExactly("mx2.example 192.0.2.26 is not graded: 421 come back later");
    }

    @ParameterizedTest
    @CsvSource({"NO_MX, 100", "NULL_MX, 100", "NO_NULL_MX, 100", "NULL_MX_WITH_OTHER_MX, 100"})
    void withoutMailServersTheyAreNoPartOfTheTotal(MxStatus mx, int percent) {
        DomainGrade grade = new MailGrader(Profile.load("internet.nl"))
                .grade(new MailFacts(mx, Signed.SECURE, List.of(), ELSEWHERE));

        assertThat(category(grade, "tls").most()).isZero();
        assertThat(category(grade, "ipv6").most()).isEqualTo(10);
        assertThat(category(grade, "dnssec").percent()).hasValue(100);
        assertThat(grade.percent()).hasValue(percent);
    }

    /** Points of 10, 2 and 0 for all, some and none of a server's addresses; their mean, cut off. */
    @ParameterizedTest
    @CsvSource({"1:1 1:1, 20, 100", "1:1 2:1, 16, 80", "1:1 1:0, 15, 75", "1:1 0:0, 15, 75", "2:1 0:0 0:0, 10, 50"})
    void ipv6IsTheMeanOfTheMailServers(String servers, int points, int percent) {
        List<Host> hosts = new ArrayList<>();
        Arrays.stream(servers.split(" ")).forEach(s -> {
            int addresses = Integer.parseInt(s.substring(0, 1));
            int reached = Integer.parseInt(s.substring(2));
            hosts.add(host(
                    "mx" + hosts.size() + ".example",
                    Signed.SECURE,
                    new Ipv6(true, addresses, addresses, reached),
                    Dane.VALID,
                    probed(Servers.perfect("192.0.2." + hosts.size()))));
        });

        CategoryGrade ipv6 = category(grade(Signed.SECURE, ELSEWHERE, hosts.toArray(new Host[0])), "ipv6");

        assertThat(ipv6.points()).isEqualTo(points);
        assertThat(ipv6.percent()).hasValue(percent);
    }

    /** A machine without IPv6 cannot say whether a server answers over it. */
    @Test
    void ipv6ThatCouldNotBeTriedIsNotGraded() {
        DomainGrade grade = grade(
                Signed.SECURE,
                List.of(),
                host(
                        "mx.example",
                        Signed.SECURE,
                        new Ipv6(true, 1, 0, 0),
                        Dane.VALID,
                        probed(Servers.perfect("192.0.2.25"))));

        assertThat(category(grade, "ipv6").percent()).isEmpty();
        assertThat(grade.percent()).hasValue(100);
    }

    @Test
    void theFirstTenMailServersByNameAreGraded() {
        List<Host> hosts = new ArrayList<>();
        for (char c = 'l'; c >= 'a'; c--) {
            Address address = c > 'j'
                    ? new Address.Unreachable(at("192.0.2." + (int) c), "refused")
                    : probed(Servers.perfect("192.0.2." + (int) c));
            hosts.add(host(c + ".example", Signed.SECURE, ONE, Dane.VALID, address));
        }

        DomainGrade grade = grade(Signed.SECURE, ELSEWHERE, hosts.toArray(new Host[0]));

        assertThat(grade.servers())
                .hasSize(10)
                .extracting(DomainGrade.ServerGrade::host)
                .startsWith("a.example");
        assertThat(grade.percent()).hasValue(100);
        assertThat(grade.notes())
                .containsExactly("Graded are the first 10 mail servers by name, as internet.nl does; 2 are left out.");
    }

    @Test
    void aNameThatDoesNotMatchFailsOnlyUnderATlsaRecordOfAnAuthority() {
        Host free = new Host(
                "mx.example",
                Signed.SECURE,
                ONE,
                Dane.VALID,
                true,
                Known.NO,
                Known.NO,
                false,
                List.of(probed(Servers.perfect("192.0.2.25"))));
        Host anchored = new Host(
                "mx.example",
                Signed.SECURE,
                ONE,
                Dane.VALID,
                true,
                Known.NO,
                Known.NO,
                true,
                List.of(probed(Servers.perfect("192.0.2.25"))));

        assertThat(category(grade(Signed.SECURE, ELSEWHERE, free), "tls").status())
                .isEqualTo(Status.PASSED);
        CategoryGrade failed = category(grade(Signed.SECURE, ELSEWHERE, anchored), "tls");
        assertThat(failed.status()).isEqualTo(Status.FAILED);
        assertThat(failed.percent()).as("costs no points").hasValue(100);
    }

    @Test
    void profilesWithoutPointsGradeTheServersAlone() {
        DomainGrade grade = new MailGrader(Profile.load("bsi-tr-03108"))
                .grade(new MailFacts(
                        MxStatus.HAS_MX,
                        Signed.INSECURE,
                        List.of(host(
                                "mx.example",
                                Signed.INSECURE,
                                ONE,
                                Dane.ABSENT,
                                probed(Servers.perfect("192.0.2.25")))),
                        List.of()));

        assertThat(grade.categories()).isEmpty();
        assertThat(grade.percent()).isEqualTo(Optional.empty());
        // x25519 is in none of TR-02102-2's lists.
        assertThat(grade.headline()).isEqualTo("phase out  as BSI grades TLS (TR-03108 with TR-02102-2)");
    }
}
