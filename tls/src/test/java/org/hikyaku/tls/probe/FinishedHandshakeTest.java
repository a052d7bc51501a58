package org.hikyaku.tls.probe;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import org.hikyaku.net.Connection;
import org.hikyaku.net.Deadline;
import org.hikyaku.net.SystemNetwork;
import org.hikyaku.tls.TlsVersion;
import org.hikyaku.tls.wire.Extension;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The minimal client completes handshakes with OpenSSL and talks through them. */
@Tag("interop")
class FinishedHandshakeTest {
    @TempDir
    private static Path directory;

    private final Certificates certificates = new Certificates(directory);

    @ParameterizedTest(name = "{0} {1}")
    @CsvSource({
        "TLSV1_2,C02F",
        "TLSV1_2,C030",
        "TLSV1_2,CCA8",
        "TLSV1_2,009E",
        "TLSV1_2,C09E",
        "TLSV1_2,C0A2",
        "TLSV1_2,C027",
        "TLSV1_2,C028",
        "TLSV1_2,C013",
        "TLSV1_2,0067",
        "TLSV1_2,009C",
        "TLSV1_2,003C",
        "TLSV1_2,002F",
        "TLSV1_2,C09C",
        "TLSV1_2,C061",
        "TLSV1_2,C076",
        "TLSV1_2,0041",
        "TLSV1_2,C010",
        "TLSV1_1,C014",
        "TLSV1_1,0033",
        "TLSV1_0,C014",
        "TLSV1_0,0035",
        "TLSV1_3,1301",
        "TLSV1_3,1302",
        "TLSV1_3,1303",
        "TLSV1_3,1304",
        "TLSV1_3,1305"
    })
    void aSessionIsCompletedAndUsed(TlsVersion version, String suite) throws Exception {
        try (RealServer server = RealServer.echoingOpenssl(
                certificates,
                "-cipher",
                "ALL:COMPLEMENTOFALL:@SECLEVEL=0",
                "-ciphersuites",
                "TLS_AES_128_GCM_SHA256:TLS_AES_256_GCM_SHA384:TLS_CHACHA20_POLY1305_SHA256:TLS_AES_128_CCM_SHA256:TLS_AES_128_CCM_8_SHA256")) {
            Hello hello = Hello.upTo(version, Optional.of("mx.example"), List.of(Integer.parseInt(suite, 16)));
            FinishedHandshake finished =
                    finish(server, version == TlsVersion.TLSV1_3 ? hello.shares(List.of(29)) : hello);

            assertThat(finished.version()).isEqualTo(version);
            assertThat(finished.suite().code()).isEqualTo(Integer.parseInt(suite, 16));
            assertThat(finished.certificates()).hasSize(1);
            assertThat(echo(finished)).isEqualTo("cba\n");
        }
    }

    /** Every group that OpenSSL has, in TLS 1.3 by a HelloRetryRequest, since no share is sent along. */
    @ParameterizedTest(name = "group {0} asked for by retry")
    @CsvSource({"29,X25519", "30,X448", "23,P-256", "24,P-384", "25,P-521", "256,ffdhe2048", "257,ffdhe3072"})
    void aGroupIsAgreedAfterARetryRequest(int group, String name) throws Exception {
        try (RealServer server = RealServer.echoingOpenssl(certificates, "-groups", name)) {
            FinishedHandshake finished = finish(
                    server,
                    Hello.upTo(TlsVersion.TLSV1_3, Optional.empty(), List.of(0x1301))
                            .groups(List.of(group)));

            assertThat(finished.group()).contains(group);
            assertThat(echo(finished)).isEqualTo("cba\n");
        }
    }

    @ParameterizedTest(name = "group {0} in TLS 1.2")
    @CsvSource({"26,brainpoolP256r1", "28,brainpoolP512r1", "24,P-384", "30,X448", "9,sect283k1", "22,secp256k1"})
    void aGroupIsAgreedInTls12(int group, String name) throws Exception {
        try (RealServer server =
                RealServer.echoingOpenssl(certificates, "-groups", name, "-cipher", "ALL:@SECLEVEL=0")) {
            FinishedHandshake finished = finish(
                    server,
                    Hello.upTo(TlsVersion.TLSV1_2, Optional.empty(), List.of(0xc02f))
                            .groups(List.of(group)));

            assertThat(finished.group()).contains(group);
            assertThat(echo(finished)).isEqualTo("cba\n");
        }
    }

    @Test
    void ticketsOfTls13SayWhetherEarlyDataIsTaken() throws Exception {
        try (RealServer server =
                RealServer.openssl(certificates.rsaArguments(), "-early_data", "-max_early_data", "5000")) {
            FinishedHandshake finished = finish(
                    server,
                    Hello.upTo(TlsVersion.TLSV1_3, Optional.empty(), List.of(0x1301))
                            .shares(List.of(29)));

            finished.session().close();
            finished.session().drain();
            assertThat(finished.session().tickets()).isNotEmpty().allMatch(t -> t.maxEarlyData() == 5000);
        }
    }

    @Test
    void aSessionOfTls12HasTicketAndExtendedMasterSecretAndIsTakenUpAgain() throws Exception {
        try (RealServer server = RealServer.echoingOpenssl(certificates, "-tls1_2")) {
            Hello hello = Hello.upTo(TlsVersion.TLSV1_2, Optional.empty(), List.of(0xc02f));
            FinishedHandshake finished = finish(server, hello);
            assertThat(echo(finished)).isEqualTo("cba\n");
            byte[] id = new byte[32];
            byte[] ticket = finished.ticket().orElseThrow().ticket();

            HelloAnswer again = connection(server, hello.resume(new Hello.Resumption.BySession(id, ticket)))
                    .ask();

            assertThat(finished.hello().extension(Extension.ExtendedMasterSecret.class))
                    .isPresent();
            assertThat(again)
                    .isInstanceOfSatisfying(
                            HelloAnswer.Agreed.class,
                            a -> assertThat(a.resumed()).isTrue());
        }
    }

    @Test
    void renegotiationIsRefusedOrAcceptedAsTheServerWasTold() throws Exception {
        Hello hello = Hello.upTo(TlsVersion.TLSV1_2, Optional.empty(), List.of(0xc02f));
        try (RealServer server = RealServer.echoingOpenssl(certificates, "-tls1_2")) {
            assertThat(finish(server, hello).session().renegotiate()).isEqualTo(FinishedHandshake.Renegotiated.REFUSED);
        }
        try (RealServer server = RealServer.echoingOpenssl(certificates, "-tls1_2", "-client_renegotiation")) {
            FinishedHandshake finished = finish(server, hello);
            assertThat(finished.session().renegotiate()).isEqualTo(FinishedHandshake.Renegotiated.ACCEPTED);
            assertThat(finished.session().renegotiate()).isEqualTo(FinishedHandshake.Renegotiated.ACCEPTED);
            assertThat(echo(finished)).isEqualTo("cba\n");
        }
    }

    private static String echo(FinishedHandshake finished) throws Exception {
        finished.session().send("abc\n".getBytes(StandardCharsets.US_ASCII));
        String answer = "";
        while (!answer.endsWith("\n")) {
            answer += new String(finished.session().receive(), StandardCharsets.US_ASCII);
        }
        finished.session().close();
        return answer;
    }

    private static FinishedHandshake finish(RealServer server, Hello hello) throws Exception {
        ProbeConnection connection = connection(server, hello);
        HelloAnswer answer = connection.ask();
        assertThat(answer).isInstanceOf(HelloAnswer.Agreed.class);
        HelloAnswer.Agreed agreed = (HelloAnswer.Agreed) answer;
        return agreed.is(TlsVersion.TLSV1_3)
                ? new Finisher13(connection).finish(agreed)
                : new Finisher12(connection).finish(agreed);
    }

    private static ProbeConnection connection(RealServer server, Hello hello) throws Exception {
        Connection connection = new SystemNetwork().dial(server.address(), Deadline.after(Duration.ofSeconds(10)));
        return new ProbeConnection(connection, new SecureRandom(), hello);
    }
}
