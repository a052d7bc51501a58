package org.hikyaku.check.render;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.StringReader;
import java.util.List;
import java.util.Optional;
import java.util.regex.Pattern;
import javax.xml.XMLConstants;
import javax.xml.parsers.DocumentBuilderFactory;
import org.hikyaku.check.grade.DomainGrade;
import org.hikyaku.check.grade.DomainGrade.ServerGrade;
import org.hikyaku.check.grade.Grader;
import org.hikyaku.check.grade.Profile;
import org.hikyaku.check.grade.Servers;
import org.hikyaku.tls.TlsVersion;
import org.hikyaku.tls.probe.Known;
import org.hikyaku.tls.probe.ServerFacts;
import org.junit.jupiter.api.Test;
import org.w3c.dom.Document;
import org.w3c.dom.Element;
import org.w3c.dom.NodeList;
import org.xml.sax.InputSource;

class GradeSectionTest {
    private static final Profile PROFILE = Profile.load("internet.nl");

    private static ServerGrade server(String host) {
        ServerFacts facts = Servers.with(
                Servers.perfect("2001:db8::25"),
                Servers.version(TlsVersion.TLSV1_3, Known.UNKNOWN, "TLS_AES_256_GCM_SHA384"),
                Servers.version(
                        TlsVersion.TLSV1_2,
                        Known.YES,
                        "TLS_ECDHE_RSA_WITH_AES_128_GCM_SHA256",
                        "TLS_ECDHE_RSA_WITH_AES_128_CBC_SHA256",
                        "TLS_RSA_WITH_3DES_EDE_CBC_SHA"));
        return new ServerGrade(host, facts.address(), facts, new Grader(PROFILE).grade(facts));
    }

    /** The fragments are well-formed XML too, so that a strict reader can check their nesting. */
    private static Document parsed(String html) throws Exception {
        DocumentBuilderFactory factory = DocumentBuilderFactory.newInstance();
        factory.setFeature(XMLConstants.FEATURE_SECURE_PROCESSING, true);
        factory.setFeature("http://apache.org/xml/features/disallow-doctype-decl", true);
        return factory.newDocumentBuilder()
                .parse(new InputSource(new StringReader("<body>" + html.replace("<br>", "<br/>") + "</body>")));
    }

    /** What stands in the same row as this suite: the class of the mark and its words. */
    private static String mark(Document page, String suite) {
        NodeList codes = page.getElementsByTagName("code");
        for (int i = 0; i < codes.getLength(); i++) {
            if (codes.item(i).getTextContent().equals(suite)) {
                Element row = (Element) codes.item(i).getParentNode().getParentNode();
                Element mark = (Element) row.getElementsByTagName("span").item(0);
                return mark.getAttribute("class") + ": " + mark.getTextContent();
            }
        }
        throw new AssertionError(suite + " is not on the page");
    }

    @Test
    void everySuiteIsColouredAndNamedByItsGrade() throws Exception {
        Document page = parsed(GradeSection.of(server("mx.example"), 3));

        assertThat(mark(page, "TLS_AES_256_GCM_SHA384")).isEqualTo("mark good: good");
        assertThat(mark(page, "TLS_ECDHE_RSA_WITH_AES_128_GCM_SHA256")).isEqualTo("mark sufficient: sufficient");
        assertThat(mark(page, "TLS_ECDHE_RSA_WITH_AES_128_CBC_SHA256")).isEqualTo("mark phase_out: phase out");
        assertThat(mark(page, "TLS_RSA_WITH_3DES_EDE_CBC_SHA")).isEqualTo("mark insufficient: insufficient");
    }

    @Test
    void everyClassOfAGradeHasItsColoursInLightAndDark() {
        for (String grade : List.of("good", "sufficient", "phase_out", "insufficient", "not_tested")) {
            assertThat(GradeSection.STYLE).contains(".grade ." + grade + "{");
        }
        assertThat(GradeSection.STYLE).contains("@media (prefers-color-scheme:dark)");
        long rules = GradeSection.STYLE
                .lines()
                .filter(l -> !l.isBlank())
                .filter(l -> !Pattern.compile("^(@media [^{]*\\{)?\\.grade\\b")
                        .matcher(l)
                        .find())
                .count();
        assertThat(rules).as("rules that touch the page around").isZero();
    }

    @Test
    void whatOthersSendIsEscaped() throws Exception {
        String html = GradeSection.of(
                new DomainGrade(
                        PROFILE,
                        List.of(),
                        List.of(server("<script>alert(1)</script>\"'&")),
                        Optional.of(62),
                        List.of("<img src=x onerror=alert(1)>")),
                2);

        assertThat(html).doesNotContain("<script").doesNotContain("<img").contains("62 %  as internet.nl scores");
        assertThat(parsed(html).getElementsByTagName("script").getLength()).isZero();
    }

    @Test
    void poorSubtestsCarryTheirMends() {
        assertThat(GradeSection.of(server("mx.example"), 3))
                .contains("<summary>What mends it</summary>")
                .contains("<strong>postfix</strong><pre>tls_high_cipherlist = ECDHE+AESGCM:ECDHE+CHACHA20")
                .contains("<strong>nginx</strong>");
    }
}
