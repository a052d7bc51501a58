package org.hikyaku.smtp;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URISyntaxException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.TreeMap;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Every script in {@code peers/*.txt}, see {@link PeerScript}. */
class SmtpClientTest {
    private static final InetSocketAddress ADDRESS = new InetSocketAddress(InetAddress.ofLiteral("192.0.2.25"), 25);
    private static final long ENDLESS_IS_CUT_AFTER = 1 << 20;

    static Stream<PeerScript> scripts() throws IOException, URISyntaxException {
        Path folder = Path.of(Objects.requireNonNull(SmtpClientTest.class.getResource("peers"))
                .toURI());
        List<PeerScript> scripts = new ArrayList<>();
        try (Stream<Path> files = Files.list(folder)) {
            for (Path file : files.sorted().toList()) {
                scripts.addAll(PeerScript.parse(Files.readString(file)));
            }
        }
        return scripts.stream();
    }

    @ParameterizedTest
    @MethodSource("scripts")
    void endsAsTheScriptSays(PeerScript script) throws IOException {
        ScriptedPeer peer = new ScriptedPeer(script);
        SmtpClient client = new SmtpClient(peer, peer, SmtpClientOptions.brisk("client.example"));
        RecordedTranscript transcript = new RecordedTranscript(InstantSource.system());
        SmtpAttempt attempt = client.open(
                ADDRESS,
                TlsUse.valueOf(script.value("use", "STARTTLS").toUpperCase(Locale.ROOT)),
                Optional.of("mx.example"),
                transcript);

        Map<String, String> seen = new TreeMap<>(described(attempt.outcome()));
        seen.put("clear", attempt.inClear().map(SmtpClientTest::offers).orElse("-"));
        seen.put("facts", attempt.facts().isPresent() ? "yes" : "no");
        seen.put(
                "said",
                transcript.entries().stream()
                        .filter(e -> e.speaker() == Transcript.Speaker.CLIENT)
                        .map(RecordedTranscript.Entry::line)
                        .collect(Collectors.joining("; ")));
        seen.put(
                "anomaly",
                attempt.anomalies().stream().map(a -> a.kind().name()).collect(Collectors.joining(" ")));
        assertThat(seen).containsAllEntriesOf(expectations(script));
        assertThat(seen.get("anomaly")).as("anomaly").isEqualTo(script.value("anomaly", ""));
        assertThat(peer.bytesGiven()).isLessThan(ENDLESS_IS_CUT_AFTER);

        boolean usable = attempt.session().isPresent();
        assertThat(usable)
                .as("session")
                .isEqualTo(script.value("session", usable ? "yes" : "no").equals("yes"));
        if (attempt.session().isPresent()) {
            assertThat(attempt.session().get().facts()).isEqualTo(attempt.facts());
            attempt.session().get().quit();
        }
        assertThat(peer.rest()).as("what the client was to say").noneMatch(PeerScript.Step.Hear.class::isInstance);
        if (!script.says().containsKey("dial")) {
            assertThat(peer.closed()).as("closed").isTrue();
        }
    }

    private static Map<String, String> expectations(PeerScript script) {
        Map<String, String> expected = new TreeMap<>(script.says());
        expected.keySet().removeAll(List.of("use", "dial", "session"));
        assertThat(expected).as("a case expects something").containsKey("expect");
        return expected;
    }

    private static Map<String, String> described(SessionOutcome outcome) {
        assertThat(outcome.address()).isEqualTo(ADDRESS);
        return switch (outcome) {
            case SessionOutcome.NotReached(var _, var reason, var sentence) ->
                Map.of("expect", "NotReached " + reason, "sentence", sentence);
            case SessionOutcome.NoStartTls(var _, var ehlo, var refusal) ->
                Map.of(
                        "expect",
                        "NoStartTls",
                        "refusal",
                        refusal.orElse("-"),
                        "name",
                        ehlo.name(),
                        "greeting",
                        ehlo.greeting(),
                        "offers",
                        offers(ehlo));
            case SessionOutcome.HandshakeFailed(var _, var failure) ->
                Map.of("expect", "HandshakeFailed " + failure.stage(), "sentence", failure.sentence());
            case SessionOutcome.Established(var _, var facts, var ehlo) -> {
                assertThat(facts).isEqualTo(ScriptedPeer.FACTS);
                yield Map.of(
                        "expect",
                        "Established",
                        "name",
                        ehlo.name(),
                        "greeting",
                        ehlo.greeting(),
                        "offers",
                        offers(ehlo));
            }
        };
    }

    /** Keywords with their parameters, {@code AUTH[PLAIN,LOGIN] SIZE[100] STARTTLS}. */
    private static String offers(EhloReply ehlo) {
        return ehlo.extensions().entrySet().stream()
                .map(e -> e.getKey() + (e.getValue().isEmpty() ? "" : "[" + String.join(",", e.getValue()) + "]"))
                .collect(Collectors.joining(" "));
    }
}
