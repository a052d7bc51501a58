package org.hikyaku.conformance.grade;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.StringReader;
import java.util.List;
import javax.xml.parsers.DocumentBuilderFactory;
import org.hikyaku.lab.Catalogue;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.w3c.dom.Document;
import org.w3c.dom.Element;
import org.xml.sax.InputSource;
import tools.jackson.databind.JsonNode;

/** The same grade as text, JSON, JUnit's XML and a page. */
class GradeFacesTest {
    private Grade grade;

    @BeforeEach
    void aSenderThatHoldsBackOnceAndLeaksOnce() {
        Scene scene = new Scene();
        scene.asks("dane-mismatch.example", "MX");
        scene.visits("dane-mismatch.example", "mx.dane-mismatch.example")
                .starts("mx.dane-mismatch.example")
                .leaves();
        scene.visits("dane-ta-expired.example", "mx.dane-ta-expired.example")
                .starts("mx.dane-ta-expired.example")
                .mails("plain@dane-ta-expired.example")
                .leaves();
        scene.visits("sts-no-starttls.example", "mx.sts-no-starttls.example")
                .mails("plain@sts-no-starttls.example")
                .leaves();
        grade = new Grader(CaseBook.of(Catalogue.builtIn())).grade(scene.sightings(), List.of());
    }

    @Test
    void text() {
        List<String> lines = GradeText.of(grade, false);

        assertThat(lines)
                .contains(
                        "Area          Score  Kept  Broken  Not seen",
                        "DANE           66 %     2       1        20",
                        "MTA-STS         0 %     0       1        16   Not practised: no mail was held back because of a"
                                + " policy that was fetched.",
                        "D12  broken   Usage 2 needs a path to the anchor, its dates, and the right name; public"
                                + " authorities play no part.",
                        "     dane-ta-expired.example: It was handed to mx.dane-ta-expired.example over TLSv1.3, which"
                                + " must not have it.",
                        "S19  broken   Enforce means TLS: no clear text, and STARTTLS is not sent where it is not"
                                + " offered.",
                        "     sts-no-starttls.example: It was handed to mx.sts-no-starttls.example in clear.");
        assertThat(lines).noneMatch(l -> l.startsWith("D11"));
        assertThat(lines.getLast()).contains("3 connections, 1 mail offered in clear, 0 TLS reports.");
    }

    @Test
    void allTellsOfEveryRuleAndCase() {
        assertThat(GradeText.of(grade, true))
                .contains(
                        "     shown by dane-mismatch.example",
                        "dane-mismatch.example: kept (must hold back, D11)",
                        "     mx.dane-mismatch.example: TLSv1.3 with the server name mx.dane-mismatch.example, no mail.");
    }

    @Test
    void json() {
        JsonNode json = GradeJson.of(grade);

        assertThat(json.path("schema").asString()).isEqualTo("hikyaku.lab-grade/1");
        JsonNode broken = json.path("rules")
                .valueStream()
                .filter(r -> r.path("rule").asString().equals("D12"))
                .findFirst()
                .orElseThrow();
        assertThat(broken.path("standing").asString()).isEqualTo("broken");
        assertThat(broken.path("brokenBy").path(0).asString()).isEqualTo("dane-ta-expired.example");
        JsonNode held = json.path("cases")
                .valueStream()
                .filter(c -> c.path("domain").asString().equals("dane-mismatch.example")
                        && c.path("recipient").asString().startsWith("plain@"))
                .findFirst()
                .orElseThrow();
        assertThat(held.path("must").asString()).isEqualTo("hold");
        assertThat(held.path("standing").asString()).isEqualTo("kept");
    }

    @Test
    void junit() throws Exception {
        Document document = DocumentBuilderFactory.newDefaultInstance()
                .newDocumentBuilder()
                .parse(new InputSource(new StringReader(GradeJunit.of(grade))));
        Element all = document.getDocumentElement();

        assertThat(all.getAttribute("failures")).isEqualTo("2");
        assertThat(document.getElementsByTagName("failure").getLength()).isEqualTo(2);
        assertThat(document.getElementsByTagName("testsuite").getLength()).isEqualTo(4);
        assertThat(document.getElementsByTagName("skipped").getLength())
                .isEqualTo(Integer.parseInt(all.getAttribute("skipped")));
    }

    @Test
    void page() {
        assertThat(GradeHtml.of(grade))
                .contains("<td>D12</td><td class=\"broken\">broken</td>", "<td>66 %</td>")
                .doesNotContain("<script", "http://", "https://");
    }
}
