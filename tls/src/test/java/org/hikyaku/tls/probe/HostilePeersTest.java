package org.hikyaku.tls.probe;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.security.SecureRandom;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;
import org.hikyaku.net.Connection;
import org.hikyaku.net.Deadline;
import org.hikyaku.net.SystemNetwork;
import org.hikyaku.tls.probe.StartTlsPeer.Early;
import org.hikyaku.tls.probe.StartTlsPeer.Inside;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Peers that mean harm: a clear status, bounded memory and time, never an exception. */
class HostilePeersTest {
    private static final HexFormat HEX = HexFormat.of();

    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3, 4, 5})
    void garbage(long seed) throws Exception {
        try (ScriptedPeer peer = new ScriptedPeer((c, n) -> {
            byte[] noise = new byte[70000];
            new Random(seed + n).nextBytes(noise);
            c.output().write(noise);
            drain(c);
        })) {
            ServerFacts facts = probe(peer, Duration.ofSeconds(5));

            assertThat(facts.reached()).isFalse();
            assertThat(facts.connections()).isEqualTo(peer.connections()).isLessThanOrEqualTo(25);
        }
    }

    @Test
    void aHandshakeMessageOfSixteenMegabytes() throws Exception {
        try (ScriptedPeer peer = new ScriptedPeer((c, n) -> {
            c.output().write(HEX.parseHex("1603034000" + "02ffffff"));
            byte[] zeros = new byte[16380];
            for (int i = 0; i < 1024; i++) {
                c.output().write(zeros);
                c.output().write(HEX.parseHex("1603034000"));
            }
            drain(c);
        })) {
            ServerFacts facts = probe(peer, Duration.ofSeconds(5));

            assertThat(facts.reached()).isFalse();
            assertThat(facts.trouble()).anyMatch(t -> t.contains("more than the limit of 262144 bytes"));
        }
    }

    @Test
    void aMillionTinyRecords() throws Exception {
        try (ScriptedPeer peer = new ScriptedPeer((c, n) -> {
            byte[] many = HEX.parseHex("15030300020164".repeat(1000));
            byte[] tiny = HEX.parseHex("1503030002015a".repeat(1000));
            for (int i = 0; i < 1000; i++) {
                c.output().write(tiny);
            }
            c.output().write(many);
            drain(c);
        })) {
            ServerFacts facts = probe(peer, Duration.ofSeconds(5));

            assertThat(facts.reached()).isFalse();
            assertThat(facts.trouble()).anyMatch(t -> t.contains("limit of 4096 TLS records from one connection"));
        }
    }

    /** A peer that sends a byte and then nothing: the deadline of the connection ends it, not the next byte. */
    @Test
    void oneByteAndThenSilence() throws Exception {
        try (ScriptedPeer peer = new ScriptedPeer((c, n) -> {
            c.output().write(0x16);
            drain(c);
        })) {
            ServerFacts facts = probe(peer, Duration.ofMillis(60));

            assertThat(facts.reached()).isFalse();
            assertThat(facts.trouble()).anyMatch(t -> t.contains("in time"));
        }
    }

    /** A byte now and then, for ever: the time runs for the whole answer, not for each byte. */
    @ParameterizedTest
    @EnumSource(names = {"TLS", "SMTP_STARTTLS", "POP3_STARTTLS"})
    void aByteNowAndThen(Service service) throws Exception {
        byte[] beginning =
                service == Service.TLS ? HEX.parseHex("1603034000020000") : "220-".getBytes(StandardCharsets.US_ASCII);
        try (ScriptedPeer peer = new ScriptedPeer((c, n) -> {
            for (int i = 0; ; i++) {
                c.output().write(i < beginning.length ? beginning[i] : 'x');
                c.output().flush();
                LockSupport.parkNanos(2_000_000);
            }
        })) {
            ServerFacts facts = new TlsProber(
                            new SystemNetwork(), Probes.options(Duration.ofMillis(80)), new SecureRandom(), _ -> {})
                    .probe(peer.address(), Optional.empty(), service, Depth.JUDGEMENT);

            assertThat(facts.reached()).isFalse();
            assertThat(facts.trouble()).anyMatch(t -> t.contains("in time") || t.contains("stopped answering"));
            assertThat(facts.connections()).isEqualTo(peer.connections()).isLessThanOrEqualTo(25);
        }
    }

    /** RFC 8446's ServerHello, closed after every byte in turn. */
    @Test
    void closedAtAnyByte() throws Exception {
        byte[] answer = HEX.parseHex("160303003a" + "02000036" + "0303" + "44".repeat(32) + "00" + "c02f" + "00"
                + "000e" + "ff01000100" + "00170000" + "000b000100");
        for (int length = 0; length < answer.length; length++) {
            int cut = length;
            try (ScriptedPeer peer = new ScriptedPeer((c, n) -> {
                c.output().write(answer, 0, cut);
                c.output().flush();
            })) {
                ServerFacts facts = new TlsProber(
                                new SystemNetwork(), ProbeOptions.defaults("probe.example"), new SecureRandom())
                        .probe(peer.address(), Optional.empty(), Service.TLS, Depth.QUICK);

                assertThat(facts.reached()).as("closed at %d", cut).isFalse();
                assertThat(facts.connections()).isEqualTo(1);
            }
        }
    }

    /** A whole session with STARTTLS, QUIT and all, cut off by someone on the way after so many of the server's bytes. */
    @Test
    void cutOffAnywhereInASession() throws Exception {
        try (StartTlsPeer server = new StartTlsPeer(Service.Talk.SMTP, Early.THROWN_AWAY, Inside.TALKATIVE)) {
            int cut = 0;
            boolean whole = false;
            while (!whole) {
                int length = cut;
                AtomicInteger passed = new AtomicInteger();
                try (ScriptedPeer onTheWay = new ScriptedPeer((c, n) -> passOn(c, server.address(), length, passed))) {
                    ServerFacts facts = Probes.probe(onTheWay.address(), Service.SMTP_STARTTLS, Depth.QUICK);

                    assertThat(facts.connections()).isEqualTo(1);
                    assertThat(facts.reached() || !facts.trouble().isEmpty())
                            .as("cut after %d bytes: %s", cut, facts)
                            .isTrue();
                    whole = facts.starttls().ehloAfter() == Known.YES && passed.get() < length;
                }
                cut += cut < 120 ? 1 : 9;
            }
            assertThat(cut).isBetween(700, 20_000);
        }
    }

    private static void passOn(Connection client, InetSocketAddress server, int length, AtomicInteger passed)
            throws IOException {
        try (Connection back = new SystemNetwork().dial(server, Deadline.after(Duration.ofSeconds(10)))) {
            Thread.ofVirtual().start(() -> {
                try {
                    client.input().transferTo(back.output());
                } catch (IOException e) {
                    // cut
                }
            });
            int next = passed.get() < length ? back.input().read() : -1;
            while (next >= 0) {
                client.output().write(next);
                client.output().flush();
                next = passed.incrementAndGet() < length ? back.input().read() : -1;
            }
        }
    }

    /** 421 each time: asked again twice with growing pauses, then given up and said so. */
    @Test
    void aServerThatTurnsUsAwayIsNotAskedOnAndOn() throws Exception {
        try (ScriptedPeer peer = new ScriptedPeer((c, n) -> {
            c.output().write("421 4.7.0 too many connections\r\n".getBytes(StandardCharsets.US_ASCII));
            c.output().flush();
            drain(c);
        })) {
            List<Duration> pauses = new ArrayList<>();
            ServerFacts facts = new TlsProber(
                            new SystemNetwork(),
                            ProbeOptions.defaults("probe.example"),
                            new SecureRandom(),
                            pauses::add)
                    .probe(peer.address(), Optional.empty(), Service.SMTP_STARTTLS, Depth.JUDGEMENT);

            assertThat(pauses).containsExactly(Duration.ofMillis(700), Duration.ofMillis(3300));
            assertThat(facts.refusing()).isTrue();
            assertThat(facts.connections()).isEqualTo(3);
            assertThat(facts.trouble()).contains("the server answers: 421 4.7.0 too many connections");
        }
    }

    @Test
    void aGreetingWithoutEndHitsALimit() throws Exception {
        try (ScriptedPeer peer = new ScriptedPeer((c, n) -> {
            byte[] line = ("220-" + "x".repeat(500) + "\r\n").getBytes(StandardCharsets.US_ASCII);
            for (int i = 0; i < 100_000; i++) {
                c.output().write(line);
            }
        })) {
            ServerFacts facts = new TlsProber(
                            new SystemNetwork(), ProbeOptions.defaults("probe.example"), new SecureRandom())
                    .probe(peer.address(), Optional.empty(), Service.SMTP_STARTTLS, Depth.QUICK);

            assertThat(facts.reached()).isFalse();
            assertThat(facts.trouble()).anyMatch(t -> t.contains("lines in one answer before TLS"));
        }
    }

    private static void drain(Connection connection) throws IOException {
        connection.output().flush();
        connection.input().readAllBytes();
    }

    private static ServerFacts probe(ScriptedPeer peer, Duration answer) {
        return new TlsProber(
                        new SystemNetwork(),
                        ProbeOptions.defaults("probe.example").answer(answer),
                        new SecureRandom())
                .probe(peer.address(), Optional.empty(), Service.TLS, Depth.JUDGEMENT);
    }
}
