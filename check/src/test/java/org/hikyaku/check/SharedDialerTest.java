package org.hikyaku.check;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.zip.CRC32;
import org.hikyaku.smtp.SessionOutcome;
import org.hikyaku.smtp.SessionOutcome.NotReached;
import org.junit.jupiter.api.Test;

class SharedDialerTest {
    private static final InetSocketAddress ADDRESS = new InetSocketAddress(InetAddress.ofLiteral("192.0.2.25"), 25);

    /** Counts calls, and how many were under way at the same time. */
    private static final class Counting implements Dialer {
        private final AtomicInteger calls = new AtomicInteger();
        private final AtomicInteger underWay = new AtomicInteger();
        private final AtomicInteger most = new AtomicInteger();

        @Override
        public SessionOutcome dial(InetSocketAddress address, Optional<String> sni) {
            calls.incrementAndGet();
            CRC32 checksum = new CRC32();
            most.accumulateAndGet(underWay.incrementAndGet(), Math::max);
            checksum.update(new byte[256 * 1024]); // long enough for calls to overlap, were nothing to stop them
            underWay.decrementAndGet();
            return new NotReached(address, NotReached.Reason.REFUSED, "Refused.");
        }
    }

    private static void manyAtOnce(int threads, java.util.function.IntConsumer task) throws Exception {
        CyclicBarrier start = new CyclicBarrier(threads);
        try (ExecutorService pool = Executors.newVirtualThreadPerTaskExecutor()) {
            List<Future<?>> futures = new ArrayList<>();
            for (int i = 0; i < threads; i++) {
                int number = i;
                futures.add(pool.submit(() -> {
                    start.await();
                    task.accept(number);
                    return null;
                }));
            }
            for (Future<?> future : futures) {
                future.get();
            }
        }
    }

    @Test
    void aHostThatManyDomainsShareIsAskedOnce() throws Exception {
        Counting counting = new Counting();
        SharedDialer dialer = new SharedDialer(counting, new Manners(64));

        manyAtOnce(200, _ -> dialer.dial(ADDRESS, Optional.of("mx.example")));

        assertThat(counting.calls).hasValue(1);
        assertThat(dialer.connectionsTried()).isEqualTo(1);
    }

    @Test
    void anAddressHasOneConnectionAtATime() throws Exception {
        Counting counting = new Counting();
        SharedDialer dialer = new SharedDialer(counting, new Manners(64));

        manyAtOnce(200, i -> dialer.dial(ADDRESS, Optional.of("mx" + i + ".example")));

        assertThat(counting.calls).hasValue(200);
        assertThat(counting.most).hasValue(1);
    }

    @Test
    void allConnectionsTogetherAreBounded() throws Exception {
        Counting counting = new Counting();
        SharedDialer dialer = new SharedDialer(counting, new Manners(3));

        manyAtOnce(
                200,
                i -> dialer.dial(
                        new InetSocketAddress(InetAddress.ofLiteral("192.0.2." + i), 25), Optional.of("mx.example")));

        assertThat(counting.calls).hasValue(200);
        assertThat(counting.most.get()).isBetween(1, 3);
    }
}
