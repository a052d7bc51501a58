package org.hikyaku.check.auth.dmarc;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Optional;
import org.hikyaku.check.auth.MapAsker;
import org.hikyaku.check.auth.dmarc.DmarcReport.Agreement;
import org.hikyaku.check.auth.dmarc.DmarcReport.Discovery;
import org.hikyaku.check.auth.dmarc.DmarcReport.Place;
import org.hikyaku.dns.Question;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.xbill.DNS.Name;

/** The tree walk of RFC 9989 section 4.10, with the examples of its appendix B. */
class DmarcReaderTest {
    private final MapAsker dns = new MapAsker();

    private DmarcReport read(String domain) {
        return DmarcReader.read(MapAsker.name(domain), dns);
    }

    private static Optional<Name> name(String text) {
        return Optional.of(MapAsker.name(text));
    }

    /** Section 4.10: the eight questions of its illustration. */
    @Test
    void aLongNameCausesEightQuestions() {
        read("a.b.c.d.e.f.g.h.i.j.mail.example.com");

        assertThat(dns.asked())
                .extracting(Question::name)
                .containsExactly(
                        MapAsker.name("_dmarc.a.b.c.d.e.f.g.h.i.j.mail.example.com"),
                        MapAsker.name("_dmarc.g.h.i.j.mail.example.com"),
                        MapAsker.name("_dmarc.h.i.j.mail.example.com"),
                        MapAsker.name("_dmarc.i.j.mail.example.com"),
                        MapAsker.name("_dmarc.j.mail.example.com"),
                        MapAsker.name("_dmarc.mail.example.com"),
                        MapAsker.name("_dmarc.example.com"),
                        MapAsker.name("_dmarc.com"));
    }

    @ParameterizedTest
    @CsvSource({
        "com, 1",
        "example.com, 2",
        "b.c.d.e.f.example.com, 7",
        "a.b.c.d.e.f.example.com, 8",
        "z.a.b.c.d.e.f.example.com, 8"
    })
    void noNameCausesMore(String domain, int questions) {
        assertThat(DmarcReader.walk(MapAsker.name(domain))).hasSize(questions);
    }

    /** Appendix B.4.1. */
    @Test
    void simpleOrganisationalAndPolicyExample() {
        dns.text("_dmarc.example.com", "v=DMARC1; p=reject").text("_dmarc.signing.example.com", "v=DMARC1; p=none");

        assertThat(read("example.com").organisational()).isEqualTo(name("example.com"));
        assertThat(read("signing.example.com").organisational()).isEqualTo(name("example.com"));
        assertThat(read("signing.example.com").discovery()).isInstanceOfSatisfying(Discovery.Found.class, f -> {
            assertThat(f.place()).isEqualTo(Place.OWN);
            assertThat(f.policy()).isEqualTo(DmarcPolicy.NONE);
        });
    }

    /** Appendix B.4.2. */
    @Test
    void deepTreeWalkExample() {
        dns.text("_dmarc.example.com", "v=DMARC1; p=quarantine; sp=reject")
                .text("_dmarc.signing.example.com", "v=DMARC1; p=none");
        DmarcReport report = read("a.b.c.d.e.f.g.h.i.j.k.example.com");

        assertThat(report.organisational()).isEqualTo(name("example.com"));
        assertThat(report.discovery()).isInstanceOfSatisfying(Discovery.Found.class, f -> {
            assertThat(f.at()).isEqualTo(MapAsker.name("example.com"));
            assertThat(f.place()).isEqualTo(Place.ORGANISATIONAL);
            assertThat(f.policy()).isEqualTo(DmarcPolicy.REJECT);
        });
    }

    /** Appendix B.4.3. */
    @Test
    void publicSuffixExample() {
        dns.text("_dmarc.bank.example", "v=DMARC1; p=reject; psd=y")
                .text("_dmarc.giant.bank.example", "v=DMARC1; p=quarantine");

        assertThat(read("giant.bank.example").organisational()).isEqualTo(name("giant.bank.example"));
        assertThat(read("mail.giant.bank.example").organisational()).isEqualTo(name("giant.bank.example"));
        assertThat(read("mail.giant.bank.example").discovery())
                .isInstanceOfSatisfying(
                        Discovery.Found.class, f -> assertThat(f.at()).isEqualTo(MapAsker.name("giant.bank.example")));
        DmarcReport mega = read("mail.mega.bank.example");
        assertThat(mega.organisational()).isEqualTo(name("mega.bank.example"));
        assertThat(mega.discovery()).isInstanceOfSatisfying(Discovery.Found.class, f -> {
            assertThat(f.at()).isEqualTo(MapAsker.name("bank.example"));
            assertThat(f.place()).isEqualTo(Place.PUBLIC_SUFFIX);
            assertThat(f.policy()).isEqualTo(DmarcPolicy.REJECT);
        });
    }

    /** Section 4.10.2, step 1. */
    @Test
    void psdNoEndsTheWalk() {
        dns.text("_dmarc.example.com", "v=DMARC1; p=reject").text("_dmarc.dept.example.com", "v=DMARC1; p=none; psd=n");

        assertThat(read("mail.dept.example.com").organisational()).isEqualTo(name("dept.example.com"));
    }

    @Test
    void withoutAnyRecordDmarcDoesNotApply() {
        assertThat(read("mail.example.com").discovery()).isInstanceOf(Discovery.None.class);
        assertThat(read("mail.example.com").organisational()).isEqualTo(name("mail.example.com"));
    }

    /** Section 4.10, step 2. */
    @Test
    void severalRecordsAtOneNameAreDiscardedAndTheWalkGoesOn() {
        dns.text("_dmarc.mail.example.com", "v=DMARC1; p=none", "v=DMARC1; p=reject")
                .text("_dmarc.example.com", "v=DMARC1; p=quarantine");
        DmarcReport report = read("mail.example.com");

        assertThat(report.discarded()).containsExactly(MapAsker.name("mail.example.com"));
        assertThat(report.discovery())
                .isInstanceOfSatisfying(
                        Discovery.Found.class, f -> assertThat(f.at()).isEqualTo(MapAsker.name("example.com")));
    }

    @Test
    void otherTextsBesideTheRecordDoNoHarm() {
        dns.text("_dmarc.example.com", "google-site-verification=x", "v=DMARC1; p=reject");

        assertThat(read("example.com").discovery()).isInstanceOf(Discovery.Found.class);
    }

    @Test
    void aFailedLookupOnTheWayIsNotKnown() {
        dns.failing("_dmarc.mail.example.com").text("_dmarc.example.com", "v=DMARC1; p=reject");

        assertThat(read("mail.example.com").discovery()).isInstanceOf(Discovery.NotKnown.class);
    }

    @Test
    void aFailureAboveDoesNotTouchTheDomainsOwnRecord() {
        dns.text("_dmarc.example.com", "v=DMARC1; p=reject").failing("_dmarc.com");

        assertThat(read("example.com").discovery()).isInstanceOf(Discovery.Found.class);
        assertThat(read("example.com").organisational()).isEmpty();
    }

    /** Appendix B.2.3: reports to a third party, which agrees. */
    @Test
    void reportsToAThirdPartyNeedItsAgreement() {
        String record = "v=DMARC1; p=none; rua=mailto:dmarc-feedback@example.com; "
                + "ruf=mailto:auth-reports@thirdparty.example.net";
        dns.text("_dmarc.example.com", record);

        assertThat(read("example.com").destinations()).singleElement().satisfies(d -> {
            assertThat(d.tag()).isEqualTo("ruf");
            assertThat(d.owner()).isEqualTo(MapAsker.name("example.com._report._dmarc.thirdparty.example.net"));
            assertThat(d.agreement()).isEqualTo(Agreement.NO);
        });

        dns.text("example.com._report._dmarc.thirdparty.example.net", "v=DMARC1;");
        assertThat(read("example.com").destinations())
                .extracting(DmarcReport.Destination::agreement)
                .containsExactly(Agreement.YES);
    }

    /** Appendix B.2.4: the agreement may name addresses of its own. */
    @Test
    void anAgreementMayOverrideAddresses() {
        dns.text("_dmarc.example.com", "v=DMARC1; p=none; ruf=mailto:auth-reports@thirdparty.example.net")
                .text(
                        "example.com._report._dmarc.thirdparty.example.net",
                        "v=DMARC1; rua=mailto:aggregate-reports@thirdparty.example.net; "
                                + "ruf=mailto:failure-reports@thirdparty.example.net");

        assertThat(read("example.com").destinations())
                .extracting(DmarcReport.Destination::agreement)
                .containsExactly(Agreement.YES);
    }

    /** Appendix B.2.5: a subdomain whose reports go to its organisational domain needs no agreement from it. */
    @Test
    void anAddressWithinTheOrganisationNeedsNoAgreement() {
        dns.text("_dmarc.example.com", "v=DMARC1; p=none; rua=mailto:dmarc-feedback@example.com")
                .text(
                        "_dmarc.test.example.com",
                        "v=DMARC1; p=quarantine; rua=mailto:dmarc-feedback@example.com,"
                                + "mailto:tld-test@thirdparty.example.net; t=y");
        DmarcReport report = read("test.example.com");

        assertThat(report.destinations())
                .extracting(d -> d.host().toString())
                .containsExactly("thirdparty.example.net.");
        assertThat(report.discovery()).isInstanceOfSatisfying(Discovery.Found.class, f -> {
            assertThat(f.policy()).isEqualTo(DmarcPolicy.QUARANTINE);
            assertThat(f.effective()).isEqualTo(DmarcPolicy.NONE);
        });
    }

    @Test
    void recordsThatOnlyLookLikeDmarcAreNamed() {
        dns.text("_dmarc.example.com", "v=dmarc1; p=reject", "p=reject; v=DMARC1");

        assertThat(read("example.com").looksLike()).hasSize(2);
        assertThat(read("example.com").discovery()).isInstanceOf(Discovery.None.class);
    }

    @Test
    void everyNameOfAWalkIsAskedForAtOnce() {
        List<Integer> rounds = new java.util.ArrayList<>();
        DmarcReader.read(MapAsker.name("a.b.example.com"), questions -> {
            rounds.add(questions.size());
            return dns.ask(questions);
        });

        assertThat(rounds).containsExactly(4);
    }
}
