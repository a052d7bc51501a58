package org.hikyaku.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Queue;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import org.hikyaku.capture.CaptureDecoder;
import org.hikyaku.capture.Connection;
import org.hikyaku.capture.ConnectionView;
import org.hikyaku.capture.file.CaptureFiles;
import org.hikyaku.capture.file.CaptureReader;
import org.hikyaku.capture.file.PcapNgWriter;
import org.hikyaku.capture.tcp.Side;
import org.hikyaku.capture.tls.KeyFinder;
import org.hikyaku.capture.tls.RsaKeys;
import org.hikyaku.capture.tls.SecretStore;
import org.hikyaku.dns.ValidatingResolver;
import org.hikyaku.dns.ValidatorOptions;
import org.hikyaku.lab.Lab;
import org.hikyaku.lab.LabDomain;
import org.hikyaku.lab.LabOptions;
import org.hikyaku.policy.DeliveryPlan;
import org.hikyaku.policy.Demand;
import org.hikyaku.policy.Judge;
import org.hikyaku.policy.Observer;
import org.hikyaku.policy.PlanFile;
import org.hikyaku.policy.Planner;
import org.hikyaku.policy.PlannerOptions;
import org.hikyaku.policy.Route;
import org.hikyaku.policy.StsCache;
import org.hikyaku.policy.StsFetcher;
import org.hikyaku.policy.StsStore;
import org.hikyaku.policy.ValidatedAddresses;
import org.hikyaku.policy.Verdict;
import org.hikyaku.smtp.SessionOutcome;
import org.hikyaku.smtp.SmtpClient;
import org.hikyaku.smtp.SmtpClientOptions;
import org.hikyaku.smtp.TlsUse;
import org.hikyaku.tls.SessionFacts;
import org.hikyaku.tls.TlsClient;
import org.hikyaku.tls.TlsClientOptions;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/**
 * Sessions with the lab's mail servers, live and at the same time recorded: what the capture shows is the same record,
 * and its judgement the same as that of the live session.
 */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class DecodeJudgeTest {
    /** Each keeps or breaks something else: DANE, MTA-STS, both, nothing. */
    private static final List<String> PREFIXES = List.of("dane", "sts", "no");

    private record Live(PlanFile.Entry entry, SessionOutcome outcome, Verdict verdict) {}

    private Path dir;

    private Lab lab;
    private final List<Live> sessions = new ArrayList<>();
    private Path capture;
    private Path keys;
    private Path plans;

    @BeforeAll
    void recordSessions(@TempDir Path folder) throws IOException {
        dir = folder;
        lab = Lab.start(LabOptions.defaults().withSilence(Duration.ofMillis(200)));
        capture = dir.resolve("lab.pcapng");
        keys = dir.resolve("lab.keys");
        plans = dir.resolve("plans.json");
        Instant now = lab.clock().instant();
        long nanos = now.getEpochSecond() * 1_000_000_000L;
        var lookup = new ValidatingResolver(lab.resolver(), lab.dnsAnchors(), ValidatorOptions.defaults(), lab.clock());
        var fetcher = new StsFetcher(
                lab.network(), new ValidatedAddresses(lookup), lab.caAnchors(), lab.clock(), Duration.ofSeconds(20));
        var observer =
                new Observer(lookup, new StsCache(lookup, fetcher, StsStore.inMemory(), lab.clock()), lab.clock());
        Queue<String> log = new ConcurrentLinkedQueue<>();
        HexFormat hex = HexFormat.of();
        List<PlanFile.Entry> entries = new ArrayList<>();
        try (PcapNgWriter writer = PcapNgWriter.create(capture, "test", false)) {
            SmtpClient client = new SmtpClient(
                    new RecordedNetwork(lab.network(), writer, nanos),
                    new TlsClient(
                            TlsClientOptions.defaults()
                                    .withKeyLog((label, random, secret) ->
                                            log.add(label + " " + hex.formatHex(random) + " " + hex.formatHex(secret))),
                            new SecureRandom()),
                    SmtpClientOptions.brisk("client.example"));
            Judge judge = new Judge(lab.caAnchors(), lab.clock());
            for (LabDomain domain : chosen()) {
                Route route = new Planner(PlannerOptions.defaults())
                        .plan(observer.observe(domain.name(), 25), Demand.ORDINARY);
                for (PlanFile.Entry entry : PlanFile.entries(domain.name(), route)) {
                    entries.add(entry);
                    meet(client, judge, entry);
                }
            }
        }
        Files.writeString(keys, String.join("\n", log) + "\n", StandardCharsets.US_ASCII);
        Files.writeString(plans, new PlanFile(now, entries).toJson());
    }

    private List<LabDomain> chosen() {
        return lab.catalogue().domains().stream()
                .filter(d -> PREFIXES.stream().anyMatch(d.text()::startsWith))
                .toList();
    }

    private void meet(SmtpClient client, Judge judge, PlanFile.Entry entry) throws IOException {
        DeliveryPlan plan = entry.plan();
        if (plan.ruledOut() || entry.addresses().isEmpty()) {
            return;
        }
        var attempt = client.open(
                new InetSocketAddress(entry.addresses().getFirst(), 25),
                TlsUse.STARTTLS,
                Optional.of(plan.sni().toString(true)));
        if (attempt.session().isPresent()) {
            attempt.session().get().close();
        }
        sessions.add(new Live(entry, attempt.outcome(), judge.judge(plan, attempt.outcome())));
    }

    @AfterAll
    void stop() {
        lab.close();
    }

    @Test
    void factsAreTheSameRecordAsLiveOnes() throws IOException {
        List<SessionFacts> live = sessions.stream()
                .map(Live::outcome)
                .filter(SessionOutcome.Established.class::isInstance)
                .map(o -> ((SessionOutcome.Established) o).facts())
                .toList();
        List<SessionFacts> captured = new ArrayList<>();
        SecretStore store = new SecretStore();
        store.addText(Files.readAllBytes(keys), "keys");
        List<Connection> connections = new ArrayList<>();
        CaptureDecoder decoder = new CaptureDecoder(new KeyFinder(store, new RsaKeys()), connection -> {
            connections.add(connection);
            return new Nobody();
        });
        try (CaptureReader reader = CaptureFiles.open(capture, text -> {})) {
            decoder.decode(reader);
        }
        connections.forEach(c -> c.tls()
                .filter(tls -> tls.established())
                .flatMap(tls -> tls.facts())
                .ifPresent(captured::add));
        assertThat(captured).hasSizeGreaterThan(10).isEqualTo(live);
    }

    private Map<String, String> judged(String... options) {
        List<String> args =
                new ArrayList<>(List.of("decode", capture.toString(), "--keylog", keys.toString(), "--json"));
        args.addAll(List.of(options));
        CommandRunner.Result result = new CommandRunner()
                .internet(new LabInternet(lab))
                .clock(lab.clock())
                .run(args.toArray(new String[0]));
        assertThat(new DecodeSchema().objections(result.out())).isEmpty();
        JsonMapper mapper = JsonMapper.builder().build();
        Map<String, String> sentences = new TreeMap<>();
        for (String line : result.out().lines().toList()) {
            JsonNode node = mapper.readTree(line);
            for (JsonNode one : node.path("judgements")) {
                sentences.put(
                        one.get("domain").asString() + " " + one.get("host").asString(),
                        one.get("verdict").asString() + ": "
                                + one.get("sentence").asString());
            }
        }
        return sentences;
    }

    private static String word(Verdict verdict) {
        return switch (verdict) {
            case Verdict.Authenticated _ -> "kept";
            case Verdict.Unauthenticated _ -> "not-authenticated";
            case Verdict.Refused _ -> "refused";
            case Verdict.NotJudged _ -> "not-judged";
        };
    }

    /** Those that reached TLS or were refused it; how a handshake failed is told in other words than live. */
    private Map<String, String> expected(List<Live> of) {
        Map<String, String> expected = new TreeMap<>();
        for (Live live : of) {
            if (live.outcome() instanceof SessionOutcome.Established
                    || live.outcome() instanceof SessionOutcome.NoStartTls) {
                expected.put(
                        live.entry().domain().toString(true) + " "
                                + live.entry().plan().host().toString(true),
                        word(live.verdict()) + ": " + live.verdict().sentence());
            }
        }
        return expected;
    }

    @Test
    void judgementByKeptPlansIsThatOfTheLiveSession() {
        Map<String, String> expected = expected(sessions);
        assertThat(expected.values().stream().map(s -> s.substring(0, s.indexOf(':'))))
                .contains("kept", "refused", "not-authenticated");
        assertThat(judged("--plan", plans.toString())).containsAllEntriesOf(expected);
    }

    @Test
    void judgementByTodaysRecordsIsTheSame() {
        for (String word : List.of("kept", "refused")) {
            Live live = sessions.stream()
                    .filter(s -> s.outcome() instanceof SessionOutcome.Established
                            && word(s.verdict()).equals(word))
                    .findFirst()
                    .orElseThrow();
            String domain = live.entry().domain().toString(true);
            Map<String, String> judged = judged("--judge", domain);
            assertThat(judged).containsAllEntriesOf(expected(List.of(live)));
            assertThat(judged.keySet()).allMatch(key -> key.startsWith(domain + " "));
            CommandRunner.Result result = new CommandRunner()
                    .internet(new LabInternet(lab))
                    .clock(lab.clock())
                    .variable("COLUMNS", "400")
                    .run("decode", capture.toString(), "--keylog", keys.toString(), "--judge", domain);
            assertThat(result.out()).contains("judged for " + domain + " (", ": " + word + ". ");
        }
    }

    @Test
    void withoutKeysACertificateThatTls13HidesIsNotJudged() {
        CommandRunner.Result result = new CommandRunner()
                .internet(new LabInternet(lab))
                .clock(lab.clock())
                .variable("COLUMNS", "400")
                .run("decode", capture.toString(), "--plan", plans.toString());
        assertThat(result.out()).contains("not judged. TLS 1.3 encrypts the certificate");
    }

    @Test
    void mistakesAreTold() throws IOException {
        Path other = Files.writeString(dir.resolve("other.json"), "{\"schema\":\"x\"}");
        assertThat(new CommandRunner()
                        .run("decode", capture.toString(), "--plan", other.toString())
                        .err())
                .contains("holds no plans");
        assertThat(new CommandRunner()
                        .internet(new LabInternet(lab))
                        .run("decode", capture.toString(), "--judge", "example.jp:0")
                        .err())
                .contains("no good port");
        assertThat(new CommandRunner()
                        .internet(new LabInternet(lab))
                        .clock(lab.clock())
                        .run("decode", TestCaptures.file("captures/mixed.pcap"), "--plan", plans.toString())
                        .err())
                .contains("no session was judged");
    }

    /** All is decrypted, but the question stays open. */
    @Test
    void whatCannotBeJudgedIsNoSuccess() {
        String tls13 = TestCaptures.file("tls13.pcap");
        String keys = TestCaptures.file("tls13.keys");
        CommandRunner.Result elsewhere =
                new CommandRunner().run("decode", tls13, "--keylog", keys, "--plan", plans.toString());
        assertThat(elsewhere.out()).contains("1 with TLS: 1 decrypted.");
        assertThat(elsewhere.exit()).isEqualTo(3);
        CommandRunner.Result bogus = new CommandRunner()
                .internet(new LabInternet(lab))
                .clock(lab.clock())
                .run("decode", tls13, "--keylog", keys, "--judge", "dnssec-expired.example");
        assertThat(bogus.err()).contains("nothing is judged for dnssec-expired.example");
        assertThat(bogus.exit()).isEqualTo(3);
    }

    private static final class Nobody implements ConnectionView {
        @Override
        public void data(Side side, boolean encrypted, byte[] d, int offset, int length, long frame, long nanos) {}

        @Override
        public void hole(Side side, boolean encrypted, long bytes, long frame) {}

        @Override
        public void tlsBegins(long frame) {}

        @Override
        public void end() {}
    }
}
