package org.hikyaku.dns;

import static org.assertj.core.api.Assertions.assertThat;
import static org.hikyaku.dns.Lookups.question;
import static org.hikyaku.dns.Lookups.resolver;
import static org.hikyaku.dns.Lookups.verdict;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.xbill.DNS.DNSSEC;

/** Every kind of answer, from zones that are as they should be. */
class ValidatingResolverTest {

    /** Root by NSEC; example. as asked for; sub.example. signed; plain.example. unsigned; other. signed by NSEC. */
    static SignedWorld world(SignedZone.Denials denials) {
        SignedZone root = new SignedZone(".", SignedZone.Denials.NSEC);
        SignedZone example = new SignedZone("example.", denials)
                .add("www A 192.0.2.1")
                .add("www A 192.0.2.2")
                .add("@ MX 10 mx")
                .add("mx A 192.0.2.25")
                .add("_25._tcp.mx TLSA 3 1 1 0000000000000000000000000000000000000000000000000000000000000000")
                .add("*.wild A 192.0.2.3")
                .add("closer.wild TXT here")
                .add("*.walias CNAME www")
                .add("alias CNAME www")
                .add("toother CNAME host.other.")
                .add("toplain CNAME www.plain.example.")
                .add("tonothing CNAME nothing")
                .add("tree DNAME leaves.other.")
                .add("loop1 CNAME loop2")
                .add("loop2 CNAME loop1");
        for (int i = 0; i < 30; i++) {
            example.add("hop" + i + " CNAME hop" + (i + 1));
        }
        SignedZone sub = new SignedZone("sub.example.", denials).add("www A 192.0.2.4");
        SignedZone plain = new SignedZone("plain.example.", SignedZone.Denials.NONE)
                .add("www A 192.0.2.5")
                .add("back CNAME www.example.");
        SignedZone other = new SignedZone("other.", SignedZone.Denials.NSEC)
                .add("host A 192.0.2.6")
                .add("a.leaves A 192.0.2.7");
        return new SignedWorld(root, example, sub, plain, other);
    }

    @ParameterizedTest
    @ValueSource(strings = {"ANY", "RRSIG", "AXFR", "OPT"})
    void questionsThatNothingSignedAnswersAreNotAsked(String type) {
        SignedWorld world = world(SignedZone.Denials.NSEC);
        assertThat(verdict(resolver(world).lookup(question("www.example. " + type))))
                .isEqualTo("FAILED UNANSWERABLE");
        assertThat(world.asked).isEmpty();
    }

    @ParameterizedTest
    @CsvSource({
        "www.example. A, SECURE 2 RECORDS",
        "WWW.exAMPLE. A, SECURE 2 RECORDS",
        "example. MX, SECURE 1 RECORDS",
        "example. SOA, SECURE 1 RECORDS",
        "example. DNSKEY, SECURE 2 RECORDS",
        "example. DS, SECURE 1 RECORDS",
        ". DNSKEY, SECURE 2 RECORDS",
        ". DS, SECURE NODATA",
        "_25._tcp.mx.example. TLSA, SECURE 1 RECORDS",
        // denial
        "nothing.example. A, SECURE NXDOMAIN",
        "deep.down.nothing.example. A, SECURE NXDOMAIN",
        "www.example. AAAA, SECURE NODATA",
        "_tcp.mx.example. A, SECURE NODATA",
        "wild.example. A, SECURE NODATA",
        "www.example. DS, SECURE NODATA",
        "nothing. A, SECURE NXDOMAIN",
        // wildcards
        "a.wild.example. A, SECURE 1 RECORDS",
        "a.b.wild.example. A, SECURE 1 RECORDS",
        "a.wild.example. AAAA, SECURE NODATA",
        "closer.wild.example. A, SECURE NODATA",
        "x.closer.wild.example. A, SECURE NXDOMAIN",
        "*.wild.example. A, SECURE 1 RECORDS",
        "x.walias.example. A, SECURE 2 RECORDS",
        // aliases
        "alias.example. A, SECURE 2 RECORDS",
        "alias.example. CNAME, SECURE 1 RECORDS",
        "alias.example. AAAA, SECURE NODATA",
        "toother.example. A, SECURE 1 RECORDS",
        "toother.example. MX, SECURE NODATA",
        "toplain.example. A, INSECURE 1 RECORDS",
        "toplain.example. CNAME, SECURE 1 RECORDS",
        "tonothing.example. A, SECURE NXDOMAIN",
        "a.tree.example. A, SECURE 1 RECORDS",
        "b.tree.example. A, SECURE NXDOMAIN",
        "a.tree.example. CNAME, SECURE 1 RECORDS",
        "tree.example. A, SECURE NODATA",
        "loop1.example. A, FAILED LIMIT",
        "hop0.example. A, FAILED LIMIT",
        "hop25.example. A, SECURE NXDOMAIN",
        // delegations
        "www.sub.example. A, SECURE 1 RECORDS",
        "nothing.sub.example. A, SECURE NXDOMAIN",
        "sub.example. DS, SECURE 1 RECORDS",
        "www.plain.example. A, INSECURE 1 RECORDS",
        "www.plain.example. MX, INSECURE NODATA",
        "nothing.plain.example. A, INSECURE NXDOMAIN",
        "back.plain.example. A, INSECURE 2 RECORDS",
        "plain.example. DS, SECURE NODATA",
        "plain.example. NS, INSECURE 1 RECORDS",
    })
    void answersOfGoodZonesBothByNsecAndByNsec3(String question, String verdict) {
        for (SignedZone.Denials denials :
                new SignedZone.Denials[] {SignedZone.Denials.NSEC, SignedZone.Denials.NSEC3}) {
            for (boolean follows : new boolean[] {true, false}) {
                SignedWorld world = world(denials);
                world.followsAliases = follows;
                Answer answer = resolver(world).lookup(question(question));
                assertThat(verdict(answer))
                        .as("%s by %s: %s", question, denials, answer)
                        .isEqualTo(verdict);
            }
        }
    }

    @ParameterizedTest
    @CsvSource({
        "www.example. A, SECURE 2 RECORDS",
        "www.example. AAAA, SECURE NODATA",
        // RFC 5155 section 9.2: a next closer name in an opt-out range makes the answer insecure
        "nothing.example. A, INSECURE NXDOMAIN",
        "a.wild.example. A, INSECURE 1 RECORDS",
        "a.wild.example. AAAA, INSECURE NODATA",
        "www.plain.example. A, INSECURE 1 RECORDS",
        "nothing.plain.example. A, INSECURE NXDOMAIN",
        "plain.example. DS, INSECURE NODATA",
        "www.sub.example. A, SECURE 1 RECORDS",
    })
    void optOut(String question, String verdict) {
        Answer answer = resolver(world(SignedZone.Denials.OPT_OUT)).lookup(question(question));
        assertThat(verdict(answer)).as("%s", answer).isEqualTo(verdict);
    }

    @ParameterizedTest
    @CsvSource({
        "5, false, INSECURE, 1",
        "5, true, SECURE, 0",
        "7, false, INSECURE, 1",
        "7, true, SECURE, 0",
        "8, false, SECURE, 0",
        "10, false, SECURE, 0",
        "13, false, SECURE, 0",
        "14, false, SECURE, 0",
        "15, false, SECURE, 0",
        "16, false, SECURE, 0",
    })
    void algorithms(int algorithm, boolean sha1, String status, int code) {
        SignedZone root = new SignedZone(".", SignedZone.Denials.NSEC);
        SignedZone zone = new SignedZone("zone.", SignedZone.Denials.NSEC3, algorithm).add("www A 192.0.2.1");
        SignedWorld world = new SignedWorld(root, zone);
        for (String question : new String[] {"www.zone. A", "nothing.zone. A"}) {
            Answer answer =
                    resolver(world, ValidatorOptions.defaults().withSha1(sha1)).lookup(question(question));
            assertThat(verdict(answer)).as("%s", answer).startsWith(status);
            if (answer instanceof Answer.Insecure insecure) {
                Proof.Link link = insecure.proof().links().getLast();
                assertThat(link.delegation().code().orElseThrow().code()).isEqualTo(code);
                assertThat(link.note()).contains("RFC 9905");
            }
        }
        assertThat(SignatureVerifier.isKnown(DNSSEC.Algorithm.RSAMD5)).isFalse();
    }
}
