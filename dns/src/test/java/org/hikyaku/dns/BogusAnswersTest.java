package org.hikyaku.dns;

import static org.assertj.core.api.Assertions.assertThat;
import static org.hikyaku.dns.Lookups.question;
import static org.hikyaku.dns.Lookups.resolver;
import static org.hikyaku.dns.Lookups.verdict;
import static org.hikyaku.dns.SignedZone.NOW;

import java.time.Duration;
import java.util.List;
import java.util.function.Consumer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.xbill.DNS.CNAMERecord;
import org.xbill.DNS.DClass;
import org.xbill.DNS.DNSKEYRecord;
import org.xbill.DNS.DSRecord;
import org.xbill.DNS.NSEC3Record;
import org.xbill.DNS.Name;
import org.xbill.DNS.RRSIGRecord;
import org.xbill.DNS.Rcode;
import org.xbill.DNS.Record;
import org.xbill.DNS.Type;

/** Each flaw, what becomes of it, and that the sentence names the cause. */
class BogusAnswersTest {

    private record Scene(SignedWorld world, SignedZone root, SignedZone zone, SignedZone plain) {}

    private static Scene scene(SignedZone.Denials denials, Consumer<SignedZone> flaw) {
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

    private static Scene scene() {
        return scene(SignedZone.Denials.NSEC, zone -> {});
    }

    private static Answer ask(Scene scene, String question) {
        return resolver(scene.world()).lookup(question(question));
    }

    private static void expect(Scene scene, String question, String verdict, String... words) {
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

    @Test
    void expiredZone() {
        Scene scene = scene(SignedZone.Denials.NSEC, zone -> {
            zone.inception = NOW.minus(Duration.ofDays(12));
            zone.expiration = NOW.minus(Duration.ofDays(2));
        });
        expect(
                scene,
                "www.zone. A",
                "BOGUS 7",
                "DNSKEY of zone by key 13/" + scene.zone().ksk.getFootprint(),
                "ended 2026-11-20 01:02:03 UTC, 2 d ago",
                "made for 10 d, so up to 1 d of clock skew");
    }

    @Test
    void expiredAnswerOnly() {
        Scene scene = scene();
        scene.world()
                .tamper(
                        "www.zone.",
                        Type.A,
                        Tampering.resigned(
                                scene.zone(), Type.A, NOW.minus(Duration.ofDays(3)), NOW.minus(Duration.ofDays(2))));
        expect(
                scene,
                "www.zone. A",
                "BOGUS 7",
                "A of www.zone by key 13/" + scene.zone().zsk.getFootprint());
    }

    @Test
    void expiredBeatsWrong() {
        Scene scene = scene();
        scene.world().tamper("www.zone.", Type.A, message -> {
            Record expired = Tampering.resigned(
                            scene.zone(), Type.A, NOW.minus(Duration.ofDays(3)), NOW.minus(Duration.ofDays(2)))
                    .apply(message.clone())
                    .getSection(org.xbill.DNS.Section.ANSWER)
                    .getLast();
            return Tampering.add(expired).apply(Tampering.wrongSignature(Type.A).apply(message));
        });
        expect(scene, "www.zone. A", "BOGUS 7");
    }

    @Test
    void notYetValid() {
        Scene scene = scene(SignedZone.Denials.NSEC, zone -> {
            zone.inception = NOW.plus(Duration.ofDays(2));
            zone.expiration = NOW.plus(Duration.ofDays(3));
        });
        expect(scene, "www.zone. A", "BOGUS 8", "begins 2026-11-24 01:02:03 UTC, 2 d from now");
    }

    @Test
    void inceptionAfterExpiration() {
        Scene scene = scene();
        scene.world()
                .tamper(
                        "www.zone.",
                        Type.A,
                        Tampering.resigned(scene.zone(), Type.A, NOW.plusSeconds(60), NOW.minusSeconds(60)));
        expect(scene, "www.zone. A", "BOGUS 6", "never valid");
    }

    @Test
    void validOnlyThanksToSkew() {
        Scene scene = scene(SignedZone.Denials.NSEC, zone -> {
            zone.inception = NOW.minus(Duration.ofDays(10));
            zone.expiration = NOW.minus(Duration.ofHours(5));
        });
        for (String question : List.of("www.zone. A", "nothing.zone. A", "x.wild.zone. A", "www.zone. MX")) {
            Answer answer = ask(scene, question);
            assertThat(answer).isInstanceOf(Answer.Secure.class);
            assertThat(((Answer.Secure) answer).proof().thanksToSkew()).isTrue();
            assertThat(((Answer.Secure) answer).content().ttl()).isLessThanOrEqualTo(Duration.ofSeconds(60));
        }
        Answer strict = resolver(scene.world(), ValidatorOptions.defaults().withSkew(SkewRule.none()))
                .lookup(question("www.zone. A"));
        assertThat(verdict(strict)).isEqualTo("BOGUS 7");
    }

    @Test
    void ttlEndsWithTheSignature() {
        Scene scene = scene(SignedZone.Denials.NSEC, zone -> zone.expiration = NOW.plusSeconds(100));
        assertThat(((Answer.Secure) ask(scene, "www.zone. A")).content().ttl()).isEqualTo(Duration.ofSeconds(100));
    }

    @Test
    void wrongSignature() {
        Scene scene = scene();
        scene.world().tamper("www.zone.", Type.A, Tampering.wrongSignature(Type.A));
        expect(
                scene,
                "www.zone. A",
                "BOGUS 6",
                "does not verify",
                "13/" + scene.zone().zsk.getFootprint());
    }

    @Test
    void forgedAddress() {
        Scene scene = scene();
        scene.world()
                .tamper(
                        "www.zone.",
                        Type.A,
                        Tampering.replace(rr -> rr.getType() == Type.A ? Tampering.flipped(rr, 31) : List.of(rr)));
        expect(scene, "www.zone. A", "BOGUS 6", "does not verify");
    }

    @Test
    void noSignature() {
        Scene scene = scene();
        scene.world().tamper("www.zone.", Type.A, Tampering.drop(Type.RRSIG));
        expect(scene, "www.zone. A", "BOGUS 10", "without a signature", "zone");
    }

    @Test
    void keysWithoutSignature() {
        Scene scene = scene();
        scene.world().tamper("zone.", Type.DNSKEY, Tampering.drop(Type.RRSIG));
        expect(scene, "www.zone. A", "BOGUS 10", "DNSKEY of zone");
    }

    @Test
    void noKeys() {
        Scene scene = scene();
        scene.world().tamper("zone.", Type.DNSKEY, Tampering.drop(rr -> true));
        expect(scene, "www.zone. A", "BOGUS 9", "has no DNSKEY");
    }

    @Test
    void dsWithoutKey() {
        Scene scene = scene();
        int before = scene.zone().ksk.getFootprint();
        SignedZone other = new SignedZone("zone.", SignedZone.Denials.NSEC);
        scene.zone().ksk = other.ksk;
        expect(
                scene,
                "www.zone. A",
                "BOGUS 9",
                "The DS 13/" + before,
                "fits no DNSKEY",
                "13/" + other.ksk.getFootprint());
    }

    @Test
    void dsOfAnotherDigest() {
        Scene scene = scene();
        scene.world()
                .tamper(
                        "zone.",
                        Type.DNSKEY,
                        Tampering.replace(rr -> rr instanceof DNSKEYRecord key && key.getFlags() == 257
                                ? Tampering.flipped(rr, 100)
                                : List.of(rr)));
        expect(scene, "www.zone. A", "BOGUS 9");
    }

    @Test
    void keysNotSignedByTheKeyOfTheDs() {
        Scene scene = scene();
        scene.world().tamper("zone.", Type.DNSKEY, message -> {
            List<Record> keys = message.getSection(org.xbill.DNS.Section.ANSWER).stream()
                    .filter(rr -> rr.getType() == Type.DNSKEY)
                    .toList();
            RRSIGRecord byZsk = SignedZone.sign(
                    keys, scene.zone().zsk, scene.zone().zskPair, NOW.minusSeconds(9), NOW.plusSeconds(9));
            return Tampering.add(byZsk).apply(Tampering.drop(Type.RRSIG).apply(message));
        });
        expect(scene, "www.zone. A", "BOGUS 10", "not signed by the key that the parent vouches for");
    }

    @Test
    void zoneKeyBitMissingOnTheSigningKey() {
        Scene scene = scene(SignedZone.Denials.NSEC, zone -> zone.zsk = with(zone.zsk, 0));
        expect(scene, "www.zone. A", "BOGUS 11", "no zone key bit");
    }

    @Test
    void zoneKeyBitMissingOnTheKeyOfTheDs() {
        Scene scene = scene(SignedZone.Denials.NSEC, zone -> zone.ksk = with(zone.ksk, 1));
        expect(scene, "www.zone. A", "BOGUS 11", "no zone key bit", "flags 1");
    }

    @Test
    void revokedKeyOfTheDs() {
        Scene scene = scene(SignedZone.Denials.NSEC, zone -> zone.ksk = with(zone.ksk, 257 | 128));
        expect(scene, "www.zone. A", "BOGUS 9", "marked as revoked");
    }

    private static DNSKEYRecord with(DNSKEYRecord key, int flags) {
        return new DNSKEYRecord(key.getName(), DClass.IN, key.getTTL(), flags, 3, key.getAlgorithm(), key.getKey());
    }

    @Test
    void signedWithAKeyThatIsNotPublished() {
        Scene scene = scene();
        SignedZone other = new SignedZone("zone.", SignedZone.Denials.NSEC);
        scene.zone().zsk = other.zsk;
        scene.world()
                .tamper(
                        "zone.",
                        Type.DNSKEY,
                        message -> Tampering.resigned(
                                        scene.zone(), Type.DNSKEY, NOW.minusSeconds(9), NOW.plusSeconds(9))
                                .apply(Tampering.drop(rr -> rr.equals(other.zsk))
                                        .apply(message)));
        expect(scene, "www.zone. A", "BOGUS 9", "has no DNSKEY with this algorithm and tag");
    }

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
    void aliasThatDoesNotFollowFromItsDname() {
        Scene scene = scene();
        scene.world()
                .tamper(
                        "a.tree.zone.",
                        Type.A,
                        Tampering.replace(rr -> rr instanceof CNAMERecord alias
                                ? List.of(new CNAMERecord(
                                        alias.getName(), DClass.IN, 60, Name.fromConstantString("www.plain.zone.")))
                                : List.of(rr)));
        expect(scene, "a.tree.zone. A", "BOGUS 6", "www.plain.zone,", "a.leaves.zone ");
    }

    @Test
    void sha1DigestDoesNotCountBesideSha256() {
        Scene scene = scene(SignedZone.Denials.NSEC, zone -> zone.digests = new int[] {1, 2});
        assertThat(verdict(ask(scene, "www.zone. A"))).isEqualTo("SECURE 1 RECORDS");
        // RFC 4509 section 3: with the SHA-256 digest wrong, the right SHA-1 digest must not rescue it
        List<Record> ds = scene.root().at(scene.zone().apex, Type.DS);
        ds.replaceAll(rr -> rr instanceof DSRecord d && d.getDigestID() == 2
                ? new DSRecord(rr.getName(), DClass.IN, 3600, d.getFootprint(), 13, 2, new byte[32])
                : rr);
        scene.root().forgetSignatures();
        expect(scene, "www.zone. A", "BOGUS 9");
    }

    @Test
    void digestTypes() {
        Object[][] cases = {
            {new int[] {1}, "SECURE 1 RECORDS"},
            {new int[] {2}, "SECURE 1 RECORDS"},
            {new int[] {4}, "SECURE 1 RECORDS"},
            {new int[] {2, 4}, "SECURE 1 RECORDS"},
        };
        for (Object[] c : cases) {
            Scene scene = scene(SignedZone.Denials.NSEC, zone -> zone.digests = (int[]) c[0]);
            assertThat(verdict(ask(scene, "www.zone. A"))).isEqualTo(c[1]);
        }
    }

    @Test
    void unknownDigestTypesAndAlgorithmsAreInsecure() {
        int[][] kinds = {{13, 5, 2}, {12, 2, 1}, {253, 2, 1}, {1, 2, 1}};
        for (int[] kind : kinds) {
            Scene scene = scene(SignedZone.Denials.NSEC, zone -> {});
            List<Record> ds = scene.root().at(scene.zone().apex, Type.DS);
            ds.clear();
            ds.add(new DSRecord(scene.zone().apex, DClass.IN, 3600, 4711, kind[0], kind[1], new byte[32]));
            scene.root().forgetSignatures();
            Answer answer = ask(scene, "www.zone. A");
            assertThat(answer).isInstanceOf(Answer.Insecure.class);
            Proof.Link link = ((Answer.Insecure) answer).proof().links().getLast();
            assertThat(link.delegation().code().orElseThrow().code()).isEqualTo(kind[2]);
            assertThat(link.delegation().inWords()).isEqualTo("DS 4711, none of a supported kind");
        }
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

    @Test
    void resolverThatFails() {
        Scene scene = scene();
        scene.world().tamper("www.zone.", Type.A, Tampering.servfail());
        expect(scene, "www.zone. A", "FAILED SERVFAIL");
        scene.world().tamper("zone.", Type.DNSKEY, Tampering.rcode(Rcode.REFUSED));
        expect(scene, "nothing.zone. A", "FAILED REFUSED");
        expect(scene, "www.zone. ANY", "FAILED UNANSWERABLE");
    }

    /** D24. */
    @Test
    void resolverThatStrips() {
        Scene scene = scene();
        scene.world()
                .tamperWithAll(Tampering.drop(
                        rr -> rr.getType() == Type.RRSIG || rr.getType() == Type.NSEC || rr.getType() == Type.DS));
        for (String question : List.of("www.zone. A", "www.plain.zone. A", "nothing.zone. A", "zone. MX")) {
            Answer answer = ask(scene, question);
            assertThat(verdict(answer)).as("%s", answer).isEqualTo("FAILED DNSSEC_STRIPPED");
            assertThat(((Answer.Failed) answer).failure().sentence()).contains("the resolver", "root zone");
        }
        Scene nothing = scene();
        nothing.world().tamperWithAll(Tampering.drop(rr -> rr.getType() != Type.A));
        expect(nothing, "www.zone. A", "FAILED DNSSEC_STRIPPED");
    }

    @Test
    void resolverThatBeginsToStrip() {
        Scene scene = scene();
        ValidatingResolver resolver = resolver(scene.world());
        assertThat(verdict(resolver.lookup(question("www.zone. A")))).isEqualTo("SECURE 1 RECORDS");
        scene.world().tamperWithAll(Tampering.drop(rr -> rr.getType() == Type.RRSIG || rr.getType() == Type.NSEC));
        assertThat(verdict(resolver.lookup(question("a.leaves.zone. A")))).isEqualTo("FAILED DNSSEC_STRIPPED");
        assertThat(verdict(resolver.lookup(question("nothing.zone. A")))).isEqualTo("FAILED DNSSEC_STRIPPED");
        assertThat(verdict(resolver.lookup(question("plain.zone. A")))).isEqualTo("FAILED DNSSEC_STRIPPED");
    }

    @Test
    void zoneThatIsSignedInTheNameOfAnother() {
        Scene scene = scene();
        scene.world().tamper("www.zone.", Type.A, Tampering.replace(rr -> {
            if (rr instanceof RRSIGRecord s) {
                return List.of(new RRSIGRecord(
                        s.getName(),
                        DClass.IN,
                        s.getTTL(),
                        s.getTypeCovered(),
                        s.getAlgorithm(),
                        s.getOrigTTL(),
                        s.getExpire(),
                        s.getTimeSigned(),
                        s.getFootprint(),
                        Name.fromConstantString("www.zone."),
                        s.getSignature()));
            }
            return List.of(rr);
        }));
        expect(scene, "www.zone. A", "BOGUS 6", "www.zone, which is no zone");
    }
}
