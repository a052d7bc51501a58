package org.hikyaku.check.render;

import java.util.Locale;
import java.util.stream.Collectors;
import org.hikyaku.check.Words;
import org.hikyaku.check.grade.DomainGrade;
import org.hikyaku.check.grade.DomainGrade.CategoryGrade;
import org.hikyaku.check.grade.DomainGrade.ServerGrade;
import org.hikyaku.check.grade.DomainGrade.SubtestGrade;
import org.hikyaku.check.grade.Grade;
import org.hikyaku.check.grade.Profile;
import org.hikyaku.check.grade.Status;
import org.hikyaku.check.grade.Subtest;
import org.hikyaku.tls.probe.Known;
import org.hikyaku.tls.probe.ServerFacts;
import org.hikyaku.tls.probe.ServerFacts.VersionFacts;
import org.hikyaku.tls.wire.CipherSuite;

/**
 * A grade as parts of an HTML page. The page takes in {@link #STYLE} once. Every colour is named beside it, for those
 * who see none; everything that a server sent is escaped.
 */
public final class GradeSection {
    /** Rules for the classes used here, for light and dark; nothing outside {@code .grade} is touched. */
    public static final String STYLE = """
            .grade{--g-line:#d8d3c7;--g-soft:#5f5c55;--g-good:#1d6f42;--g-good-bg:#e7f3ea;--g-sufficient:#1f5f8b;--g-sufficient-bg:#e6f0f7;--g-phase:#7a5b00;--g-phase-bg:#fdf4d9;--g-bad:#a4262c;--g-bad-bg:#fbeaea}
            @media (prefers-color-scheme:dark){.grade{--g-line:#37342e;--g-soft:#aaa69b;--g-good:#7fd3a0;--g-good-bg:#1b2f23;--g-sufficient:#8fc3ea;--g-sufficient-bg:#1b2a36;--g-phase:#e6c765;--g-phase-bg:#352d16;--g-bad:#f0a0a0;--g-bad-bg:#3a2021}}
            .grade table{border-collapse:collapse;width:100%;margin:.5rem 0 1rem}
            .grade caption{text-align:left;font-weight:600;padding:.3rem 0}
            .grade th,.grade td{border-top:1px solid var(--g-line);padding:.3rem .6rem .3rem 0;text-align:left;vertical-align:top;overflow-wrap:anywhere}
            .grade th{font-weight:500;overflow-wrap:break-word}
            .grade thead th{color:var(--g-soft);font-size:.86rem}
            .grade .mark{border-radius:99px;padding:.05rem .6rem;font-size:.82rem;white-space:nowrap}
            .grade .good{background:var(--g-good-bg);color:var(--g-good)}
            .grade .sufficient{background:var(--g-sufficient-bg);color:var(--g-sufficient)}
            .grade .phase_out{background:var(--g-phase-bg);color:var(--g-phase)}
            .grade .insufficient{background:var(--g-bad-bg);color:var(--g-bad)}
            .grade .not_tested{border:1px solid var(--g-line);color:var(--g-soft)}
            .grade small,.grade .note{color:var(--g-soft)}
            .grade pre{overflow-x:auto;margin:.2rem 0 .6rem;font:13px/1.5 ui-monospace,"DejaVu Sans Mono",monospace}
            @media print{.grade table{break-inside:avoid}}
            """;

    private GradeSection() {}

    /**
     * The score, the categories, and all servers.
     *
     * @param level of the heading, 1 to 5; that of a server is one lower
     */
    public static String of(DomainGrade grade, int level) {
        StringBuilder html = new StringBuilder(8192);
        html.append("<section class=\"grade\">\n<h")
                .append(level)
                .append('>')
                .append(Html.escape(grade.headline()))
                .append("</h")
                .append(level)
                .append(">\n");
        if (!grade.categories().isEmpty()) {
            html.append("<table><caption>Categories</caption>\n"
                    + "<thead><tr><th scope=\"col\">Category</th><th scope=\"col\">Score</th>"
                    + "<th scope=\"col\">Verdict</th><th scope=\"col\">Seen</th></tr></thead>\n<tbody>\n");
            grade.categories().forEach(c -> category(html, c));
            html.append("</tbody></table>\n");
        }
        grade.notes()
                .forEach(n ->
                        html.append("<p class=\"note\">").append(Html.escape(n)).append("</p>\n"));
        html.append("</section>\n");
        grade.servers().forEach(s -> html.append(of(s, level + 1)));
        return html.append("<p><small>By ")
                .append(Html.escape(grade.profile().source()))
                .append(" (")
                .append(Html.escape(grade.profile().date()))
                .append(").</small></p>\n")
                .toString();
    }

    private static void category(StringBuilder html, CategoryGrade category) {
        html.append("<tr><th scope=\"row\">")
                .append(Html.escape(category.category().title()))
                .append("</th><td>")
                .append(category.percent().map(p -> p + " %").orElse("not part of the total"))
                .append("</td><td>")
                .append(mark(gradeOf(category.status()), words(category.status())))
                .append("</td><td>")
                .append(category.subtests().stream()
                        .filter(GradeSection::tellsSomething)
                        .map(s -> Html.escape(s.rule().title()) + ": " + Html.escape(words(s.status()))
                                + (s.sentences().isEmpty()
                                        ? ""
                                        : " (" + Html.escape(String.join("; ", s.sentences())) + ")"))
                        .collect(Collectors.joining("<br>")))
                .append("</td></tr>\n");
    }

    private static boolean tellsSomething(SubtestGrade subtest) {
        return subtest.status() != Status.PASSED && (subtest.status() != Status.NOT_TESTED || subtest.counts());
    }

    /**
     * One server: versions, suites, groups, subtests.
     *
     * @param level of the heading
     */
    public static String of(ServerGrade server, int level) {
        ServerFacts facts = server.facts();
        Profile profile = server.report().profile();
        StringBuilder html = new StringBuilder(8192);
        html.append("<section class=\"grade\">\n<h")
                .append(level)
                .append('>')
                .append(Html.escape(server.host()))
                .append(" <small>")
                .append(Html.escape(Words.address(server.address().getAddress())))
                .append(", ")
                .append(Words.count(facts.connections(), "connection"))
                .append("</small></h")
                .append(level)
                .append(">\n");
        if (facts.refusing()) {
            html.append("<p class=\"note\">The server began to turn us away; what was not asked by then is not"
                    + " known.</p>\n");
        }
        html.append("<table><caption>Versions and cipher suites seen</caption>\n<tbody>\n");
        facts.versions().stream().filter(v -> v.offered() == Known.YES).forEach(v -> version(html, v, profile));
        html.append("</tbody></table>\n");
        if (!facts.groups().isEmpty()) {
            html.append("<table><caption>Key exchange groups seen</caption>\n<tbody>\n");
            facts.groups()
                    .forEach(g ->
                            row(html, Html.escape(g), graded(profile.groups().of(g))));
            html.append("</tbody></table>\n");
        }
        html.append("<table><caption>Graded</caption>\n<tbody>\n");
        server.report().subtests().forEach(s -> subtest(html, s));
        return html.append("</tbody></table>\n</section>\n").toString();
    }

    private static void version(StringBuilder html, VersionFacts version, Profile profile) {
        String title = version.version().title();
        row(
                html,
                "<strong>" + Html.escape(title) + "</strong>",
                graded(profile.versions().of(title)));
        for (CipherSuite suite : version.accepted()) {
            row(
                    html,
                    "<code>" + Html.escape(suite.name()) + "</code>"
                            + suite.openSslName()
                                    .filter(n -> !n.equals(suite.name()))
                                    .map(n -> " <small>" + Html.escape(n) + "</small>")
                                    .orElse(""),
                    graded(profile.suites().of(suite.name())));
        }
    }

    private static void row(StringBuilder html, String what, String mark) {
        html.append("<tr><td>").append(what).append("</td><td>").append(mark).append("</td></tr>\n");
    }

    private static void subtest(StringBuilder html, Subtest subtest) {
        html.append("<tr><th scope=\"row\">")
                .append(Html.escape(subtest.title()))
                .append("</th><td>")
                .append(graded(subtest.grade()))
                .append("</td><td>")
                .append(Html.escape(subtest.sentence()));
        if (!subtest.mend().isEmpty()) {
            html.append("<details><summary>What mends it</summary>\n");
            subtest.mend()
                    .forEach((software, lines) -> html.append("<strong>")
                            .append(Html.escape(software))
                            .append("</strong><pre>")
                            .append(Html.escape(String.join("\n", lines)))
                            .append("</pre>"));
            html.append("</details>");
        }
        html.append("</td></tr>\n");
    }

    private static String graded(Grade grade) {
        return mark(grade, words(grade));
    }

    private static String mark(Grade grade, String words) {
        return "<span class=\"mark " + grade.token() + "\">" + Html.escape(words) + "</span>";
    }

    /** The colour of a verdict. */
    private static Grade gradeOf(Status status) {
        return switch (status) {
            case ERROR, FAILED -> Grade.INSUFFICIENT;
            case WARNING -> Grade.PHASE_OUT;
            case INFO -> Grade.SUFFICIENT;
            case NOT_TESTED -> Grade.NOT_TESTED;
            case PASSED -> Grade.GOOD;
        };
    }

    private static String words(Enum<?> value) {
        return value.name().toLowerCase(Locale.ROOT).replace('_', ' ');
    }
}
