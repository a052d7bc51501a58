package org.hikyaku.conformance.attack;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.hikyaku.check.matrix.Attacker;
import org.hikyaku.check.matrix.Cell;
import org.hikyaku.check.matrix.Sender;
import org.hikyaku.check.matrix.State;
import org.hikyaku.check.matrix.ThreatMatrix;

/**
 * The threat matrix of one receiver as the scenes have it: of all attacks that a kind of attacker can play, the worst counts.
 *
 * @param scenes of this receiver only
 */
public record MeasuredMatrix(List<Scene> scenes) {

    public MeasuredMatrix {
        scenes = List.copyOf(scenes);
    }

    /** What becomes of mail; empty where no such attack was played. A delivery counts before mail that is held back. */
    public Optional<State> state(Sender sender, Attacker attacker) {
        return scenes.stream()
                .filter(s -> s.sender() == sender
                        && s.attack().kind().filter(k -> k == attacker).isPresent())
                .map(Scene::state)
                .reduce(MeasuredMatrix::worse);
    }

    private static State worse(State one, State other) {
        return one.compareTo(other) >= 0 ? one : other;
    }

    /**
     * Where a matrix that was derived says something else. What it says is not known, and what was not played, is no
     * difference.
     */
    public List<Difference> differencesFrom(ThreatMatrix derived) {
        List<Difference> differences = new ArrayList<>();
        for (Cell cell : derived.cells()) {
            state(cell.sender(), cell.attacker())
                    .filter(measured -> cell.state() != State.NOT_KNOWN && measured != cell.state())
                    .ifPresent(measured -> differences.add(new Difference(cell, measured)));
        }
        return differences;
    }

    /** A cell that is otherwise than derived. */
    public record Difference(Cell derived, State measured) {
        /** A sentence. */
        public String sentence() {
            return derived.sender().title() + ", " + derived.attacker().title() + ": check derives \""
                    + derived.state().title() + "\", measured is \"" + measured.title() + "\". "
                    + derived.sentence();
        }
    }
}
