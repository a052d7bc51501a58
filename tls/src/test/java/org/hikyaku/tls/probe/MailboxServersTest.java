package org.hikyaku.tls.probe;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.hikyaku.net.TestPorts;
import org.hikyaku.tls.TlsVersion;
import org.hikyaku.tls.wire.CipherSuite;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

/** IMAP and POP3 with STARTTLS, and the ports where TLS begins at once: Dovecot, and s_server behind a plain dialogue. */
@Tag("interop")
class MailboxServersTest {
    @TempDir
    private static Path directory;

    private static DovecotServer dovecot;

    @BeforeAll
    static void start() throws Exception {
        DovecotServer.assumeInstalled();
        dovecot = DovecotServer.start(new Certificates(directory).rsaArguments(), """
                ssl_min_protocol = TLSv1.2
                ssl_cipher_list = ECDHE+AESGCM
                ssl_prefer_server_ciphers = yes
                ssl_curve_list = X25519:P-384
                """);
    }

    @AfterAll
    static void stop() throws Exception {
        if (dovecot != null) {
            dovecot.close();
        }
    }

    @ParameterizedTest
    @EnumSource(names = {"IMAP_STARTTLS", "IMAPS", "POP3_STARTTLS", "POP3S"})
    void dovecotOffersWhatItWasTold(Service service) {
        ServerFacts facts = Probes.probe(dovecot.address(service), service, Depth.ALL);

        assertThat(facts.trouble()).isEmpty();
        assertThat(facts.versions().stream()
                        .filter(v -> v.offered() == Known.YES)
                        .map(ServerFacts.VersionFacts::version))
                .containsExactly(TlsVersion.TLSV1_3, TlsVersion.TLSV1_2);
        ServerFacts.VersionFacts tls12 = facts.version(TlsVersion.TLSV1_2).orElseThrow();
        assertThat(tls12.accepted().stream().map(CipherSuite::name))
                .containsExactlyInAnyOrder(
                        "TLS_ECDHE_RSA_WITH_AES_256_GCM_SHA384", "TLS_ECDHE_RSA_WITH_AES_128_GCM_SHA256");
        assertThat(tls12.serverOrder()).isEqualTo(Known.YES);
        assertThat(tls12.groups()).containsExactlyInAnyOrder("x25519", "secp384r1");
        assertThat(facts.version(TlsVersion.TLSV1_3).orElseThrow().groups())
                .containsExactlyInAnyOrder("x25519", "secp384r1");
        assertThat(facts.chains()).hasSize(1);
        assertThat(facts.starttls().offered()).isEqualTo(service.startTls() ? Known.YES : Known.UNKNOWN);
        // Dovecot gives the smuggled command to TLS as a record and hangs up without a word, each time.
        assertThat(facts.starttls().injection()).isEqualTo(service.startTls() ? Known.NO : Known.UNKNOWN);
    }

    @ParameterizedTest
    @EnumSource(names = {"IMAP_STARTTLS", "IMAPS", "POP3_STARTTLS", "POP3S"})
    void theJudgementOfDovecotTakesFewConnections(Service service) {
        ServerFacts facts = Probes.probe(dovecot.address(service), service, Depth.JUDGEMENT);

        assertThat(facts.trouble()).isEmpty();
        assertThat(facts.connections()).isLessThanOrEqualTo(ProbeOptions.JUDGEMENT_BUDGET);
        assertThat(facts.starttls().injection()).isEqualTo(service.startTls() ? Known.NO : Known.UNKNOWN);
        // It gives tickets, but each connection has a process with keys of its own: s_client does not get back in
        // either.
        assertThat(facts.features().resumption13()).isEqualTo(Known.NO);
        assertThat(facts.features().maxEarlyData()).contains(0L);
    }

    /** What is behind STARTTLS is the same as without it. */
    @ParameterizedTest
    @CsvSource({"IMAP", "POP3"})
    void startTlsBeforeOpenSslChangesNothing(Service.Talk talk) throws Exception {
        try (RealServer server =
                        OpenSslConfiguration.named("both kinds of certificate").start(new Certificates(directory));
                StartTlsFront front = new StartTlsFront(talk, server)) {
            ServerFacts direct = Probes.probe(server.address(), Service.TLS, Depth.ALL);

            // s_server says nothing inside TLS: that is not waited for long.
            ServerFacts behind = Probes.probe(
                    front.peer().address(),
                    Service.valueOf(talk + "_STARTTLS"),
                    Depth.ALL,
                    Probes.options(Duration.ofSeconds(2)));

            assertThat(behind.versions()).isEqualTo(direct.versions());
            assertThat(behind.chains()).isEqualTo(direct.chains());
            assertThat(behind.starttls().offered()).isEqualTo(Known.YES);
            assertThat(behind.connections()).isEqualTo(front.peer().connections());
        }
    }

    /** Port 443: nginx is asked for a page. */
    @Test
    void nginxOffersWhatItWasTold() throws Exception {
        List<String> keys = new Certificates(directory).rsaArguments();
        int port = TestPorts.take();
        Path configuration = directory.resolve("nginx.conf");
        Files.writeString(configuration, """
                daemon off;
                user root;
                pid %1$s/nginx.pid;
                error_log %1$s/error.log;
                events {}
                http {
                  access_log off;
                  server {
                    listen 127.0.0.1:%2$d ssl;
                    ssl_certificate %3$s;
                    ssl_certificate_key %4$s;
                    ssl_protocols TLSv1.2 TLSv1.3;
                    ssl_ciphers ECDHE+AESGCM;
                    ssl_early_data on;
                  }
                }
                """.formatted(directory, port, keys.get(1), keys.get(3)));
        try (RealServer server =
                RealServer.start(List.of("nginx", "-p", directory.toString(), "-c", configuration.toString()), port)) {
            ServerFacts facts = Probes.probe(server.address(), Service.HTTPS, Depth.JUDGEMENT);

            assertThat(facts.trouble()).isEmpty();
            assertThat(facts.connections()).isLessThanOrEqualTo(ProbeOptions.JUDGEMENT_BUDGET);
            assertThat(facts.features().resumption13()).isEqualTo(Known.YES);
            assertThat(facts.features().maxEarlyData()).contains(16384L);
        }
    }
}
