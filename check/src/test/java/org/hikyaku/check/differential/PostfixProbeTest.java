package org.hikyaku.check.differential;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import org.hikyaku.smtp.interop.PostfixServer;
import org.hikyaku.smtp.interop.PostfixServer.Mx;
import org.hikyaku.tls.TlsVersion;
import org.hikyaku.tls.probe.Depth;
import org.hikyaku.tls.probe.Known;
import org.hikyaku.tls.probe.OpenSslConfiguration;
import org.hikyaku.tls.probe.ProbeOptions;
import org.hikyaku.tls.probe.Probes;
import org.hikyaku.tls.probe.ServerFacts;
import org.hikyaku.tls.probe.ServerFacts.VersionFacts;
import org.hikyaku.tls.probe.Service;
import org.hikyaku.x509.CertificateMaker;
import org.hikyaku.x509.CertificateTemplate;
import org.hikyaku.x509.KeyChoice;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** What a probe says of Postfix is what its main.cf says, and its log counts the connections. */
@Tag("interop")
@Timeout(180)
class PostfixProbeTest {
    private static final String CIPHERS = "ECDHE+AESGCM:DHE+AESGCM:kRSA+AES:!aNULL";
    private static final String FEW_CIPHERS = "ECDHE+AESGCM:ECDHE+CHACHA20";
    private static final CertificateMaker MAKER = CertificateMaker.seeded("PostfixProbeTest");

    private static final Mx MAY = host(1, KeyChoice.RSA_2048)
            .with("smtpd_tls_protocols", ">=TLSv1.2")
            .with("tls_medium_cipherlist", CIPHERS)
            .with("tls_preempt_cipherlist", "yes");
    private static final Mx ENCRYPT = host(2, KeyChoice.EC_P256)
            .with("smtpd_tls_security_level", "encrypt")
            .with("smtpd_tls_mandatory_protocols", "TLSv1.2")
            .with("smtpd_tls_mandatory_ciphers", "high")
            .with("tls_high_cipherlist", FEW_CIPHERS)
            .with("tls_ssl_options", "NO_TICKET, NO_RENEGOTIATION");
    private static final Mx IMPLICIT = host(3, KeyChoice.RSA_2048).with("smtpd_tls_wrappermode", "yes");
    private static final Mx IN_CLEAR = Mx.inClear("mx4.example", "127.77.5.4");

    private static PostfixServer postfix;
    private static int marks;

    private static Mx host(int n, KeyChoice key) {
        CertificateTemplate template = CertificateTemplate.server(
                Instant.parse("2026-01-01T00:00:00Z"), Instant.parse("2046-01-01T00:00:00Z"), "mx.example");
        return Mx.of("mx" + n + ".example", "127.77.5." + n, MAKER.selfSigned(template, MAKER.key(key)));
    }

    @BeforeAll
    static void start() throws Exception {
        PostfixServer.assumeInstalled();
        postfix = PostfixServer.start(MAY, ENCRYPT, IMPLICIT, IN_CLEAR);
    }

    @AfterAll
    static void stop() throws Exception {
        if (postfix != null) {
            postfix.close();
        }
    }

    @Test
    void everythingIsWhatMainCfOffers() throws Exception {
        ServerFacts facts = probe(MAY, Service.SMTP_STARTTLS, Depth.ALL);

        assertThat(facts.trouble()).isEmpty();
        assertThat(offered(facts)).containsExactlyInAnyOrder(TlsVersion.TLSV1_2, TlsVersion.TLSV1_3);
        for (TlsVersion version : offered(facts)) {
            assertThat(suites(facts, version))
                    .as("suites of %s", version)
                    .isEqualTo(OpenSslConfiguration.suites(version, CIPHERS, "rsa"));
        }
        assertThat(facts.version(TlsVersion.TLSV1_2).map(VersionFacts::serverOrder))
                .contains(Known.YES);
        assertThat(facts.starttls())
                .isEqualTo(new ServerFacts.StartTlsFacts(Known.YES, Known.NO, Known.YES, Known.YES));
        assertThat(facts.features().secureRenegotiation()).isEqualTo(Known.YES);
        assertThat(facts.features().resumption12()).isEqualTo(Known.YES);
        assertThat(facts.features().resumption13()).isEqualTo(Known.YES);
        assertThat(facts.features().maxEarlyData()).contains(0L);
    }

    @Test
    void mailWithoutTlsIsRefusedAtSecurityLevelEncrypt() throws Exception {
        ServerFacts facts = probe(ENCRYPT, Service.SMTP_STARTTLS, Depth.ALL);

        assertThat(facts.trouble()).isEmpty();
        assertThat(offered(facts)).containsExactly(TlsVersion.TLSV1_2);
        assertThat(suites(facts, TlsVersion.TLSV1_2))
                .isEqualTo(OpenSslConfiguration.suites(TlsVersion.TLSV1_2, FEW_CIPHERS, "ecdsa"));
        assertThat(facts.starttls()).isEqualTo(new ServerFacts.StartTlsFacts(Known.YES, Known.NO, Known.NO, Known.YES));
        assertThat(facts.features().clientRenegotiation()).contains(0);
        assertThat(facts.features().sessionTicket()).isEqualTo(Known.NO);
    }

    @ParameterizedTest
    @EnumSource
    void thePeerCountsTheConnections(Depth depth) throws Exception {
        long before = connections();

        ServerFacts facts = probe(MAY, Service.SMTP_STARTTLS, depth);

        assertThat(connections() - before).isEqualTo(facts.connections());
        switch (depth) {
            case QUICK -> assertThat(facts.connections()).isEqualTo(1);
            case JUDGEMENT -> assertThat(facts.connections()).isLessThanOrEqualTo(ProbeOptions.JUDGEMENT_BUDGET);
            case ALL -> assertThat(facts.connections()).isGreaterThan(ProbeOptions.JUDGEMENT_BUDGET);
        }
    }

    @Test
    void tlsAtOnceIsProbedAsWell() {
        ServerFacts facts = probe(IMPLICIT, Service.SMTPS, Depth.JUDGEMENT);

        assertThat(facts.trouble()).isEmpty();
        assertThat(facts.reached()).isTrue();
        assertThat(facts.starttls().offered()).isEqualTo(Known.UNKNOWN);
        assertThat(facts.starttls().ehloAfter()).isEqualTo(Known.YES);
        assertThat(facts.features().resumption13()).isEqualTo(Known.YES);
    }

    @Test
    void aServerWithoutStartTlsIsToldAsOne() {
        ServerFacts facts = probe(IN_CLEAR, Service.SMTP_STARTTLS, Depth.JUDGEMENT);

        assertThat(facts.reached()).isFalse();
        assertThat(facts.refusing()).isFalse();
        assertThat(facts.starttls().offered()).isEqualTo(Known.NO);
        assertThat(facts.connections()).isEqualTo(1);
        assertThat(facts.trouble()).containsExactly("the server does not offer STARTTLS");
    }

    private static ServerFacts probe(Mx host, Service service, Depth depth) {
        return Probes.probe(postfix.address(host), service, depth);
    }

    private static Set<TlsVersion> offered(ServerFacts facts) {
        Set<TlsVersion> offered = new TreeSet<>();
        facts.versions().stream().filter(v -> v.offered() == Known.YES).forEach(v -> offered.add(v.version()));
        return offered;
    }

    private static Set<String> suites(ServerFacts facts, TlsVersion version) {
        return new TreeSet<>(facts.version(version).orElseThrow().accepted().stream()
                .map(s -> s.openSslName().orElse(s.name()))
                .toList());
    }

    /** As Postfix's log has them, without our marks. The log is late: a connection that no probe makes marks its end. */
    private static long connections() throws IOException {
        try (Socket socket = new Socket(IN_CLEAR.address(), postfix.port())) {
            socket.getOutputStream().write("MARK\r\nQUIT\r\n".getBytes(StandardCharsets.US_ASCII));
            socket.getInputStream().readAllBytes();
        }
        marks++;
        while (count("quit=1 unknown=0/1 commands=1/2") < marks) {
            LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(20));
        }
        return count(": connect from") - marks;
    }

    private static long count(String words) throws IOException {
        return postfix.log().lines().filter(l -> l.contains(words)).count();
    }
}
