package org.hikyaku.dns;

import static org.assertj.core.api.Assertions.assertThat;
import static org.hikyaku.dns.Lookups.question;
import static org.hikyaku.dns.Lookups.resolver;
import static org.hikyaku.dns.Lookups.verdict;
import static org.hikyaku.dns.Scene.ask;
import static org.hikyaku.dns.Scene.expect;
import static org.hikyaku.dns.Scene.scene;

import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.xbill.DNS.DClass;
import org.xbill.DNS.NSEC3Record;
import org.xbill.DNS.Name;
import org.xbill.DNS.Rcode;
import org.xbill.DNS.Record;
import org.xbill.DNS.Type;

/** Each flaw of a denial, what becomes of it, and that the sentence names the cause. */
class BogusDenialsTest {

    @ParameterizedTest
    @EnumSource(names = {"NSEC", "NSEC3"})
    void denialMissing(SignedZone.Denials denials) {
        for (String question : List.of("nothing.zone. A", "www.zone. MX", "x.wild.zone. A")) {
            Scene scene = scene(denials, zone -> {});
            scene.world()
                    .tamperWithAll(Tampering.drop(rr -> rr.getName().subdomain(Name.fromConstantString("zone."))
                            && (rr.getType() == Type.NSEC || rr.getType() == Type.NSEC3)));
            expect(scene, question, "BOGUS 12", "zone");
        }
    }

    @ParameterizedTest
    @EnumSource(names = {"NSEC", "NSEC3"})
    void denialOfDsMissing(SignedZone.Denials denials) {
        Scene scene = scene(denials, zone -> {});
        scene.world().tamper("plain.zone.", Type.DS, Tampering.drop(rr -> true));
        expect(scene, "www.plain.zone. A", "BOGUS 12", "Whether plain.zone is signed is not known");
    }

    @ParameterizedTest
    @EnumSource(names = {"NSEC", "NSEC3"})
    void hiddenDs(SignedZone.Denials denials) {
        SignedZone root = new SignedZone(".", denials);
        SignedZone zone = new SignedZone("zone.", denials).add("www A 192.0.2.1");
        SignedWorld world = new SignedWorld(root, zone);
        world.tamperWithAll(Tampering.drop(rr -> rr.getName().equals(zone.apex) && rr.getType() == Type.RRSIG));
        world.tamper("www.zone.", Type.A, Tampering.drop(Type.RRSIG));
        world.tamper("zone.", Type.DS, message -> {
            message.removeAllRecords(org.xbill.DNS.Section.ANSWER);
            List<Record> denial = denials == SignedZone.Denials.NSEC ? root.nsec(zone.apex) : root.nsec3(zone.apex);
            denial.forEach(rr -> message.addRecord(rr, org.xbill.DNS.Section.AUTHORITY));
            root.sign(denial).forEach(rr -> message.addRecord(rr, org.xbill.DNS.Section.AUTHORITY));
            return message;
        });
        assertThat(verdict(resolver(world).lookup(question("www.zone. A")))).isEqualTo("BOGUS 12");
    }

    /** The proof that another name does not exist does not do. */
    @ParameterizedTest
    @EnumSource(names = {"NSEC", "NSEC3"})
    void denialOfAnotherName(SignedZone.Denials denials) {
        Scene scene = scene(denials, zone -> zone.add("zzz A 192.0.2.9").add("aaa A 192.0.2.9"));
        for (String[] swap : new String[][] {{"www.zone.", "nothing.zone."}, {"a.leaves.zone.", "zzzz.zone."}}) {
            scene.world().tamper(swap[0], Type.A, message -> {
                try {
                    return scene.world().answer(question(swap[1] + " A"));
                } catch (java.io.IOException e) {
                    throw new IllegalStateException(e);
                }
            });
            assertThat(verdict(ask(scene, swap[0] + " A"))).isEqualTo("BOGUS 12");
        }
    }

    /** RFC 6840 section 4.1: the parent's record at a cut says nothing about the child's names. */
    @ParameterizedTest
    @EnumSource(names = {"NSEC", "NSEC3"})
    void parentsDenialForANameInTheChild(SignedZone.Denials denials) {
        SignedZone root = new SignedZone(".", denials);
        SignedZone zone = new SignedZone("zone.", SignedZone.Denials.NSEC).add("www A 192.0.2.1");
        SignedWorld world = new SignedWorld(root, zone);
        for (String name : List.of("www.zone.", "zone.")) {
            world.tamper(name, Type.A, message -> {
                message.removeAllRecords(org.xbill.DNS.Section.ANSWER);
                message.removeAllRecords(org.xbill.DNS.Section.AUTHORITY);
                message.getHeader().setRcode(Rcode.NXDOMAIN);
                for (Name proved : List.of(zone.apex, Name.root)) {
                    List<Record> denial = denials == SignedZone.Denials.NSEC ? root.nsec(proved) : root.nsec3(proved);
                    denial.forEach(rr -> message.addRecord(rr, org.xbill.DNS.Section.AUTHORITY));
                    root.sign(denial).forEach(rr -> message.addRecord(rr, org.xbill.DNS.Section.AUTHORITY));
                }
                return message;
            });
            assertThat(verdict(resolver(world).lookup(question(name + " A")))).isEqualTo("BOGUS 12");
        }
    }

    /** RFC 6840 section 4.1: the child's record at its apex does not deny the DS. */
    @ParameterizedTest
    @EnumSource(names = {"NSEC", "NSEC3"})
    void childsDenialOfItsOwnDs(SignedZone.Denials denials) {
        Scene scene = scene(denials, zone -> {});
        SignedZone zone = scene.zone();
        scene.world().tamper("zone.", Type.DS, message -> {
            message.removeAllRecords(org.xbill.DNS.Section.ANSWER);
            List<Record> denial = denials == SignedZone.Denials.NSEC ? zone.nsec(zone.apex) : zone.nsec3(zone.apex);
            denial.forEach(rr -> message.addRecord(rr, org.xbill.DNS.Section.AUTHORITY));
            zone.sign(denial).forEach(rr -> message.addRecord(rr, org.xbill.DNS.Section.AUTHORITY));
            return message;
        });
        scene.world().tamper("www.zone.", Type.A, Tampering.drop(Type.RRSIG));
        expect(scene, "www.zone. A", "BOGUS 12");
        expect(scene, "zone. DS", "BOGUS 12");
    }

    @Test
    void iterations() {
        int[][] cases = {{0, 1}, {150, 1}, {151, 0}, {2500, 0}};
        for (int[] c : cases) {
            Scene scene = scene(SignedZone.Denials.NSEC3, zone -> zone.iterations = c[0]);
            String status = c[1] == 1 ? "SECURE " : "INSECURE ";
            assertThat(verdict(ask(scene, "nothing.zone. A"))).isEqualTo(status + "NXDOMAIN");
            assertThat(verdict(ask(scene, "www.zone. MX"))).isEqualTo(status + "NODATA");
            assertThat(verdict(ask(scene, "x.wild.zone. A"))).isEqualTo(status + "1 RECORDS");
            assertThat(verdict(ask(scene, "www.zone. A"))).isEqualTo("SECURE 1 RECORDS");
            assertThat(verdict(ask(scene, "www.plain.zone. A"))).isEqualTo("INSECURE 1 RECORDS");
        }
    }

    /** Else anyone could make an answer insecure by adding a record. */
    @Test
    void unsignedRecordWithManyIterationsDoesNotMakeInsecure() {
        Scene scene = scene(SignedZone.Denials.NSEC3, zone -> {});
        scene.world()
                .tamper(
                        "nothing.zone.",
                        Type.A,
                        Tampering.replace(rr -> rr instanceof NSEC3Record n
                                ? List.of(new NSEC3Record(
                                        n.getName(),
                                        DClass.IN,
                                        300,
                                        1,
                                        n.getFlags(),
                                        2500,
                                        n.getSalt(),
                                        n.getNext(),
                                        n.getTypes()))
                                : List.of(rr)));
        expect(scene, "nothing.zone. A", "BOGUS 6", "NSEC3");
    }
}
