package org.hikyaku.check.render;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Collectors;
import org.hikyaku.check.CheckReport;
import org.hikyaku.check.DomainReport;
import org.hikyaku.check.Finding;
import org.hikyaku.check.Severity;
import org.hikyaku.check.Summary;
import org.hikyaku.check.Words;
import org.hikyaku.check.matrix.Attacker;
import org.hikyaku.check.matrix.Cell;
import org.hikyaku.check.matrix.Sender;
import org.hikyaku.check.matrix.ThreatMatrix;

/** A run as Markdown (CommonMark with the tables of GitHub), for tickets, wikis and the comments of build pipelines. */
public final class MarkdownReport {
    private final StringBuilder out = new StringBuilder(4096);

    private MarkdownReport() {}

    public static String of(CheckReport report) {
        MarkdownReport markdown = new MarkdownReport();
        report.domains().forEach(markdown::domain);
        report.notes().forEach(note -> markdown.paragraph(escape(note)));
        markdown.paragraph("_Seen " + Words.time(report.at()) + " by `hikyaku check`: "
                + Words.count(report.connections(), "connection") + ", "
                + Words.count(report.questions(), "DNS look-up") + "._");
        return markdown.out.toString().stripTrailing() + "\n";
    }

    private void domain(DomainReport report) {
        String own =
                report.inOwnLetters().map(name -> " (" + escape(name) + ")").orElse("");
        paragraph("## " + escape(report.domain()) + own);
        report.grade().ifPresent(grade -> paragraph("**" + escape(grade.headline()) + "**"));
        paragraph(escape(Summary.of(report)));
        report.matrix().ifPresent(this::matrix);

        List<Finding> toDo = new ArrayList<>(report.findings(Severity.ERROR));
        toDo.addAll(report.findings(Severity.WARNING));
        section("Do this first", toDo, true);
        section("Worth knowing", report.findings(Severity.NOTICE), false);
        section("Not found out", report.findings(Severity.UNKNOWN), false);
        List<Finding> well = report.findings(Severity.OK);
        if (!well.isEmpty()) {
            paragraph("Well: "
                    + well.stream().map(f -> "`" + f.id().id() + "`").distinct().collect(Collectors.joining(", ")));
        }
    }

    private void matrix(ThreatMatrix matrix) {
        out.append("| sender |");
        Arrays.stream(Attacker.values())
                .forEach(a -> out.append(' ').append(a.title()).append(" |"));
        out.append("\n|---|").append("---|".repeat(Attacker.values().length)).append('\n');
        for (Sender sender : Sender.values()) {
            out.append("| ").append(sender.title()).append(" |");
            for (Cell cell : matrix.row(sender)) {
                String title = cell.state().title();
                out.append(' ')
                        .append(cell.state().isExposed() ? "**" + title + "**" : title)
                        .append(" |");
            }
            out.append('\n');
        }
        out.append('\n');
    }

    private void section(String title, List<Finding> findings, boolean numbered) {
        if (findings.isEmpty()) {
            return;
        }
        paragraph("### " + title);
        int number = 1;
        for (Finding finding : findings) {
            String mark = numbered ? number++ + ". " : "- ";
            String head = finding.mend()
                    .map(m -> "**" + escape(finding.subject() + ": " + m.action()) + "**")
                    .orElseGet(() -> "**" + escape(finding.subject()) + "**");
            String indent = " ".repeat(mark.length());
            out.append(mark)
                    .append(head)
                    .append(" (")
                    .append(finding.severity().token())
                    .append(" `")
                    .append(finding.id().id())
                    .append("`, ")
                    .append(escape(finding.rule()))
                    .append(")\n\n");
            out.append(indent)
                    .append(escape(finding.seen()))
                    .append(' ')
                    .append(escape(finding.matters()))
                    .append("\n\n");
            finding.mend().filter(m -> !m.lines().isEmpty()).ifPresent(mend -> {
                String fence = fence(mend.lines());
                out.append(indent).append(fence).append("text\n");
                mend.lines().forEach(line -> out.append(indent).append(line).append('\n'));
                out.append(indent).append(fence).append("\n\n");
            });
        }
    }

    private void paragraph(String text) {
        out.append(text).append("\n\n");
    }

    /** Longer than any run of backticks inside (CommonMark 4.5). */
    private static String fence(List<String> lines) {
        String fence = "```";
        while (String.join("\n", lines).contains(fence)) {
            fence += "`";
        }
        return fence;
    }

    /** What a server says must not become markup: ASCII punctuation that means something is escaped, lines are joined. */
    static String escape(String text) {
        StringBuilder safe = new StringBuilder(text.length() + 16);
        text.codePoints().forEach(c -> {
            if ("\\`*_[]<>|&#~".indexOf(c) >= 0) {
                safe.append('\\').appendCodePoint(c);
            } else if (c == '\n' || c == '\r' || c == '\t') {
                safe.append(' ');
            } else {
                safe.appendCodePoint(Character.isISOControl(c) ? '\uFFFD' : c);
            }
        });
        return safe.toString();
    }
}
