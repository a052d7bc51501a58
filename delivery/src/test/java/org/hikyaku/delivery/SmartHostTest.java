package org.hikyaku.delivery;

import static org.assertj.core.api.Assertions.assertThat;
import static org.hikyaku.delivery.Scripts.consignment;
import static org.hikyaku.delivery.Scripts.taken;
import static org.hikyaku.delivery.Scripts.tls;

import java.net.InetAddress;
import java.util.Optional;
import org.hikyaku.policy.TlsLevel;
import org.hikyaku.policy.TlsaRecord;
import org.hikyaku.smtp.sasl.Credentials;
import org.hikyaku.smtp.sasl.Secret;
import org.hikyaku.x509.Credential;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.xbill.DNS.Name;
import org.xbill.DNS.Type;

/** D8, Q12, S14: mail that is configured to go elsewhere. */
class SmartHostTest {
    private static final String LOGIN = "C: AUTH PLAIN AHVzZXIAcGFzcw==\nS: 235 2.7.0 ok\n";
    private final Stage stage = new Stage();

    @AfterEach
    void close() throws Exception {
        stage.close();
    }

    private static NextHop.Target host(String name) throws Exception {
        return new NextHop.Target.Host(Name.fromString(name + "."));
    }

    private static Optional<Credentials> login() {
        return Optional.of(Credentials.password("user", Secret.of("pass".toCharArray())));
    }

    private Fate carry(Destination destination) throws Exception {
        try (Courier courier = stage.courier(Stage.options(), destination)) {
            return courier.carry(consignment(1)).results().getFirst().fate();
        } finally {
            assertThat(stage.mistakes.stream().filter(m -> m.startsWith("said")))
                    .isEmpty();
        }
    }

    @Test
    void aHostWithLoginWhoseNameIsProved() throws Exception {
        stage.record("smart.example", Type.A, "192.0.2.7")
                .server("192.0.2.7", stage.trusted("smart.example"), tls("AUTH PLAIN LOGIN") + LOGIN + taken());
        NextHop hop = new NextHop(host("smart.example"), 587, false, login(), Optional.empty());
        assertThat(carry(Destination.of(TlsLevel.SECURE).withNextHop(hop))).isInstanceOf(Fate.Delivered.class);
        assertThat(stage.dialled).containsExactly("192.0.2.7:587");
        assertThat(stage.lines.element().tls().got()).isEqualTo("secure");
        assertThat(stage.lines.element().tls().trust()).isEqualTo(Trust.VERIFIED);
    }

    @Test
    void aPasswordIsNotShownToWhoMayBeAnybody() throws Exception {
        stage.record("smart.example", Type.A, "192.0.2.7")
                .server(
                        "192.0.2.7",
                        stage.selfSigned("smart.example"),
                        tls("AUTH PLAIN LOGIN") + "C: QUIT\nS: 221 bye");
        NextHop hop = new NextHop(host("smart.example"), 587, false, login(), Optional.empty());
        Fate fate = carry(Destination.of(TlsLevel.ENCRYPT).withNextHop(hop));
        assertThat(fate).isInstanceOf(Fate.Deferred.class);
        assertThat(fate.status()).hasToString("4.7.8");
        assertThat(fate.sentence())
                .contains("PLAIN")
                .contains("the level verify or secure")
                .doesNotContain("pass\"");
    }

    @Test
    void aLoginThatIsRefusedWaits() throws Exception {
        stage.record("smart.example", Type.A, "192.0.2.7")
                .server(
                        "192.0.2.7",
                        stage.trusted("smart.example"),
                        tls("AUTH PLAIN") + "C: AUTH PLAIN AHVzZXIAcGFzcw==\nS: 535 5.7.8 no\nC: QUIT\nS: 221 bye");
        NextHop hop = new NextHop(host("smart.example"), 587, false, login(), Optional.empty());
        assertThat(carry(Destination.of(TlsLevel.VERIFY).withNextHop(hop)).status())
                .hasToString("4.7.8");
    }

    @Test
    void q12TlsFromTheStart() throws Exception {
        stage.record("smart.example", Type.A, "192.0.2.7")
                .server(
                        "192.0.2.7",
                        stage.selfSigned("smart.example"),
                        "TLS ok\nS: 220 mx ESMTP\nC: EHLO client.example\nS: 250 mx\n" + taken());
        NextHop hop = new NextHop(host("smart.example"), 465, true, Optional.empty(), Optional.empty());
        assertThat(carry(Destination.auto().withNextHop(hop))).isInstanceOf(Fate.Delivered.class);
        assertThat(stage.lines.element().tls().wanted()).isEqualTo("encrypt");
    }

    @Test
    void d8TheRecordsOfTheRealPortCount() throws Exception {
        Credential own = stage.selfSigned("smart.example");
        TlsaRecord wrong = TlsaRecord.of(3, 1, 1, stage.trusted("x.example").certificate());
        TlsaRecord good = TlsaRecord.of(3, 1, 1, own.certificate());
        stage.record("smart.example", Type.A, "192.0.2.7")
                .tlsa("smart.example", wrong)
                .record(
                        "_2525._tcp.smart.example",
                        Type.TLSA,
                        "3 1 1 " + java.util.HexFormat.of().formatHex(good.data()))
                .server("192.0.2.7", own, tls() + taken());
        assertThat(carry(Destination.auto().withNextHop(NextHop.of(host("smart.example"), 2525))))
                .isInstanceOf(Fate.Delivered.class);
        assertThat(stage.lines.element().tls().got()).isEqualTo("dane");
        // S14, T2: what the smart host promises counts, and it is counted for the smart host
        assertThat(stage.counted.element().recipientDomain()).isEqualTo("smart.example");
    }

    @Test
    void theMxHostsOfAnotherDomain() throws Exception {
        stage.record("hub.example", Type.MX, "10 mx.hub.example.")
                .record("mx.hub.example", Type.A, "192.0.2.7")
                .server("192.0.2.7", stage.selfSigned("x"), tls() + taken());
        NextHop hop = NextHop.of(new NextHop.Target.MxOf(Name.fromString("hub.example.")), 25);
        assertThat(carry(Destination.auto().withNextHop(hop))).isInstanceOf(Fate.Delivered.class);
        assertThat(stage.lines.element().host()).contains("mx.hub.example");
    }

    @Test
    void anAddress() throws Exception {
        stage.server("192.0.2.7", stage.selfSigned("x"), tls() + taken());
        NextHop hop = NextHop.of(new NextHop.Target.Address(InetAddress.ofLiteral("192.0.2.7")), 2526);
        assertThat(carry(Destination.auto().withNextHop(hop))).isInstanceOf(Fate.Delivered.class);
        assertThat(stage.dialled).containsExactly("192.0.2.7:2526");
    }
}
