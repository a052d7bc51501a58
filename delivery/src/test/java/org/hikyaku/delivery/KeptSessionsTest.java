package org.hikyaku.delivery;

import static org.assertj.core.api.Assertions.assertThat;
import static org.hikyaku.delivery.Scripts.consignment;
import static org.hikyaku.delivery.Scripts.taken;
import static org.hikyaku.delivery.Scripts.tls;

import java.time.Duration;
import java.util.Map;
import org.hikyaku.policy.Demand;
import org.hikyaku.policy.TlsLevel;
import org.hikyaku.smtp.Envelope;
import org.hikyaku.smtp.Mailbox;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.xbill.DNS.Type;

/** D26, T21: a session carries the next mail under an equal plan only, and is counted once. */
class KeptSessionsTest {
    private static final DeliveryOptions.Kept KEPT =
            new DeliveryOptions.Kept(10, Duration.ofSeconds(30), Duration.ofSeconds(60), 100);
    private final Stage stage = new Stage();

    @AfterEach
    void close() throws Exception {
        stage.close();
        assertThat(stage.mistakes.stream().filter(m -> m.startsWith("said"))).isEmpty();
    }

    private Courier courier(DeliveryOptions.Kept kept, Destinations destinations) {
        return new Courier(
                Stage.with(Stage.options(), kept), destinations, stage.seams(), stage.counted::add, stage.lines::add);
    }

    private void server(String... scripts) {
        stage.record("example.net", Type.MX, "10 mx.example.net.")
                .record("mx.example.net", Type.A, "192.0.2.1")
                .unsigned("example.net", Type.MX)
                .unsigned("mx.example.net", Type.A)
                .server("192.0.2.1", stage.selfSigned("mx.example.net"), scripts);
    }

    @Test
    void theNextMailGoesOverTheSameSession() throws Exception {
        server(tls() + taken() + taken() + taken());
        try (Courier courier = courier(KEPT, Destinations.all(Destination.auto()))) {
            for (int i = 0; i < 3; i++) {
                assertThat(courier.carry(consignment(1)).results().getFirst().fate())
                        .isInstanceOf(Fate.Delivered.class);
            }
            assertThat(courier.kept()).isEqualTo(1);
        }
        assertThat(stage.dialled).hasSize(1);
        assertThat(stage.lines.stream().map(DeliveryLine::reused)).containsExactly(false, true, true);
        assertThat(stage.counted).as("T21").hasSize(1);
    }

    @Test
    void aRefusedRecipientLeavesTheSessionFit() throws Exception {
        server(tls() + Scripts.envelope("550 5.1.1 nobody") + taken());
        try (Courier courier = courier(KEPT, Destinations.all(Destination.auto()))) {
            assertThat(courier.carry(consignment(1)).results().getFirst().fate())
                    .isInstanceOf(Fate.Failed.class);
            assertThat(courier.carry(consignment(1)).results().getFirst().fate())
                    .isInstanceOf(Fate.Delivered.class);
        }
        assertThat(stage.dialled).hasSize(1);
    }

    @Test
    void aSessionThatDiedInBetweenIsReplacedOnce() throws Exception {
        server(
                tls() + taken() + "close",
                tls() + taken() + "C: MAIL FROM:<a@sender.example>\nS: 421 4.3.2 too long\nclose",
                tls() + taken());
        try (Courier courier = courier(KEPT, Destinations.all(Destination.auto()))) {
            for (int i = 0; i < 3; i++) {
                assertThat(courier.carry(consignment(1)).results().getFirst().fate())
                        .isInstanceOf(Fate.Delivered.class);
            }
        }
        assertThat(stage.dialled).hasSize(3);
        assertThat(stage.mails).hasSize(3);
    }

    @Test
    void anotherPlanTakesAnotherSession() throws Exception {
        server(tls() + taken(), tls() + taken().replace("b1@example.net", "b1@strict.example"), tls() + taken());
        stage.record("strict.example", Type.MX, "10 mx.example.net.").unsigned("strict.example", Type.MX);
        Destinations destinations =
                new Destinations(Map.of("strict.example", Destination.of(TlsLevel.ENCRYPT)), Destination.auto());
        Consignment strict = consignment(
                "strict.example",
                Demand.ORDINARY,
                Scripts.content(Scripts.MAIL),
                Envelope.Recipient.of(Mailbox.parse("b1@strict.example")));
        try (Courier courier = courier(KEPT, destinations)) {
            assertThat(courier.carry(consignment(1)).results().getFirst().fate())
                    .isInstanceOf(Fate.Delivered.class);
            assertThat(courier.carry(strict).results().getFirst().fate()).isInstanceOf(Fate.Delivered.class);
            assertThat(courier.carry(consignment(Demand.TLS_NOT_REQUIRED, 1))
                            .results()
                            .getFirst()
                            .fate())
                    .isInstanceOf(Fate.Delivered.class);
            assertThat(courier.kept()).isEqualTo(3);
        }
        assertThat(stage.dialled).hasSize(3);
    }

    @Test
    void noSessionCarriesMoreMailsThanTheLimit() throws Exception {
        server(tls() + taken() + taken() + "C: QUIT\nS: 221 bye", tls() + taken());
        try (Courier courier = courier(
                new DeliveryOptions.Kept(10, Duration.ofSeconds(30), Duration.ofSeconds(60), 2),
                Destinations.all(Destination.auto()))) {
            for (int i = 0; i < 3; i++) {
                assertThat(courier.carry(consignment(1)).results().getFirst().fate())
                        .isInstanceOf(Fate.Delivered.class);
            }
        }
        assertThat(stage.dialled).hasSize(2);
    }

    @Test
    void aSessionThatWasUnusedForTooLongIsNotTakenUp() throws Exception {
        server(tls() + taken() + "C: QUIT\nS: 221 bye", tls() + taken());
        try (Courier courier = courier(
                new DeliveryOptions.Kept(10, Duration.ZERO, Duration.ofSeconds(60), 100),
                Destinations.all(Destination.auto()))) {
            for (int i = 0; i < 2; i++) {
                assertThat(courier.carry(consignment(1)).results().getFirst().fate())
                        .isInstanceOf(Fate.Delivered.class);
            }
        }
        assertThat(stage.dialled).hasSize(2);
    }

    @Test
    void noMoreSessionsAreKeptThanTheLimit() throws Exception {
        server(tls() + taken() + "C: QUIT\nS: 221 bye", tls() + taken());
        try (Courier courier = courier(
                new DeliveryOptions.Kept(1, Duration.ofSeconds(30), Duration.ofSeconds(60), 100),
                Destinations.all(Destination.auto()))) {
            assertThat(courier.carry(consignment(1)).results().getFirst().fate())
                    .isInstanceOf(Fate.Delivered.class);
            assertThat(courier.carry(consignment(Demand.TLS_NOT_REQUIRED, 1))
                            .results()
                            .getFirst()
                            .fate())
                    .isInstanceOf(Fate.Delivered.class);
            assertThat(courier.kept()).isEqualTo(1);
        }
    }
}
