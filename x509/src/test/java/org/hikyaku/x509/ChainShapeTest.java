package org.hikyaku.x509;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Instant;
import java.util.List;
import java.util.Optional;
import org.hikyaku.x509.CertificateMaker.Authority;
import org.junit.jupiter.api.Test;

class ChainShapeTest {
    private static final Instant FROM = Instant.parse("2026-01-01T00:00:00Z");
    private static final Instant TO = Instant.parse("2030-01-01T00:00:00Z");
    private static final CertificateMaker MAKER = CertificateMaker.seeded("shapes");

    private final Authority rootAuthority =
            MAKER.root(CertificateTemplate.authority(FROM, TO, "Root"), KeyChoice.EC_P256);
    private final Authority interAuthority =
            MAKER.intermediate(CertificateTemplate.authority(FROM, TO, "Inter"), KeyChoice.EC_P256, rootAuthority);
    private final Certificate root = rootAuthority.certificate();
    private final Certificate inter = interAuthority.certificate();
    private final Certificate leaf = MAKER.server(
                    CertificateTemplate.server(FROM, TO, "mx.example"), KeyChoice.EC_P256, interAuthority)
            .certificate();

    private ChainShape shape(Certificate... chain) {
        return ChainShape.of(List.of(chain), TrustAnchors.of(List.of(root)), SignatureVerifier.best());
    }

    @Test
    void asItShouldBe() {
        assertThat(shape(leaf, inter))
                .isEqualTo(new ChainShape(List.of(leaf, inter), true, List.of(), false, Optional.empty()));
    }

    @Test
    void withItsRoot() {
        assertThat(shape(leaf, inter, root))
                .isEqualTo(new ChainShape(List.of(leaf, inter, root), true, List.of(), true, Optional.empty()));
    }

    @Test
    void outOfOrder() {
        assertThat(shape(leaf, root, inter))
                .isEqualTo(new ChainShape(List.of(leaf, inter, root), false, List.of(), true, Optional.empty()));
    }

    @Test
    void withoutItsIntermediate() {
        assertThat(shape(leaf))
                .isEqualTo(new ChainShape(List.of(leaf), true, List.of(), false, Optional.of("CN=Inter")));
        assertThat(shape(leaf, root).missingIssuer()).contains("CN=Inter");
        assertThat(shape(leaf, root).superfluous()).containsExactly(root);
    }

    @Test
    void withTheLeafTwice() {
        assertThat(shape(leaf, leaf, inter))
                .isEqualTo(new ChainShape(List.of(leaf, inter), false, List.of(leaf), false, Optional.empty()));
    }
}
