package org.hikyaku.tls.probe;

import static org.assertj.core.api.Assertions.assertThat;

import com.code_intelligence.jazzer.junit.FuzzTest;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.security.NoSuchAlgorithmException;
import java.security.SecureRandom;
import java.time.Duration;
import java.util.List;
import java.util.Optional;

/**
 * The whole prober against a server that does what the bytes say (see {@link FuzzedServer}): nothing is thrown, the budget is
 * kept, and the facts fit together.
 */
class ProberFuzzTest {
    private static final InetSocketAddress NOWHERE = new InetSocketAddress(InetAddress.ofLiteral("192.0.2.1"), 25);

    @FuzzTest
    void nothingIsThrownAndTheBudgetIsKept(byte[] data) throws NoSuchAlgorithmException {
        if (data.length < 3) {
            return;
        }
        Service service = pick(List.of(Service.values()), data[0]);
        Depth depth = pick(List.of(Depth.values()), data[1]);
        SecureRandom random = SecureRandom.getInstance("SHA1PRNG");
        random.setSeed(data); // the same bytes, the same run
        FuzzedServer server = new FuzzedServer(data, 2, service);

        ServerFacts facts = new TlsProber(server, Probes.options(Duration.ofSeconds(5)), random, _ -> {})
                .probe(NOWHERE, Optional.of("mx.example"), service, depth);

        assertThat(facts.connections()).isEqualTo(server.connections());
        switch (depth) {
            case QUICK -> assertThat(facts.connections()).isEqualTo(1);
            case JUDGEMENT -> assertThat(facts.connections()).isLessThanOrEqualTo(ProbeOptions.JUDGEMENT_BUDGET);
            case ALL -> assertThat(facts.connections()).isLessThan(5000);
        }
        assertThat(facts.reached()).isEqualTo(facts.versions().stream().anyMatch(v -> v.offered() == Known.YES));
        facts.versions().forEach(v -> {
            if (!v.accepted().isEmpty()) {
                assertThat(v.offered()).isEqualTo(Known.YES);
            }
        });
    }

    private static <T> T pick(List<T> all, byte by) {
        return all.get((by & 0xff) % all.size());
    }
}
