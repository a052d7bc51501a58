package org.hikyaku.cli;

import java.io.IOException;
import java.io.PrintWriter;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.hikyaku.check.CheckOptions;
import org.hikyaku.check.CheckReport;
import org.hikyaku.check.DomainReport;
import org.hikyaku.check.Finding;
import org.hikyaku.check.Gate;
import org.hikyaku.check.Severity;
import org.hikyaku.check.auth.caa.CaaIssuers;
import org.hikyaku.lab.Lab;
import org.hikyaku.lab.LabDomain;
import org.hikyaku.lab.LabOptions;
import org.hikyaku.lab.MailAuthRecords;
import org.jspecify.annotations.Nullable;
import org.xbill.DNS.Name;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code hikyaku demo}: the main job on a small Internet inside the process. */
@Command(
        name = "demo",
        mixinStandardHelpOptions = true,
        description = {
            "Start a small Internet of mail inside this process, in which every domain has one property or one flaw; check"
                    + " all of them; show what was found and whether it is what a person wrote down beforehand; write an"
                    + " overview as a web page.",
            ""
        },
        footer = {
            "",
            "Examples:",
            "  hikyaku demo",
            "  hikyaku demo dane-mismatch.example",
            "",
            "Exit codes: 0 every judgement is as written down, 1 some are not, 2 wrong call; with domains as for check."
        })
final class DemoCommand implements Callable<Integer> {
    private final Environment environment;

    @Option(
            names = "--html",
            paramLabel = "FILE",
            description = "Where to write the overview (default: a new file in the temporary folder).")
    private @Nullable Path html;

    @Parameters(
            arity = "0..*",
            paramLabel = "DOMAIN",
            description = "Show the whole report of these domains of the lab, as check does, instead of the overview.")
    private List<String> only = new ArrayList<>();

    DemoCommand(Environment environment) {
        this.environment = environment;
    }

    @Override
    public Integer call() {
        if (!only.isEmpty()) {
            return reports();
        }
        Terminal terminal = environment.terminal();
        List<LabVerdict> verdicts;
        CheckReport report;
        try (Lab lab = Lab.start(LabOptions.defaults().withClock(environment.clock()));
                Progress progress = terminal.progress("checking the lab's domains")) {
            List<LabDomain> domains = lab.catalogue().domains();
            AtomicInteger done = new AtomicInteger();
            try (NetworkAccess access = new LabInternet(lab).open(new NetworkOptions())) {
                report = new Checkers(environment.clock(), new SecureRandom(), Duration.ofSeconds(10), "demo.example")
                        .over(access, options())
                        .check(
                                domains.stream().map(LabDomain::name).toList(),
                                _ -> progress.say("checked " + done.incrementAndGet() + " of " + domains.size()
                                        + " domains of the lab"));
            }
            verdicts = pair(domains, report.domains());
        } catch (IOException e) {
            throw new UndecidedException("the lab could not open its ports on 127.0.0.1: " + e.getMessage(), e);
        }
        Path page = write(DemoPage.of(verdicts, report));
        print(verdicts, report, page);
        return (verdicts.stream().allMatch(LabVerdict::met) ? ExitCode.OK : ExitCode.FINDINGS).code();
    }

    private static CheckOptions options() {
        return CheckOptions.defaults()
                .withIssuers(CaaIssuers.builtIn().and(MailAuthRecords.AUTHORITY_NAME, MailAuthRecords.AUTHORITY));
    }

    /** The lab in place of the Internet, and else what {@code check} does. */
    private int reports() {
        try (Lab lab = Lab.start(LabOptions.defaults().withClock(environment.clock()))) {
            List<Name> names = DomainArguments.names(only, Optional.empty());
            Set<Name> known =
                    lab.catalogue().domains().stream().map(LabDomain::name).collect(Collectors.toSet());
            names.stream().filter(n -> !known.contains(n)).findFirst().ifPresent(n -> {
                throw new UsageException(
                        "The lab has no domain " + n.toString(true) + "; 'hikyaku demo' lists those that it has");
            });
            try (NetworkAccess access = new LabInternet(lab).open(new NetworkOptions())) {
                CheckReport report = new Checkers(
                                environment.clock(), new SecureRandom(), Duration.ofSeconds(10), "demo.example")
                        .over(access, options())
                        .check(names);
                new CheckText(environment.terminal(), false).print(report);
                return CheckCommand.exitCode(new Gate(Severity.WARNING, Optional.empty()).judge(report))
                        .code();
            }
        } catch (IOException e) {
            throw new UndecidedException("the lab could not open its ports on 127.0.0.1: " + e.getMessage(), e);
        }
    }

    private static List<LabVerdict> pair(List<LabDomain> domains, List<DomainReport> reports) {
        List<LabVerdict> verdicts = new ArrayList<>(domains.size());
        for (int i = 0; i < domains.size(); i++) {
            verdicts.add(LabVerdict.of(domains.get(i), reports.get(i)));
        }
        return verdicts;
    }

    private void print(List<LabVerdict> verdicts, CheckReport report, Path page) {
        Terminal terminal = environment.terminal();
        PrintWriter out = terminal.out();
        int width = verdicts.stream()
                .mapToInt(v -> v.domain().text().length())
                .max()
                .orElse(0);
        for (LabVerdict verdict : verdicts) {
            String name = verdict.domain().text();
            out.println((verdict.met()
                            ? terminal.paint(Paint.GOOD, "as expected ")
                            : terminal.paint(Paint.BAD, "DIFFERS     "))
                    + " " + name + " ".repeat(width - name.length()) + "  " + findings(terminal, verdict.report()));
            verdict.deviations().forEach(d -> out.println(" ".repeat(15) + d));
        }
        long met = verdicts.stream().filter(LabVerdict::met).count();
        out.println();
        out.println(met + " of " + verdicts.size() + " domains judged as a person wrote down beforehand; "
                + String.format(
                        Locale.ROOT,
                        "%.1f s, %d connections, %d DNS look-ups.",
                        report.took().toMillis() / 1000.0,
                        report.connections(),
                        report.questions()));
        out.println("Overview: " + page.toUri());
        out.println("Next: ./hikyaku check YOUR-DOMAIN");
    }

    private static String findings(Terminal terminal, DomainReport report) {
        String text = Stream.of(Severity.ERROR, Severity.WARNING, Severity.UNKNOWN)
                .filter(s -> !report.findings(s).isEmpty())
                .map(s -> {
                    String word = s.token() + ":";
                    Paint paint = s == Severity.ERROR ? Paint.BAD : Paint.DOUBTFUL;
                    return terminal.paint(paint, word) + " "
                            + report.findings(s).stream()
                                    .map(Finding::id)
                                    .distinct()
                                    .map(Object::toString)
                                    .collect(Collectors.joining(", "));
                })
                .collect(Collectors.joining("  "));
        return text.isEmpty() ? "nothing to mend" : text;
    }

    private Path write(String page) {
        try {
            Path file = html == null
                    ? Files.createTempDirectory("hikyaku-demo-").resolve("overview.html")
                    : html.toAbsolutePath();
            return Files.writeString(file, page, StandardCharsets.UTF_8);
        } catch (IOException e) {
            String place =
                    html == null ? "the temporary folder " + System.getProperty("java.io.tmpdir") : html.toString();
            throw new UsageException(
                    "the overview cannot be written to " + place + ": " + FileTrouble.why(e)
                            + "; name another file with --html",
                    e);
        }
    }
}
