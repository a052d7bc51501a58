package org.hikyaku.dns;

import static org.assertj.core.api.Assertions.assertThat;

import com.code_intelligence.jazzer.api.FuzzedDataProvider;
import com.code_intelligence.jazzer.junit.FuzzTest;
import java.io.IOException;
import java.time.InstantSource;
import java.util.HashSet;
import java.util.List;
import org.hikyaku.net.Deadline;
import org.xbill.DNS.Message;
import org.xbill.DNS.Record;

/** Messages with bytes changed at will: the validator never throws, and never calls forged records secure. */
class ValidatorFuzzTest {
    private static final List<String> QUESTIONS = List.of(
            "www.example. A",
            "nothing.example. A",
            "a.wild.example. A",
            "alias.example. A",
            "a.tree.example. A",
            "www.sub.example. A",
            "www.plain.example. A",
            "_tcp.mx.example. A",
            "sub.example. DS");

    private final SignedWorld byNsec = ValidatingResolverTest.world(SignedZone.Denials.NSEC);
    private final SignedWorld byNsec3 = ValidatingResolverTest.world(SignedZone.Denials.NSEC3);

    @FuzzTest(maxDuration = "60s")
    void mutatedMessages(FuzzedDataProvider data) throws IOException {
        SignedWorld world = data.consumeBoolean() ? byNsec : byNsec3;
        Question question = Lookups.question(data.pickValue(QUESTIONS));
        Answer untouched = Lookups.resolver(world).lookup(question);
        int victim = data.consumeInt(0, 7);
        Resolver hostile = new Resolver() {
            private int count;

            @Override
            public synchronized Reply ask(Question asked, Deadline deadline) {
                try {
                    byte[] wire = world.answer(asked).toWire();
                    if (count++ == victim) {
                        int changes = data.consumeInt(1, 8);
                        for (int i = 0; i < changes && wire.length > 12; i++) {
                            wire[data.consumeInt(2, wire.length - 1)] = data.consumeByte();
                        }
                    }
                    return new Reply.Received(new Message(wire));
                } catch (IOException e) {
                    return new Reply.Unusable(new Failure(Failure.Kind.MALFORMED, "The message cannot be read."));
                }
            }
        };
        ValidatingResolver resolver = new ValidatingResolver(
                hostile, world.anchors(), ValidatorOptions.defaults(), InstantSource.fixed(SignedZone.NOW));
        Answer answer = resolver.lookup(question);
        if (untouched instanceof Answer.Secure genuine) {
            assertThat(answer).as("downgraded").isNotInstanceOf(Answer.Insecure.class);
            if (answer instanceof Answer.Secure secure) {
                assertThat(Lookups.verdict(secure)).isEqualTo(Lookups.verdict(genuine));
                assertThat(new HashSet<Record>(secure.content().recordsOrNone()))
                        .isEqualTo(new HashSet<>(genuine.content().recordsOrNone()));
            }
        }
    }
}
