package org.hikyaku.x509;

import static org.assertj.core.api.Assertions.assertThat;

import java.security.KeyPair;
import java.security.Security;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.EnumSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.hikyaku.x509.CertificateMaker.Authority;
import org.hikyaku.x509.PathResult.Trusted;
import org.hikyaku.x509.PathResult.Untrusted;
import org.junit.jupiter.api.Test;

class PathFinderTest {
    private static final Instant FROM = Instant.parse("2026-01-01T00:00:00Z");
    private static final Instant TO = Instant.parse("2030-01-01T00:00:00Z");
    private static final Instant NOW = Instant.parse("2026-11-22T12:00:00Z");
    private static final CertificateMaker MAKER = CertificateMaker.seeded("paths");
    private static final CertificateTemplate ROOT = CertificateTemplate.authority(FROM, TO, "Root");
    private static final CertificateTemplate INTER = CertificateTemplate.authority(FROM, TO, "Intermediate");
    private static final CertificateTemplate LEAF = CertificateTemplate.server(FROM, TO, "mx.example");

    private final Authority root = MAKER.root(ROOT, KeyChoice.EC_P256);
    private final Authority inter = MAKER.intermediate(INTER, KeyChoice.EC_P256, root);
    private final Credential leaf = MAKER.server(LEAF, KeyChoice.EC_P256, inter);

    private static PathResult find(Certificate anchor, List<Certificate> chain) {
        return new PathFinder(TrustAnchors.of(List.of(anchor))).find(chain, NOW);
    }

    private PathResult find(Credential server) {
        return find(root.certificate(), server.chain());
    }

    private static Fault fault(PathResult result) {
        return result instanceof Untrusted untrusted ? untrusted.fault() : fail(result);
    }

    private static Fault fail(PathResult result) {
        throw new AssertionError("a fault was expected, not " + result);
    }

    @Test
    void aChainInOrder() {
        assertThat(find(leaf))
                .isEqualTo(new Trusted(List.of(leaf.certificate(), inter.certificate(), root.certificate())));
    }

    @Test
    void aChainInDisorderWithStrangersAndItsRoot() {
        Authority stranger = MAKER.root(ROOT.withCommonName("Stranger"), KeyChoice.EC_P256);
        List<Certificate> chain =
                List.of(leaf.certificate(), root.certificate(), stranger.certificate(), inter.certificate());
        assertThat(find(root.certificate(), chain)).isInstanceOf(Trusted.class);
    }

    @Test
    void anIntermediateIsMissing() {
        assertThat(find(leaf.withChain(List.of(leaf.certificate()))))
                .isEqualTo(new Untrusted(
                        Fault.NO_ANCHOR,
                        "the certificate of mx.example was issued by CN=Intermediate, which is neither among the"
                                + " certificates sent nor a trust anchor"));
    }

    @Test
    void anUnknownRoot() {
        Authority other = MAKER.root(ROOT.withCommonName("Other"), KeyChoice.EC_P256);
        List<Certificate> chain = List.of(leaf.certificate(), inter.certificate(), root.certificate());
        assertThat(find(other.certificate(), chain))
                .isEqualTo(new Untrusted(
                        Fault.NO_ANCHOR,
                        "the chain ends at the self-signed certificate CN=Root, which is no trust anchor"));
    }

    @Test
    void anotherRootOfTheSameNameIsNoAnchorAndNoForgery() {
        Authority namesake = MAKER.root(ROOT, KeyChoice.EC_P256);
        assertThat(fault(find(namesake.certificate(), leaf.chain()))).isEqualTo(Fault.NO_ANCHOR);
    }

    @Test
    void aForgedSignature() throws Exception {
        byte[] der = leaf.certificate().der();
        der[der.length - 1] ^= 1;
        Certificate forged = Certificate.parse(der);
        assertThat(find(root.certificate(), List.of(forged, inter.certificate())))
                .isEqualTo(new Untrusted(
                        Fault.BAD_SIGNATURE,
                        "the signature on the certificate of mx.example (ECDSA with SHA-256) does not verify with the"
                                + " key of its issuer CN=Intermediate"));
    }

    @Test
    void selfSigned() {
        Credential self = MAKER.selfSigned(LEAF, MAKER.key(KeyChoice.EC_P256));
        assertThat(fault(find(self))).isEqualTo(Fault.SELF_SIGNED);
        assertThat(find(self.certificate(), self.chain())).isEqualTo(new Trusted(self.chain()));
        PathFinder dane = PathFinder.issuedBy(TrustAnchors.of(self.chain()), SignatureVerifier.best());
        assertThat(fault(dane.find(self.chain(), NOW))).isEqualTo(Fault.SELF_SIGNED);
    }

    @Test
    void datesCountToTheSecondAtBothEnds() {
        PathFinder finder = new PathFinder(TrustAnchors.of(List.of(root.certificate())));
        assertThat(finder.find(leaf.chain(), FROM)).isInstanceOf(Trusted.class);
        assertThat(fault(finder.find(leaf.chain(), FROM.minusMillis(1)))).isEqualTo(Fault.NOT_YET_VALID);
        assertThat(finder.find(leaf.chain(), TO.plusMillis(999))).isInstanceOf(Trusted.class);
        assertThat(finder.find(leaf.chain(), TO.plusSeconds(1)))
                .isEqualTo(
                        new Untrusted(Fault.EXPIRED, "the certificate of mx.example expired on 2030-01-01T00:00:00Z"));
        assertThat(finder.findIgnoringDates(leaf.chain())).isInstanceOf(Trusted.class);
    }

    @Test
    void anExpiredCrossSignatureDoesNoHarm() {
        Authority oldRoot = MAKER.root(ROOT.withCommonName("Old"), KeyChoice.EC_P256);
        Certificate expired = MAKER.issue(INTER.withDates(FROM, FROM.plus(Duration.ofDays(1))), inter.key(), oldRoot)
                .certificate();
        TrustAnchors both = TrustAnchors.of(List.of(oldRoot.certificate(), root.certificate()));
        assertThat(new PathFinder(both).find(List.of(leaf.certificate(), expired, inter.certificate()), NOW))
                .isInstanceOf(Trusted.class);
        assertThat(fault(new PathFinder(both).find(List.of(leaf.certificate(), expired), NOW)))
                .isEqualTo(Fault.EXPIRED);
    }

    @Test
    void whoeverIsNoAuthorityMayNotIssue() {
        for (Optional<Boolean> flag : List.of(Optional.of(false), Optional.<Boolean>empty())) {
            Authority impostor = MAKER.intermediate(INTER.withAuthority(flag), KeyChoice.EC_P256, root);
            assertThat(fault(find(MAKER.server(LEAF, KeyChoice.EC_P256, impostor))))
                    .isEqualTo(Fault.NOT_A_CA);
        }
        Authority noSigner =
                MAKER.intermediate(INTER.withKeyUsage(EnumSet.of(KeyUsageBit.CRL_SIGN)), KeyChoice.EC_P256, root);
        assertThat(fault(find(MAKER.server(LEAF, KeyChoice.EC_P256, noSigner)))).isEqualTo(Fault.NOT_A_CA);
    }

    @Test
    void pathLength() {
        Authority upper = MAKER.intermediate(INTER.withCommonName("Upper").withPathLength(0), KeyChoice.EC_P256, root);
        assertThat(find(MAKER.server(LEAF, KeyChoice.EC_P256, upper))).isInstanceOf(Trusted.class);
        Authority lower = MAKER.intermediate(INTER.withCommonName("Lower"), KeyChoice.EC_P256, upper);
        assertThat(fault(find(MAKER.server(LEAF, KeyChoice.EC_P256, lower)))).isEqualTo(Fault.PATH_LENGTH);
    }

    @Test
    void purposes() {
        assertThat(fault(find(MAKER.server(
                        LEAF.withPurposes(Set.of(CertificateTemplate.CLIENT_AUTH)), KeyChoice.EC_P256, inter))))
                .isEqualTo(Fault.PURPOSE);
        assertThat(fault(find(
                        MAKER.server(LEAF.withKeyUsage(EnumSet.of(KeyUsageBit.CRL_SIGN)), KeyChoice.EC_P256, inter))))
                .isEqualTo(Fault.PURPOSE);
        assertThat(find(MAKER.server(LEAF.withPurposes(Set.of()), KeyChoice.EC_P256, inter)))
                .isInstanceOf(Trusted.class);
    }

    @Test
    void nameConstraints() {
        Authority bound = MAKER.intermediate(
                INTER.withNameConstraints(List.of("example"), List.of("bad.example")), KeyChoice.EC_P256, root);
        record Case(String name, boolean allowed) {}
        for (Case c : List.of(
                new Case("mx.example", true),
                new Case("EXAMPLE", true),
                new Case("mx.test", false),
                new Case("notexample", false),
                new Case("mx.bad.example", false),
                new Case("*.example", false),
                new Case("*.mx.example", true))) {
            PathResult result =
                    find(MAKER.server(LEAF.withDnsNames(c.name()).withCommonName(""), KeyChoice.EC_P256, bound));
            assertThat(result instanceof Trusted).as(c.name()).isEqualTo(c.allowed());
            if (!c.allowed()) {
                assertThat(fault(result)).isEqualTo(Fault.NAME_CONSTRAINT);
            }
        }
    }

    @Test
    void weakKeysAndSignatures() {
        assertThat(fault(find(MAKER.server(LEAF, KeyChoice.RSA_512, inter)))).isEqualTo(Fault.WEAK);
        Authority rsa = MAKER.intermediate(INTER.withCommonName("R"), KeyChoice.RSA_2048, root);
        assertThat(fault(find(MAKER.server(LEAF.withSignature("MD5withRSA"), KeyChoice.EC_P256, rsa))))
                .isEqualTo(Fault.WEAK);
        Credential sha1 = MAKER.server(LEAF.withSignature("SHA1withRSA"), KeyChoice.EC_P256, rsa);
        assertThat(find(sha1)).isInstanceOf(Trusted.class);
        assertThat(sha1.certificate().signatureAlgorithm().strength()).isEqualTo(SignatureAlgorithm.Strength.WEAK);
    }

    @Test
    void anAnchorThatIsAnIntermediateOrABareKey() {
        assertThat(find(inter.certificate(), leaf.chain()))
                .isEqualTo(new Trusted(List.of(leaf.certificate(), inter.certificate()))); // D12
        SignatureVerifier verifier = SignatureVerifier.best();
        PathFinder byRootKey = PathFinder.issuedBy(
                TrustAnchors.ofKeys(List.of(root.certificate().subjectPublicKeyInfo())), verifier);
        assertThat(byRootKey.find(leaf.chain(), NOW))
                .isEqualTo(new Trusted(List.of(leaf.certificate(), inter.certificate()))); // D14, 2 1 0
        assertThat(fault(byRootKey.find(leaf.chain(), TO.plusSeconds(1)))).isEqualTo(Fault.EXPIRED);
        PathFinder byOtherKey = PathFinder.issuedBy(
                TrustAnchors.ofKeys(List.of(leaf.certificate().subjectPublicKeyInfo())), verifier);
        assertThat(fault(byOtherKey.find(leaf.chain(), NOW))).isEqualTo(Fault.NO_ANCHOR);
    }

    @Test
    void tooManyCertificatesAndTooMuchWork() {
        List<Certificate> many = new ArrayList<>(leaf.chain());
        many.addAll(Collections.nCopies(198, root.certificate()));
        assertThat(find(root.certificate(), many))
                .isEqualTo(new Untrusted(
                        Fault.TOO_LONG,
                        "the server sent 200 certificates, more than the limit of 32 certificates in a chain"));

        // Thirty authorities of one name and one key, each of which could have signed every other.
        KeyPair key = MAKER.key(KeyChoice.EC_P256);
        Authority loop = new Authority(MAKER.selfSigned(INTER, key), key);
        List<Certificate> twins = new ArrayList<>();
        twins.add(MAKER.server(LEAF, KeyChoice.EC_P256, loop).certificate());
        for (int i = 0; i < 30; i++) {
            twins.add(MAKER.selfSigned(INTER, key).certificate());
        }
        assertThat(find(root.certificate(), twins))
                .isEqualTo(new Untrusted(
                        Fault.TOO_LONG,
                        "the chain needs more than the limit of 100 signature checks in the search for one path"));
    }

    @Test
    void theJdkAloneComesToTheSameVerdicts() {
        SignatureVerifier jdk = new SignatureVerifier(List.of(Security.getProviders()));
        assertThat(new PathFinder(TrustAnchors.of(List.of(root.certificate())), jdk).find(leaf.chain(), NOW))
                .isInstanceOf(Trusted.class);
    }
}
