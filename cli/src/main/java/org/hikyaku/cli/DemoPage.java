package org.hikyaku.cli;

import java.util.List;
import java.util.Locale;
import java.util.stream.Collectors;
import org.hikyaku.check.CheckReport;
import org.hikyaku.check.Finding;
import org.hikyaku.check.Severity;
import org.hikyaku.check.Summary;
import org.hikyaku.check.Words;
import org.hikyaku.check.render.Html;

/** The demo's overview: one page with everything in it, for light and dark, screen, phone and print; no script. */
final class DemoPage {
    private static final String STYLE = """
            :root{--bg:#fbfaf7;--card:#fff;--ink:#1c1b19;--soft:#5f5c55;--line:#e4e0d6;--safe:#1d6f42;--safe-bg:#e7f3ea;--risk:#a4262c;--risk-bg:#fbeaea;--unsure:#7a5b00;--unsure-bg:#fdf4d9;color-scheme:light dark}
            @media (prefers-color-scheme:dark){:root{--bg:#161513;--card:#1f1e1b;--ink:#ece9e2;--soft:#aaa69b;--line:#37342e;--safe:#7fd3a0;--safe-bg:#1b2f23;--risk:#f0a0a0;--risk-bg:#3a2021;--unsure:#e6c765;--unsure-bg:#352d16}}
            *{box-sizing:border-box}
            body{margin:0;background:var(--bg);color:var(--ink);font:16px/1.5 system-ui,"Noto Sans","Hiragino Sans",sans-serif}
            main{max-width:62rem;margin:0 auto;padding:2rem 1rem 4rem}
            h1{font-size:1.9rem;line-height:1.2;margin:0}
            .lead{color:var(--soft);margin:.3rem 0 0}
            .verdict{font-size:1.15rem;margin:1.25rem 0}
            h2{font-size:1.2rem;margin:2.25rem 0 .5rem}
            details{background:var(--card);border:1px solid var(--line);border-left:5px solid var(--safe);border-radius:8px;margin:.5rem 0;padding:.6rem .9rem}
            details.error{border-left-color:var(--risk)}
            details.warning,details.unknown{border-left-color:var(--unsure)}
            summary{cursor:pointer;display:flex;flex-wrap:wrap;gap:.25rem .6rem;align-items:baseline}
            summary b{overflow-wrap:anywhere}
            summary .about{color:var(--soft);flex:1 1 18rem}
            .chip{border-radius:99px;padding:.05rem .6rem;font-size:.82rem;white-space:nowrap;background:var(--safe-bg);color:var(--safe)}
            .chip.error{background:var(--risk-bg);color:var(--risk)}
            .chip.warning,.chip.unknown{background:var(--unsure-bg);color:var(--unsure)}
            .chip.notice{background:none;border:1px solid var(--line);color:var(--soft)}
            details p{margin:.5rem 0}
            ul{padding-left:1.2rem;margin:.5rem 0}
            li{margin:.6rem 0}
            code{font:13.5px/1.5 ui-monospace,"DejaVu Sans Mono",monospace;overflow-wrap:anywhere}
            pre{background:var(--bg);border:1px solid var(--line);border-radius:6px;padding:.5rem .7rem;overflow-x:auto;font:13px/1.5 ui-monospace,"DejaVu Sans Mono",monospace;margin:.4rem 0}
            footer{margin-top:2.5rem;color:var(--soft);font-size:.88rem;border-top:1px solid var(--line);padding-top:.8rem}
            @media print{details{break-inside:avoid}body{background:#fff}}
            """;

    private DemoPage() {}

    static String of(List<LabVerdict> verdicts, CheckReport report) {
        long met = verdicts.stream().filter(LabVerdict::met).count();
        StringBuilder page = new StringBuilder(200_000);
        page.append("""
                <!doctype html>
                <html lang="en"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width,initial-scale=1">
                <title>Hikyaku demo: a small Internet of mail</title>
                <style>
                """);
        page.append(STYLE).append("</style></head><body><main>\n<header><h1>A small Internet of mail, checked</h1>\n");
        page.append("<p class=\"lead\">Every domain has one property or one flaw. Seen ")
                .append(Words.time(report.at()))
                .append(String.format(
                        Locale.ROOT,
                        ", %d connections, %d DNS look-ups, took %.1f s.</p></header>%n",
                        report.connections(),
                        report.questions(),
                        report.took().toMillis() / 1000.0));
        page.append("<p class=\"verdict\"><strong>")
                .append(met)
                .append(" of ")
                .append(verdicts.size())
                .append("</strong> domains were judged as a person wrote down beforehand.</p>\n");
        section(
                page,
                "Judged otherwise than expected",
                verdicts.stream().filter(v -> !v.met()).toList());
        section(page, "With errors", met(verdicts, Severity.ERROR));
        section(page, "With warnings", met(verdicts, Severity.WARNING));
        section(page, "Not found out", met(verdicts, Severity.UNKNOWN));
        section(page, "Nothing to mend", met(verdicts, Severity.OK));
        page.append("<footer>Hikyaku ")
                .append(Html.escape(ProductVersion.number()))
                .append(
                        " · made by <code>hikyaku demo</code> · one domain in full: <code>hikyaku check DOMAIN</code></footer>\n");
        return page.append("</main></body></html>\n").toString();
    }

    private static List<LabVerdict> met(List<LabVerdict> verdicts, Severity worst) {
        return verdicts.stream().filter(v -> v.met() && worst(v) == worst).toList();
    }

    /** The worst severity that asks for something; OK when none does. */
    private static Severity worst(LabVerdict verdict) {
        for (Severity severity : List.of(Severity.ERROR, Severity.WARNING, Severity.UNKNOWN)) {
            if (!verdict.report().findings(severity).isEmpty()) {
                return severity;
            }
        }
        return Severity.OK;
    }

    private static void section(StringBuilder page, String title, List<LabVerdict> verdicts) {
        if (verdicts.isEmpty()) {
            return;
        }
        page.append("<h2>")
                .append(Html.escape(title))
                .append(" (")
                .append(verdicts.size())
                .append(")</h2>\n");
        verdicts.forEach(v -> domain(page, v));
    }

    private static void domain(StringBuilder page, LabVerdict verdict) {
        page.append("<details class=\"").append(worst(verdict).token()).append("\"><summary><b>");
        page.append(Html.escape(verdict.domain().text()))
                .append("</b><span class=\"about\">")
                .append(Html.escape(verdict.domain().about()))
                .append("</span>");
        List<Finding> findings = verdict.report().findings().stream()
                .filter(f -> f.severity() != Severity.OK)
                .toList();
        page.append(findings.stream()
                .filter(f -> f.severity() != Severity.NOTICE)
                .map(f -> chip(f.severity().token(), f.severity().token() + ": " + f.id()))
                .distinct()
                .collect(Collectors.joining()));
        if (worst(verdict) == Severity.OK) {
            page.append(chip("ok", "nothing to mend"));
        }
        page.append("</summary>\n<p>")
                .append(Html.escape(Summary.of(verdict.report())))
                .append("</p>\n");
        page.append("<p>As written down beforehand: ")
                .append(Html.escape(verdict.domain().judgement()))
                .append(verdict.met() ? " <strong>So judged.</strong>" : "")
                .append("</p>\n");
        verdict.deviations()
                .forEach(d -> page.append("<p><strong>Differs:</strong> ")
                        .append(Html.escape(d))
                        .append("</p>\n"));
        if (!findings.isEmpty()) {
            page.append("<ul>\n");
            findings.forEach(f -> finding(page, f));
            page.append("</ul>\n");
        }
        page.append("</details>\n");
    }

    private static void finding(StringBuilder page, Finding finding) {
        page.append("<li>")
                .append(chip(finding.severity().token(), finding.severity().token() + ": " + finding.id()))
                .append(' ')
                .append(Html.escape(finding.seen()))
                .append(' ')
                .append(Html.escape(finding.matters()))
                .append(" <small>(")
                .append(Html.escape(finding.rule()))
                .append(")</small>");
        finding.mend().ifPresent(mend -> {
            page.append("<br>Mend: ").append(Html.escape(mend.action())).append('.');
            if (!mend.lines().isEmpty()) {
                page.append("<pre>")
                        .append(Html.escape(String.join("\n", mend.lines())))
                        .append("</pre>");
            }
        });
        page.append("</li>\n");
    }

    private static String chip(String kind, String text) {
        return "<span class=\"chip " + kind + "\">" + Html.escape(text) + "</span>";
    }
}
