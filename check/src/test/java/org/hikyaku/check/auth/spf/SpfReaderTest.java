package org.hikyaku.check.auth.spf;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.hikyaku.check.auth.KnownAnswers;
import org.hikyaku.check.auth.MapAsker;
import org.hikyaku.check.auth.spf.SpfProblem.Kind;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class SpfReaderTest {
    private final MapAsker dns = new MapAsker();

    private SpfReport read() {
        return SpfReader.read(MapAsker.name("d.example"), dns);
    }

    @Test
    void stringsOfOneRecordAreJoinedWithoutASpace() {
        dns.with("d.example TXT \"v=spf1 ip4:192.0\" \".2.1 -all\"");

        assertThat(((SpfSelection.Found) read().selection()).record().text()).isEqualTo("v=spf1 ip4:192.0.2.1 -all");
    }

    @Test
    void lookupsAreCountedThroughIncludesAndTheCostOfEachTermIsSaid() {
        dns.text("d.example", "v=spf1 a:h.example include:one.example mx:h.example ip4:192.0.2.1 -all")
                .text("one.example", "v=spf1 include:two.example a:h.example -all a:h.example")
                .text("two.example", "v=spf1 exists:h.example redirect=three.example")
                .text("three.example", "v=spf1 -all")
                .with("h.example A 192.0.2.7")
                .with("h.example MX 10 h.example.");
        SpfReport report = read();

        assertThat(report.lookups()).isEqualTo(7);
        assertThat(report.costs())
                .containsExactly(
                        new SpfReport.Cost("a:h.example", 1),
                        new SpfReport.Cost("include:one.example", 5),
                        new SpfReport.Cost("mx:h.example", 1));
        assertThat(report.problems(Kind.UNREACHED)).hasSize(1);
    }

    @Test
    void aFailedLookupIsNotKnownAndNotAnAbsence() {
        dns.text("d.example", "v=spf1 include:broken.example -all").failing("broken.example");

        assertThat(read().problems()).singleElement().satisfies(p -> {
            assertThat(p.kind()).isEqualTo(Kind.NOT_KNOWN);
            assertThat(p.sentence()).contains("include:broken.example", "broken.example TXT");
        });
        assertThat(read().isPermanentError()).isFalse();
    }

    @Test
    void theDomainsOwnFailedLookupIsNotKnown() {
        dns.failing("d.example");

        assertThat(read().selection()).isInstanceOf(SpfSelection.NotKnown.class);
    }

    @Test
    void faultsNameTheirPlace() {
        dns.text("d.example", "v=spf1 ip4:192.0.2.1/33 -all");

        assertThat(read().problems())
                .singleElement()
                .satisfies(p -> assertThat(p.sentence())
                        .contains("\"ip4:192.0.2.1/33\"", "At character 22:", "at most 32, not 33"));
    }

    @Test
    void redirectChangesTheCurrentDomainAndIncludeToo() {
        dns.text("d.example", "v=spf1 redirect=r.example")
                .text("r.example", "v=spf1 a exists:%{d}.%{o}.x.example -all")
                .with("r.example A 192.0.2.7")
                .with("r.example.d.example.x.example A 127.0.0.2");

        assertThat(read().problems()).isEmpty();
        assertThat(read().ending()).hasValueSatisfying(e -> {
            assertThat(e.qualifier()).isEqualTo(Qualifier.FAIL);
            assertThat(e.domain()).isEqualTo(MapAsker.name("r.example"));
        });
    }

    @Test
    void longAnswersAreSaid() {
        String padding = "x".repeat(400);
        dns.text("d.example", "v=spf1 -all", padding);
        // 9 octets of the name, 11 and 400 of the records: 420
        assertThat(read().has(Kind.LONG)).isFalse();

        dns.text("d.example", "y".repeat(31));
        assertThat(read().problems(Kind.LONG))
                .singleElement()
                .satisfies(p -> assertThat(p.sentence()).contains("451 octets"));
    }

    @Test
    void aRecordThatNamesEndlesslyManyNamesIsNotFollowedEndlessly() {
        StringBuilder record = new StringBuilder("v=spf1");
        for (int i = 0; i < 400; i++) {
            record.append(" a:h").append(i).append(".example");
        }
        dns.text("d.example", record + " -all");
        SpfReport report = read();

        assertThat(dns.asked()).hasSizeLessThanOrEqualTo((int) KnownAnswers.MAX_QUESTIONS.value());
        assertThat(report.lookups()).isEqualTo(400);
        assertThat(report.has(Kind.NOT_KNOWN)).isTrue();
    }

    @ParameterizedTest
    @CsvSource({
        "'v=spf1,ip4:192.0.2.1', no space follows",
        "'\"v=spf1 -all\"', quotation marks",
        "' v=spf1 -all', begins with a space",
        "'spf2.0/pra -all', Sender ID",
        "'v=spf -all', does not begin with"
    })
    void whatWasPerhapsMeantAsSpfIsNamed(String text, String why) {
        dns.text("d.example", text, "another text");

        assertThat(read().selection())
                .isInstanceOfSatisfying(
                        SpfSelection.None.class,
                        none -> assertThat(none.looksLike())
                                .singleElement()
                                .satisfies(s -> assertThat(s).contains(why)));
    }

    @ParameterizedTest
    @CsvSource({
        "v=spf1 ip4:192.0.2.1, v=spf1 ip4:192.0.2.1 ~all",
        "v=spf1 a:192.0.2.1 -all, v=spf1 ip4:192.0.2.1 -all",
        "v=spf1 +a:192.0.2.0/24 -all, v=spf1 +ip4:192.0.2.0/24 -all",
        "v=spf1 192.0.2.1 ipv4:192.0.2.2 ip4:2001:db8::1 -all, v=spf1 ip4:192.0.2.1 ip4:192.0.2.2 ip6:2001:db8::1 -all",
        "v=spf1 include:x.example moo include:x.example ~all a, v=spf1 include:x.example ~all",
        "v=spf1 redirect:x.example, v=spf1 redirect=x.example ~all",
        "v=spf1 redirect=x.example, v=spf1 redirect=x.example",
        "v=spf1 mx +all, v=spf1 mx ~all",
        "v=spf1 mx redirect=x.example -all, v=spf1 mx -all"
    })
    void aRecordIsMendedAsItWasMeant(String wrong, String right) {
        String mended = SpfRepair.mended(SpfParser.parse(wrong));

        assertThat(mended).isEqualTo(right);
        assertThat(SpfParser.parse(mended).faults()).isEmpty();
    }

    @Test
    void severalRecordsAreMergedWithTheStrictestEnd() {
        assertThat(SpfRepair.merged(List.of(
                        SpfParser.parse("v=spf1 ip4:192.0.2.1 ~all"),
                        SpfParser.parse("v=spf1 ip4:192.0.2.2 ip4:192.0.2.1 -all"))))
                .isEqualTo("v=spf1 ip4:192.0.2.1 ip4:192.0.2.2 -all");
    }
}
