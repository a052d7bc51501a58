package org.hikyaku.delivery;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.hikyaku.lab.Expectation;
import org.hikyaku.lab.LabDomain;
import org.hikyaku.lab.LabMail;
import org.hikyaku.lab.LabOptions;
import org.hikyaku.policy.Demand;
import org.hikyaku.policy.TlsLevel;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.xbill.DNS.Name;

/**
 * One mail to every domain of the lab at the level {@code auto}. What must become of it, and the word for how far the
 * server was known, follow from the catalogue's judgements, which are written by hand.
 */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class LabDeliveryTest {
    private LabPost post;

    @BeforeAll
    void start() throws IOException {
        post = new LabPost(LabOptions.defaults(), LabPost.options(), Destinations.all(Destination.of(TlsLevel.AUTO)));
    }

    @AfterAll
    void stop() throws IOException {
        post.close();
    }

    Stream<LabDomain> domains() {
        return post.lab.catalogue().domains().stream();
    }

    /** What a good delivery may look like: host, trust word, words of the log. */
    private record Good(String host, Trust trust, String wanted, String got) {}

    @ParameterizedTest(name = "{0}")
    @MethodSource("domains")
    void whatTheCatalogueSays(LabDomain domain) throws Exception {
        int before = post.lab.mails().size();
        Fate fate = post.send(domain.text(), Demand.ORDINARY);
        DeliveryLine line = post.lastLine();
        String told = domain.about() + ": " + line.text();

        switch (domain.expectation().route()) {
            case NO_MAIL -> assertThat(fate).as(told).isInstanceOf(Fate.Failed.class);
            case WAIT -> {
                assertThat(fate).as(told).isInstanceOf(Fate.Deferred.class);
                assertThat(fate.status()).as(told).hasToString("4.4.3");
            }
            case DELIVER -> {
                List<Good> good = good(domain);
                if (good.isEmpty()) {
                    assertThat(fate).as(told).isInstanceOf(Fate.Deferred.class);
                } else {
                    assertThat(fate).as(told).isInstanceOf(Fate.Delivered.class);
                    assertThat(new Good(
                                    line.host().orElse(""),
                                    line.tls().trust(),
                                    line.tls().wanted(),
                                    line.tls().got()))
                            .as(told)
                            .isIn(good);
                }
            }
        }
        List<LabMail> arrived =
                post.lab.mails().subList(before, post.lab.mails().size());
        assertThat(arrived).as(told).hasSize(fate instanceof Fate.Delivered ? 1 : 0);
        for (LabMail mail : arrived) {
            assertThat(mail.host().toString(true)).isEqualTo(line.host().orElse(""));
            assertThat(mail.tls().isPresent())
                    .as(told)
                    .isEqualTo(!line.tls().got().equals("clear"));
        }
    }

    /** The deliveries that are right: to any host of the best preference that takes the mail. */
    private List<Good> good(LabDomain domain) {
        Map<Integer, List<Good>> byPreference = new TreeMap<>();
        int next = 10;
        for (Map.Entry<Name, Expectation.Host> entry :
                domain.expectation().hosts().entrySet()) {
            Expectation.Host expected = entry.getValue();
            int preference = preference(domain, entry.getKey(), next);
            next += 10;
            if (!expected.verdicts().stream().anyMatch(LabDeliveryTest::takes)) {
                continue;
            }
            LabDomain.Host host = host(entry.getKey());
            for (int address : order(host)) {
                List<Expectation.Verdict> verdicts = expected.verdicts();
                Expectation.Verdict verdict = verdicts.get(verdicts.size() == 1 ? 0 : address);
                if (takes(verdict)) {
                    byPreference
                            .computeIfAbsent(preference, p -> new ArrayList<>())
                            .add(good(domain, host, expected, verdict));
                    break;
                }
            }
        }
        return byPreference.isEmpty()
                ? List.of()
                : byPreference.values().iterator().next();
    }

    /** A domain that is an alias has the hosts of another. */
    private LabDomain.Host host(Name name) {
        return domains()
                .flatMap(d -> d.setup().hosts().stream())
                .filter(h -> h.name().equals(name))
                .findFirst()
                .orElseThrow();
    }

    private static boolean takes(Expectation.Verdict verdict) {
        return switch (verdict) {
            case AUTHENTICATED_DANE, AUTHENTICATED_STS, AUTHENTICATED_BOTH, UNAUTHENTICATED_TLS, CLEAR -> true;
            case REFUSED, NOT_REACHED -> false;
        };
    }

    /** IPv6 first, then one of each in turn. */
    private static List<Integer> order(LabDomain.Host host) {
        List<Integer> six = new ArrayList<>();
        List<Integer> four = new ArrayList<>();
        for (int i = 0; i < host.addresses().size(); i++) {
            (host.addresses().get(i).name().startsWith("V6") ? six : four).add(i);
        }
        List<Integer> order = new ArrayList<>();
        for (int i = 0; i < Math.max(six.size(), four.size()); i++) {
            if (i < six.size()) {
                order.add(six.get(i));
            }
            if (i < four.size()) {
                order.add(four.get(i));
            }
        }
        return order;
    }

    private static int preference(LabDomain domain, Name host, int otherwise) {
        return domain.setup().mx().orElse(List.of()).stream()
                .map(record -> record.split(" ", 2))
                .filter(words -> named(words[1], domain).equals(host))
                .map(words -> Integer.parseInt(words[0]))
                .min(Integer::compare)
                .orElse(otherwise);
    }

    private static Name named(String text, LabDomain domain) {
        try {
            return Name.fromString(text, domain.name());
        } catch (org.xbill.DNS.TextParseException e) {
            throw new IllegalArgumentException(e);
        }
    }

    private static Good good(
            LabDomain domain, LabDomain.Host host, Expectation.Host expected, Expectation.Verdict verdict) {
        boolean secureMx = domain.expectation().dnssec() == Expectation.Status.SECURE;
        // D28: without a signed MX RRset a TLSA match earns no better word than the certificate has by itself
        boolean verified = switch (verdict) {
            case AUTHENTICATED_STS, AUTHENTICATED_BOTH -> true;
            case AUTHENTICATED_DANE -> secureMx;
            case UNAUTHENTICATED_TLS, CLEAR, REFUSED, NOT_REACHED -> false;
        };
        // TLS 1.0 is better than clear text where nothing is promised
        boolean old = verdict == Expectation.Verdict.CLEAR && host.smtp() == LabDomain.Smtp.TLS10;
        boolean clear = verdict == Expectation.Verdict.CLEAR && !old;
        Trust trust = verified ? Trust.VERIFIED : clear ? Trust.NONE : byCertificate(host.cert());
        String wanted = switch (expected.requirement()) {
            case OPPORTUNISTIC -> "may";
            case ENCRYPT -> "encrypt";
            case DANE -> secureMx ? "dane" : "half-dane";
            case STS -> "sts";
            case BOTH -> "dane+sts";
            case REFUSE -> "unknown";
        };
        String got = switch (verdict) {
            case AUTHENTICATED_DANE -> secureMx ? "dane" : "half-dane";
            case AUTHENTICATED_STS -> "sts";
            case AUTHENTICATED_BOTH -> "dane+sts";
            case UNAUTHENTICATED_TLS -> "encrypt";
            case CLEAR, REFUSED, NOT_REACHED -> clear ? "clear" : "encrypt";
        };
        return new Good(Objects.requireNonNull(host.name()).toString(true), trust, wanted, got);
    }

    private static Trust byCertificate(LabDomain.Cert cert) {
        return switch (cert) {
            case TRUSTED, WITH_ROOT, EXPIRING, WRONG_NAME, CN_ONLY, WRONG_ORDER -> Trust.TRUSTED;
            case SELF_SIGNED, PRIVATE_CA, EXPIRED, NO_INTERMEDIATE -> Trust.UNTRUSTED;
        };
    }
}
