package org.hikyaku.conformance.grade;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.hikyaku.delivery.Consignment;
import org.hikyaku.delivery.Courier;
import org.hikyaku.delivery.DeliveryLog;
import org.hikyaku.delivery.DeliveryOptions;
import org.hikyaku.delivery.Destination;
import org.hikyaku.delivery.Destinations;
import org.hikyaku.delivery.SessionCounter;
import org.hikyaku.policy.Demand;
import org.hikyaku.policy.StsLog;
import org.hikyaku.smtp.Body;
import org.hikyaku.smtp.Envelope;
import org.hikyaku.smtp.MailContent;
import org.hikyaku.smtp.Mailbox;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

@Timeout(300)
class BentSendersTest {
    private static final List<String> WITHOUT_NAMES = List.of("D17", "S9");

    private static GradedLab lab;

    @BeforeAll
    static void start() throws IOException {
        lab = new GradedLab();
    }

    @AfterAll
    static void stop() {
        lab.close();
    }

    private static Grade grade(Conscience conscience) throws Exception {
        try (LooseSender sender = new LooseSender(
                conscience,
                lab.network(),
                lab.lookup(),
                lab.policies(),
                lab.authorities(),
                lab.clock(),
                lab.smtpPort())) {
            return lab.grade(sender, lab.cases());
        }
    }

    /** Which rules each case broke. */
    private static Map<String, Set<String>> broken(Grade grade) {
        Map<String, Set<String>> all = new TreeMap<>();
        grade.cases().stream()
                .filter(c -> !c.findings().isEmpty())
                .forEach(c -> all.put(
                        c.subject().title(),
                        c.findings().stream().map(Finding::rule).collect(Collectors.toCollection(TreeSet::new))));
        return all;
    }

    /** Its policies are in a file, which it opens again when it is restarted (S16). */
    @Test
    void theCourierKeepsAll(@TempDir Path folder) throws Exception {
        try (CourierUnderTest courier = new CourierUnderTest(folder.resolve("policies.log"))) {
            assertThat(broken(lab.grade(courier, lab.cases()))).isEmpty();
        }
    }

    private static final class CourierUnderTest implements GradedLab.Sender, AutoCloseable {
        private final Path policies;
        private StsLog store;
        private Courier courier;

        CourierUnderTest(Path policies) throws IOException {
            this.policies = policies;
            this.store = StsLog.open(policies, lab.clock());
            this.courier = courier(store);
        }

        private static Courier courier(StsLog store) {
            return new Courier(
                    new DeliveryOptions(
                            "sender.example",
                            Set.of("sender.example"),
                            Set.of(),
                            lab.smtpPort(),
                            DeliveryOptions.Families.IPV4_FIRST,
                            true,
                            DeliveryOptions.Times.rfc5321(),
                            DeliveryOptions.Tries.usual(),
                            DeliveryOptions.Kept.none(),
                            DeliveryOptions.Concurrency.usual()),
                    Destinations.all(Destination.auto()),
                    lab.seams(store),
                    SessionCounter.none(),
                    DeliveryLog.none());
        }

        @Override
        public void send(Case c) throws InterruptedException {
            courier.carry(consignment(c));
        }

        /** Routes are kept for five seconds of the machine's own clock. */
        @Override
        public void rest() throws IOException {
            courier.close();
            courier = courier(store);
        }

        @Override
        public void restart() throws IOException {
            close();
            store = StsLog.open(policies, lab.clock());
            courier = courier(store);
        }

        @Override
        public void close() throws IOException {
            courier.close();
            store.close();
        }
    }

    private static Consignment consignment(Case c) {
        Demand demand = new Conscience().demand(c.probe());
        Envelope plain = Envelope.of(Mailbox.parse("grade@auth-good.example"), Mailbox.parse(c.recipient()));
        return new Consignment(
                c.title(),
                c.domain(),
                new Envelope(
                        plain.sender(), plain.recipients(), plain.returned(), plain.id(), demand == Demand.REQUIRE_TLS),
                Body.SEVEN_BIT,
                false,
                demand,
                MailContent.of(TestMail.of(c, "grade@auth-good.example", "Sun, 22 Nov 2026 12:00:00 +0000")),
                lab.clock().instant());
    }

    @Test
    void anUnbentSenderKeepsAll() throws Exception {
        assertThat(broken(grade(new Conscience()))).isEmpty();
    }

    private static List<Bends.Wrong> few() {
        return Bends.few(lab);
    }

    private static List<Bends.Wrong> more() {
        return Bends.more(lab);
    }

    @Test
    void everyRuleThatIsGradedWithoutReportsHasASenderThatBreaksIt() {
        Set<String> broken = Stream.of(few(), more())
                .flatMap(List::stream)
                .flatMap(w -> w.shown().values().stream())
                .flatMap(Set::stream)
                .collect(Collectors.toCollection(TreeSet::new));
        broken.addAll(WITHOUT_NAMES);

        assertThat(broken)
                .containsExactlyElementsOf(new TreeSet<>(Rules.builtIn().all().keySet().stream()
                        .filter(r -> !r.startsWith("T"))
                        .toList()));
    }

    @ParameterizedTest
    @MethodSource("few")
    void aSenderThatDoesOneThingWrongIsCaughtThereAndNowhereElse(Bends.Wrong wrong) throws Exception {
        assertThat(broken(grade(wrong.sender()))).isEqualTo(wrong.shown());
    }

    @ParameterizedTest
    @MethodSource("more")
    @Tag("long")
    void soIsEachOfTheOthers(Bends.Wrong wrong) throws Exception {
        assertThat(broken(grade(wrong.sender()))).isEqualTo(wrong.shown());
    }

    @Test
    @Tag("long")
    void aSenderWithoutServerNamesBreaksTheTwoRulesAboutThemAndNoOther() throws Exception {
        Grade grade = grade(Bent.names(plan -> Optional.empty()));

        assertThat(grade.rules().stream()
                        .filter(r -> r.standing() == Standing.BROKEN)
                        .map(RuleResult::rule))
                .containsExactlyElementsOf(WITHOUT_NAMES);
    }
}
