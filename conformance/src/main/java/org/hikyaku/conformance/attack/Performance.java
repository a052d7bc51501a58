package org.hikyaku.conformance.attack;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;
import org.hikyaku.check.matrix.Sender;
import org.hikyaku.check.matrix.ThreatMatrix;
import org.hikyaku.lab.LabDomain;
import org.xbill.DNS.Name;

/**
 * All that was played, and what {@code check} derives for the same domains.
 *
 * @param scenes in the order of receivers, attacks, senders
 * @param derived the threat matrices, by receiver
 */
public record Performance(List<Scene> scenes, Map<Name, ThreatMatrix> derived) {

    public Performance {
        scenes = List.copyOf(scenes);
        derived = Map.copyOf(derived);
    }

    public List<LabDomain> receivers() {
        return scenes.stream().map(Scene::receiver).distinct().toList();
    }

    public List<Attack> attacks() {
        return scenes.stream().map(Scene::attack).distinct().toList();
    }

    public List<Sender> senders() {
        return scenes.stream().map(Scene::sender).distinct().sorted().toList();
    }

    /** The scenes of one receiver. */
    public List<Scene> at(LabDomain receiver) {
        return scenes.stream().filter(s -> s.receiver().equals(receiver)).toList();
    }

    /** One attack on one receiver, a scene for each sender. */
    public List<Scene> at(LabDomain receiver, Attack attack) {
        return at(receiver).stream().filter(s -> s.attack().equals(attack)).toList();
    }

    /** The same, those together that came to the same in the same way. */
    public List<List<Scene>> alike(LabDomain receiver, Attack attack) {
        return List.copyOf(at(receiver, attack).stream()
                .collect(Collectors.groupingBy(Performance::story, LinkedHashMap::new, Collectors.toList()))
                .values());
    }

    /** The steps without what is different each time: the secret word, and how many bytes went by encrypted. */
    private static String story(Scene scene) {
        return scene.outcome() + " " + scene.reported() + " "
                + scene.steps().stream()
                        .map(s -> s.from() + " " + s.to() + " " + s.kind() + " "
                                + (s.kind() == Step.Kind.SEALED ? "" : s.text().replace(scene.marker(), "")))
                        .collect(Collectors.joining("\n"));
    }

    public MeasuredMatrix measured(LabDomain receiver) {
        return new MeasuredMatrix(at(receiver));
    }

    /** Where the derived matrix says something else. */
    public List<MeasuredMatrix.Difference> differences(LabDomain receiver) {
        return Optional.ofNullable(derived.get(receiver.name()))
                .map(measured(receiver)::differencesFrom)
                .orElse(List.of());
    }

    public boolean asDerived() {
        return receivers().stream().allMatch(r -> differences(r).isEmpty());
    }

    /** How many mails ended so. */
    public long count(Outcome outcome) {
        return scenes.stream().filter(s -> s.outcome() == outcome).count();
    }
}
