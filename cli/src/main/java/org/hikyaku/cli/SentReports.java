package org.hikyaku.cli;

import java.io.PrintWriter;
import java.net.URI;
import java.time.LocalDate;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Collectors;
import org.hikyaku.tlsrpt.PolicyResult;
import org.hikyaku.tlsrpt.Report;
import org.hikyaku.tlsrpt.ReportFormatException;
import org.hikyaku.tlsrpt.ReportReader;
import org.hikyaku.tlsrpt.ReportWriter;
import org.hikyaku.tlsrpt.send.DueReport;
import org.hikyaku.tlsrpt.send.Outbox;
import org.hikyaku.tlsrpt.send.ReportPlan;
import org.hikyaku.tlsrpt.send.ReportSender;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/**
 * Shows the reports about a day, sent or not, and who wanted none.
 *
 * @param json as a document, and not for people
 * @param about the day of UTC
 */
record SentReports(Terminal terminal, boolean json, LocalDate about) {

    /** What would be sent. */
    void plan(ReportPlan plan, ReportSender sender) {
        PrintWriter out = terminal.out();
        if (json) {
            ObjectNode document = document(plan);
            ArrayNode reports = document.putArray("reports");
            for (DueReport due : plan.reports()) {
                ObjectNode node =
                        reports.addObject().put("domain", due.domain()).put("state", "not-sent");
                node.set("rua", texts(due.rua().stream().map(URI::toString).toList()));
                node.set("report", ReportWriter.node(sender.report(due)));
            }
            JsonOption.print(out, document);
            return;
        }
        out.println("Reports about " + about + " (UTC) that would be sent: "
                + plan.reports().size());
        for (DueReport due : plan.reports()) {
            line(
                    due.domain(),
                    due.results().stream().mapToLong(PolicyResult::successful).sum(),
                    due.results().stream().mapToLong(PolicyResult::failed).sum(),
                    "to " + due.rua().stream().map(URI::toString).collect(Collectors.joining(", ")));
        }
        rest(plan);
        out.flush();
    }

    /** What was sent, or still waits. */
    void sent(ReportPlan plan, List<Outbox.Entry> entries) {
        PrintWriter out = terminal.out();
        if (json) {
            ObjectNode document = document(plan);
            ArrayNode reports = document.putArray("reports");
            for (Outbox.Entry entry : entries) {
                ObjectNode node = reports.addObject()
                        .put("domain", entry.domain())
                        .put("state", entry.state().token())
                        .put("id", entry.reportId())
                        .put("tries", entry.tries())
                        .put("note", entry.note());
                node.set("rua", texts(entry.rua().stream().map(URI::toString).toList()));
                node.set("report", ReportWriter.node(report(entry)));
            }
            JsonOption.print(out, document);
            return;
        }
        out.println("Reports about " + about + " (UTC): " + entries.size());
        for (Outbox.Entry entry : entries) {
            Report report = report(entry);
            line(entry.domain(), report.successful(), report.failed(), state(entry) + "  " + entry.note());
        }
        rest(plan);
        out.flush();
    }

    private String state(Outbox.Entry entry) {
        return switch (entry.state()) {
            case SENT -> terminal.paint(Paint.GOOD, "sent");
            case WAITING -> terminal.paint(Paint.DOUBTFUL, "waits") + " until " + entry.due();
            case GIVEN_UP -> terminal.paint(Paint.BAD, "given up");
        };
    }

    private static Report report(Outbox.Entry entry) {
        try {
            return ReportReader.read(entry.gzip());
        } catch (ReportFormatException e) {
            throw new IllegalStateException("a report that we wrote ourselves can be read", e);
        }
    }

    private void line(String domain, long kept, long failed, String what) {
        terminal.out().printf("  %-30s %6d good %6d failed  %s%n", domain, kept, failed, what);
    }

    private void rest(ReportPlan plan) {
        PrintWriter out = terminal.out();
        new TreeMap<>(plan.undecided())
                .forEach((domain, why) -> out.printf("  %-30s could not be asked: %s%n", domain, why));
        if (!plan.silent().isEmpty()) {
            out.println("  " + plan.silent().size() + (plan.silent().size() == 1 ? " domain asks" : " domains ask")
                    + " for no report.");
        }
    }

    private ObjectNode document(ReportPlan plan) {
        ObjectNode document = JsonOption.document("hikyaku.tlsrpt-send/1").put("day", about.toString());
        object(document.putObject("undecided"), plan.undecided());
        object(document.putObject("silent"), plan.silent());
        return document;
    }

    private static void object(ObjectNode node, Map<String, String> texts) {
        new TreeMap<>(texts).forEach(node::put);
    }

    private static ArrayNode texts(List<String> texts) {
        ArrayNode array = tools.jackson.databind.node.JsonNodeFactory.instance.arrayNode();
        texts.forEach(array::add);
        return array;
    }
}
