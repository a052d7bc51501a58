package org.hikyaku.conformance.attack;

import java.util.Optional;
import org.hikyaku.check.matrix.Attacker;
import org.hikyaku.check.matrix.Sender;
import org.hikyaku.check.matrix.State;
import org.hikyaku.check.matrix.ThreatMatrix;
import org.hikyaku.lab.LabDomain;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/** What was played as JSON, by the schema {@code hikyaku.lab-attack/1}. */
public final class AttackJson {
    /** Name and version of the schema. */
    public static final String SCHEMA = "hikyaku.lab-attack/1";

    private AttackJson() {}

    /**
     * @param document an object that has its schema already
     * @param captured whether the attackers' captures were written
     */
    public static void into(ObjectNode document, Performance performance, boolean captured) {
        ArrayNode attacks = document.putArray("attacks");
        for (Attack attack : performance.attacks()) {
            ObjectNode one = attacks.addObject().put("id", attack.id()).put("title", attack.title());
            one.put("act", attack.act());
            attack.kind().ifPresent(k -> one.put("attacker", k.id()));
        }
        ObjectNode counts = document.putObject("counts");
        for (Outcome outcome : Outcome.values()) {
            counts.put(outcome.id(), performance.count(outcome));
        }
        document.put("asDerived", performance.asDerived());
        ArrayNode receivers = document.putArray("receivers");
        for (LabDomain receiver : performance.receivers()) {
            ObjectNode one =
                    receivers.addObject().put("domain", receiver.text()).put("about", receiver.about());
            ArrayNode scenes = one.putArray("scenes");
            performance.at(receiver).forEach(s -> scene(scenes.addObject(), s, captured));
            matrix(
                    one.putArray("matrix"),
                    performance.measured(receiver),
                    Optional.ofNullable(performance.derived().get(receiver.name())));
        }
    }

    private static void scene(ObjectNode json, Scene scene, boolean captured) {
        json.put("attack", scene.attack().id())
                .put("sender", scene.sender().id())
                .put("outcome", scene.outcome().id())
                .put("reported", scene.reported())
                .put("evidence", scene.evidence())
                .put("senderSays", scene.said());
        scene.rule().ifPresent(r -> json.put("rule", r));
        json.put("marker", scene.marker())
                .put("connections", scene.capture().connections())
                .put("secrets", scene.capture().keyLog().size());
        if (captured) {
            json.put("capture", scene.captureName());
        }
        ArrayNode steps = json.putArray("steps");
        for (Step step : scene.steps()) {
            steps.addObject()
                    .put("from", step.from().title())
                    .put("to", step.to().title())
                    .put("kind", step.kind().id())
                    .put("text", step.text());
        }
    }

    private static void matrix(ArrayNode json, MeasuredMatrix measured, Optional<ThreatMatrix> derived) {
        for (Sender sender : Sender.values()) {
            for (Attacker attacker : Attacker.values()) {
                Optional<State> state = measured.state(sender, attacker);
                if (state.isPresent()) {
                    ObjectNode cell = json.addObject()
                            .put("sender", sender.id())
                            .put("attacker", attacker.id())
                            .put("measured", state.get().id());
                    derived.ifPresent(d ->
                            cell.put("derived", d.cell(sender, attacker).state().id()));
                }
            }
        }
    }
}
