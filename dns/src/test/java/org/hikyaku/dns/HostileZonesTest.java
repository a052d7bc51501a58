package org.hikyaku.dns;

import static org.assertj.core.api.Assertions.assertThat;
import static org.hikyaku.dns.Lookups.question;
import static org.hikyaku.dns.Lookups.resolver;
import static org.hikyaku.dns.Lookups.verdict;
import static org.hikyaku.dns.SignedZone.NOW;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.xbill.DNS.DClass;
import org.xbill.DNS.DNSKEYRecord;
import org.xbill.DNS.Message;
import org.xbill.DNS.Name;
import org.xbill.DNS.RRSIGRecord;
import org.xbill.DNS.Record;
import org.xbill.DNS.Section;
import org.xbill.DNS.Type;

/** Zones that want to burn our time. */
class HostileZonesTest {

    /**
     * CVE-2023-50387: keys that share a tag times signatures that all have to be tried with each of them. The keys are
     * made to collide by swapping bytes at even distance, which leaves the sum of RFC 4034 appendix B as it is.
     */
    @Test
    void collidingKeyTags() {
        SignedZone root = new SignedZone(".", SignedZone.Denials.NSEC);
        SignedZone zone = new SignedZone("zone.", SignedZone.Denials.NSEC).add("www A 192.0.2.1");
        byte[] key = zone.zsk.getKey();
        for (int i = 0; i < 30; i++) {
            byte[] swapped = key.clone();
            int other = 2 * i + 2;
            byte first = swapped[0];
            swapped[0] = swapped[other];
            swapped[other] = first;
            DNSKEYRecord colliding = new DNSKEYRecord(zone.apex, DClass.IN, SignedZone.TTL, 256, 3, 13, swapped);
            assertThat(colliding.getFootprint()).isEqualTo(zone.zsk.getFootprint());
            zone.extraKeys.add(colliding);
        }
        SignedWorld world = new SignedWorld(root, zone);
        world.tamper("www.zone.", Type.A, message -> {
            RRSIGRecord good = (RRSIGRecord) message.getSection(Section.ANSWER).getLast();
            message.removeRecord(good, Section.ANSWER);
            for (int i = 0; i < 300; i++) {
                byte[] bytes = good.getSignature().clone();
                bytes[i % 64] ^= (byte) (1 + i / 64);
                message.addRecord(Tampering.withSignature(good, bytes), Section.ANSWER);
            }
            return message;
        });
        AtomicInteger checks = new AtomicInteger();
        SignatureVerifier counting = new SignatureVerifier(java.util.Optional.empty()) {
            @Override
            boolean verify(ZoneKey zoneKey, byte[] data, byte[] signature) {
                checks.incrementAndGet();
                return super.verify(zoneKey, data, signature);
            }
        };
        ValidatingResolver resolver = new ValidatingResolver(
                world, world.anchors(), ValidatorOptions.defaults(), java.time.InstantSource.fixed(NOW), counting);
        Answer answer = resolver.lookup(question("www.zone. A"));
        assertThat(verdict(answer)).isEqualTo("BOGUS 6");
        assertThat(((Answer.Bogus) answer).reason().sentence())
                .contains("limit of 4 failed signature checks for one record set");
        // root keys, DS, zone keys, and four tries
        assertThat(checks.get()).isEqualTo(7);
    }

    @Test
    void tooManySignatureChecksInOneLookup() {
        SignedWorld world = ValidatingResolverTest.world(SignedZone.Denials.NSEC3);
        ValidatorOptions.Limits d = ValidatorOptions.Limits.defaults();
        ValidatorOptions few = ValidatorOptions.defaults()
                .withLimits(new ValidatorOptions.Limits(
                        d.aliases(),
                        d.queries(),
                        new org.hikyaku.net.Limit("signature checks for one look-up", 5),
                        d.failedChecksPerSet(),
                        d.nsec3Hashes(),
                        d.recordsPerSet(),
                        d.keysPerZone()));
        Answer answer = resolver(world, few).lookup(question("nothing.sub.example. A"));
        assertThat(verdict(answer)).isEqualTo("FAILED LIMIT");
        assertThat(((Answer.Failed) answer).failure().sentence())
                .isEqualTo(
                        "The look-up of nothing.sub.example. A was given up at the limit of 5 signature checks for one"
                                + " look-up.");
    }

    /** CVE-2023-50868: a name of 120 labels, 150 iterations: bounded by names hashed. */
    @Test
    void manyLabelsWithManyIterations() {
        SignedZone root = new SignedZone(".", SignedZone.Denials.NSEC);
        SignedZone zone = new SignedZone("zone.", SignedZone.Denials.NSEC3);
        zone.iterations = 150;
        SignedWorld world = new SignedWorld(root, zone);
        String name = "a.".repeat(120) + "zone.";
        assertThat(verdict(resolver(world).lookup(question(name + " A")))).isEqualTo("SECURE NXDOMAIN");
        ValidatorOptions.Limits d = ValidatorOptions.Limits.defaults();
        ValidatorOptions few = ValidatorOptions.defaults()
                .withLimits(new ValidatorOptions.Limits(
                        d.aliases(),
                        d.queries(),
                        d.signatureChecks(),
                        d.failedChecksPerSet(),
                        new org.hikyaku.net.Limit("names hashed for NSEC3 in one look-up", 100),
                        d.recordsPerSet(),
                        d.keysPerZone()));
        Answer answer = resolver(world, few).lookup(question(name + " A"));
        assertThat(verdict(answer)).isEqualTo("FAILED LIMIT");
        assertThat(((Answer.Failed) answer).failure().sentence()).contains("100 names hashed for NSEC3");
    }

    @Test
    void thousandKeys() {
        SignedZone root = new SignedZone(".", SignedZone.Denials.NSEC);
        SignedZone zone = new SignedZone("zone.", SignedZone.Denials.NSEC).add("www A 192.0.2.1");
        for (int i = 0; i < 400; i++) {
            byte[] key = zone.zsk.getKey().clone();
            key[0] = (byte) i;
            key[1] = (byte) (i >> 8);
            zone.extraKeys.add(new DNSKEYRecord(zone.apex, DClass.IN, SignedZone.TTL, 256, 3, 13, key));
        }
        Answer answer = resolver(new SignedWorld(root, zone)).lookup(question("www.zone. A"));
        assertThat(verdict(answer)).isEqualTo("FAILED LIMIT");
        assertThat(((Answer.Failed) answer).failure().sentence()).contains("64 keys of one zone", "zone has 402");
    }

    @Test
    void keysOfImpossibleSizes() {
        for (int algorithm : new int[] {8, 10, 13, 14, 15, 16}) {
            for (int length : new int[] {0, 1, 2, 3, 4, 31, 64, 600}) {
                SignedZone root = new SignedZone(".", SignedZone.Denials.NSEC);
                SignedZone zone = new SignedZone("zone.", SignedZone.Denials.NSEC).add("www A 192.0.2.1");
                zone.extraKeys.add(
                        new DNSKEYRecord(zone.apex, DClass.IN, SignedZone.TTL, 256, 3, algorithm, new byte[length]));
                assertThat(verdict(resolver(new SignedWorld(root, zone)).lookup(question("www.zone. A"))))
                        .isEqualTo("SECURE 1 RECORDS");
            }
        }
    }

    @Test
    void endlessAliases() {
        SignedWorld world = ValidatingResolverTest.world(SignedZone.Denials.NSEC);
        Answer loop = resolver(world).lookup(question("loop1.example. A"));
        assertThat(((Answer.Failed) loop).failure().sentence())
                .isEqualTo("The aliases of loop1.example run in a circle: loop2.example leads back to loop1.example.");
        Answer chain = resolver(world).lookup(question("hop0.example. A"));
        assertThat(((Answer.Failed) chain).failure().sentence())
                .contains("limit of 12 aliases followed for one question", "hop12.example -> hop13.example");
    }

    /** A resolver that invents an alias to a fresh name for each question. */
    @Test
    void tooManyQueries() {
        SignedWorld world = ValidatingResolverTest.world(SignedZone.Denials.NSEC);
        String deep = "x.".repeat(100) + "www.example.";
        ValidatorOptions.Limits d = ValidatorOptions.Limits.defaults();
        ValidatorOptions few = ValidatorOptions.defaults()
                .withLimits(new ValidatorOptions.Limits(
                        d.aliases(),
                        new org.hikyaku.net.Limit("queries for one look-up", 2),
                        d.signatureChecks(),
                        d.failedChecksPerSet(),
                        d.nsec3Hashes(),
                        d.recordsPerSet(),
                        d.keysPerZone()));
        Answer answer = resolver(world, few).lookup(question(deep + " A"));
        assertThat(((Answer.Failed) answer).failure().sentence()).contains("limit of 2 queries for one look-up");
    }

    @Test
    void hugeRecordSet() {
        SignedWorld world = ValidatingResolverTest.world(SignedZone.Denials.NSEC);
        world.tamper("www.example.", Type.A, message -> {
            List<Record> many = new ArrayList<>();
            for (int i = 0; i < 3000; i++) {
                many.add(Record.newRecord(Name.fromConstantString("www.example."), Type.A, DClass.IN, 60, new byte[] {
                    10, 0, (byte) (i >> 8), (byte) i
                }));
            }
            return Tampering.add(many.toArray(Record[]::new)).apply(message);
        });
        Answer answer = resolver(world).lookup(question("www.example. A"));
        assertThat(verdict(answer)).isEqualTo("FAILED LIMIT");
        assertThat(((Answer.Failed) answer).failure().sentence()).contains("2000 records in one record set");
    }

    @Test
    void emptyMessage() {
        SignedWorld world = ValidatingResolverTest.world(SignedZone.Denials.NSEC);
        world.tamper("www.example.", Type.A, message -> new Message(1));
        assertThat(verdict(resolver(world).lookup(question("www.example. A")))).isEqualTo("BOGUS 12");
    }
}
