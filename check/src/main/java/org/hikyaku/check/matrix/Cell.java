package org.hikyaku.check.matrix;

import java.util.Optional;

/**
 * What becomes of mail from one kind of sender under one kind of attacker.
 *
 * @param host the MX host that decides, being the worst; empty when it is the domain as a whole
 * @param by a few words: the mechanism that protects, or what is missing
 * @param rule the rule that holds the mail back; empty where nothing does
 * @param sentence the whole of it, for people
 */
public record Cell(
        Sender sender,
        Attacker attacker,
        State state,
        Optional<String> host,
        String by,
        Optional<String> rule,
        String sentence) {

    /** What becomes of the mail where it is exposed. */
    public Optional<Attacker.Harm> harm() {
        return state.isExposed() ? Optional.of(attacker.harm()) : Optional.empty();
    }
}
