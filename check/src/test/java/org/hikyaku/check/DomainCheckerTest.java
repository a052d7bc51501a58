package org.hikyaku.check;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.Inet6Address;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.stream.IntStream;
import org.hikyaku.check.render.JsonReport;
import org.hikyaku.dns.Answer;
import org.hikyaku.dns.Content;
import org.hikyaku.dns.Lookup;
import org.hikyaku.dns.Proof;
import org.hikyaku.dns.Question;
import org.hikyaku.policy.StsObservation;
import org.hikyaku.policy.StsSource;
import org.hikyaku.smtp.EhloReply;
import org.hikyaku.smtp.SessionOutcome;
import org.hikyaku.smtp.SessionOutcome.NotReached;
import org.hikyaku.x509.TrustAnchors;
import org.junit.jupiter.api.Test;
import org.xbill.DNS.DClass;
import org.xbill.DNS.Name;
import org.xbill.DNS.Record;
import org.xbill.DNS.Type;

/** What one domain may cost the others of a run, and the servers that it names. */
class DomainCheckerTest {
    private static final Duration TTL = Duration.ofMinutes(5);
    private static final InstantSource CLOCK = InstantSource.fixed(Instant.parse("2026-03-01T12:00:00Z"));
    private static final StsSource NO_STS = domain -> new StsObservation.NoPolicy(
            absent(new Question(domain, Type.TXT)), StsObservation.NoPolicy.Reason.ABSENT, "There is none.");

    private final Queue<InetSocketAddress> dialled = new ConcurrentLinkedQueue<>();

    private static Answer absent(Question question) {
        return new Answer.Insecure(question, new Content.NoData(List.of(), TTL), Proof.NONE);
    }

    private static Lookup dns(Map<Question, List<String>> zone) {
        return question -> {
            List<Record> records = new ArrayList<>();
            for (String data : zone.getOrDefault(question, List.of())) {
                try {
                    records.add(Record.fromString(
                            question.name(), question.type(), DClass.IN, TTL.toSeconds(), data, Name.root));
                } catch (java.io.IOException e) {
                    throw new IllegalArgumentException(data, e);
                }
            }
            return records.isEmpty()
                    ? absent(question)
                    : new Answer.Insecure(question, new Content.Records(List.of(), records, TTL), Proof.NONE);
        };
    }

    private static Name name(String text) {
        return Name.fromConstantString(text + ".");
    }

    private static Question question(String name, int type) {
        return new Question(name(name), type);
    }

    private SessionOutcome refuse(InetSocketAddress address, Optional<String> sni) {
        dialled.add(address);
        return new NotReached(address, NotReached.Reason.REFUSED, "The port is closed.");
    }

    private static DomainChecker checker(Lookup lookup, Dialer dialer) {
        return new DomainChecker(lookup, NO_STS, dialer, TrustAnchors.of(List.of()), CLOCK, CheckOptions.defaults());
    }

    @Test
    void aFaultAtOneDomainCostsTheOthersNothing() {
        Lookup healthy = dns(Map.of(question("well.example", Type.MX), List.of("0 .")));
        DomainChecker checker = checker(
                q -> {
                    if (q.name().subdomain(name("odd.example"))) {
                        throw new IllegalStateException("a fault planted by the test");
                    }
                    return healthy.lookup(q);
                },
                this::refuse);

        CheckReport report = checker.check(List.of(name("odd.example"), name("well.example")));

        assertThat(report.domains()).extracting(DomainReport::domain).containsExactly("odd.example", "well.example");
        DomainReport odd = report.domains().getFirst();
        assertThat(odd.findings()).singleElement().satisfies(f -> {
            assertThat(f.id()).isEqualTo(FindingId.CHECK_FAILED);
            assertThat(f.severity()).isEqualTo(Severity.UNKNOWN);
            assertThat(f.seen())
                    .contains("odd.example", "IllegalStateException")
                    .doesNotContain("planted");
        });
        assertThat(odd.leftOpen()).isTrue();
        assertThat(odd.needsMending()).isFalse();
        assertThat(report.domains().getLast().findings())
                .extracting(Finding::id)
                .contains(FindingId.MX_NULL)
                .doesNotContain(FindingId.CHECK_FAILED);
        assertThat(JsonReport.of(report).toString()).contains("The check broke off");
    }

    @Test
    void aFaultWhileDiallingIsOneOfTheDomainToo() {
        Lookup lookup = dns(Map.of(
                question("dom.example", Type.MX), List.of("10 mx.dom.example."),
                question("mx.dom.example", Type.A), List.of("192.0.2.1")));
        DomainChecker checker = checker(lookup, (_, _) -> {
            throw new IllegalStateException("a fault planted by the test");
        });

        assertThat(checker.check(List.of(name("dom.example")))
                        .domains()
                        .getFirst()
                        .findings())
                .extracting(Finding::id)
                .containsExactly(FindingId.CHECK_FAILED);
    }

    /** {@code 198.51.HOST.1} and so on. */
    private static List<String> fours(int host, int count) {
        return IntStream.rangeClosed(1, count)
                .mapToObj(i -> "198.51." + host + "." + i)
                .toList();
    }

    private static List<String> seen(DomainReport report) {
        return report.findings().stream()
                .filter(f -> f.id() == FindingId.MX_UNTRIED)
                .map(Finding::seen)
                .toList();
    }

    @Test
    void aHostCannotNameMoreThanTwentyStrangers() {
        List<String> six =
                IntStream.rangeClosed(1, 200).mapToObj(i -> "2001:db8::" + i).toList();
        Lookup lookup = dns(Map.of(
                question("dom.example", Type.MX), List.of("10 mx.dom.example."),
                question("mx.dom.example", Type.A), fours(1, 30),
                question("mx.dom.example", Type.AAAA), six));

        DomainReport report = checker(lookup, this::refuse)
                .check(List.of(name("dom.example")))
                .domains()
                .getFirst();

        assertThat(dialled).hasSize(20);
        assertThat(dialled.stream().filter(a -> a.getAddress() instanceof Inet6Address))
                .hasSize(10);
        assertThat(seen(report))
                .containsExactly("210 of the 230 addresses of mx.dom.example were not tried: more than the limit of 20"
                        + " addresses tried of one MX host.");
        assertThat(report.findings(Severity.NOTICE)).extracting(Finding::id).contains(FindingId.MX_UNTRIED);
    }

    @Test
    void twentyAddressesAreAllTried() {
        Lookup lookup = dns(Map.of(
                question("dom.example", Type.MX), List.of("10 mx.dom.example."),
                question("mx.dom.example", Type.A), fours(1, 20)));

        DomainReport report = checker(lookup, this::refuse)
                .check(List.of(name("dom.example")))
                .domains()
                .getFirst();

        assertThat(dialled).hasSize(20);
        assertThat(seen(report)).isEmpty();
    }

    @Test
    void manyHostsShareOneBudgetAndTheBestComeFirst() {
        Map<Question, List<String>> zone = new HashMap<>();
        List<String> exchanges = new ArrayList<>();
        for (int host = 1; host <= 9; host++) {
            exchanges.add(host + " mx" + host + ".dom.example.");
            zone.put(question("mx" + host + ".dom.example", Type.A), fours(host, 15));
        }
        zone.put(question("dom.example", Type.MX), exchanges);

        DomainReport report = checker(dns(zone), this::refuse)
                .check(List.of(name("dom.example")))
                .domains()
                .getFirst();

        assertThat(dialled).hasSize(100);
        assertThat(report.evidence().hosts())
                .extracting(h -> h.addresses().size())
                .containsExactly(15, 15, 15, 15, 15, 15, 10, 0, 0);
        assertThat(seen(report))
                .hasSize(3)
                .first()
                .asString()
                .isEqualTo("5 of the 15 addresses of mx7.dom.example were not tried: more than the limit of 100"
                        + " addresses tried for one domain.");
    }

    /** Servers that answer are no reason to say that all do. */
    @Test
    void whatWasNotTriedIsNotSaidToAnswer() {
        Lookup lookup = dns(Map.of(
                question("dom.example", Type.MX), List.of("10 mx.dom.example."),
                question("mx.dom.example", Type.A), fours(1, 21)));
        Dialer answering = (address, _) -> new SessionOutcome.NoStartTls(
                address, new EhloReply("220 mx", "mx.dom.example", Map.of()), Optional.empty());

        assertThat(checker(lookup, answering)
                        .check(List.of(name("dom.example")))
                        .domains()
                        .getFirst()
                        .findings())
                .extracting(Finding::id)
                .contains(FindingId.MX_UNTRIED)
                .doesNotContain(FindingId.MX_OK);
    }
}
