package org.hikyaku.relay.schedule;

import static org.assertj.core.api.Assertions.assertThat;
import static org.hikyaku.relay.schedule.SchedulerStage.DELAY_AFTER;
import static org.hikyaku.relay.schedule.SchedulerStage.GIVE_UP;
import static org.hikyaku.relay.schedule.SchedulerStage.all;
import static org.hikyaku.relay.schedule.SchedulerStage.await;
import static org.hikyaku.relay.schedule.SchedulerStage.deferred;
import static org.hikyaku.relay.schedule.SchedulerStage.delivered;
import static org.hikyaku.relay.schedule.SchedulerStage.failed;
import static org.hikyaku.relay.schedule.SchedulerStage.lacksRequireTls;
import static org.hikyaku.relay.schedule.SchedulerStage.text;
import static org.hikyaku.relay.schedule.SchedulerStage.to;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.hikyaku.delivery.Consignment;
import org.hikyaku.policy.Demand;
import org.hikyaku.relay.queue.QueueId;
import org.hikyaku.relay.reports.QueueMailer;
import org.hikyaku.smtp.Envelope;
import org.hikyaku.smtp.Envelope.Notify;
import org.hikyaku.smtp.Mailbox;
import org.hikyaku.tlsrpt.send.HandOver;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Who is told what of a mail, and when. */
@Timeout(30)
class SchedulerNoticesTest {
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
    void aFailureIsToldToTheSender() throws Exception {
        stage.carriers.put("one.example", all(failed()));
        stage.put(to("a@one.example"), to("b@two.example"));

        stage.run();

        assertThat(stage.notices()).singleElement().satisfies(notice -> {
            assertThat(notice.domain()).isEqualTo("sender.example");
            assertThat(text(notice))
                    .containsSubsequence(
                            "Final-Recipient: rfc822; a@one.example",
                            "Action: failed",
                            "Status: 5.1.1",
                            "Remote-MTA: dns; mx.there.example",
                            "Diagnostic-Code: smtp; 550 5.1.1 so it is")
                    .doesNotContain("b@two.example");
        });
        assertThat(stage.left()).isEmpty();
    }

    @Test
    void whoDoesNotWantToBeToldIsNot() throws Exception {
        stage.carriers.put("one.example", all(failed()));
        stage.put(new Envelope.Recipient(Mailbox.parse("a@one.example"), Optional.of(Set.of()), Optional.empty()));
        stage.put(to("a@one.example", Notify.SUCCESS));

        stage.run();

        assertThat(stage.notices()).isEmpty();
        assertThat(stage.left()).isEmpty();
    }

    @Test
    void aNoticeThatFailsIsDiscarded() throws Exception {
        stage.carriers.put("one.example", all(failed()));
        stage.put(Optional.empty(), to("a@one.example"));

        stage.run();

        assertThat(stage.carried).hasSize(1);
        assertThat(stage.left()).isEmpty();
    }

    @Test
    void successIsToldWhereTheNextServerDoesNotPassItOn() throws Exception {
        stage.carriers.put("one.example", all(delivered(false)));
        stage.carriers.put("own.example", all(delivered(false)));
        stage.put(to("a@one.example", Notify.SUCCESS), to("b@two.example", Notify.SUCCESS));
        stage.put(to("c@own.example", Notify.SUCCESS));
        stage.put(to("d@one.example"));

        stage.run();

        assertThat(stage.notices()).hasSize(2);
        assertThat(text(stage.notices().get(0)) + text(stage.notices().get(1)))
                .contains("a@one.example\r\nAction: relayed", "c@own.example\r\nAction: delivered");
    }

    @Test
    void aDelayIsToldOnce() throws Exception {
        stage.carriers.put("one.example", all(deferred()));
        QueueId id = stage.put(to("a@one.example"));
        stage.now = stage.now.plus(DELAY_AFTER);

        stage.run();

        assertThat(stage.notices())
                .singleElement()
                .satisfies(notice -> assertThat(text(notice))
                        .contains("Action: delayed", "Will-Retry-Until: Fri, 27 Nov 2026 08:00:00 +0000"));
        stage.queue.flush(id);
        await(() -> stage.queue.find(id).orElseThrow().recipients().getFirst().attempts() == 2);
        assertThat(stage.notices()).hasSize(1);
    }

    @Test
    void whatWasTriedLongEnoughComesBack() throws Exception {
        stage.carriers.put("one.example", all(deferred()));
        stage.put(to("a@one.example"));
        stage.now = stage.now.plus(GIVE_UP);

        stage.run();

        assertThat(stage.notices())
                .singleElement()
                .satisfies(notice -> assertThat(text(notice))
                        .contains(
                                "Action: failed\r\nStatus: 4.4.7\r\n",
                                "It was tried for 5 days and is given up. Last: Not now."));
        assertThat(stage.left()).isEmpty();
    }

    @Test
    void t18AReportOfOurOwnIsTriedForADayAndNobodyIsToldOfIt() throws Exception {
        stage.carriers.put("one.example", all(deferred()));
        assertThat(new QueueMailer(stage.queue, () -> stage.now)
                        .mail(
                                Envelope.of(Mailbox.parse("tls@own.example"), Mailbox.parse("a@one.example")),
                                "Subject: report\r\n\r\nbody\r\n".getBytes(StandardCharsets.US_ASCII)))
                .isInstanceOf(HandOver.Taken.class);
        stage.now = stage.now.plus(Duration.ofHours(24));

        stage.run();

        assertThat(stage.carried)
                .singleElement()
                .satisfies(mail -> assertThat(mail.demand()).isEqualTo(Demand.TLS_NOT_REQUIRED));
        assertThat(stage.notices()).isEmpty();
        assertThat(stage.left()).isEmpty();
    }

    @Test
    void q8RequireTlsGoesOnToTheNotice() throws Exception {
        stage.carriers.put("one.example", all(failed()));
        stage.put(Demand.REQUIRE_TLS, Optional.of("alice@sender.example"), to("a@one.example"));

        stage.run();

        assertThat(stage.notices()).singleElement().satisfies(notice -> {
            assertThat(notice.demand()).isEqualTo(Demand.REQUIRE_TLS);
            assertThat(text(notice)).doesNotContain("body");
        });
    }

    /** RFC 8689 section 5: the Message-ID and the kind of failure, and nothing else, to the postmaster. */
    @Test
    void q8OfANoticeThatNobodyMayGetThePostmasterIsToldTheMessageIdAlone() throws Exception {
        stage.carriers.put("one.example", all(failed()));
        stage.carriers.put("sender.example", all(lacksRequireTls()));
        stage.put(Demand.REQUIRE_TLS, Optional.of("alice@sender.example"), to("a@one.example"));

        stage.run();

        List<Consignment> told = stage.notices();
        assertThat(told).hasSize(2);
        Consignment redacted = told.get(1);
        assertThat(redacted.envelope().recipients())
                .extracting(r -> r.address().toString())
                .containsExactly("postmaster@sender.example");
        assertThat(redacted.demand()).isEqualTo(Demand.ORDINARY);
        assertThat(text(redacted))
                .contains("Message-ID of the mail: <id@sender.example>", "Action: failed", "Status: 5.1.1", "(5.7.30)")
                .doesNotContainIgnoringCase("alice")
                .doesNotContain("a@one.example", "Subject: test");
        assertThat(stage.left()).isEmpty(); // it fails as well, and that is the end
    }

    @Test
    void q8AStrangersNoticeIsNotRedacted() throws Exception {
        stage.carriers.put("one.example", all(lacksRequireTls()));
        stage.put(Demand.REQUIRE_TLS, Optional.empty(), to("a@one.example"));

        stage.run();

        assertThat(stage.carried).hasSize(1);
        assertThat(stage.left()).isEmpty();
    }

    @Test
    void aDomainThatIsNoneFails() throws Exception {
        String label = "ü".repeat(70);
        stage.put(to("a@" + label + ".example"));

        stage.run();

        assertThat(stage.notices())
                .singleElement()
                .satisfies(n -> assertThat(text(n)).contains("Status: 5.1.2"));
    }
}
