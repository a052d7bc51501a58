package org.hikyaku.cli;

import java.io.PrintWriter;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import org.hikyaku.smtp.SessionOutcome;
import org.hikyaku.smtp.SmtpAttempt;
import org.hikyaku.smtp.SmtpLogin;
import org.hikyaku.smtp.TransactionOutcome;
import org.hikyaku.tls.SessionFacts;

/** What came of a session, for people; the dialogue has been shown already. */
final class MailSessionText {
    private final Terminal terminal;
    private final PrintWriter out;

    MailSessionText(Terminal terminal) {
        this.terminal = terminal;
        this.out = terminal.out();
    }

    void print(MailSessionReport report) {
        out.println();
        report.attempts().stream()
                .filter(a -> a.session().isPresent())
                .reduce((a, b) -> b)
                .ifPresent(a -> session(a, report));
        report.transaction().ifPresent(this::transaction);
        report.trouble().ifPresentOrElse(this::trouble, () -> out.println(terminal.paint(Paint.GOOD, "All well.")));
        out.flush();
    }

    private void session(SmtpAttempt attempt, MailSessionReport report) {
        Optional<SessionFacts> facts = attempt.facts();
        row(
                "TLS",
                facts.map(f -> f.version().title() + " " + f.suite()
                                + f.group().map(g -> " " + g).orElse(""))
                        .orElse(terminal.paint(Paint.DOUBTFUL, "none: the session is in clear")));
        report.trusted()
                .ifPresent(yes -> row(
                        "certificate",
                        yes
                                ? terminal.paint(Paint.GOOD, "trusted")
                                : terminal.paint(Paint.BAD, "not trusted: ")
                                        + report.objection().orElse("")));
        List<String> offered = switch (attempt.outcome()) {
            case SessionOutcome.Established established -> SmtpLogin.offered(established.ehlo());
            case SessionOutcome.NoStartTls none -> SmtpLogin.offered(none.ehlo());
            case SessionOutcome.NotReached _, SessionOutcome.HandshakeFailed _ -> List.of();
        };
        row("logins", offered.isEmpty() ? "none offered" : String.join(", ", offered));
        if (report.loggedIn()) {
            row(
                    "login",
                    terminal.paint(Paint.GOOD, "accepted") + " by "
                            + report.mechanism().orElseThrow()
                            + (report.mechanism().orElseThrow().mutual()
                                    ? "; the server proved that it knows the user"
                                    : ""));
        }
    }

    private void transaction(TransactionOutcome outcome) {
        if (outcome instanceof TransactionOutcome.Taken taken) {
            row(
                    "mail",
                    terminal.paint(Paint.GOOD, "taken") + " for "
                            + String.join(
                                    ", ",
                                    taken.accepted().stream()
                                            .map(a -> a.recipient().toString())
                                            .toList())
                            + ": \"" + taken.reply() + "\"");
        }
    }

    private void trouble(Trouble trouble) {
        out.println(terminal.paint(Paint.BAD, "Failed at " + trouble.layer().title() + "."));
        paragraph("  ", sentence(trouble.sentence()));
        paragraph("  Next: ", trouble.next());
    }

    private void paragraph(String before, String text) {
        String indent = "  ";
        for (String line : Wrapped.lines(before.strip() + (before.isBlank() ? "" : " ") + text, terminal.width() - 2)) {
            out.println(indent + line);
        }
    }

    private void row(String label, String text) {
        out.printf("%-12s%s%n", label, text);
    }

    private static String sentence(String text) {
        boolean name = text.substring(0, Math.max(0, text.indexOf(' '))).contains(".");
        String first = name ? text : text.substring(0, 1).toUpperCase(Locale.ROOT) + text.substring(1);
        return first.endsWith(".") ? first : first + ".";
    }
}
