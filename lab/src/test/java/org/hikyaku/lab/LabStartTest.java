package org.hikyaku.lab;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.ConnectException;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import org.hikyaku.dns.Failure;
import org.hikyaku.dns.Question;
import org.hikyaku.dns.Reply;
import org.hikyaku.net.Connection;
import org.hikyaku.net.Deadline;
import org.junit.jupiter.api.Test;
import org.xbill.DNS.CNAMERecord;
import org.xbill.DNS.Flags;
import org.xbill.DNS.Message;
import org.xbill.DNS.Name;
import org.xbill.DNS.Rcode;
import org.xbill.DNS.Record;
import org.xbill.DNS.SOARecord;
import org.xbill.DNS.Section;
import org.xbill.DNS.Type;

class LabStartTest {

    @Test
    void startingAndAskingIsQuickEnoughToTellTheFigure() throws Exception {
        // The figure is for people; no test hangs on a time.
        long begin = System.nanoTime();
        try (Lab lab = Lab.start(LabOptions.defaults())) {
            long started = System.nanoTime();
            assertThat(ask(lab, "dane-ee.example.", Type.MX)).isInstanceOf(Reply.Received.class);
            long asked = System.nanoTime();
            System.out.printf(
                    "lab of %d domains up in %d ms, first answer after %d ms more%n",
                    lab.catalogue().domains().size(), (started - begin) / 1_000_000, (asked - started) / 1_000_000);
        }
    }

    @Test
    void afterTheEndNoPortIsOpen() throws Exception {
        Lab lab = Lab.start(LabOptions.defaults().serveDns(0));
        List<InetSocketAddress> ports = List.copyOf(lab.ports().values());
        InetSocketAddress dns = lab.dnsAddress().orElseThrow();
        assertThat(ports).hasSizeGreaterThan(100);

        lab.close();

        assertThat(refused(ports.getFirst())).isTrue();
        assertThat(refused(ports.getLast())).isTrue();
        assertThat(refused(dns)).isTrue();
    }

    @Test
    void answersFollowAliasesFromZoneToZoneAndCarrySignatures() throws Exception {
        try (Lab lab = Lab.start(LabOptions.defaults())) {
            Message message = received(ask(lab, "mx.dane-cname-target.example.", Type.A));

            assertThat(message.getHeader().getFlag(Flags.AD)).isFalse();
            assertThat(message.getHeader().getFlag(Flags.RA)).isTrue();
            assertThat(message.getSection(Section.ANSWER))
                    .map(Record::getType)
                    .containsExactly(Type.CNAME, Type.RRSIG, Type.A, Type.RRSIG);
            assertThat(((CNAMERecord) message.getSection(Section.ANSWER).getFirst()).getTarget())
                    .hasToString("target.hoster.example.");
        }
    }

    @Test
    void absenceIsAnsweredWithTheSoaAndProofs() throws Exception {
        try (Lab lab = Lab.start(LabOptions.defaults())) {
            Message nothing = received(ask(lab, "no-such-domain.example.", Type.MX));

            assertThat(nothing.getRcode()).isEqualTo(Rcode.NXDOMAIN);
            assertThat(nothing.getSection(Section.AUTHORITY))
                    .hasAtLeastOneElementOfType(SOARecord.class)
                    .map(Record::getType)
                    .contains(Type.NSEC, Type.RRSIG);
            assertThat(received(ask(lab, "_25._tcp.mx.dnssec-no-denial.example.", Type.TLSA))
                            .getSection(Section.AUTHORITY))
                    .map(Record::getType)
                    .doesNotContain(Type.NSEC);
        }
    }

    @Test
    void troubleIsAFailureAndNotAnAnswer() throws Exception {
        try (Lab lab = Lab.start(LabOptions.defaults())) {
            assertThat(failure(ask(lab, "mx-servfail.example.", Type.MX))).isEqualTo(Failure.Kind.SERVFAIL);
            assertThat(failure(ask(lab, "mx-timeout.example.", Type.MX))).isEqualTo(Failure.Kind.TIMEOUT);
            assertThat(failure(ask(lab, "_25._tcp.unsigned-host.hoster.test.", Type.TLSA)))
                    .isEqualTo(Failure.Kind.SERVFAIL);
        }
    }

    @Test
    void anOldClockGivesALabOfThatTime() throws Exception {
        Instant then = Instant.parse("2030-01-01T00:00:00Z");
        try (Lab lab = Lab.start(LabOptions.defaults().withClock(() -> then))) {
            assertThat(lab.caAnchors()).isNotNull();
            assertThat(lab.zoneFile(Name.fromConstantString("dane-ee.example.")).text())
                    .contains("20300129000000 20291230000000");
        }
    }

    @Test
    void packetsTravelAsLongAsTheOptionsSay() throws Exception {
        Duration oneWay = Duration.ofMillis(20);
        try (Lab lab = Lab.start(LabOptions.defaults().withOneWayDelay(oneWay))) {
            long begin = System.nanoTime();
            assertThat(ask(lab, "dane-ee.example.", Type.MX)).isInstanceOf(Reply.Received.class);
            InetSocketAddress mx = lab.ports().keySet().stream()
                    .filter(a -> a.getPort() == 25)
                    .findFirst()
                    .orElseThrow();
            try (Connection connection = lab.network().dial(mx, Deadline.after(Duration.ofSeconds(30)))) {
                assertThat(connection.remote()).isEqualTo(mx);
                assertThat(connection.input().read()).isNotNegative();
            }
            // question and answer, SYN and SYN-ACK, ACK and greeting: at least six times one way
            assertThat(System.nanoTime() - begin)
                    .isGreaterThanOrEqualTo(oneWay.multipliedBy(6).toNanos());
        }
    }

    @Test
    void aThousandDomainsHaveAThousandAddresses() throws Exception {
        StringBuilder yaml = new StringBuilder("format: 1\ntlds: [{name: example}]\ndomains:\n");
        for (int i = 0; i < 1000; i++) {
            yaml.append("  - {domain: d").append(i).append(".example, about: x, judgement: y, ");
            yaml.append("hosts: [{name: mx, addresses: [v4-refused]}], expect: {}}\n");
        }
        try (Lab lab = Lab.start(LabOptions.defaults().withCatalogue(Catalogue.parse(yaml.toString())))) {
            assertThat(lab.world().services()).hasSize(1000);
            assertThat(received(ask(lab, "mx.d999.example.", Type.A)).getSection(Section.ANSWER))
                    .isNotEmpty();
        }
    }

    private static Reply ask(Lab lab, String name, int type) {
        return lab.resolver()
                .ask(new Question(Name.fromConstantString(name), type), Deadline.after(Duration.ofSeconds(10)));
    }

    private static Message received(Reply reply) {
        assertThat(reply).isInstanceOf(Reply.Received.class);
        return ((Reply.Received) reply).message();
    }

    private static Failure.Kind failure(Reply reply) {
        assertThat(reply).isInstanceOf(Reply.Unusable.class);
        return ((Reply.Unusable) reply).failure().kind();
    }

    private static boolean refused(InetSocketAddress port) throws IOException {
        try (Socket open = new Socket(port.getAddress(), port.getPort())) {
            return !open.isConnected();
        } catch (ConnectException e) {
            return true;
        }
    }
}
