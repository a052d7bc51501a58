package org.hikyaku.web;

import java.util.Map;
import java.util.stream.Collectors;
import org.hikyaku.check.render.Html;
import org.hikyaku.tlsrpt.summary.DomainSummary;
import org.hikyaku.tlsrpt.summary.Summary;

/** All domains that there are reports about. */
final class OverviewPage {
    private OverviewPage() {}

    /** @param counts what was posted here since the start */
    static String of(Summary summary, Map<String, Long> counts) {
        StringBuilder main = new StringBuilder(8192);
        main.append("<h1>TLS reports</h1>\n<p class=\"soft\">What senders saw when they brought mail, ")
                .append(summary.from())
                .append(" to ")
                .append(summary.to())
                .append(" (UTC)</p>\n");
        if (summary.domains().isEmpty()) {
            main.append(
                    "<p class=\"lead\">There is no report about this time. Reports come to the address in the TXT record"
                            + " at <code>_smtp._tls.</code>DOMAIN; <code>hikyaku tlsrpt import</code> reads those that lie in a"
                            + " mailbox.</p>\n");
        } else {
            main.append("<p class=\"lead\">").append(lead(summary)).append("</p>\n");
            main.append(
                    "<h2>Domains</h2>\n<div class=\"scroll\" role=\"region\" aria-label=\"Domains\" tabindex=\"0\">"
                            + "<table><thead><tr><th scope=\"col\">Domain</th><th scope=\"col\" class=\"n\">Kept</th>"
                            + "<th scope=\"col\" class=\"n\">Failed</th><th scope=\"col\">Most to mend</th></tr></thead><tbody>\n");
            for (DomainSummary d : summary.domains()) {
                main.append("<tr><th scope=\"row\"><a href=\"")
                        .append(Html.escape(WebSite.domainPath(d.domain())))
                        .append("\">")
                        .append(Html.escape(d.domain()))
                        .append("</a></th><td class=\"n\">")
                        .append(Layout.number(d.kept()))
                        .append("</td><td class=\"n\">")
                        .append(Layout.failures(d.failed()))
                        .append("</td><td>")
                        .append(d.problems().isEmpty() ? "nothing" : Html.escape(worst(d)))
                        .append("</td></tr>\n");
            }
            main.append("</tbody></table></div>\n");
        }
        return Layout.page("TLS reports", main.toString(), foot(counts));
    }

    private static String worst(DomainSummary d) {
        DomainSummary.Problem worst = d.problems().getFirst();
        return worst.type() + worst.mx().map(m -> " at " + m).orElse("");
    }

    private static String lead(Summary summary) {
        long troubled = summary.domains().stream()
                .filter(d -> d.failed() > 0 || !d.problems().isEmpty())
                .count();
        if (troubled == 0) {
            return "<span class=\"good\">Nothing to mend.</span> Every session that was reported kept its promise.";
        }
        return "<span class=\"bad\">" + troubled + " of " + summary.domains().size()
                + (summary.domains().size() == 1 ? " domain has" : " domains have") + " something to mend.</span> "
                + Layout.number(summary.failed()) + " sessions failed.";
    }

    static String foot(Map<String, Long> counts) {
        String refused = counts.entrySet().stream()
                .filter(e -> !e.getKey().equals("kept") && !e.getKey().equals("known") && e.getValue() > 0)
                .map(e -> e.getValue() + " " + e.getKey())
                .collect(Collectors.joining(", "));
        return "Posted here since the start: " + counts.getOrDefault("kept", 0L) + " kept, "
                + counts.getOrDefault("known", 0L) + " known already, refused: "
                + (refused.isEmpty() ? "none" : Html.escape(refused)) + ".";
    }
}
