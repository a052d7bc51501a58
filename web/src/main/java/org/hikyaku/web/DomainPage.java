package org.hikyaku.web;

import java.util.List;
import java.util.Map;
import java.util.NavigableSet;
import java.util.stream.Collectors;
import org.hikyaku.check.render.Html;
import org.hikyaku.tlsrpt.receive.ReceivedReport;
import org.hikyaku.tlsrpt.summary.DomainSummary;
import org.hikyaku.tlsrpt.summary.DomainSummary.Problem;
import org.hikyaku.tlsrpt.summary.Shown;
import org.hikyaku.tlsrpt.summary.Summary;

/** What the reports say about one domain. */
final class DomainPage {
    /** Reports linked on a page. */
    static final int MAX_REPORTS = 200;

    private DomainPage() {}

    static String of(DomainSummary d, Summary summary, Map<String, Long> counts) {
        StringBuilder main = new StringBuilder(32_768);
        main.append("<h1>")
                .append(Html.escape(d.domain()))
                .append("</h1>\n<p class=\"soft\">What senders saw when they brought mail, ")
                .append(summary.from())
                .append(" to ")
                .append(summary.to())
                .append(" (UTC)")
                .append(ranges(d, summary))
                .append("</p>\n<p class=\"lead\">")
                .append(Html.escape(d.trend()))
                .append("</p>\n");
        main.append("<h2>Sessions</h2>\n").append(DayChart.of(d, summary.from(), summary.to()));
        main.append("<h2>To mend</h2>\n");
        if (d.problems().isEmpty()) {
            main.append("<p class=\"good\">Nothing: every session that was reported kept its promise.</p>\n");
        }
        d.problems().forEach(p -> problem(main, p));
        table(
                main,
                "By sender",
                "Sender",
                d.senders().stream()
                        .map(s -> new Row(
                                s.name() + (s.signed() ? "" : " (its own word: no signature vouches for the name)"),
                                s.kept(),
                                s.failed()))
                        .toList());
        table(
                main,
                "By policy",
                "Policy",
                d.policies().stream()
                        .map(p -> new Row(
                                switch (p.type()) {
                                            case TLSA -> "DANE";
                                            case STS -> "MTA-STS";
                                            case NO_POLICY_FOUND -> "no policy";
                                        }
                                        + (p.policyDomain().isEmpty() ? "" : ", " + p.policyDomain()),
                                p.kept(),
                                p.failed()))
                        .toList());
        table(
                main,
                "By day",
                "Day",
                d.days().reversed().stream()
                        .map(x -> new Row(x.day().toString(), x.kept(), x.failed()))
                        .toList());
        reports(main, d.reports());
        return Layout.page(d.domain() + " \u2014 TLS reports", main.toString(), OverviewPage.foot(counts));
    }

    private static String ranges(DomainSummary d, Summary summary) {
        long shown = summary.from().until(summary.to(), java.time.temporal.ChronoUnit.DAYS) + 1;
        return List.of(7, 30, 90).stream()
                .map(days -> days == shown
                        ? "<b>" + days + " days</b>"
                        : "<a href=\"" + Html.escape(WebSite.domainPath(d.domain())) + "?days=" + days + "\">" + days
                                + " days</a>")
                .collect(Collectors.joining(" \u00b7 ", " \u00b7 ", ""));
    }

    private static void problem(StringBuilder main, Problem p) {
        main.append("<section class=\"problem\"><h3>")
                .append(Html.escape(p.type()))
                .append(Html.escape(p.mx().map(m -> " at " + m).orElse("")))
                .append("</h3>\n<p>")
                .append(Layout.number(p.sessions()))
                .append(p.sessions() == 1 ? " session, " : " sessions, ")
                .append(p.first().equals(p.last()) ? "on " + p.last() : p.first() + " to " + p.last())
                .append(", seen by ")
                .append(Html.escape(String.join(", ", p.senders())))
                .append("</p>\n");
        texts(main, "Receiving addresses", p.addresses());
        texts(main, "Reasons given", p.reasons());
        main.append("<p class=\"mend\">").append(Html.escape(p.mend())).append("</p></section>\n");
    }

    private static void texts(StringBuilder main, String name, NavigableSet<String> texts) {
        if (!texts.isEmpty()) {
            main.append("<p class=\"soft\">")
                    .append(name)
                    .append(": ")
                    .append(texts.stream()
                            .map(t -> "<code>" + Html.escape(t) + "</code>")
                            .collect(Collectors.joining(", ")))
                    .append("</p>\n");
        }
    }

    private record Row(String name, long kept, long failed) {}

    private static void table(StringBuilder main, String title, String column, List<Row> rows) {
        main.append("<h2>")
                .append(title)
                .append("</h2>\n<div class=\"scroll\" role=\"region\" aria-label=\"")
                .append(title)
                .append("\" tabindex=\"0\"><table><thead><tr><th scope=\"col\">")
                .append(column)
                .append(
                        "</th><th scope=\"col\" class=\"n\">Kept</th><th scope=\"col\" class=\"n\">Failed</th></tr></thead>"
                                + "<tbody>\n");
        for (Row row : rows) {
            main.append("<tr><th scope=\"row\">")
                    .append(Html.escape(row.name()))
                    .append("</th><td class=\"n\">")
                    .append(Layout.number(row.kept()))
                    .append("</td><td class=\"n\">")
                    .append(Layout.failures(row.failed()))
                    .append("</td></tr>\n");
        }
        main.append("</tbody></table></div>\n");
    }

    private static void reports(StringBuilder main, List<ReceivedReport> reports) {
        main.append("<h2>Reports</h2>\n<ul>\n");
        reports.stream()
                .limit(MAX_REPORTS)
                .forEach(r -> main.append("<li><a href=\"/reports/")
                        .append(Html.escape(r.id()))
                        .append("\">")
                        .append(r.report().period().day())
                        .append(" ")
                        .append(Html.escape(Shown.text(r.sender())))
                        .append("</a> <span class=\"soft\">")
                        .append(
                                switch (r.via()) {
                                    case MAIL ->
                                        "by mail, signed by "
                                                + Html.escape(
                                                        Shown.text(r.signer().orElse("nobody")));
                                    case POST -> "posted by whoever it was";
                                    case FILE -> "from a file";
                                })
                        .append("</span></li>\n"));
        if (reports.size() > MAX_REPORTS) {
            main.append("<li>and ").append(reports.size() - MAX_REPORTS).append(" more</li>\n");
        }
        main.append("</ul>\n");
    }
}
