package org.hikyaku.cli;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Function;
import java.util.function.Supplier;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.hikyaku.check.Baseline;
import org.hikyaku.check.Baseline.BadBaselineException;
import org.hikyaku.check.CheckOptions;
import org.hikyaku.check.CheckReport;
import org.hikyaku.check.DomainChecker;
import org.hikyaku.check.DomainReport;
import org.hikyaku.check.Gate;
import org.hikyaku.check.GatedReport;
import org.hikyaku.check.Severity;
import org.hikyaku.check.Words;
import org.hikyaku.check.grade.Profile;
import org.hikyaku.check.render.JsonReport;
import org.hikyaku.policy.PlanFile;
import org.hikyaku.tls.probe.ProbeOptions;
import org.jspecify.annotations.Nullable;
import org.xbill.DNS.Name;
import picocli.CommandLine.Command;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.TypeConversionException;

/** {@code hikyaku check DOMAIN...}: the domain report. */
@Command(
        name = "check",
        mixinStandardHelpOptions = true,
        description = {
            "Find out what mail domains promise (DNSSEC, DANE, MTA-STS, TLS-RPT), what their servers do, and whether the"
                    + " two agree.",
            ""
        },
        footer = {
            "",
            "Examples:",
            "  hikyaku check example.jp",
            "  hikyaku check example.jp 例え.jp --json",
            "  hikyaku check example.jp --resolver 192.0.2.53",
            "  hikyaku check --list domains.txt --markdown overview.md",
            "  hikyaku check example.jp --grade --html report.html",
            "  hikyaku check example.jp --baseline last.json --junit result.xml",
            "  hikyaku check example.jp --watch 15m --metrics-listen 127.0.0.1:9797",
            "  hikyaku check example.jp --dkim-selector s2026a --dkim-selector s2026b",
            "",
            "Exit codes: 0 nothing to mend, 1 errors or warnings found (see --fail-on), 2 wrong call, 3 something could not be found out.",
            "The findings and the JSON are described in docs/check.md."
        })
final class CheckCommand implements Callable<Integer> {
    private static final int METRICS_PORT = 9797;

    private final Environment environment;

    @Parameters(
            arity = "0..*",
            paramLabel = "DOMAIN",
            description = "Mail domains, what follows the @; in letters of any script.")
    private List<String> domains = new ArrayList<>();

    @Option(
            names = "--list",
            paramLabel = "FILE",
            description = "Check the domains of this file too, one a line; what follows a # is passed over.")
    private @Nullable Path list;

    @Option(
            names = "--ehlo-name",
            paramLabel = "NAME",
            description = "The name to say EHLO with (default: this machine's).")
    private String ehloName = "";

    @Option(
            names = "--port",
            paramLabel = "PORT",
            defaultValue = "25",
            converter = Port.class,
            description = "The port that mail goes to, for trying things out (default: ${DEFAULT-VALUE}).")
    private int port = CheckOptions.SMTP_PORT;

    @Option(
            names = "--dkim-selector",
            paramLabel = "NAME",
            description = {
                "Look at the DKIM key of this selector (s= in the DKIM-Signature of a mail); may be given several",
                "times (default: selectors that many use)."
            })
    private List<String> dkimSelectors = new ArrayList<>();

    @Option(
            names = "--grade",
            description = {
                "Grade TLS too. Each address of each MX host is probed for it: at most " + ProbeOptions.JUDGEMENT_BUDGET
                        + " more",
                "connections, one after the other."
            })
    private boolean grade;

    @Option(
            names = "--profile",
            paramLabel = "NAME",
            description =
                    "Grade by internet.nl (with --grade alone), ncsc-2025, mozilla-intermediate or bsi-tr-03108; --grade goes without saying.")
    private @Nullable String profile;

    @Option(names = "--explain", description = "Say of each cell of the threat matrix why it is so.")
    private boolean explain;

    @Option(
            names = "--save-plan",
            paramLabel = "FILE",
            description = "Write down what each MX host must show, so that captures can be judged by it later.")
    private @Nullable Path savePlan;

    @Option(
            names = "--fail-on",
            paramLabel = "SEVERITY",
            defaultValue = "warning",
            converter = FailOn.class,
            description = "Exit with 1 on findings of at least this severity: error, warning or notice (default:"
                    + " ${DEFAULT-VALUE}).")
    private Severity failOn = Severity.WARNING;

    @Option(
            names = "--baseline",
            paramLabel = "FILE",
            description = {
                "The --json report of an earlier run: only what is new or got worse counts for the exit code.",
                "What is new is asked again, twice, before it counts."
            })
    private @Nullable Path baseline;

    @Option(
            names = "--watch",
            paramLabel = "INTERVAL",
            converter = Interval.class,
            description = "Check again and again, such as every 15m; at least every 10s. Ends with SIGTERM or Ctrl-C.")
    private @Nullable Duration watch;

    @Option(
            names = "--rounds",
            paramLabel = "N",
            description = "With --watch: end after so many rounds (default: never).")
    private long rounds = Long.MAX_VALUE;

    @Option(
            names = "--metrics-listen",
            paramLabel = "ADDR:PORT",
            description = "With --watch: serve metrics for Prometheus at http://ADDR:PORT/metrics.")
    private @Nullable String metricsListen;

    @Mixin
    private ReportFiles files = new ReportFiles();

    @Mixin
    private NetworkOptions network = new NetworkOptions();

    @Mixin
    private JsonOption json = new JsonOption();

    CheckCommand(Environment environment) {
        this.environment = environment;
    }

    @Override
    public Integer call() {
        List<Name> names = DomainArguments.names(domains, Optional.ofNullable(list));
        Optional<Profile> grading = grading();
        CheckOptions options = CheckOptions.defaults().withPort(port).withDkimSelectors(selectors());
        files.check(json.wanted());
        Gate gate = gate();
        if (streams(names)) {
            GatedReport report = gate.judge(stream(names, options, grading));
            write(report);
            return exitCode(report).code();
        }
        Function<List<Name>, CheckReport> check = some -> check(some, options, grading);
        Supplier<GatedReport> round = () -> gate.confirm(check.apply(names), check);
        if (watch != null) {
            return watch(watch, round).code();
        }
        if (metricsListen != null || rounds != Long.MAX_VALUE) {
            throw new UsageException("--metrics-listen and --rounds go with --watch INTERVAL");
        }
        GatedReport report = round.get();
        write(report);
        print(report);
        return exitCode(report).code();
    }

    /** Many reports for people are printed as they become ready, where nothing can change them afterwards. */
    private boolean streams(List<Name> names) {
        return names.size() > 1
                && watch == null
                && metricsListen == null
                && rounds == Long.MAX_VALUE
                && baseline == null
                && !json.wanted()
                && !files.print();
    }

    private CheckReport stream(List<Name> names, CheckOptions options, Optional<Profile> grading) {
        CheckText text = new CheckText(environment.terminal(), explain);
        try (NetworkAccess access = environment.internet().open(network)) {
            CheckReport report = new Checkers(environment.clock(), new SecureRandom(), network.timeout(), ehlo())
                    .over(access, options, grading)
                    .check(names, new InOrder(names, text::domain));
            text.end(report);
            return report;
        }
    }

    private CheckReport check(List<Name> names, CheckOptions options, Optional<Profile> grading) {
        try (NetworkAccess access = environment.internet().open(network);
                Progress progress =
                        environment.terminal().progress("checking " + Words.count(names.size(), "domain"))) {
            DomainChecker checker = new Checkers(environment.clock(), new SecureRandom(), network.timeout(), ehlo())
                    .over(access, options, grading);
            AtomicInteger done = new AtomicInteger();
            return checker.check(
                    names, _ -> progress.say("checked " + done.incrementAndGet() + " of " + names.size() + " domains"));
        }
    }

    private ExitCode watch(Duration interval, Supplier<GatedReport> round) {
        if (rounds < 1) {
            throw new UsageException("--rounds takes a number from 1 on");
        }
        try (StopSignal stop = new StopSignal()) {
            Optional<MetricsServer> metrics = metrics();
            try {
                return exitCode(new CheckWatch(environment.terminal().out(), interval, rounds, stop)
                        .run(round, this::print, this::write, metrics));
            } finally {
                metrics.ifPresent(MetricsServer::close);
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new UndecidedException("the watch was interrupted", e);
        }
    }

    private Optional<MetricsServer> metrics() {
        if (metricsListen == null) {
            return Optional.empty();
        }
        return Optional.of(MetricsServer.listen(metricsListen, METRICS_PORT));
    }

    private void write(GatedReport report) {
        if (savePlan != null) {
            save(savePlan, report.report());
        }
        files.write(report, environment.terminal());
    }

    private void print(GatedReport report) {
        if (json.wanted()) {
            JsonOption.print(environment.terminal().out(), JsonReport.of(report.report()));
        } else if (!files.print()) {
            new CheckText(environment.terminal(), explain).print(report.report());
        }
    }

    private static void save(Path file, CheckReport report) {
        PlanFile plans = new PlanFile(
                report.at(),
                report.domains().stream()
                        .map(DomainReport::evidence)
                        .flatMap(e -> PlanFile.entries(e.observation().domain(), e.route()).stream())
                        .toList());
        try {
            Files.writeString(file, plans.toJson());
        } catch (IOException e) {
            throw new UsageException("The plans cannot be written to " + file + ": " + FileTrouble.why(e), e);
        }
    }

    private List<String> selectors() {
        for (String selector : dkimSelectors) {
            var _ = GivenName.of(selector, "--dkim-selector");
        }
        return dkimSelectors;
    }

    private Gate gate() {
        if (baseline == null) {
            return new Gate(failOn, Optional.empty());
        }
        try {
            return new Gate(failOn, Optional.of(Baseline.read(baseline)));
        } catch (IOException e) {
            throw new UsageException("--baseline: " + FileTrouble.unreadable(baseline, e), e);
        } catch (BadBaselineException e) {
            throw new UsageException("--baseline: " + e.getMessage(), e);
        }
    }

    private Optional<Profile> grading() {
        if (profile == null) {
            return grade ? Optional.of(Profile.load(Profile.NAMES.getFirst())) : Optional.empty();
        }
        if (!Profile.NAMES.contains(profile)) {
            throw new UsageException(
                    "There is no profile " + profile + "; there are " + String.join(", ", Profile.NAMES) + ".");
        }
        return Optional.of(Profile.load(profile));
    }

    static ExitCode exitCode(GatedReport report) {
        return !report.failing().isEmpty() ? ExitCode.FINDINGS : report.leftOpen() ? ExitCode.UNKNOWN : ExitCode.OK;
    }

    private String ehlo() {
        return ehloName.isEmpty() ? EhloNames.ofThisMachine(environment.variables()) : EhloNames.checked(ehloName);
    }

    /** {@code error}, {@code warning}, {@code notice}. */
    static final class FailOn implements ITypeConverter<Severity> {
        @Override
        public Severity convert(String text) {
            return Stream.of(Severity.ERROR, Severity.WARNING, Severity.NOTICE)
                    .filter(s -> s.token().equals(text))
                    .findFirst()
                    .orElseThrow(() -> new TypeConversionException(
                            "'" + text + "' is not a severity to fail on: error, warning or notice"));
        }
    }

    /** {@code 30s}, {@code 15m}, {@code 1h}; at least 10 seconds. */
    static final class Interval implements ITypeConverter<Duration> {
        private static final Duration LEAST = Duration.ofSeconds(10);
        private static final Pattern FORM = Pattern.compile("([0-9]{1,6})([smh])");

        @Override
        public Duration convert(String text) {
            Matcher form = FORM.matcher(text);
            if (!form.matches()) {
                throw new TypeConversionException("'" + text + "' is no interval, such as 30s, 15m or 1h");
            }
            long number = Long.parseLong(form.group(1));
            Duration interval = switch (form.group(2)) {
                case "s" -> Duration.ofSeconds(number);
                case "m" -> Duration.ofMinutes(number);
                default -> Duration.ofHours(number);
            };
            if (interval.compareTo(LEAST) < 0) {
                throw new TypeConversionException(
                        "servers are asked at most every 10s, for the sake of their owners; '" + text + "' is less");
            }
            return interval;
        }
    }

    /** 1 to 65535. */
    static final class Port implements ITypeConverter<Integer> {
        @Override
        public Integer convert(String text) {
            if (!text.isEmpty() && text.length() <= 5 && text.chars().allMatch(c -> c >= '0' && c <= '9')) {
                int port = Integer.parseInt(text);
                if (port >= 1 && port <= 65_535) {
                    return port;
                }
            }
            throw new TypeConversionException("'" + text + "' is not a port, 1 to 65535");
        }
    }
}
