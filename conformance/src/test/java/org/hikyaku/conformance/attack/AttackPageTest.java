package org.hikyaku.conformance.attack;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayInputStream;
import java.nio.charset.StandardCharsets;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import nu.validator.client.EmbeddedValidator;
import org.hikyaku.check.matrix.Sender;
import org.hikyaku.conformance.attack.Step.Kind;
import org.hikyaku.conformance.attack.Step.Party;
import org.hikyaku.lab.LabDomain;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;

@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class AttackPageTest {
    private Performance performance = new Performance(List.of(), Map.of());

    @BeforeAll
    void play() throws Exception {
        try (LabAttack lab = LabAttack.start(InstantSource.system())) {
            List<LabDomain> receivers = List.of(lab.lab().catalogue().domain("sts-testing.example"));
            performance = new Performance(
                    lab.playAll(receivers, Attacks.all(), List.of(Sender.values()), scene -> {}),
                    lab.derived(receivers));
        }
    }

    @AfterAll
    void forget() {
        performance = new Performance(List.of(), Map.of());
    }

    @Test
    void isValidHtmlWithAnAnchorForEachLink() throws Exception {
        String html = AttackPage.of(performance, "1.0");

        EmbeddedValidator validator = new EmbeddedValidator();
        validator.setOutputFormat(EmbeddedValidator.OutputFormat.TEXT);
        String complaints = validator.validate(new ByteArrayInputStream(html.getBytes(StandardCharsets.UTF_8)));
        assertThat(complaints.lines().filter(l -> l.contains("error")).toList()).isEmpty();
        for (Attack attack : Attacks.all()) {
            String anchor = "a-sts-testing-example-" + attack.id();
            assertThat(html).contains("href=\"#" + anchor + "\"").containsOnlyOnce("id=\"" + anchor + "\"");
        }
    }

    @Test
    void drawsForEachAttackWhatHappened() {
        String html = AttackPage.of(performance, "1.0");

        assertThat(html.split("<ol class=\"play\">", -1))
                .hasSizeGreaterThan(Attacks.all().size());
        assertThat(html)
                .contains("sender to receiver, in clear: ")
                .contains("attacker to sender, forged: ")
                .contains("sender to attacker, encrypted for the attacker: ")
                .contains("sender to receiver, encrypted: ");
    }

    @Test
    void letsNothingThroughThatIsMarkup() {
        Scene played = performance.scenes().getFirst();
        Scene hostile = new Scene(
                played.receiver(),
                played.sender(),
                played.attack(),
                Outcome.READ,
                false,
                "<img src=x onerror=alert(1)>",
                "said",
                Optional.of("<em>D1</em>"),
                played.marker(),
                List.of(new Step(Party.SENDER, Party.ATTACKER, Kind.CLEAR, "EHLO <script>alert(1)</script>")),
                played.capture());

        String html = AttackPage.of(new Performance(List.of(hostile), Map.of()), "1.0");

        assertThat(html)
                .doesNotContain("<script")
                .doesNotContain("<img")
                .doesNotContain("<em>")
                .contains("EHLO &lt;script&gt;alert(1)&lt;/script&gt;");
    }
}
