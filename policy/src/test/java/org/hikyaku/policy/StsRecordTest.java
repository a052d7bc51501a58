package org.hikyaku.policy;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.stream.Stream;
import org.hikyaku.policy.StsRecord.Reading;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.xbill.DNS.Type;

/** S2: the TXT record (RFC 8461 section 3.1). */
class StsRecordTest {

    static Stream<List<String>> valid() {
        return Stream.of(
                // the RFC's own example
                List.of("20160831085700Z", "v=STSv1; id=20160831085700Z;"),
                List.of("a", "v=STSv1;id=a"),
                List.of("a", "v=STSv1; \t id=a \t ; "),
                List.of("a", "v=STSv1; x-y.z_1=value:,/!; id=a;"),
                List.of("first", "v=STSv1; id=first; id=second;"),
                List.of("A".repeat(32), "v=STSv1; id=" + "A".repeat(32)));
    }

    @ParameterizedTest
    @MethodSource("valid")
    void valid(List<String> idAndText) throws Exception {
        assertThat(StsRecord.parse(idAndText.get(1)).id()).isEqualTo(idAndText.get(0));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "v=STSv1;",
                "v=STSv1; ",
                "v=STSv1;;id=a;",
                "v=STSv1; id=;",
                "v=STSv1; id=a-b;",
                "v=STSv1; id=a b;",
                "v=STSv1; ID=a;",
                "v=STSv1; id=aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa;",
                "v=STSv1; id=a; id2;",
                "v=STSv1; id=a; -x=1;",
                "v=STSv1; id=a; x=;",
                "v=STSv1; id=a; x=a=b;",
                "v=STSv1; id=a;; ",
                "v=STSv1; id=é;",
                "v=STSv1; id=a\n;",
            })
    void invalidMeansNoPolicy(String text) {
        assertThat(StsRecord.read(List.of(text))).isInstanceOf(Reading.Invalid.class);
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "v=spf1 -all", "google-site-verification=abc", "x v=STSv1; id=a;"})
    void recordsOfAnotherKindAreDiscarded(String text) {
        assertThat(StsRecord.read(List.of(text))).isInstanceOf(Reading.Absent.class);
        assertThat(StsRecord.read(List.of(text, "v=STSv1; id=a;"))).isInstanceOf(Reading.Found.class);
    }

    @ParameterizedTest
    @ValueSource(strings = {"v=STSv1", "v=STSv1 ;id=a", "V=STSv1; id=a;", "v=stsv1; id=a;", "v=STSv12; id=a;"})
    void nearlyTheRightBeginningIsNotReadAndSaid(String text) {
        assertThat(StsRecord.read(List.of(text))).isInstanceOf(Reading.Invalid.class);
        // the RFC discards it, so a right one beside it stands alone
        assertThat(StsRecord.read(List.of(text, "v=STSv1; id=a;"))).isInstanceOf(Reading.Found.class);
    }

    @Test
    void twoRecordsAreAsNone() {
        assertThat(StsRecord.read(List.of("v=STSv1; id=a;", "v=STSv1; id=b;"))).isInstanceOf(Reading.Invalid.class);
        assertThat(StsRecord.read(List.of("v=STSv1; id=a;", "v=STSv1; broken"))).isInstanceOf(Reading.Invalid.class);
    }

    @Test
    void stringsAreJoinedWithoutASpace() {
        Zone zone = new Zone().record("_mta-sts.dom.example", Type.TXT, "\"v=STSv1; i\" \"d=ab\" \"c1;\"");
        var answer = (org.hikyaku.dns.Answer.Definite) zone.lookup(Zone.name("_mta-sts.dom.example"), Type.TXT);
        assertThat(StsRecord.read(answer.content())).isEqualTo(new Reading.Found(new StsRecord("abc1")));
    }
}
