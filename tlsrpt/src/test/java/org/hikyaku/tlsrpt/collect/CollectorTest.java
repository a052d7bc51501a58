package org.hikyaku.tlsrpt.collect;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.hikyaku.net.LimitExceededException;
import org.hikyaku.tlsrpt.count.SessionCount;
import org.hikyaku.tlsrpt.count.SessionCounts;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(60)
class CollectorTest {
    private static final int BURST = 1_000;
    private static final byte[] DATAGRAM =
            "{\"d\":\"a.example\",\"policies\":[{\"policy-type\":9,\"f\":0}]}".getBytes(StandardCharsets.UTF_8);

    private final CountDownLatch allTaken = new CountDownLatch(1);
    private final List<LocalDate> days = new ArrayList<>();

    /** A store that is not ready before the whole burst has been taken. */
    private final class SlowCounts implements SessionCounts {
        @Override
        public void add(SessionCount count) {
            try {
                assertThat(allTaken.await(30, TimeUnit.SECONDS))
                        .as("all are taken while none is counted")
                        .isTrue();
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
            days.add(count.day());
        }

        @Override
        public void flush() {}

        @Override
        public Set<LocalDate> days() {
            return Set.copyOf(days);
        }

        @Override
        public List<SessionCount> sums(LocalDate day) {
            return List.of();
        }

        @Override
        public void forgetBefore(LocalDate day) {}

        @Override
        public void close() {}
    }

    /** Each datagram comes a second after the one before; one of them is too long. */
    private final class Burst implements DatagramSource, InstantSource {
        private int given;

        @Override
        public Optional<byte[]> receive(Duration patience) throws IOException {
            if (given == BURST) {
                allTaken.countDown();
                return Optional.empty();
            }
            given++;
            if (given == BURST / 2) {
                throw new LimitExceededException(DatagramReader.MAX_DATAGRAM);
            }
            return Optional.of(DATAGRAM);
        }

        @Override
        public Instant instant() {
            return Instant.parse("2026-11-22T23:50:00Z").plusSeconds(given);
        }

        @Override
        public void close() {}
    }

    /** Postfix does not wait: what is not taken at once is lost, whatever counting waits for. */
    @Test
    void takesABurstWhileTheStoreIsSlowAndCountsItByWhenItCame() throws Exception {
        Burst burst = new Burst();
        Collector collector = new Collector(burst, new SlowCounts(), burst);
        collector.run(() -> burst.given == BURST);
        assertThat(collector.taken()).isEqualTo(BURST - 1);
        assertThat(collector.dropped()).isEqualTo(1);
        // T10: those of the first 599 seconds came on the 22nd; the 500th was too long
        assertThat(days.stream().filter(LocalDate.of(2026, 11, 22)::equals)).hasSize(598);
        assertThat(days.stream().filter(LocalDate.of(2026, 11, 23)::equals)).hasSize(BURST - 1 - 598);
    }
}
