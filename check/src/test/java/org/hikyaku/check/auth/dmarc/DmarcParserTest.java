package org.hikyaku.check.auth.dmarc;

import static org.assertj.core.api.Assertions.assertThat;

import org.hikyaku.check.auth.dmarc.DmarcRecord.Psd;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** RFC 9989 sections 4.7 and 4.8. */
class DmarcParserTest {

    /** The records of appendix B.2. */
    @ParameterizedTest
    @ValueSource(
            strings = {
                "v=DMARC1; p=none; rua=mailto:dmarc-feedback@example.com",
                "v=DMARC1; p=none; rua=mailto:dmarc-feedback@example.com; ruf=mailto:auth-reports@example.com",
                "v=DMARC1; p=none; rua=mailto:dmarc-feedback@example.com; ruf=mailto:auth-reports@thirdparty.example.net",
                "v=DMARC1; p=quarantine; rua=mailto:dmarc-feedback@example.com,mailto:tld-test@thirdparty.example.net; t=y",
                "v=DMARC1; p=reject; rua=mailto:dmarc-feedback@example.com,mailto:tld-test@thirdparty.example.net"
            })
    void theExamplesOfTheAppendixAreRight(String text) {
        DmarcRecord record = DmarcParser.parse(text);

        assertThat(DmarcParser.isDmarc(text)).isTrue();
        assertThat(record.faults()).isEmpty();
        assertThat(record.notes()).isEmpty();
        assertThat(record.policyUsable()).isTrue();
    }

    @ParameterizedTest
    @CsvSource({
        "v=DMARC1, true",
        "v=DMARC1;, true",
        "v = DMARC1 ; p=none, true",
        "v=dmarc1; p=none, false",
        "V=DMARC1; p=none, false",
        "v=DMARC2; p=none, false",
        "v=DMARC10; p=none, false",
        "p=none; v=DMARC1, false",
        "' v=DMARC1; p=none', false",
        "v=spf1 -all, false"
    })
    void theVersionIsFirstAndInTheseLetters(String text, boolean dmarc) {
        assertThat(DmarcParser.isDmarc(text)).isEqualTo(dmarc);
    }

    @Test
    void everyTagIsRead() {
        DmarcRecord record =
                DmarcParser.parse("v=DMARC1; p=reject; sp=quarantine; np=reject; t=y; psd=n; adkim=s; aspf=r; fo=1:d:s;"
                        + " rua=mailto:a@x.example, mailto:b@y.example; ruf=mailto:c@x.example");

        assertThat(record.faults()).isEmpty();
        assertThat(record.own()).isEqualTo(DmarcPolicy.REJECT);
        assertThat(record.subdomains()).isEqualTo(DmarcPolicy.QUARANTINE);
        assertThat(record.nonexistent()).isEqualTo(DmarcPolicy.REJECT);
        assertThat(record.testing()).isTrue();
        assertThat(record.psd()).isEqualTo(Psd.NO);
        assertThat(record.rua()).extracting(a -> a.host().orElse("")).containsExactly("x.example", "y.example");
    }

    /** Section 4.7: np falls back to sp, sp to p. */
    @ParameterizedTest
    @CsvSource({
        "v=DMARC1; p=reject, REJECT, REJECT",
        "v=DMARC1; p=reject; sp=none, NONE, NONE",
        "v=DMARC1; p=none; np=reject, NONE, REJECT",
        "v=DMARC1; p=none; sp=quarantine; np=reject, QUARANTINE, REJECT"
    })
    void policiesBelowFallBack(String text, DmarcPolicy subdomains, DmarcPolicy nonexistent) {
        assertThat(DmarcParser.parse(text).subdomains()).isEqualTo(subdomains);
        assertThat(DmarcParser.parse(text).nonexistent()).isEqualTo(nonexistent);
    }

    /** Section 4.10.1: without a usable policy receivers act as if it were none, or not at all. */
    @ParameterizedTest
    @CsvSource({
        "v=DMARC1; p=rejected; rua=mailto:a@x.example, false, true",
        "v=DMARC1; p=rejected, false, false",
        "v=DMARC1; p=reject; sp=nothing; rua=mailto:a@x.example, false, true",
        "v=DMARC1; p=reject; np=nothing, false, false",
        "v=DMARC1; rua=mailto:a@x.example, false, true",
        "v=DMARC1, false, false",
        "v=DMARC1; p=reject; t=maybe, true, true"
    })
    void aPolicyThatIsWrongCountsAsNone(String text, boolean policy, boolean usable) {
        DmarcRecord record = DmarcParser.parse(text);

        assertThat(record.policyUsable()).isEqualTo(policy);
        assertThat(record.isUsable()).isEqualTo(usable);
        assertThat(record.own()).isEqualTo(policy ? DmarcPolicy.REJECT : DmarcPolicy.NONE);
    }

    /** Positions count from 1 in the record's text. */
    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "v=DMARC1; p=rejected | 13 | none, quarantine or reject",
                "v=DMARC1; p=none; sp= | 22 | none, quarantine or reject",
                "v=DMARC1; p=none; p=reject | 19 | second time",
                "v=DMARC1; p=none; rua | 19 | has no \"=\"",
                "v=DMARC1; p=none;; t=y | 18 | nothing before this semicolon",
                "v=DMARC1; p=none; rua=dmarc@x.example | 23 | \"mailto:\" belongs before it",
                "v=DMARC1; p=none; rua=mailto:a@x.example,b@x.example | 42 | \"mailto:\" belongs before it",
                "v=DMARC1; p=none; rua=mailto:nobody | 30 | no mail address",
                "v=DMARC1; p=none; rua=mailto:a@x.example, | 42 | an address is missing",
                "v=DMARC1; p=none; rua=mailto:a!b@x.example | 31 | %21",
                "v=DMARC1; p=none; adkim=strict | 25 | r or s",
                "v=DMARC1; p=none; psd=x | 23 | y or n or u",
                "v=DMARC1; p=none; ruf=mailto:a@x.example; fo=0:1 | 46 | not both 0 and 1",
                "v=DMARC1; p=none; 1x=y | 19 | no name of a tag"
            })
    void faultsHaveTheirPlace(String text, int position, String sentence) {
        assertThat(DmarcParser.parse(text).faults()).singleElement().satisfies(f -> {
            assertThat(f.position()).isEqualTo(position);
            assertThat(f.sentence()).contains(sentence);
        });
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "v=DMARC1; p=none; pct=50 | \"pct\" was removed",
                "v=DMARC1; p=none; ri=3600 | \"ri\" was removed",
                "v=DMARC1; p=none; rf=afrf | \"rf\" was removed",
                "v=DMARC1; p=none; P=reject | small letters",
                "v=DMARC1; p=none; xyz=1 | unknown",
                "v=DMARC1; t=n; p=none | does not follow",
                "v=DMARC1; p=none; rua=mailto:a@x.example!10m | older standard",
                "v=DMARC1; p=none; rua=https://x.example/r | no mailto address",
                "v=DMARC1; p=none; fo=1 | there is no \"ruf\"",
                "v=DMARC1; rua=mailto:a@x.example | counts as p=none"
            })
    void whatIsAllowedAndOddIsNoted(String text, String note) {
        DmarcRecord record = DmarcParser.parse(text);

        assertThat(record.faults()).isEmpty();
        assertThat(record.notes()).singleElement().satisfies(n -> assertThat(n).contains(note));
    }
}
