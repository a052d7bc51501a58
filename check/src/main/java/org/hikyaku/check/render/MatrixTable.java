package org.hikyaku.check.render;

import java.util.Arrays;
import java.util.Locale;
import java.util.stream.Collectors;
import org.hikyaku.check.Words;
import org.hikyaku.check.matrix.Attacker;
import org.hikyaku.check.matrix.Cell;
import org.hikyaku.check.matrix.Sender;
import org.hikyaku.check.matrix.State;
import org.hikyaku.check.matrix.ThreatMatrix;

/** The threat matrix as a table, and each of its cells in words. Colour is never alone: a mark and a word stand with it. */
final class MatrixTable {
    private MatrixTable() {}

    static String of(ThreatMatrix matrix, String domain) {
        StringBuilder html = new StringBuilder(8192);
        html.append("<div class=\"scroll\" tabindex=\"0\" role=\"region\" aria-label=\"Threat matrix of ")
                .append(Html.escape(domain))
                .append("\">\n<table class=\"matrix\">\n<thead><tr><th scope=\"col\">Sender</th>");
        for (Attacker attacker : Attacker.values()) {
            html.append("<th scope=\"col\">")
                    .append(Html.escape(attacker.title()))
                    .append("</th>");
        }
        html.append("</tr></thead>\n<tbody>\n");
        for (Sender sender : Sender.values()) {
            html.append("<tr><th scope=\"row\">")
                    .append(Html.escape(sender.title()))
                    .append("</th>");
            matrix.row(sender).forEach(cell -> cell(html, cell));
            html.append("</tr>\n");
        }
        html.append("</tbody></table></div>\n");
        inWords(html, matrix);
        return html.toString();
    }

    private static void cell(StringBuilder html, Cell cell) {
        html.append("<td class=\"")
                .append(colour(cell.state()))
                .append("\"><b><span aria-hidden=\"true\">")
                .append(mark(cell.state()))
                .append("</span> ")
                .append(Html.escape(cell.state().title().toLowerCase(Locale.ROOT)))
                .append("</b><small>")
                .append(Html.escape(cell.by()))
                .append("</small></td>");
    }

    private static void inWords(StringBuilder html, ThreatMatrix matrix) {
        html.append("<details class=\"plain\"><summary>Every cell in words</summary>\n<p>Columns: ")
                .append(Html.escape(Arrays.stream(Attacker.values())
                        .map(a -> a.title() + ": " + a.act())
                        .collect(Collectors.joining("; "))))
                .append(".</p>\n<ul>\n");
        for (Cell cell : matrix.cells()) {
            html.append("<li><strong>")
                    .append(Html.escape(
                            cell.sender().title() + ", " + cell.attacker().title()))
                    .append("</strong>: ")
                    .append(Html.escape(cell.state().title().toLowerCase(Locale.ROOT)))
                    .append(cell.host().map(h -> " (" + Html.escape(h) + ")").orElse(""))
                    .append(". ")
                    .append(Html.escape(Words.sentence(cell.sentence())))
                    .append("</li>\n");
        }
        html.append("</ul></details>\n");
    }

    private static String colour(State state) {
        return switch (state) {
            case DELIVERED, HELD_BACK -> "s";
            case NOT_KNOWN, REPORTED -> "u";
            case EXPOSED -> "r";
        };
    }

    private static String mark(State state) {
        return switch (state) {
            case DELIVERED, HELD_BACK -> "✓";
            case NOT_KNOWN -> "?";
            case REPORTED -> "!";
            case EXPOSED -> "✕";
        };
    }
}
