package org.hikyaku.check.render;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.stream.Collectors;
import org.hikyaku.check.DomainReport;
import org.hikyaku.check.Evidence.HostEvidence;
import org.hikyaku.check.Finding;
import org.hikyaku.check.Mend;
import org.hikyaku.check.Severity;
import org.hikyaku.check.Summary;
import org.hikyaku.check.Words;
import org.hikyaku.check.grade.DomainGrade;

/** One domain on the report page: matrix, legs, what to do first, findings, mail authentication, grade. */
final class DomainSection {
    private final DomainReport report;
    private final int level;
    private final String anchor;

    /**
     * @param level of the domain's heading: 1 on a page of its own, 2 beside others
     * @param number of the domain on the page; makes the anchors differ
     */
    DomainSection(DomainReport report, int level, int number) {
        this.report = report;
        this.level = level;
        this.anchor = "d" + number;
    }

    /** Where links to the domain lead. */
    String anchor() {
        return anchor;
    }

    String html() {
        StringBuilder html = new StringBuilder(32_768);
        html.append("<article class=\"domain\" id=\"").append(anchor).append("\">\n");
        head(html);
        html.append("<p class=\"verdict\">")
                .append(Html.escape(Summary.of(report)))
                .append("</p>\n");
        chips(html);
        report.matrix().ifPresent(matrix -> {
            heading(html, "Who could still read or divert this mail?");
            html.append(MatrixTable.of(matrix, report.domain()));
        });
        String legs = LegsDiagram.of(report);
        if (!legs.isEmpty()) {
            heading(html, "The legs, as seen");
            html.append(legs);
        }
        toDo(html);
        findings(html);
        report.evidence().judgedAuth().ifPresent(auth -> {
            heading(html, "Who may send in its name");
            html.append(AuthSection.of(auth));
        });
        report.grade().ifPresent(grade -> html.append(GradeSection.of(grade, level + 1)));
        return html.append("</article>\n").toString();
    }

    private void head(StringBuilder html) {
        String name = report.inOwnLetters()
                .map(own -> own + " (" + report.domain() + ")")
                .orElse(report.domain());
        html.append("<div class=\"head\"><div><h")
                .append(level)
                .append('>')
                .append(Html.escape(name))
                .append("</h")
                .append(level)
                .append(">\n<p class=\"lead\">")
                .append(Html.escape(lead()))
                .append("</p></div>\n");
        report.grade()
                .ifPresent(grade -> html.append("<p class=\"score\"><b>")
                        .append(Html.escape(result(grade)))
                        .append("</b>as ")
                        .append(Html.escape(grade.profile().title()))
                        .append("</p>\n"));
        html.append("</div>\n");
    }

    private static String result(DomainGrade grade) {
        return grade.profile().scheme().isEmpty()
                ? grade.overall().token().replace('_', ' ')
                : grade.percent().map(p -> p + " %").orElse("not tested");
    }

    private String lead() {
        List<HostEvidence> hosts = report.evidence().hosts();
        int addresses = hosts.stream().mapToInt(h -> h.addresses().size()).sum();
        return "Mail transport security, seen " + Words.time(report.evidence().at()) + " · "
                + Words.count(hosts.size(), "mail server") + ", "
                + (addresses == 1 ? "1 address" : addresses + " addresses")
                + String.format(Locale.ROOT, " · took %.1f s", report.took().toMillis() / 1000.0);
    }

    private void chips(StringBuilder html) {
        html.append("<ul class=\"chips\">");
        for (Severity severity : Severity.values()) {
            int number = report.findings(severity).size();
            if (number > 0) {
                html.append("<li class=\"chip ")
                        .append(severity.token())
                        .append("\">")
                        .append(Html.escape(count(number, severity)))
                        .append("</li>");
            }
        }
        html.append("</ul>\n");
    }

    static String count(int number, Severity severity) {
        return switch (severity) {
            case ERROR, WARNING, NOTICE -> Words.count(number, severity.token());
            case UNKNOWN -> number + " not found out";
            case OK -> number + " well";
        };
    }

    private void heading(StringBuilder html, String text) {
        html.append("<h")
                .append(level + 1)
                .append('>')
                .append(Html.escape(text))
                .append("</h")
                .append(level + 1)
                .append(">\n");
    }

    private void toDo(StringBuilder html) {
        List<Finding> first = new ArrayList<>(report.findings(Severity.ERROR));
        first.addAll(report.findings(Severity.WARNING));
        if (first.isEmpty()) {
            return;
        }
        heading(html, "Do this first");
        html.append("<ol class=\"first\">\n");
        for (Finding finding : first) {
            html.append("<li><a href=\"#")
                    .append(id(finding))
                    .append("\">")
                    .append(Html.escape(finding.subject()))
                    .append("</a>: ")
                    .append(Html.escape(
                            finding.mend().map(Mend::action).orElse(finding.id().id())))
                    .append(" <small>")
                    .append(Html.escape(finding.matters()))
                    .append("</small></li>\n");
        }
        html.append("</ol>\n");
    }

    private String id(Finding finding) {
        return anchor + "f" + report.findings().indexOf(finding);
    }

    private void findings(StringBuilder html) {
        heading(html, "Findings");
        boolean open = true;
        for (Finding finding : report.findings()) {
            if (finding.severity() != Severity.OK) {
                finding(html, finding, open && finding.severity() == Severity.ERROR);
                open = false;
            }
        }
        List<Finding> well = report.findings(Severity.OK);
        if (!well.isEmpty()) {
            html.append("<details class=\"ok\"><summary><strong>")
                    .append(well.size())
                    .append(well.size() == 1 ? " check" : " checks")
                    .append(" with nothing to mend</strong> <span class=\"id\">")
                    .append(Html.escape(
                            well.stream().map(f -> f.id().id()).distinct().collect(Collectors.joining(", "))))
                    .append("</span></summary>\n<ul>\n");
            well.forEach(f -> html.append("<li><code>")
                    .append(Html.escape(f.id().id()))
                    .append("</code> ")
                    .append(Html.escape(f.seen()))
                    .append("</li>\n"));
            html.append("</ul></details>\n");
        }
    }

    private void finding(StringBuilder html, Finding finding, boolean open) {
        html.append("<details class=\"")
                .append(finding.severity().token())
                .append("\" id=\"")
                .append(id(finding))
                .append(open ? "\" open><summary><span class=\"chip " : "\"><summary><span class=\"chip ")
                .append(finding.severity().token())
                .append("\">")
                .append(
                        finding.severity() == Severity.UNKNOWN
                                ? "not found out"
                                : finding.severity().token())
                .append("</span> <strong>")
                .append(Html.escape(finding.subject()))
                .append("</strong>: ")
                .append(Html.escape(finding.mend().map(Mend::action).orElse(finding.seen())))
                .append(" <span class=\"id\">")
                .append(Html.escape(finding.id().id() + " · " + finding.rule()))
                .append("</span></summary>\n<p>Seen: ")
                .append(Html.escape(finding.seen()))
                .append("</p>\n<p>Why it matters: ")
                .append(Html.escape(finding.matters()))
                .append("</p>\n");
        Optional<Mend> lines = finding.mend().filter(m -> !m.lines().isEmpty());
        lines.ifPresent(m -> html.append("<pre>")
                .append(Html.escape(String.join("\n", m.lines())))
                .append("</pre>\n"));
        html.append("</details>\n");
    }
}
