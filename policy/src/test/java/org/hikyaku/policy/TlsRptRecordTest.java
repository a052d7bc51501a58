package org.hikyaku.policy;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.net.URI;
import java.util.List;
import org.hikyaku.policy.TlsRptRecord.Reading;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** T1: the TLS-RPT record (RFC 8460 section 3). */
class TlsRptRecordTest {

    @Test
    void theExamplesOfTheRfc() throws Exception {
        assertThat(TlsRptRecord.parse("v=TLSRPTv1;rua=mailto:reports@example.com")
                        .rua())
                .containsExactly(URI.create("mailto:reports@example.com"));
        assertThat(TlsRptRecord.parse("v=TLSRPTv1; rua=https://reporting.example.com/v1/tlsrpt")
                        .rua())
                .containsExactly(URI.create("https://reporting.example.com/v1/tlsrpt"));
    }

    @Test
    void severalAddressesWithCommas() throws Exception {
        assertThat(TlsRptRecord.parse("v=TLSRPTv1; rua=mailto:a@b.example , https://c.example/x?y=z; ext=1;")
                        .rua())
                .containsExactly(URI.create("mailto:a@b.example"), URI.create("https://c.example/x?y=z"));
    }

    @Test
    void commaExclamationMarkAndSemicolonArePercentEncoded() throws Exception {
        assertThat(TlsRptRecord.parse("v=TLSRPTv1; rua=mailto:a%2Cb%21c%3Bd@e.example")
                        .rua())
                .containsExactly(URI.create("mailto:a%2Cb%21c%3Bd@e.example"));
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "v=TLSRPTv1;                                  | nothing after",
                "v=TLSRPTv1; x=1                              | no \"rua\" field",
                "v=TLSRPTv1; rua=                             | an empty address",
                "v=TLSRPTv1; rua=mailto:a@b.example,          | a comma too many",
                "v=TLSRPTv1; rua=tls@b.example                | write mailto:tls@b.example",
                "v=TLSRPTv1; rua=mailto:                      | is no URI",
                "v=TLSRPTv1; rua=mailto:postmaster            | no mailbox",
                "v=TLSRPTv1; rua=http://b.example/            | the scheme \"http\"",
                "v=TLSRPTv1; rua=https:///v1                  | no host name",
                "v=TLSRPTv1; rua=mailto:a!10m@b.example       | %21",
                "v=TLSRPTv1; rua=mailto:a@b.example c@d.example | a character at place 19 that a URI cannot hold",
                "v=TLSRPTv1; rua=mailto:ä@b.example           | a character at place 8 that a URI cannot hold",
                "v=TLSRPTv1; rua                              | has no \"=\"",
                "v=TLSRPTv1;; rua=mailto:a@b.example          | two semicolons",
                "v=TLSRPTv2; rua=mailto:a@b.example           | does not begin",
                "rua=mailto:a@b.example; v=TLSRPTv1           | does not begin",
            })
    void everyErrorIsASentence(String text, String sentence) {
        assertThatThrownBy(() -> TlsRptRecord.parse(text))
                .isInstanceOf(TlsRptFormatException.class)
                .hasMessageContaining(sentence);
    }

    @Test
    void allErrorsAreToldNotOnlyTheFirst() {
        assertThatThrownBy(() -> TlsRptRecord.parse("v=TLSRPTv1; rua=a@b.example,ftp://c.example,mailto:d"))
                .isInstanceOfSatisfying(
                        TlsRptFormatException.class,
                        e -> assertThat(e.problems()).hasSize(3));
    }

    @Test
    void exactlyOneRecord() {
        String good = "v=TLSRPTv1; rua=mailto:a@b.example";
        assertThat(TlsRptRecord.read(List.of(good, "v=spf1 -all"))).isInstanceOf(Reading.Found.class);
        assertThat(TlsRptRecord.read(List.of(good, good))).isInstanceOf(Reading.Invalid.class);
        assertThat(TlsRptRecord.read(List.of("v=spf1 -all"))).isInstanceOf(Reading.Absent.class);
        assertThat(TlsRptRecord.read(List.of("v=TLSRPTv1 ;rua=mailto:a@b.example")))
                .isInstanceOf(Reading.Invalid.class);
    }

    @Test
    void aSecondRuaFieldIsWarnedOf() throws Exception {
        TlsRptRecord record = TlsRptRecord.parse("v=TLSRPTv1; rua=mailto:a@b.example; rua=mailto:c@d.example");
        assertThat(record.rua()).containsExactly(URI.create("mailto:a@b.example"));
        assertThat(record.warnings()).hasSize(1);
    }
}
