package org.hikyaku.conformance.grade;

import java.util.Locale;
import org.hikyaku.check.render.Html;

/** A grade as one page without scripts or anything from elsewhere. */
public final class GradeHtml {
    private static final String STYLE = """
            body{font:15px/1.5 system-ui,sans-serif;max-width:64rem;margin:2rem auto;padding:0 1rem;color:#1b1f24;background:#fff}
            table{border-collapse:collapse;width:100%;margin:1rem 0}
            th,td{text-align:left;padding:.35rem .6rem;border-bottom:1px solid #d6dae0;vertical-align:top}
            td,th,li{overflow-wrap:anywhere}@media(max-width:40em){th,td{padding:.2em}}
            .kept{color:#11622b}.broken{color:#a3180e;font-weight:600}.not-seen{color:#59636e}
            details{margin:.2rem 0}ul{margin:.2rem 0;padding-left:1.2rem}
            @media (prefers-color-scheme:dark){body{background:#15181c;color:#e4e7eb}th,td{border-color:#363c44}
            .kept{color:#6fcf8a}.broken{color:#ff8a7d}.not-seen{color:#9aa4af}}
            """;

    private final StringBuilder page = new StringBuilder();

    private GradeHtml() {}

    /** The page. */
    public static String of(Grade grade) {
        return new GradeHtml().write(grade);
    }

    private String write(Grade grade) {
        page.append("<!doctype html>\n<html lang=\"en\"><head><meta charset=\"utf-8\">")
                .append("<meta name=\"viewport\" content=\"width=device-width\">")
                .append("<title>Conformance of a sender</title><style>")
                .append(STYLE)
                .append("</style></head><body><main>\n<h1>Conformance of a sender</h1>\n");
        scores(grade);
        rules(grade);
        cases(grade);
        reports(grade);
        return page.append("</main></body></html>\n").toString();
    }

    private void scores(Grade grade) {
        page.append("<table><thead><tr><th>Area</th><th>Score</th><th>Kept</th><th>Broken</th><th>Not seen</th>")
                .append("<th>Remark</th></tr></thead><tbody>\n");
        for (Grade.Score score : grade.areas()) {
            page.append("<tr>");
            cell(score.area().title());
            cell(score.kept() + score.broken() == 0 ? "–" : score.percent() + " %");
            cell(Integer.toString(score.kept()));
            cell(Integer.toString(score.broken()));
            cell(Integer.toString(score.notSeen()));
            cell(score.practised() ? "" : "Not practised: " + GradeText.absence(score.area()));
            page.append("</tr>\n");
        }
        page.append("</tbody></table>\n");
    }

    private void rules(Grade grade) {
        page.append(
                "<h2>Rules</h2>\n<table><thead><tr><th>Rule</th><th>Standing</th><th>What it says</th></tr></thead><tbody>\n");
        for (RuleResult rule : grade.rules()) {
            page.append("<tr>");
            cell(rule.rule());
            standing(rule.standing());
            page.append("<td>").append(Html.escape(rule.title()));
            if (!rule.sentences().isEmpty()) {
                list(rule.sentences());
            } else if (!rule.keptBy().isEmpty()) {
                page.append("<details><summary>shown by ")
                        .append(rule.keptBy().size())
                        .append(rule.keptBy().size() == 1 ? " case" : " cases")
                        .append("</summary>");
                list(rule.keptBy());
                page.append("</details>");
            }
            page.append("</td></tr>\n");
        }
        page.append("</tbody></table>\n");
    }

    private void cases(Grade grade) {
        page.append(
                        "<h2>Cases</h2>\n<table><thead><tr><th>Mail to</th><th>Standing</th><th>Must</th><th>What was seen</th>")
                .append("</tr></thead><tbody>\n");
        for (CaseResult result : grade.cases()) {
            page.append("<tr>");
            cell(result.subject().title());
            standing(result.standing());
            cell(result.subject().must().title()
                    + result.subject().rule().map(r -> " (" + r + ")").orElse(""));
            page.append("<td><details><summary>")
                    .append(Html.escape(result.subject().about()))
                    .append("</summary>");
            list(result.story());
            page.append("</details>");
            list(result.findings().stream()
                    .map(f -> f.rule() + ": " + f.sentence())
                    .toList());
            page.append("</td></tr>\n");
        }
        page.append("</tbody></table>\n");
    }

    private void reports(Grade grade) {
        if (!grade.reports().isEmpty()) {
            page.append("<h2>TLS reports</h2>\n");
            list(grade.reports().stream().map(r -> r.to() + ": " + r.sentence()).toList());
        }
    }

    private void standing(Standing standing) {
        page.append("<td class=\"")
                .append(standing.name().toLowerCase(Locale.ROOT).replace('_', '-'))
                .append("\">")
                .append(standing.title())
                .append("</td>");
    }

    private void cell(String text) {
        page.append("<td>").append(Html.escape(text)).append("</td>");
    }

    private void list(Iterable<String> texts) {
        StringBuilder items = new StringBuilder();
        texts.forEach(t -> items.append("<li>").append(Html.escape(t)).append("</li>"));
        if (!items.isEmpty()) {
            page.append("<ul>").append(items).append("</ul>");
        }
    }
}
