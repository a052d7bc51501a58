package org.hikyaku.x509;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Instant;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The purpose of a client's certificate (RFC 5280 section 4.2.1.12). */
class ClientPathTest {

    @ParameterizedTest
    @CsvSource({
        CertificateTemplate.CLIENT_AUTH + ", true, false",
        CertificateTemplate.SERVER_AUTH + ", false, true",
        "2.5.29.37.0, true, true"
    })
    void aPurposeIsForOneSide(String purpose, boolean client, boolean server) {
        Instant from = Instant.parse("2026-01-01T00:00:00Z");
        Instant to = Instant.parse("2027-01-01T00:00:00Z");
        CertificateMaker maker = CertificateMaker.seeded("client paths");
        CertificateMaker.Authority root =
                maker.root(CertificateTemplate.authority(from, to, "Root"), KeyChoice.EC_P256);
        List<Certificate> chain = maker.issue(
                        CertificateTemplate.server(from, to, "user.example").withPurposes(Set.of(purpose)),
                        maker.key(KeyChoice.EC_P256),
                        root)
                .chain();
        TrustAnchors anchors = TrustAnchors.of(List.of(root.certificate()));
        assertThat(PathFinder.forClients(anchors).find(chain, from) instanceof PathResult.Trusted)
                .isEqualTo(client);
        assertThat(new PathFinder(anchors).find(chain, from) instanceof PathResult.Trusted)
                .isEqualTo(server);
    }
}
