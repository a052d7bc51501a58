package org.hikyaku.check.render;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import org.hikyaku.check.CheckReport;
import org.hikyaku.check.DomainReport;
import org.hikyaku.check.Severity;
import org.hikyaku.check.Words;
import org.hikyaku.check.grade.DomainGrade;

/**
 * A run as one page with everything in it: for light and dark, screen, phone, print and keyboard; no script, nothing loaded
 * from elsewhere. All that servers and zones said is escaped, and the page's own policy would let no script run.
 */
public final class HtmlReport {
    private static final String STYLE = resource("report.css");

    private HtmlReport() {}

    public static String of(CheckReport report) {
        List<DomainReport> domains = report.domains();
        boolean alone = domains.size() == 1;
        String title = alone ? domains.getFirst().domain() : Words.count(domains.size(), "domain");
        StringBuilder page = new StringBuilder(65_536);
        page.append("""
                <!doctype html>
                <html lang="en"><head><meta charset="utf-8">
                <meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'unsafe-inline'">
                <meta name="viewport" content="width=device-width,initial-scale=1">
                """);
        page.append("<title>").append(Html.escape(title)).append(": mail transport security</title>\n<style>\n");
        page.append(STYLE);
        if (domains.stream().anyMatch(d -> d.grade().isPresent())) {
            page.append(GradeSection.STYLE);
        }
        page.append("</style></head>\n<body><main>\n");
        List<DomainSection> sections = new ArrayList<>();
        for (DomainReport domain : domains) {
            sections.add(new DomainSection(domain, alone ? 1 : 2, sections.size() + 1));
        }
        if (!alone) {
            overview(page, report, sections);
        }
        sections.forEach(s -> page.append(s.html()));
        footer(page, report);
        return page.append("</main></body></html>\n").toString();
    }

    /** The style of the page, for others that are to look like it: colours, tables, folded parts. */
    public static String style() {
        return STYLE;
    }

    private static void overview(StringBuilder page, CheckReport report, List<DomainSection> sections) {
        page.append("<h1>Mail transport security of ")
                .append(Words.count(sections.size(), "domain"))
                .append("</h1>\n<p class=\"lead\">Seen ")
                .append(Words.time(report.at()))
                .append("</p>\n");
        if (sections.isEmpty()) {
            return;
        }
        boolean graded = report.domains().stream().anyMatch(d -> d.grade().isPresent());
        page.append("<div class=\"scroll\" tabindex=\"0\" role=\"region\" aria-label=\"Overview\">\n"
                + "<table class=\"overview\"><thead><tr><th scope=\"col\">Domain</th>");
        if (graded) {
            page.append("<th scope=\"col\">Grade</th>");
        }
        page.append("<th scope=\"col\">Errors</th><th scope=\"col\">Warnings</th><th scope=\"col\">Not found out</th>"
                + "</tr></thead>\n<tbody>\n");
        for (int i = 0; i < sections.size(); i++) {
            DomainReport domain = report.domains().get(i);
            page.append("<tr><th scope=\"row\"><a href=\"#")
                    .append(sections.get(i).anchor())
                    .append("\">")
                    .append(Html.escape(domain.inOwnLetters().orElse(domain.domain())))
                    .append("</a></th>");
            if (graded) {
                page.append("<td>")
                        .append(domain.grade()
                                .flatMap(DomainGrade::percent)
                                .map(p -> p + " %")
                                .orElse(""))
                        .append("</td>");
            }
            for (Severity severity : List.of(Severity.ERROR, Severity.WARNING, Severity.UNKNOWN)) {
                page.append("<td>").append(domain.findings(severity).size()).append("</td>");
            }
            page.append("</tr>\n");
        }
        page.append("</tbody></table></div>\n");
    }

    private static void footer(StringBuilder page, CheckReport report) {
        page.append("<footer>");
        report.notes().forEach(n -> page.append("<p>").append(Html.escape(n)).append("</p>"));
        page.append("<p>Hikyaku · ")
                .append(String.format(
                        Locale.ROOT,
                        "%.1f s, %s, %s",
                        report.took().toMillis() / 1000.0,
                        Words.count(report.connections(), "connection"),
                        Words.count(report.questions(), "DNS look-up")))
                .append(". The same for programs: <code>--json</code>, <code>--sarif</code>, <code>--junit</code>.</p>"
                        + "</footer>\n");
    }

    private static String resource(String name) {
        try (InputStream in = HtmlReport.class.getResourceAsStream(name)) {
            if (in == null) {
                throw new IllegalStateException("the file " + name + " is missing from the jar");
            }
            return new String(in.readAllBytes(), StandardCharsets.UTF_8);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
