package org.hikyaku.dns;

import static org.assertj.core.api.Assertions.assertThat;
import static org.hikyaku.dns.Lookups.question;
import static org.hikyaku.dns.Lookups.resolver;
import static org.hikyaku.dns.Lookups.verdict;

import java.util.function.Consumer;

/** A signed zone below a signed root, with a name of each kind and an unsigned zone below it, before something is spoiled. */
record Scene(SignedWorld world, SignedZone root, SignedZone zone, SignedZone plain) {

    static Scene scene(SignedZone.Denials denials, Consumer<SignedZone> flaw) {
        SignedZone root = new SignedZone(".", SignedZone.Denials.NSEC);
        SignedZone zone = new SignedZone("zone.", denials)
                .add("www A 192.0.2.1")
                .add("*.wild A 192.0.2.2")
                .add("tree DNAME leaves")
                .add("a.leaves A 192.0.2.3");
        flaw.accept(zone);
        SignedZone plain = new SignedZone("plain.zone.", SignedZone.Denials.NONE).add("www A 192.0.2.4");
        return new Scene(new SignedWorld(root, zone, plain), root, zone, plain);
    }

    static Scene scene() {
        return scene(SignedZone.Denials.NSEC, zone -> {});
    }

    static Answer ask(Scene scene, String question) {
        return resolver(scene.world()).lookup(question(question));
    }

    static void expect(Scene scene, String question, String verdict, String... words) {
        Answer answer = ask(scene, question);
        assertThat(verdict(answer)).as("%s", answer).isEqualTo(verdict);
        if (answer instanceof Answer.Bogus bogus) {
            assertThat(bogus.reason().sentence()).endsWith(".");
            for (String word : words) {
                assertThat(bogus.reason().sentence()).contains(word);
            }
            assertThat(bogus.reason().mend()).endsWith(".");
            assertThat(bogus.proof().links())
                    .as("the proof shows where it breaks")
                    .anyMatch(l -> l.status() == Proof.Status.BOGUS);
        }
    }
}
