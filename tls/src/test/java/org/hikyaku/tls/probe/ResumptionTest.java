package org.hikyaku.tls.probe;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** Sessions are taken up again where the server was told to, and early data is what its tickets say. */
@Tag("interop")
class ResumptionTest {
    @TempDir
    private static Path directory;

    private final Certificates certificates = new Certificates(directory);

    private static Arguments of(Known tls12, Known tls13, long earlyData, String... arguments) {
        return Arguments.of(tls12, tls13, Optional.of(earlyData), List.of(arguments));
    }

    static Stream<Arguments> openssl() {
        return Stream.of(
                of(Known.YES, Known.YES, 0),
                // stateful tickets: TLS 1.3 goes by the server's memory
                of(Known.YES, Known.YES, 0, "-no_ticket"),
                of(Known.YES, Known.NO, 0, "-num_tickets", "0"),
                of(Known.NO, Known.NO, 0, "-no_cache", "-no_ticket", "-num_tickets", "0"),
                of(Known.YES, Known.YES, 16384, "-early_data", "-max_early_data", "16384", "-no_anti_replay"),
                of(Known.UNKNOWN, Known.YES, 0, "-tls1_3"),
                // the suite of the ticket decides the digest that binds it
                of(Known.UNKNOWN, Known.YES, 0, "-tls1_3", "-ciphersuites", "TLS_AES_128_GCM_SHA256"),
                // a group other than the one that we send a share for: a retry request before the pre-shared key
                of(Known.UNKNOWN, Known.YES, 0, "-tls1_3", "-groups", "P-384"));
    }

    @ParameterizedTest(name = "{3}: TLS 1.2 {0}, TLS 1.3 {1}, early data {2}")
    @MethodSource("openssl")
    void isWhatOpenSslWasTold(Known tls12, Known tls13, Optional<Long> earlyData, List<String> arguments)
            throws Exception {
        try (RealServer server = RealServer.openssl(certificates.rsaArguments(), arguments.toArray(new String[0]))) {
            ServerFacts facts = Probes.probe(server.address(), Service.TLS, Depth.JUDGEMENT);

            assertThat(facts.trouble()).isEmpty();
            assertThat(facts.features().resumption12()).isEqualTo(tls12);
            assertThat(facts.features().resumption13()).isEqualTo(tls13);
            assertThat(facts.features().maxEarlyData()).isEqualTo(earlyData);
        }
    }

    static Stream<Arguments> gnutls() {
        return Stream.of(
                of(Known.YES, Known.YES, 0),
                of(Known.NO, Known.NO, 0, "--noticket", "--nodb"),
                of(Known.YES, Known.YES, 65535, "--earlydata", "--maxearlydata=65535"));
    }

    @ParameterizedTest(name = "{3}: TLS 1.2 {0}, TLS 1.3 {1}, early data {2}")
    @MethodSource("gnutls")
    void isWhatGnuTlsWasTold(Known tls12, Known tls13, Optional<Long> earlyData, List<String> arguments)
            throws Exception {
        try (RealServer server = RealServer.gnutls(certificates.rsaArguments(), arguments)) {
            ServerFacts facts = Probes.probe(server.address(), Service.TLS, Depth.JUDGEMENT);

            assertThat(facts.features().resumption12()).isEqualTo(tls12);
            assertThat(facts.features().resumption13()).isEqualTo(tls13);
            assertThat(facts.features().maxEarlyData()).isEqualTo(earlyData);
        }
    }
}
