package org.hikyaku.cli;

import java.io.IOException;
import java.net.InetAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.concurrent.atomic.AtomicInteger;
import org.hikyaku.check.CheckOptions;
import org.hikyaku.check.CheckReport;
import org.hikyaku.check.DomainChecker;
import org.hikyaku.check.DomainReport;
import org.hikyaku.check.Words;
import org.hikyaku.check.grade.Profile;
import org.hikyaku.check.render.Gate;
import org.hikyaku.check.render.JsonReport;
import org.hikyaku.dns.BadNameException;
import org.hikyaku.dns.DomainNames;
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
            "  hikyaku check example.jp --grade",
            "  hikyaku check example.jp --fail-on error --junit report.xml",
            "  hikyaku check example.jp --dkim-selector s2026a --dkim-selector s2026b",
            "",
            "Exit codes: 0 nothing to mend, 1 errors or warnings found (see --fail-on), 2 wrong call, 3 something could not be found out.",
            "The findings and the JSON are described in docs/check.md."
        })
final class CheckCommand implements Callable<Integer> {
    private final Environment environment;

    @Parameters(
            arity = "1..*",
            paramLabel = "DOMAIN",
            description = "Mail domains, what follows the @; in letters of any script.")
    private List<String> domains = new ArrayList<>();

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

    @Option(names = "--explain", description = "Say of each cell of the threat matrix why it is so.")
    private boolean explain;

    @Option(
            names = "--save-plan",
            paramLabel = "FILE",
            description = "Write down what each MX host must show, so that captures can be judged by it later.")
    private @Nullable Path savePlan;

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

    @Option(
            names = "--fail-on",
            paramLabel = "SEVERITY",
            defaultValue = "warning",
            converter = GateName.class,
            description = "Exit with 1 on findings of at least this severity: error, warning or notice (default:"
                    + " ${DEFAULT-VALUE}).")
    private Gate gate = Gate.WARNING;

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
        List<Name> names = names(domains);
        Optional<Profile> grading = grading();
        CheckOptions options = CheckOptions.defaults().withPort(port).withDkimSelectors(selectors());
        files.check(json.wanted());
        CheckReport report;
        try (NetworkAccess access = environment.internet().open(network);
                Progress progress =
                        environment.terminal().progress("checking " + Words.count(names.size(), "domain"))) {
            DomainChecker checker = new Checkers(environment.clock(), new SecureRandom(), network.timeout(), ehlo())
                    .over(access, options, grading);
            AtomicInteger done = new AtomicInteger();
            report = checker.check(
                    names, _ -> progress.say("checked " + done.incrementAndGet() + " of " + names.size() + " domains"));
        }
        if (savePlan != null) {
            save(savePlan, report);
        }
        files.write(report, gate, environment.terminal());
        if (json.wanted()) {
            JsonOption.print(environment.terminal().out(), JsonReport.of(report));
        } else if (!files.print()) {
            new CheckText(environment.terminal(), explain).print(report);
        }
        return exitCode(report, gate).code();
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
            try {
                DomainNames.parse(selector);
            } catch (BadNameException e) {
                throw new UsageException("--dkim-selector: " + e.getMessage());
            }
        }
        return dkimSelectors;
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

    static ExitCode exitCode(CheckReport report, Gate gate) {
        ExitCode code = ExitCode.OK;
        for (DomainReport domain : report.domains()) {
            code = code.and(
                    gate.stops(domain) ? ExitCode.FINDINGS : domain.leftOpen() ? ExitCode.UNKNOWN : ExitCode.OK);
        }
        return code;
    }

    /** Each once, in the order given. */
    private static List<Name> names(List<String> texts) {
        Set<Name> names = new LinkedHashSet<>();
        for (String text : texts) {
            if (text.indexOf('@') >= 0) {
                throw new UsageException("\"" + text + "\" is not a domain: give only what follows the @, such as \""
                        + text.substring(text.lastIndexOf('@') + 1) + "\"");
            }
            if (isAddress(text)) {
                throw new UsageException("\"" + text + "\" is an IP address, not a domain");
            }
            try {
                names.add(DomainNames.parse(text));
            } catch (BadNameException e) {
                throw new UsageException(String.valueOf(e.getMessage()), e);
            }
        }
        return List.copyOf(names);
    }

    private static boolean isAddress(String text) {
        try {
            InetAddress.ofLiteral(text);
            return true;
        } catch (IllegalArgumentException e) {
            return false;
        }
    }

    private String ehlo() {
        return ehloName.isEmpty() ? EhloNames.ofThisMachine(environment.variables()) : EhloNames.checked(ehloName);
    }

    /** {@code error}, {@code warning}, {@code notice}. */
    static final class GateName implements ITypeConverter<Gate> {
        @Override
        public Gate convert(String text) {
            return Arrays.stream(Gate.values())
                    .filter(g -> g.name().toLowerCase(Locale.ROOT).equals(text))
                    .findFirst()
                    .orElseThrow(() -> new TypeConversionException(
                            "'" + text + "' is not a severity to fail on: error, warning or notice"));
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
