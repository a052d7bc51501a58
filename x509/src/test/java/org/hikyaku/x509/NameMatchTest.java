package org.hikyaku.x509;

import static org.assertj.core.api.Assertions.assertThat;

import java.security.KeyPair;
import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class NameMatchTest {
    private static final CertificateMaker MAKER = CertificateMaker.seeded("names");
    private static final KeyPair KEY = MAKER.key(KeyChoice.EC_P256);

    private static Certificate certificate(String commonName, String... names) {
        Instant from = Instant.parse("2026-01-01T00:00:00Z");
        return MAKER.selfSigned(
                        CertificateTemplate.server(from, from.plusSeconds(1), names)
                                .withCommonName(commonName),
                        KEY)
                .certificate();
    }

    @ParameterizedTest(name = "{0} for {1}: {2}")
    @CsvSource({
        "mx.example,mx.example,true",
        "MX.Example,mx.eXAMPLE,true",
        "mx.example,mx.example.,true",
        "mx.example,example,false",
        "mx.example,a.mx.example,false",
        // D16: the wildcard is the whole left-most label and stands for exactly one.
        "*.example,mx.example,true",
        "*.example,a.mx.example,false",
        "*.example,example,false",
        "*.example,.example,false",
        "m*.example,mx.example,false",
        "*x.example,mx.example,false",
        "mx.*.example,mx.a.example,false",
        "*.*.example,a.b.example,false",
        "*,example,false",
        "*.,example,false",
        "*.example,*.example,false",
        "*.example,xn--bcher-kva.example,true",
        "xn--bcher-kva.example,XN--bcher-kva.example,true",
        // Addresses have no place among reference identifiers.
        "192.0.2.1,192.0.2.1,false",
        "*.0.2.1,192.0.2.1,false",
        "mx_1.example,mx_1.example,true"
    })
    void dnsNames(String presented, String reference, boolean matches) {
        assertThat(NameMatch.matches(certificate("", presented), reference, CommonName.NEVER))
                .isEqualTo(matches);
    }

    @Test
    void theCommonNameCountsOnlyWhereAllowedAndWithoutDnsNames() {
        Certificate onlyCommonName = certificate("mx.example");
        assertThat(NameMatch.matches(onlyCommonName, "mx.example", CommonName.WHEN_NO_DNS_ID))
                .isTrue();
        assertThat(NameMatch.matches(onlyCommonName, "mx.example", CommonName.NEVER))
                .isFalse(); // S10
        Certificate both = certificate("mx.example", "other.example");
        assertThat(NameMatch.matches(both, "mx.example", CommonName.WHEN_NO_DNS_ID))
                .isFalse();
        assertThat(NameMatch.matches(both, "other.example", CommonName.WHEN_NO_DNS_ID))
                .isTrue();
    }

    @Test
    void theSecondNameIsFoundToo() {
        assertThat(NameMatch.matching(certificate("", "a.example", "*.b.example"), "mx.b.example", CommonName.NEVER))
                .contains("*.b.example");
        assertThat(List.of("", ".", "a..b", "飛脚.example"))
                .noneMatch(n -> NameMatch.matches(certificate("", "*.example", "*.b"), n, CommonName.NEVER));
    }
}
