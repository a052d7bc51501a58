package org.hikyaku.cli;

import java.io.PrintWriter;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import tools.jackson.databind.JsonNode;

/** Queued mail for the terminal. */
final class QueueText {
    private static final int LONGEST_ADDRESS = 34;

    private final Terminal terminal;
    private final PrintWriter out;
    private final Instant now;

    QueueText(Terminal terminal, Instant now) {
        this.terminal = terminal;
        this.out = terminal.out();
        this.now = now;
    }

    void list(List<JsonNode> mails, boolean more) {
        if (mails.isEmpty()) {
            out.println("No mail waits.");
            out.flush();
            return;
        }
        List<List<String>> rows = new ArrayList<>();
        rows.add(List.of("ID", "AGE", "SIZE", "SENDER", "WAITS FOR", "NEXT", "WHY"));
        mails.forEach(mail -> rows.add(row(mail)));
        int[] widths = new int[7];
        for (List<String> row : rows) {
            for (int i = 0; i < row.size(); i++) {
                widths[i] = Math.max(widths[i], row.get(i).length());
            }
        }
        for (List<String> row : rows) {
            StringBuilder line = new StringBuilder();
            for (int i = 0; i < row.size(); i++) {
                boolean number = i == 1 || i == 2 || i == 5;
                String gap = " ".repeat(widths[i] - row.get(i).length());
                line.append(number ? gap + row.get(i) : row.get(i) + gap).append("  ");
            }
            String text = line.toString().stripTrailing();
            out.println(text.length() > terminal.width() ? text.substring(0, terminal.width() - 1) + "…" : text);
        }
        out.println();
        out.println(mails.size()
                + (mails.size() == 1 ? " mail" : " mails")
                + (more ? "; there are more: --limit shows them" : ""));
        out.flush();
    }

    private List<String> row(JsonNode mail) {
        List<JsonNode> waiting = waiting(mail);
        String to = waiting.isEmpty() ? "" : text(waiting.getFirst(), "address");
        String others = waiting.size() > 1 ? " +" + (waiting.size() - 1) : "";
        String why = mail.has("held")
                ? "held: " + text(mail, "held")
                : waiting.stream()
                        .filter(r -> r.has("reason"))
                        .map(r -> text(r.path("reason"), "sentence"))
                        .findFirst()
                        .orElse("");
        String sender = text(mail, "sender");
        return List.of(
                text(mail, "id"),
                age(mail),
                size(mail.path("size").asLong(0)),
                cut(sender.isEmpty() ? "<>" : sender),
                cut(to) + others,
                mail.has("held") ? "held" : next(waiting),
                why);
    }

    private static List<JsonNode> waiting(JsonNode mail) {
        return mail.path("recipients")
                .valueStream()
                .filter(r -> text(r, "standing").equals("waiting"))
                .toList();
    }

    private static String text(JsonNode node, String name) {
        // what others said must not move the cursor
        return node.path(name).asString("").replace('\n', ' ').replaceAll("\\p{Cntrl}", "?");
    }

    private static String cut(String text) {
        return text.length() <= LONGEST_ADDRESS ? text : text.substring(0, LONGEST_ADDRESS - 1) + "…";
    }

    private String age(JsonNode mail) {
        return span(Duration.between(Instant.parse(text(mail, "received")), now));
    }

    private String next(List<JsonNode> waiting) {
        return waiting.stream()
                .filter(r -> r.has("due"))
                .map(r -> Instant.parse(text(r, "due")))
                .min(Instant::compareTo)
                .map(due -> due.isAfter(now) ? span(Duration.between(now, due)) : "now")
                .orElse("");
    }

    private static String span(Duration duration) {
        long seconds = Math.max(0, duration.toSeconds());
        if (seconds < 100) {
            return seconds + " s";
        }
        if (seconds < 100 * 60) {
            return (seconds + 30) / 60 + " min";
        }
        return seconds < 72 * 3600 ? (seconds + 1800) / 3600 + " h" : (seconds + 43_200) / 86_400 + " d";
    }

    private static String size(long bytes) {
        if (bytes < 10_000) {
            return bytes + " B";
        }
        return bytes < 10_000_000 ? bytes / 1000 + " kB" : bytes / 1_000_000 + " MB";
    }

    void show(JsonNode mail) {
        out.println(terminal.paint(Paint.STRONG, text(mail, "id")));
        line("received", text(mail, "received") + ", " + age(mail) + " ago");
        line("from", text(mail, "sender").isEmpty() ? "<> (a notice)" : text(mail, "sender"));
        line("client", text(mail, "client") + (mail.has("user") ? ", logged in as " + text(mail, "user") : ""));
        line(
                "size",
                mail.path("size").asLong(0) + " bytes, " + text(mail, "body")
                        + (mail.path("smtputf8").asBoolean(false) ? ", SMTPUTF8" : ""));
        line("demands", text(mail, "demand"));
        if (mail.has("held")) {
            line("held", text(mail, "held"));
        }
        for (JsonNode recipient : mail.path("recipients")) {
            String standing = text(recipient, "standing");
            line(
                    "to",
                    text(recipient, "address") + ": " + standing
                            + (standing.equals("waiting")
                                    ? ", next try " + when(next(List.of(recipient))) + ", "
                                            + tries(recipient.path("attempts").asInt(0))
                                    : ""));
            JsonNode reason = recipient.path("reason");
            if (reason.isObject()) {
                String sentence = text(reason, "sentence");
                String rule = reason.has("rule") ? " (" + text(reason, "rule") + ")" : "";
                out.println("            " + sentence + (sentence.contains(rule) ? "" : rule));
            }
        }
        out.println();
    }

    private static String tries(int count) {
        return count == 0 ? "not tried yet" : count == 1 ? "tried once" : "tried " + count + " times";
    }

    private static String when(String next) {
        return next.equals("now") ? "now" : "in " + next;
    }

    private void line(String name, String value) {
        out.println("  " + name + " ".repeat(Math.max(1, 10 - name.length())) + value);
    }

    void why(JsonNode mail) {
        out.println(terminal.paint(Paint.STRONG, text(mail, "id")) + " from "
                + (text(mail, "sender").isEmpty() ? "<>" : text(mail, "sender")) + ", " + age(mail) + " old");
        if (mail.has("held")) {
            say("It is held and not delivered: " + text(mail, "held") + ". 'hikyaku queue release " + text(mail, "id")
                    + "' ends that.");
        }
        for (JsonNode recipient : waiting(mail)) {
            out.println();
            out.println("  " + text(recipient, "address"));
            JsonNode reason = recipient.path("reason");
            if (!reason.isObject()) {
                say("It was not tried yet; its turn is " + when(next(List.of(recipient))) + ".");
                continue;
            }
            say("What was seen: " + text(reason, "sentence"));
            if (reason.has("reply")) {
                say((reason.has("host") ? text(reason, "host") : "The other side") + " said: " + text(reason, "reply"));
            }
            if (reason.has("rule")) {
                say("The rule that holds it back: " + text(reason, "rule") + " (docs/rules.md)");
            }
            if (reason.has("remedy")) {
                say("What must change: " + text(reason, "remedy"));
            }
            say("Next try: " + when(next(List.of(recipient))) + "; "
                    + tries(recipient.path("attempts").asInt(0))
                    + (recipient.path("delayTold").asBoolean(false) ? "; the sender was told" : "") + ".");
        }
        out.println();
    }

    private void say(String text) {
        for (String line : Wrapped.lines(text, terminal.width() - 4)) {
            out.println("    " + line);
        }
    }
}
