package org.hikyaku.dns;

import static org.assertj.core.api.Assertions.assertThat;
import static org.hikyaku.dns.Lookups.question;
import static org.hikyaku.dns.Lookups.resolver;
import static org.hikyaku.dns.Lookups.verdict;
import static org.hikyaku.dns.Scene.ask;
import static org.hikyaku.dns.Scene.expect;
import static org.hikyaku.dns.Scene.scene;
import static org.hikyaku.dns.SignedZone.NOW;

import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.xbill.DNS.CNAMERecord;
import org.xbill.DNS.DClass;
import org.xbill.DNS.DNSKEYRecord;
import org.xbill.DNS.DSRecord;
import org.xbill.DNS.Name;
import org.xbill.DNS.RRSIGRecord;
import org.xbill.DNS.Rcode;
import org.xbill.DNS.Record;
import org.xbill.DNS.Type;

/** Each flaw of signatures, keys and DS, what becomes of it, and that the sentence names the cause. */
class BogusAnswersTest {

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
