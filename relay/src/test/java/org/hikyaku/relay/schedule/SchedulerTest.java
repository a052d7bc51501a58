package org.hikyaku.relay.schedule;

import static org.assertj.core.api.Assertions.assertThat;
import static org.hikyaku.relay.schedule.SchedulerStage.all;
import static org.hikyaku.relay.schedule.SchedulerStage.await;
import static org.hikyaku.relay.schedule.SchedulerStage.deferred;
import static org.hikyaku.relay.schedule.SchedulerStage.delivered;
import static org.hikyaku.relay.schedule.SchedulerStage.failed;
import static org.hikyaku.relay.schedule.SchedulerStage.to;

import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import org.hikyaku.delivery.Carried;
import org.hikyaku.delivery.Consignment;
import org.hikyaku.delivery.RecipientResult;
import org.hikyaku.net.Deadline;
import org.hikyaku.relay.queue.QueueId;
import org.hikyaku.relay.queue.QueuedRecipient;
import org.hikyaku.relay.queue.Settlement;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

@Timeout(30)
class SchedulerTest {
    @TempDir
    Path folder;

    private SchedulerStage stage;

    @BeforeEach
    void open() throws IOException {
        stage = new SchedulerStage(folder.resolve("queue"));
    }

    @AfterEach
    void close() throws IOException {
        stage.close();
    }

    @Test
    void aSettlementThatTheDiskDoesNotTakeIsNotMadeAnother() throws Exception {
        stage.diskFails = true;
        stage.carriers.put(
                "one.example",
                mail -> new Carried.Tried(List.of(
                        new RecipientResult(mail.envelope().recipients().get(0), failed()),
                        new RecipientResult(mail.envelope().recipients().get(1), delivered(true)))));
        stage.put(Optional.empty(), to("a@one.example"), to("b@one.example"));

        stage.scheduler.start();
        await(() -> !stage.settlements.isEmpty() && stage.queue.figures().out() == 0);

        // the queue remembers it, and writes it later: nothing else may be said in its place
        assertThat(stage.settlements)
                .singleElement()
                .satisfies(said -> assertThat(said)
                        .hasExactlyElementsOfTypes(Settlement.Failed.class, Settlement.Delivered.class));
    }

    @Test
    void recipientsOfOneDomainTravelTogetherAndADeliveredMailIsGone() throws Exception {
        stage.put(to("a@one.example"), to("b@two.example"), to("c@ONE.example"));

        stage.run();

        assertThat(stage.carried)
                .extracting(Consignment::domain, m -> m.envelope().recipients().size())
                .containsExactlyInAnyOrder(
                        org.assertj.core.groups.Tuple.tuple("one.example", 2),
                        org.assertj.core.groups.Tuple.tuple("two.example", 1));
        assertThat(stage.left()).isEmpty();
    }

    @Test
    void aDeferredRecipientIsTriedAgainByTheSchedule() throws Exception {
        stage.carriers.put("one.example", all(deferred()));
        QueueId id = stage.put(to("a@one.example"));

        stage.run();

        QueuedRecipient waits = stage.queue.find(id).orElseThrow().recipients().getFirst();
        assertThat(waits.attempts()).isEqualTo(1);
        assertThat(waits.due())
                .hasValueSatisfying(d -> assertThat(Duration.between(stage.now, d))
                        .isBetween(Duration.ofMinutes(4), Duration.ofMinutes(5)));
        assertThat(waits.reason().orElseThrow().sentence()).isEqualTo("Not now.");

        stage.queue.flush(id);
        await(() -> stage.queue.find(id).orElseThrow().recipients().getFirst().attempts() == 2);
        assertThat(stage.queue.find(id).orElseThrow().recipients().getFirst().due())
                .hasValueSatisfying(d -> assertThat(Duration.between(stage.now, d))
                        .isBetween(Duration.ofMinutes(59), Duration.ofMinutes(60)));
        assertThat(stage.notices()).isEmpty();
    }

    @Test
    void oneDestinationThatHangsDoesNotHoldUpOthers() throws Exception {
        CountDownLatch never = new CountDownLatch(1);
        stage.carriers.put("slow.example", mail -> {
            never.await();
            return new Carried.NoPlace();
        });
        for (int i = 0; i < 20; i++) {
            stage.put(to("a@slow.example"));
        }
        for (int i = 0; i < 20; i++) {
            stage.put(to("a@quick.example"));
        }

        stage.scheduler.start();
        for (int i = 0; i < 20; i++) {
            assertThat(stage.carried.take().domain()).isEqualTo("quick.example");
        }
        await(() -> stage.queue.figures().out() == 2); // its room
    }

    @Test
    void stoppingLetsWhatIsUnderWayFinishAndLeavesTheRest() throws Exception {
        CountDownLatch begun = new CountDownLatch(1);
        CountDownLatch goOn = new CountDownLatch(1);
        stage.carriers.put("one.example", mail -> {
            begun.countDown();
            goOn.await();
            return all(delivered(true)).carry(mail);
        });
        stage.put(to("a@one.example"));
        stage.scheduler.start();
        begun.await();
        Thread.ofVirtual().start(() -> goOn.countDown());

        assertThat(stage.scheduler.stop(Deadline.after(Duration.ofSeconds(20)))).isTrue();
        assertThat(stage.left()).isEmpty();
        stage.put(to("b@two.example"));
        assertThat(stage.left()).hasSize(1);
    }

    @Test
    void stoppingInterruptsWhatDoesNotFinishAndItStaysQueued() throws Exception {
        CountDownLatch begun = new CountDownLatch(1);
        stage.carriers.put("one.example", mail -> {
            begun.countDown();
            new CountDownLatch(1).await();
            return new Carried.NoPlace();
        });
        stage.put(to("a@one.example"));
        stage.scheduler.start();
        begun.await();

        assertThat(stage.scheduler.stop(Deadline.after(Duration.ofMillis(20)))).isFalse();
        assertThat(stage.left())
                .singleElement()
                .satisfies(m -> assertThat(m.recipients().getFirst().waits()).isTrue());
    }

    @Test
    void aBrokenCarrierCostsNoMail() throws Exception {
        stage.carriers.put("one.example", _ -> {
            throw new IllegalStateException("a fault of ours");
        });
        stage.put(to("a@one.example"));
        stage.put(to("b@two.example"));

        stage.scheduler.start();
        assertThat(stage.carried.take().domain()).isEqualTo("two.example");
        await(() -> stage.queue.figures().out() == 0);
        assertThat(stage.left()).hasSize(1);
    }

    @Test
    void domainsWhoseNextHostHasEnoughToDoArePassedOverUntilItHasNot() throws Exception {
        stage.full.add("crowd");
        stage.put(to("a@one.crowd.example"));
        stage.put(to("b@two.crowd.example"));
        stage.put(to("c@three.crowd.example"));
        stage.put(to("d@else.example"));
        stage.scheduler.start();

        Consignment first = stage.carried.take();
        await(() -> stage.queue.figures().out() == 0);
        assertThat(first.domain()).isEqualTo("else.example");
        assertThat(stage.carried).isEmpty();
        assertThat(stage.left()).hasSize(3);

        stage.full.clear();
        await(() -> stage.queue.figures().mails() == 0);
        assertThat(stage.carried).hasSize(3);
    }

    @Test
    void whatACarrierHasNoPlaceForComesAgainWithoutCountingAsATry() throws Exception {
        stage.carriers.put("one.example", mail -> new Carried.NoPlace());
        stage.put(to("a@one.example"));
        stage.scheduler.start();
        stage.carried.take();
        await(() -> stage.queue.figures().out() == 0);
        assertThat(stage.left())
                .singleElement()
                .satisfies(mail -> assertThat(mail.recipients())
                        .singleElement()
                        .satisfies(r -> assertThat(r.attempts()).isZero()));

        stage.carriers.clear();
        stage.now = stage.now.plus(Duration.ofMinutes(2));
        stage.queue.flushAll();
        await(() -> stage.queue.figures().mails() == 0);
    }
}
