package org.hikyaku.check.grade;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.ConnectException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.hikyaku.net.SystemNetwork;
import org.hikyaku.tls.probe.Depth;
import org.hikyaku.tls.probe.ProbeOptions;
import org.hikyaku.tls.probe.ServerFacts;
import org.hikyaku.tls.probe.Service;
import org.hikyaku.tls.probe.TlsProber;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** The judgement of at most 25 connections gives the same grades as asking for everything. */
@Tag("interop")
class JudgementAgreementTest {
    @TempDir
    private static Path directory;

    static Stream<Arguments> servers() {
        List<List<String>> servers = List.of(
                List.of(),
                List.of("-cipher", "ALL:COMPLEMENTOFALL:@SECLEVEL=0"),
                List.of("-cipher", "ALL:COMPLEMENTOFALL:@SECLEVEL=0", "-serverpref"),
                List.of("-cipher", "ECDHE+AESGCM:ECDHE+CHACHA20", "-groups", "X25519:P-256", "-serverpref"),
                List.of("-cipher", "ECDHE+AESGCM", "-groups", "P-256:brainpoolP256r1:secp256k1"),
                List.of("-tls1_3", "-groups", "X25519:ffdhe3072"),
                List.of("-tls1_2", "-cipher", "ECDHE+AES:!SHA1"),
                List.of("-tls1", "-cipher", "ALL:@SECLEVEL=0"));
        return Profile.NAMES.stream().flatMap(p -> servers.stream().map(s -> Arguments.of(p, s)));
    }

    @ParameterizedTest(name = "{0}: {1}")
    @MethodSource("servers")
    void theGradesAreTheSame(String name, List<String> arguments) throws Exception {
        Profile profile = Profile.load(name);
        int port = freePort();
        Process server = start(port, arguments);
        try {
            ServerFacts few = probe(profile, port, Depth.JUDGEMENT);
            ServerFacts all = probe(profile, port, Depth.ALL);

            assertThat(few.connections()).isLessThanOrEqualTo(ProbeOptions.JUDGEMENT_BUDGET);
            assertThat(grades(profile, few)).isEqualTo(grades(profile, all));
        } finally {
            server.destroy();
        }
    }

    private static String grades(Profile profile, ServerFacts facts) {
        return new Grader(profile)
                .grade(facts).subtests().stream()
                        .map(s -> s.id() + " " + s.grade().token())
                        .collect(Collectors.joining("\n"));
    }

    private static ServerFacts probe(Profile profile, int port, Depth depth) {
        ProbeOptions options =
                ProbeOptions.defaults("probe.example").asking(profile.suiteQuestions(), profile.groupQuestions());
        return new TlsProber(new SystemNetwork(), options, new SecureRandom())
                .probe(
                        new InetSocketAddress(InetAddress.getLoopbackAddress(), port),
                        Optional.of("mx.example"),
                        Service.TLS,
                        depth);
    }

    private static Process start(int port, List<String> arguments) throws Exception {
        Path certificate = directory.resolve("cert.pem");
        Path key = directory.resolve("key.pem");
        if (!certificate.toFile().exists()) {
            Process made = process(List.of(
                    "openssl",
                    "req",
                    "-x509",
                    "-nodes",
                    "-newkey",
                    "rsa:2048",
                    "-subj",
                    "/CN=mx.example",
                    "-keyout",
                    key.toString(),
                    "-out",
                    certificate.toString()));
            assertThat(made.waitFor(60, TimeUnit.SECONDS)).isTrue();
        }
        List<String> command = new ArrayList<>(List.of(
                "openssl",
                "s_server",
                "-accept",
                "127.0.0.1:" + port,
                "-rev",
                "-cert",
                certificate.toString(),
                "-key",
                key.toString()));
        command.addAll(arguments);
        Process server = process(command);
        for (int i = 0; i < 500; i++) {
            assertThat(server.isAlive()).as("s_server %s", arguments).isTrue();
            try {
                new Socket(InetAddress.getLoopbackAddress(), port).close();
                return server;
            } catch (ConnectException e) {
                server.waitFor(20, TimeUnit.MILLISECONDS);
            }
        }
        throw new IOException("s_server does not listen");
    }

    private static Process process(List<String> command) throws IOException {
        return new ProcessBuilder(command)
                .redirectErrorStream(true)
                .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                .start();
    }

    private static int freePort() throws IOException {
        try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            return socket.getLocalPort();
        }
    }
}
