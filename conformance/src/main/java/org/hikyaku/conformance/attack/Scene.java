package org.hikyaku.conformance.attack;

import java.util.List;
import java.util.Optional;
import org.hikyaku.check.matrix.Sender;
import org.hikyaku.check.matrix.State;
import org.hikyaku.lab.LabDomain;

/**
 * One attack on one mail of one sender to one receiver, played.
 *
 * @param outcome what became of the mail
 * @param reported whether the sender counted a failure under a policy in testing, for the domain's report (S12)
 * @param evidence how the outcome is known, a sentence
 * @param said what the sender says of it
 * @param rule the rule that decided, when the sender names one
 * @param marker the word that stands in this mail and in no other
 * @param steps what happened
 * @param capture what the attacker has
 */
public record Scene(
        LabDomain receiver,
        Sender sender,
        Attack attack,
        Outcome outcome,
        boolean reported,
        String evidence,
        String said,
        Optional<String> rule,
        String marker,
        List<Step> steps,
        AttackerCapture capture) {

    public Scene {
        steps = List.copyOf(steps);
    }

    /** A name for the file with the attacker's capture. */
    public String captureName() {
        return receiver.text() + "_" + attack.id() + "_" + sender.id() + ".pcapng";
    }

    /** The outcome as the threat matrix calls it. */
    public State state() {
        return switch (outcome) {
            case SAFE -> State.DELIVERED;
            case HELD_BACK -> State.HELD_BACK;
            case READ, CHANGED, DIVERTED -> reported ? State.REPORTED : State.EXPOSED;
        };
    }
}
