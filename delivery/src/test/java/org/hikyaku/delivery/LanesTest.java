package org.hikyaku.delivery;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.hikyaku.delivery.Lanes.Reached;
import org.junit.jupiter.api.Test;

/** How many deliveries go on at once: by destination, adapting, and fair. */
class LanesTest {
    private static Lanes lanes(int all, int first, int most) {
        return new Lanes(new DeliveryOptions.Concurrency(all, first, most));
    }

    private static List<Lanes.Place> enter(Lanes lanes, String destination, int count) throws InterruptedException {
        List<Lanes.Place> places = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            places.add(lanes.enter(destination).orElseThrow());
        }
        return places;
    }

    @Test
    void asManySuccessesAsLanesMakeOneMore() throws Exception {
        Lanes lanes = lanes(100, 2, 4);
        for (int round = 0; round < 40; round++) {
            int width = lanes.free("a");
            enter(lanes, "a", width).forEach(p -> p.leave(Reached.YES));
        }
        assertThat(lanes.free("a")).isEqualTo(4);
    }

    @Test
    void aLoneSuccessDoesNotWidenWhatIsNotFull() throws Exception {
        Lanes lanes = lanes(100, 2, 10);
        for (int i = 0; i < 20; i++) {
            lanes.enter("a").orElseThrow().leave(Reached.YES);
        }
        assertThat(lanes.free("a")).isEqualTo(2);
    }

    @Test
    void failuresNarrowItToOne() throws Exception {
        Lanes lanes = lanes(100, 3, 10);
        for (int i = 0; i < 5; i++) {
            lanes.enter("a").orElseThrow().leave(Reached.NO);
        }
        assertThat(lanes.free("a")).isEqualTo(1);
        assertThat(lanes.free("b")).isEqualTo(3);
        lanes.enter("a").orElseThrow().leave(Reached.NOT_TRIED);
        assertThat(lanes.free("a")).isEqualTo(1);
    }

    @Test
    void aDestinationThatHangsHoldsItsOwnLanesOnly() throws Exception {
        Lanes lanes = lanes(100, 2, 2);
        List<Lanes.Place> hanging = enter(lanes, "slow", 2);
        CountDownLatch waiting = new CountDownLatch(1);
        CountDownLatch entered = new CountDownLatch(1);
        Thread third = Thread.ofVirtual().start(() -> {
            waiting.countDown();
            try {
                lanes.enter("slow").orElseThrow().leave(Reached.YES);
                entered.countDown();
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
        });
        waiting.await();
        enter(lanes, "quick", 2).forEach(p -> p.leave(Reached.YES));
        assertThat(entered.getCount()).isEqualTo(1);
        assertThat(lanes.free("slow")).isZero();
        hanging.forEach(p -> p.leave(Reached.YES));
        assertThat(entered.await(10, TimeUnit.SECONDS)).isTrue();
        third.join();
    }

    @Test
    void theWholeIsBounded() throws Exception {
        Lanes lanes = lanes(3, 2, 2);
        List<Lanes.Place> places = enter(lanes, "a", 2);
        places.addAll(enter(lanes, "b", 1));
        assertThat(lanes.free("c")).isZero();
        places.getFirst().leave(Reached.YES);
        assertThat(lanes.free("c")).isEqualTo(1);
    }

    @Test
    void aFewWaitAndFurtherOnesAreSentBack() throws Exception {
        Lanes lanes = lanes(1000, 1, 1);
        Lanes.Place hanging = lanes.enter("slow").orElseThrow();
        assertThat(lanes.full("slow")).isFalse();
        List<Thread> waiting = new ArrayList<>();
        CountDownLatch sentBack = new CountDownLatch(1);
        for (int i = 0; i <= Lanes.WAITING.value(); i++) {
            waiting.add(Thread.ofVirtual().start(() -> {
                try {
                    lanes.enter("slow").ifPresentOrElse(p -> p.leave(Reached.YES), sentBack::countDown);
                } catch (InterruptedException e) {
                    Thread.currentThread().interrupt();
                }
            }));
        }

        assertThat(sentBack.await(10, TimeUnit.SECONDS)).isTrue();
        assertThat(lanes.full("slow")).isTrue();
        assertThat(lanes.full("quick")).isFalse();
        hanging.leave(Reached.YES);
        for (Thread thread : waiting) {
            thread.join();
        }
        assertThat(lanes.full("slow")).isFalse();
    }

    @Test
    void whoWaitsIsSentBackWhenNobodyIsLetInAnyMore() throws Exception {
        Lanes lanes = lanes(10, 1, 1);
        assertThat(lanes.enter("a")).isPresent();
        Thread second = Thread.ofVirtual().start(() -> {
            try {
                assertThat(lanes.enter("a")).isEmpty();
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
        });
        while (!lanes.full("a")) {
            Thread.onSpinWait();
        }

        lanes.close();

        second.join();
        assertThat(lanes.enter("b")).isEmpty();
    }
}
