package org.hikyaku.cli;

import java.io.IOException;
import java.io.PrintWriter;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.util.Optional;
import java.util.concurrent.Callable;
import org.hikyaku.tlsrpt.receive.ReceivedReports;
import org.hikyaku.tlsrpt.store.Database;
import org.hikyaku.tlsrpt.summary.DomainSummary;
import org.hikyaku.tlsrpt.summary.Shown;
import org.hikyaku.tlsrpt.summary.Summary;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/** {@code hikyaku tlsrpt summary}: what the received reports come to. */
@Command(
        name = "summary",
        mixinStandardHelpOptions = true,
        description = {
            "Sum up the reports that were received: by domain and day, sender, policy and reason, with what to mend.",
            ""
        },
        footer = {
            "",
            "Examples:",
            "  hikyaku tlsrpt summary --store tlsrpt.db",
            "  hikyaku tlsrpt summary --store tlsrpt.db --domain example.jp --days 30 --json",
            "",
            "Exit codes: 0 nothing to mend, 1 something to mend, 2 wrong call, 3 no report, or the store failed.",
            "Described in docs/tlsrpt.md."
        })
final class TlsrptSummaryCommand implements Callable<Integer> {
    private static final int MOST_DAYS = 400;

    private final Environment environment;

    @Mixin
    private TlsrptStoreOption store = new TlsrptStoreOption();

    @Option(names = "--domain", paramLabel = "DOMAIN", description = "This domain only.")
    private @Nullable String domain;

    @Option(
            names = "--days",
            paramLabel = "NUMBER",
            defaultValue = "7",
            description = "How many days, the last one included (default: ${DEFAULT-VALUE}).")
    private int days = 7;

    @Option(
            names = "--day",
            paramLabel = "DAY",
            converter = DayOption.class,
            description = "The last day, such as 2026-11-20 (default: the last that there is a report about).")
    private @Nullable LocalDate day;

    @Mixin
    private JsonOption json = new JsonOption();

    TlsrptSummaryCommand(Environment environment) {
        this.environment = environment;
    }

    @Override
    public Integer call() {
        if (days < 1 || days > MOST_DAYS) {
            throw new UsageException("--days takes a number from 1 to " + MOST_DAYS + ", not " + days);
        }
        Summary summary;
        try (Database database = store.openExisting()) {
            ReceivedReports reports = new ReceivedReports(database);
            LocalDate to = day != null
                    ? day
                    : reports.lastDay()
                            .orElseGet(() ->
                                    LocalDate.ofInstant(environment.clock().instant(), ZoneOffset.UTC));
            LocalDate from = to.minusDays(days - 1L);
            summary = Summary.of(from, to, reports.results(from, to, name()));
        } catch (IOException e) {
            throw new UndecidedException("The store does not work: " + e.getMessage(), e);
        }
        if (json.wanted()) {
            JsonOption.print(environment.terminal().out(), document(summary));
        } else {
            print(summary);
        }
        if (summary.domains().isEmpty()) {
            return ExitCode.UNKNOWN.code();
        }
        return summary.troubled() ? ExitCode.FINDINGS.code() : ExitCode.OK.code();
    }

    private Optional<String> name() {
        return Optional.ofNullable(domain)
                .map(text -> GivenName.of(text, "--domain").toString(true));
    }

    private void print(Summary summary) {
        Terminal terminal = environment.terminal();
        PrintWriter out = terminal.out();
        if (summary.domains().isEmpty()) {
            out.println("There is no report about " + summary.from() + " to " + summary.to() + ".");
        }
        for (DomainSummary d : summary.domains()) {
            out.println(d.domain() + "   " + summary.from() + " to " + summary.to() + "   " + d.kept() + " kept, "
                    + (d.failed() == 0 ? "0 failed" : terminal.paint(Paint.BAD, d.failed() + " failed")));
            out.println("  " + d.trend());
            out.println();
            d.days().forEach(x -> row(x.day().toString(), x.kept(), x.failed(), ""));
            out.println();
            d.senders().forEach(s -> row(s.name(), s.kept(), s.failed(), s.signed() ? "" : "not signed"));
            out.println();
            d.policies().forEach(p -> row(p.type().token() + " " + p.policyDomain(), p.kept(), p.failed(), ""));
            d.problems().forEach(this::problem);
            out.println();
        }
        out.flush();
    }

    private void row(String what, long kept, long failed, String note) {
        environment
                .terminal()
                .out()
                .println(String.format("  %-34s %8d kept %8d failed  %s", what, kept, failed, note)
                        .stripTrailing());
    }

    private void problem(DomainSummary.Problem p) {
        Terminal terminal = environment.terminal();
        PrintWriter out = terminal.out();
        out.println();
        out.println("  " + terminal.paint(Paint.BAD, p.type())
                + p.mx().map(m -> " at " + m).orElse("") + ": "
                + p.sessions() + (p.sessions() == 1 ? " session" : " sessions") + ", "
                + (p.first().equals(p.last()) ? "on " + p.last() : p.first() + " to " + p.last()) + ", seen by "
                + String.join(", ", p.senders()));
        if (!p.addresses().isEmpty()) {
            out.println("    receiving addresses: " + String.join(", ", p.addresses()));
        }
        p.reasons().forEach(r -> out.println("    reason: " + r));
        Wrapped.lines(p.mend(), Math.max(40, terminal.width() - 4)).forEach(l -> out.println("    " + l));
    }

    static ObjectNode document(Summary summary) {
        ObjectNode document = JsonOption.document("hikyaku.tlsrpt-summary/1")
                .put("from", summary.from().toString())
                .put("to", summary.to().toString());
        ArrayNode domains = document.putArray("domains");
        for (DomainSummary d : summary.domains()) {
            ObjectNode node = domains.addObject()
                    .put("domain", d.domain())
                    .put("kept", d.kept())
                    .put("failed", d.failed())
                    .put("trend", d.trend());
            ArrayNode byDay = node.putArray("days");
            d.days()
                    .forEach(x -> byDay.addObject()
                            .put("day", x.day().toString())
                            .put("kept", x.kept())
                            .put("failed", x.failed()));
            ArrayNode senders = node.putArray("senders");
            d.senders()
                    .forEach(s -> senders.addObject()
                            .put("name", s.name())
                            .put("signed", s.signed())
                            .put("kept", s.kept())
                            .put("failed", s.failed()));
            ArrayNode policies = node.putArray("policies");
            d.policies()
                    .forEach(p -> policies.addObject()
                            .put("type", p.type().token())
                            .put("policyDomain", p.policyDomain())
                            .put("kept", p.kept())
                            .put("failed", p.failed()));
            ArrayNode problems = node.putArray("problems");
            d.problems().forEach(p -> problem(problems.addObject(), p));
            ArrayNode reports = node.putArray("reports");
            d.reports()
                    .forEach(r -> reports.addObject()
                            .put("id", r.id())
                            .put("day", r.report().period().day().toString())
                            .put("sender", Shown.text(r.sender()))
                            .put("signed", r.signer().isPresent())
                            .put("via", r.via().token()));
        }
        return document;
    }

    private static void problem(ObjectNode node, DomainSummary.Problem p) {
        node.put("type", p.type()).put("policy", p.policy().token());
        p.mx().ifPresent(m -> node.put("mx", m));
        node.put("sessions", p.sessions())
                .put("first", p.first().toString())
                .put("last", p.last().toString());
        p.senders().forEach(node.putArray("senders")::add);
        p.addresses().forEach(node.putArray("addresses")::add);
        p.reasons().forEach(node.putArray("reasons")::add);
        node.put("mend", p.mend());
    }
}
