package org.hikyaku.conformance.attack;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Objects;
import java.util.stream.Collectors;
import org.hikyaku.check.Words;
import org.hikyaku.check.matrix.Sender;
import org.hikyaku.check.render.Html;
import org.hikyaku.check.render.HtmlReport;
import org.hikyaku.lab.LabDomain;

/**
 * What was played as one page with everything in it: the table of each receiver, and below it a diagram of each attack. For
 * light and dark, screen, phone, print and keyboard; no script, nothing loaded from elsewhere.
 */
public final class AttackPage {
    /** Mails whose diagrams are unfolded from the beginning. */
    private static final int FEW = 5;

    private static final String STYLE = resource("attack.css");

    private final Performance performance;
    private final StringBuilder page = new StringBuilder(1 << 18);

    private AttackPage(Performance performance) {
        this.performance = performance;
    }

    /** @param version of Hikyaku, for the foot of the page */
    public static String of(Performance performance, String version) {
        return new AttackPage(performance).html(version);
    }

    private String html(String version) {
        page.append("""
                <!doctype html>
                <html lang="en"><head><meta charset="utf-8">
                <meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'unsafe-inline'">
                <meta name="viewport" content="width=device-width,initial-scale=1">
                <meta name="color-scheme" content="light dark">
                <title>Attacks on mail, played</title>
                <style>
                """);
        page.append(HtmlReport.style()).append(STYLE);
        page.append("</style></head>\n<body><a class=\"skip\" href=\"#first\">To the result</a><main>\n");
        page.append("<h1>Attacks on mail, played</h1>\n<p class=\"lead\">");
        page.append(Words.count(performance.scenes().size(), "mail"))
                .append(
                        ", each from a real sender to a real server over TCP, TLS and signed DNS inside one process, with"
                                + " an attacker in between. What became of each is measured: by what the attacker had in hand, what"
                                + " arrived, and what the sender said.</p>\n");
        verdict();
        for (LabDomain receiver : performance.receivers()) {
            receiver(receiver);
        }
        page.append("<footer><p>")
                .append(
                        performance.asDerived()
                                ? "The threat matrix that <code>hikyaku check</code> derives for these domains says the same."
                                : "The threat matrix that <code>hikyaku check</code> derives for these domains says something"
                                        + " else in places; see there.")
                .append("</p><p>Hikyaku ")
                .append(Html.escape(version))
                .append(
                        " · made by <code>hikyaku lab attack --html</code>. The same for programs: <code>--json</code>; the"
                                + " attackers' captures: <code>--pcap</code>.</p></footer>\n");
        return page.append("</main></body></html>\n").toString();
    }

    private void verdict() {
        page.append("<ul class=\"chips\" id=\"first\">");
        for (Outcome outcome : Outcome.values()) {
            page.append("<li class=\"chip ")
                    .append(performance.count(outcome) == 0 ? "notice" : outcome.isExposed() ? "error" : "")
                    .append("\">")
                    .append(performance.count(outcome))
                    .append(' ')
                    .append(Html.escape(outcome.title()))
                    .append("</li>");
        }
        page.append("</ul>\n");
    }

    private void receiver(LabDomain receiver) {
        String anchor = anchor(receiver.text());
        page.append("<section aria-labelledby=\"")
                .append(anchor)
                .append("\">\n<h2 id=\"")
                .append(anchor)
                .append("\">")
                .append(Html.escape(receiver.text()))
                .append("</h2>\n<p class=\"lead\">")
                .append(Html.escape(receiver.about()))
                .append("</p>\n");
        table(receiver);
        if (performance.at(receiver).stream().anyMatch(Scene::reported)) {
            page.append(
                    "<p class=\"lead\">Reported: the policy is in testing; the domain hears of it in reports (S12).</p>\n");
        }
        performance
                .differences(receiver)
                .forEach(d -> page.append("<p class=\"differs\"><strong>Differs:</strong> ")
                        .append(Html.escape(d.sentence()))
                        .append("</p>\n"));
        for (Attack attack : performance.attacks()) {
            attack(receiver, attack);
        }
        page.append("</section>\n");
    }

    private void table(LabDomain receiver) {
        page.append("<div class=\"scroll\" tabindex=\"0\" role=\"region\" aria-label=\"Attacks on mail to ")
                .append(Html.escape(receiver.text()))
                .append("\">\n<table class=\"matrix\"><thead><tr><th scope=\"col\">Attack</th>");
        for (Sender sender : performance.senders()) {
            page.append("<th scope=\"col\">")
                    .append(Html.escape(sender.title()))
                    .append("</th>");
        }
        page.append("</tr></thead>\n<tbody>\n");
        for (Attack attack : performance.attacks()) {
            page.append("<tr><th scope=\"row\"><a href=\"#")
                    .append(anchor(receiver.text() + "-" + attack.id()))
                    .append("\">")
                    .append(Html.escape(attack.title()))
                    .append("</a></th>");
            for (Scene scene : performance.at(receiver, attack)) {
                page.append("<td class=\"")
                        .append(colour(scene))
                        .append("\"><b><span aria-hidden=\"true\">")
                        .append(mark(scene))
                        .append("</span> ")
                        .append(Html.escape(scene.outcome().title()))
                        .append("</b>")
                        .append(scene.reported() ? "<small>reported</small>" : "")
                        .append(scene.rule()
                                .map(r -> "<small>" + Html.escape(r) + "</small>")
                                .orElse(""))
                        .append("</td>");
            }
            page.append("</tr>\n");
        }
        page.append("</tbody></table></div>\n");
    }

    private void attack(LabDomain receiver, Attack attack) {
        page.append("<h3 id=\"")
                .append(anchor(receiver.text() + "-" + attack.id()))
                .append("\">")
                .append(Html.escape(attack.title()))
                .append("</h3>\n<p class=\"lead\">")
                .append(Html.escape(attack.act()))
                .append("</p>\n");
        for (List<Scene> alike : performance.alike(receiver, attack)) {
            Scene scene = alike.getFirst();
            page.append("<details class=\"")
                    .append(scene.outcome().isExposed() ? scene.reported() ? "warning" : "error" : "")
                    .append(performance.scenes().size() <= FEW ? "\" open><summary>" : "\"><summary>")
                    .append("<strong>")
                    .append(Html.escape(scene.outcome().title()))
                    .append("</strong> from ")
                    .append(Html.escape(
                            alike.stream().map(s -> s.sender().title()).collect(Collectors.joining("; "))))
                    .append("</summary>\n<p>")
                    .append(Html.escape(scene.evidence()))
                    .append("</p>\n");
            diagram(scene);
            page.append("</details>\n");
        }
    }

    private void diagram(Scene scene) {
        page.append("<ol class=\"play\">\n<li class=\"ends\" aria-hidden=\"true\"><b>sender</b><b>attacker</b>"
                + "<b>receiver</b></li>\n");
        for (Step step : scene.steps()) {
            page.append("<li class=\"")
                    .append(step.kind() == Step.Kind.NOTE ? "note at" + lane(step.from()) : arrow(step))
                    .append("\"><span class=\"who\">")
                    .append(Html.escape(
                            step.kind() == Step.Kind.NOTE
                                    ? step.from().title() + ": "
                                    : step.from().title() + " to " + step.to().title() + ", "
                                            + step.kind().title() + ": "))
                    .append("</span><i aria-hidden=\"true\">")
                    .append(Html.escape(label(step)))
                    .append("</i><pre tabindex=\"-1\">")
                    .append(Html.escape(step.text()))
                    .append("</pre></li>\n");
        }
        page.append("</ol>\n");
    }

    private static String arrow(Step step) {
        int from = lane(step.from());
        int to = lane(step.to());
        return "msg " + step.kind().id() + " s" + Math.min(from, to) + Math.max(from, to)
                + (to > from ? " up" : " down");
    }

    private static String label(Step step) {
        return switch (step.kind()) {
            case NOTE -> "";
            case CLEAR ->
                step.to() == Step.Party.DNS || step.to() == Step.Party.POLICY_HOST
                        ? "to " + step.to().title()
                        : "in clear";
            case SEALED, FORGED, TO_ATTACKER -> step.kind().title();
        };
    }

    private static int lane(Step.Party party) {
        return switch (party) {
            case SENDER -> 0;
            case ATTACKER -> 1;
            case RECEIVER, DNS, POLICY_HOST -> 2;
        };
    }

    private static String colour(Scene scene) {
        return scene.outcome().isExposed() ? scene.reported() ? "u" : "r" : "s";
    }

    private static String mark(Scene scene) {
        return scene.outcome().isExposed() ? scene.reported() ? "!" : "✕" : "✓";
    }

    private static String anchor(String text) {
        return "a-" + text.replaceAll("[^A-Za-z0-9-]", "-");
    }

    private static String resource(String name) {
        try (InputStream in =
                Objects.requireNonNull(AttackPage.class.getResourceAsStream(name), name + " is part of the jar")) {
            return new String(in.readAllBytes(), StandardCharsets.UTF_8);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
