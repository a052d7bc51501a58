package org.hikyaku.check.auth.caa;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.hikyaku.check.auth.MapAsker;
import org.hikyaku.check.auth.caa.CaaProperty.Parameter;
import org.hikyaku.check.auth.caa.CaaReport.Relevant;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** CAA by RFC 8659, with its examples, and those of RFC 8657 and RFC 9495. */
class CaaTest {
    private final MapAsker dns = new MapAsker();

    private Relevant read(String host) {
        return CaaReader.read(MapAsker.name(host), dns).set();
    }

    private Relevant.Found found(String host) {
        return (Relevant.Found) read(host);
    }

    /** RFC 8659 section 4.2. */
    @Test
    void onlyTheAuthoritiesNamedMayIssue() {
        dns.with("certs.example.com CAA 0 issue \"ca1.example.net\"")
                .with("certs.example.com CAA 0 issue \"ca2.example.org\"");

        assertThat(found("certs.example.com").issuers()).containsExactly("ca1.example.net", "ca2.example.org");
        assertThat(found("certs.example.com").permits(List.of("ca2.example.org")))
                .isTrue();
        assertThat(found("certs.example.com").permits(List.of("ca3.example.org")))
                .isFalse();
    }

    /** RFC 8659 section 4.2. */
    @Test
    void aSemicolonAlonePermitsNobody() {
        dns.with("nocerts.example.com CAA 0 issue \";\"");

        assertThat(found("nocerts.example.com").properties().getFirst().faults())
                .isEmpty();
        assertThat(found("nocerts.example.com").restricts()).isTrue();
        assertThat(found("nocerts.example.com").issuers()).isEmpty();
    }

    /** RFC 8659 section 4.2. */
    @Test
    void aMalformedValuePermitsNobody() {
        dns.with("malformed.example.com CAA 0 issue \"%%%%%\"");

        assertThat(found("malformed.example.com").properties().getFirst().faults())
                .hasSize(1);
        assertThat(found("malformed.example.com").permits(List.of("ca1.example.net")))
                .isFalse();
    }

    /** RFC 8659 section 4.2: authorizations add up. */
    @Test
    void anEmptyOneBesideAnotherIsAsTheOtherAlone() {
        dns.with("example.com CAA 0 issue \";\"").with("example.com CAA 0 issue \"ca1.example.net\"");

        assertThat(found("example.com").permits(List.of("ca1.example.net"))).isTrue();
    }

    /** RFC 8659 section 4.3: issuewild says nothing of names that are no wildcards. */
    @Test
    void issuewildAloneDoesNotRestrictOtherNames() {
        dns.with("wild2.example.com CAA 0 issuewild \"ca1.example.net\"");

        assertThat(found("wild2.example.com").restricts()).isFalse();
        assertThat(found("wild2.example.com").permits(List.of("ca9.example"))).isTrue();
    }

    /** RFC 8659 section 4.5. */
    @Test
    void aCriticalPropertyThatNobodyKnowsForbidsAll() {
        dns.with("new.example.com CAA 0 issue \"ca1.example.net\"").with("new.example.com CAA 128 tbs \"Unknown\"");

        assertThat(found("new.example.com").criticalUnknown()).hasSize(1);
        assertThat(found("new.example.com").permits(List.of("ca1.example.net"))).isFalse();
    }

    @Test
    void anUnknownPropertyThatIsNotCriticalIsIgnored() {
        dns.with("new.example.com CAA 0 issue \"ca1.example.net\"").with("new.example.com CAA 0 tbs \"Unknown\"");

        assertThat(found("new.example.com").permits(List.of("ca1.example.net"))).isTrue();
    }

    /** RFC 8659 section 4.4. */
    @ParameterizedTest
    @CsvSource({
        "mailto:security@example.com, true",
        "https://iodef.example.com/, true",
        "http://iodef.example.com/, true",
        "security@example.com, false",
        "ftp://iodef.example.com/, false"
    })
    void iodefIsAnAddressForReports(String value, boolean right) {
        assertThat(CaaParser.parse(0, "iodef", value).faults().isEmpty()).isEqualTo(right);
    }

    /** RFC 8657 section 5. */
    @Test
    void accountsAndValidationMethodsAreRead() {
        CaaProperty property = CaaParser.parse(
                0,
                "issue",
                "example.net; accounturi=https://example.net/account/1234; validationmethods=dns-01,http-01");

        assertThat(property.faults()).isEmpty();
        assertThat(property.issuer()).contains("example.net");
        assertThat(property.parameters())
                .containsExactly(
                        new Parameter("accounturi", "https://example.net/account/1234"),
                        new Parameter("validationmethods", "dns-01,http-01"));
    }

    /** RFC 9495 section 4: S/MIME is a matter of its own. */
    @Test
    void issuemailSaysNothingOfServers() {
        dns.with("mail.client.example CAA 0 issuemail \"authority.example\"");

        assertThat(found("mail.client.example").restricts()).isFalse();
        assertThat(CaaParser.parse(0, "issuemail", ";").faults()).isEmpty();
    }

    /** Positions count from 1 in the value. */
    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "%%%%% | 1 | no domain of an authority",
                "ca.example. | 12 | no domain of an authority",
                "https://ca.example | 1 | address of the web",
                "ca.example ca2.example | 4 | no domain of an authority",
                "ca.example; account | 13 | no parameter",
                "ca.example;; a=b | 12 | nothing before this semicolon",
                "ca.example; accounturi=1234 | 13 | whole URI of an account",
                "ca.example; validationmethods=dns-01;validationmethods=http-01 | 38 | second time",
                "ca.example; validationmethods=dns 01 | 34 | not allowed in a parameter"
            })
    void faultsOfIssueHaveTheirPlace(String value, int position, String sentence) {
        CaaProperty property = CaaParser.parse(0, "issue", value);

        assertThat(property.faults().getFirst().position()).isEqualTo(position);
        assertThat(property.faults().getFirst().sentence()).contains(sentence);
        assertThat(property.issuer()).isEmpty();
    }

    @Test
    void tagsKnowNoCase() {
        assertThat(CaaParser.parse(0, "Issue", "CA.example").issuer()).contains("ca.example");
    }

    /** RFC 8659 section 3: the first set on the way up counts, alone. */
    @Test
    void theTreeIsClimbedToTheTopLevelDomain() {
        dns.with("example.com CAA 0 issue \"ca1.example.net\"").with("com CAA 0 issue \"ca9.example\"");

        assertThat(found("x.y.example.com").at()).isEqualTo(MapAsker.name("example.com"));
        assertThat(found("x.y.example.com").issuers()).containsExactly("ca1.example.net");
        assertThat(found("other.com").issuers()).containsExactly("ca9.example");
        assertThat(read("x.example.org")).isInstanceOf(Relevant.None.class);
        assertThat(dns.asked()).noneMatch(q -> q.name().equals(org.xbill.DNS.Name.root));
    }

    @Test
    void aSetAtAnAliasCounts() {
        dns.with("mx.example.com CNAME mx.hoster.example.").with("mx.hoster.example CAA 0 issue \"ca1.example.net\"");

        assertThat(found("mx.example.com").issuers()).containsExactly("ca1.example.net");
    }

    @Test
    void aFailedLookupOnTheWayIsNotKnown() {
        dns.failing("y.example.com").with("example.com CAA 0 issue \"ca1.example.net\"");

        assertThat(read("x.y.example.com")).isInstanceOf(Relevant.NotKnown.class);
    }

    @Test
    void aFailureAboveTheSetThatCountsDoesNotMatter() {
        dns.failing("com").with("example.com CAA 0 issue \"ca1.example.net\"");

        assertThat(read("example.com")).isInstanceOf(Relevant.Found.class);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "CN=R11,O=Let's Encrypt,C=US | letsencrypt.org",
                "C=US,O=Let's Encrypt,CN=E7 | letsencrypt.org",
                "CN=WE1,O=Google Trust Services,C=US | pki.goog",
                "C=US,O=DigiCert Inc,CN=DigiCert Global G2 TLS RSA SHA256 2020 CA1 | digicert.com",
                "C=JP,O=Japan Registry Services Co.\\, Ltd.,CN=JPRS Domain Validation Authority - G4 | jprs.jp"
            })
    void authoritiesAreKnownByTheirOrganisation(String issuer, String domain) {
        assertThat(CaaIssuers.issuerNames(issuer).stream()
                        .map(n -> CaaIssuers.builtIn().domains().get(n.toLowerCase(java.util.Locale.ROOT)))
                        .filter(java.util.Objects::nonNull)
                        .flatMap(List::stream))
                .contains(domain);
    }

    @Test
    void everyLineOfTheListNamesDomains() {
        assertThat(CaaIssuers.builtIn().domains()).hasSizeGreaterThan(30);
        assertThat(CaaIssuers.builtIn().domains().values())
                .allSatisfy(domains ->
                        assertThat(domains).isNotEmpty().allMatch(d -> d.matches("[a-z0-9-]+(\\.[a-z0-9-]+)+")));
    }
}
