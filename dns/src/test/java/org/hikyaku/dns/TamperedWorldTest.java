package org.hikyaku.dns;

import static org.assertj.core.api.Assertions.assertThat;
import static org.hikyaku.dns.Lookups.question;
import static org.hikyaku.dns.Lookups.resolver;
import static org.hikyaku.dns.Lookups.verdict;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Random;
import java.util.Set;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.xbill.DNS.Message;
import org.xbill.DNS.Rcode;
import org.xbill.DNS.Record;
import org.xbill.DNS.Section;
import org.xbill.DNS.Type;

/**
 * Whatever one changes in the messages about signed names: the outcome stays the same, or it becomes bogus or failed.
 * It never becomes insecure, and never secure with other content.
 */
class TamperedWorldTest {
    private static final List<String> QUESTIONS = List.of(
            "www.example. A",
            "nothing.example. A",
            "www.example. AAAA",
            "a.wild.example. A",
            "a.wild.example. AAAA",
            "alias.example. A",
            "a.tree.example. A",
            "www.sub.example. A",
            "_tcp.mx.example. A",
            "sub.example. DS");

    @ParameterizedTest
    @EnumSource(names = {"NSEC", "NSEC3"})
    void everyRecordDroppedOnce(SignedZone.Denials denials) {
        SignedWorld world = ValidatingResolverTest.world(denials);
        Set<String> seen = new HashSet<>();
        for (String text : QUESTIONS) {
            Answer untouched = resolver(world).lookup(question(text));
            for (Question touched : asked(world, text)) {
                int records = size(world, touched);
                for (int i = 0; i < records; i++) {
                    int index = i;
                    world.tamper(touched.name().toString(), touched.type(), m -> change(m, index, -1));
                    seen.add(check(text, untouched, resolver(world).lookup(question(text)), touched + " drop " + i));
                }
                world.tamper(touched.name().toString(), touched.type(), m -> m);
            }
        }
        assertThat(seen).contains("BOGUS 6", "BOGUS 9", "BOGUS 10", "BOGUS 12");
    }

    @ParameterizedTest
    @EnumSource(names = {"NSEC", "NSEC3"})
    void everyRecordWithBitsFlipped(SignedZone.Denials denials) {
        SignedWorld world = ValidatingResolverTest.world(denials);
        Random random = new Random(7);
        Set<String> seen = new HashSet<>();
        for (String text : QUESTIONS) {
            Answer untouched = resolver(world).lookup(question(text));
            for (Question touched : asked(world, text)) {
                int records = size(world, touched);
                for (int i = 0; i < records; i++) {
                    for (int round = 0; round < 6; round++) {
                        int index = i;
                        int bit = random.nextInt(8 * 120);
                        world.tamper(touched.name().toString(), touched.type(), m -> change(m, index, bit));
                        Answer answer = resolver(world).lookup(question(text));
                        seen.add(check(text, untouched, answer, touched + " record " + i + " bit " + bit));
                    }
                }
                world.tamper(touched.name().toString(), touched.type(), m -> m);
            }
        }
        assertThat(seen).contains("BOGUS 6");
    }

    @ParameterizedTest
    @EnumSource(names = {"NSEC", "NSEC3"})
    void responseCodeOrSectionChanged(SignedZone.Denials denials) {
        SignedWorld world = ValidatingResolverTest.world(denials);
        for (String text : QUESTIONS) {
            Answer untouched = resolver(world).lookup(question(text));
            Question touched = question(text);
            for (int rcode : new int[] {Rcode.NOERROR, Rcode.NXDOMAIN, Rcode.FORMERR, Rcode.NOTIMP}) {
                world.tamper(touched.name().toString(), touched.type(), Tampering.rcode(rcode));
                check(text, untouched, resolver(world).lookup(touched), "rcode " + rcode);
            }
            for (int section : new int[] {Section.ANSWER, Section.AUTHORITY}) {
                world.tamper(touched.name().toString(), touched.type(), m -> {
                    m.removeAllRecords(section);
                    return m;
                });
                check(text, untouched, resolver(world).lookup(touched), "section " + section + " emptied");
            }
            world.tamper(touched.name().toString(), touched.type(), m -> m);
        }
    }

    private static String check(String text, Answer untouched, Answer answer, String what) {
        assertThat(untouched).isInstanceOf(Answer.Secure.class);
        switch (answer) {
            case Answer.Secure secure -> {
                assertThat(verdict(secure)).as("%s, %s", text, what).isEqualTo(verdict(untouched));
                assertThat(new HashSet<>(secure.content().recordsOrNone()))
                        .as("%s, %s", text, what)
                        .isEqualTo(new HashSet<>(
                                ((Answer.Secure) untouched).content().recordsOrNone()));
            }
            case Answer.Insecure insecure ->
                throw new AssertionError(text + " became insecure by " + what + ": " + insecure);
            case Answer.Bogus bogus ->
                assertThat(bogus.reason().sentence()).as("%s, %s", text, what).endsWith(".");
            case Answer.Failed failed -> {}
        }
        return verdict(answer);
    }

    private static List<Question> asked(SignedWorld world, String text) {
        world.asked.clear();
        resolver(world).lookup(question(text));
        return new ArrayList<>(new HashSet<>(world.asked));
    }

    private static int size(SignedWorld world, Question question) {
        try {
            Message message = world.answer(question);
            return message.getSection(Section.ANSWER).size()
                    + message.getSection(Section.AUTHORITY).size();
        } catch (java.io.IOException e) {
            throw new IllegalStateException(e);
        }
    }

    /** Drops the record at the index, counted over both sections, or flips a bit of it. */
    private static Message change(Message message, int index, int bit) {
        int at = 0;
        for (int section : new int[] {Section.ANSWER, Section.AUTHORITY}) {
            List<Record> before = List.copyOf(message.getSection(section));
            message.removeAllRecords(section);
            for (Record rr : before) {
                if (at++ != index) {
                    message.addRecord(rr, section);
                } else if (bit >= 0 && rr.getType() != Type.SOA) {
                    Tampering.flipped(rr, bit).forEach(changed -> message.addRecord(changed, section));
                }
            }
        }
        return message;
    }

    /** The response code is not signed: an empty non-terminal stays one, and below it may be a delegation. */
    @ParameterizedTest
    @EnumSource(names = {"NSEC", "NSEC3"})
    void aForgedNxdomainDoesNotHideADelegationBelow(SignedZone.Denials denials) {
        SignedWorld world = new SignedWorld(
                new SignedZone(".", SignedZone.Denials.NSEC),
                new SignedZone("zone.", denials),
                new SignedZone("plain.ent.zone.", SignedZone.Denials.NONE).add("www A 192.0.2.4"));
        world.tamper("ent.zone.", Type.DS, Tampering.rcode(Rcode.NXDOMAIN));
        assertThat(verdict(resolver(world).lookup(question("www.plain.ent.zone. A"))))
                .isEqualTo("INSECURE 1 RECORDS");
    }
}
