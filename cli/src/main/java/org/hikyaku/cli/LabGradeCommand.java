package org.hikyaku.cli;

import java.io.File;
import java.io.IOException;
import java.io.PrintWriter;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.UnknownHostException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.function.Supplier;
import java.util.stream.Collectors;
import org.hikyaku.conformance.grade.Case;
import org.hikyaku.conformance.grade.CaseBook;
import org.hikyaku.conformance.grade.Grade;
import org.hikyaku.conformance.grade.GradeHtml;
import org.hikyaku.conformance.grade.GradeJson;
import org.hikyaku.conformance.grade.GradeJunit;
import org.hikyaku.conformance.grade.GradeText;
import org.hikyaku.conformance.grade.GradeWatch;
import org.hikyaku.conformance.grade.Grader;
import org.hikyaku.conformance.grade.Injector;
import org.hikyaku.conformance.grade.Probe;
import org.hikyaku.conformance.serve.ServeOptions;
import org.hikyaku.conformance.serve.ServedLab;
import org.hikyaku.lab.LabDomain;
import org.hikyaku.net.SystemNetwork;
import org.hikyaku.smtp.Mailbox;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** {@code hikyaku lab grade}: what a sending mail server keeps of the rules, seen in the served lab. */
@Command(
        name = "grade",
        mixinStandardHelpOptions = true,
        description = {
            "Stand the lab up, let the mail server under test send a mail to each of its domains, and say rule by rule"
                    + " what it kept, what it broke, and what was not seen: DANE, MTA-STS, TLS-RPT, REQUIRETLS.",
            ""
        },
        footer = {
            "",
            "Examples:",
            "  hikyaku lab grade --netns lab --files /tmp/lab --inject 127.0.0.1:10025",
            "  ip netns exec lab postfix -c /tmp/sender start        # meanwhile, in another shell",
            "  hikyaku lab grade --netns lab --recipients            # whom to send mail to without --inject",
            "",
            "Exit codes: 0 no rule was seen broken, 1 some were, 2 wrong call, 3 nothing could be seen.",
            "Recipes are in docs/lab-grade.md, the JSON in docs/schema/lab-grade-1.json."
        })
final class LabGradeCommand implements Callable<Integer> {
    private static final Duration KNOCK = Duration.ofMillis(500);

    private final Environment environment;

    @Spec
    private CommandSpec spec = CommandSpec.create();

    @Mixin
    private ServedLabOptions served = new ServedLabOptions();

    @Option(
            names = "--inject",
            paramLabel = "HOST:PORT",
            description = "Hand the mails to the server under test by SMTP at this address, as soon as it answers there"
                    + " (default: wait for the mails that somebody else makes it send).")
    private @Nullable String inject;

    @Option(
            names = "--from",
            paramLabel = "ADDRESS",
            defaultValue = "grade@auth-good.example",
            description = "The mails' sender; notices of failure are seen at a domain of the lab only"
                    + " (default: ${DEFAULT-VALUE}).")
    private String from = "";

    @Option(names = "--recipients", description = "Print whom to send mail to, and end.")
    private boolean recipients;

    @Option(
            names = "--time",
            paramLabel = "SECONDS",
            defaultValue = "600",
            description = "How long to wait in all (default: ${DEFAULT-VALUE}).")
    private int time = 600;

    @Option(
            names = "--quiet",
            paramLabel = "SECONDS",
            defaultValue = "60",
            description = "End when nothing has been seen for so long (default: ${DEFAULT-VALUE}).")
    private int quiet = 60;

    @Option(
            names = "--phases",
            description = "When all is settled, change the domains whose names begin with 'later-' and mail them again:"
                    + " for rules about what a sender remembers.")
    private boolean phases;

    @Option(
            names = "--pause",
            paramLabel = "SECONDS",
            defaultValue = "75",
            description = "How long after the change, so that whatever may be remembered is over"
                    + " (default: ${DEFAULT-VALUE}).")
    private int pause = 75;

    @Option(
            names = "--restart",
            paramLabel = "COMMAND",
            description =
                    "With --phases: restart the mail server under test by this command of the shell, and mail once"
                            + " more (S16).")
    private @Nullable String restart;

    @Option(names = "--all", description = "Tell of every rule and every case, not only of what is broken.")
    private boolean all;

    @Option(names = "--junit", paramLabel = "FILE", description = "Write the grade as JUnit's XML too.")
    private @Nullable Path junit;

    @Option(names = "--html", paramLabel = "FILE", description = "Write the grade as a page too.")
    private @Nullable Path html;

    @Mixin
    private LoginOptions login = new LoginOptions();

    @Mixin
    private JsonOption json = new JsonOption();

    LabGradeCommand(Environment environment) {
        this.environment = environment;
    }

    @Override
    public Integer call() {
        if (time < 1 || quiet < 1) {
            throw new UsageException("--time and --quiet take seconds, at least 1");
        }
        if (pause < LabDomain.Later.TTL.toSeconds()) {
            throw new UsageException("--pause takes seconds, at least " + LabDomain.Later.TTL.toSeconds()
                    + ", for so long the lab's records may be remembered");
        }
        if (restart != null && !phases) {
            throw new UsageException("--restart is of use with --phases alone");
        }
        if (recipients) {
            PrintWriter out = environment.terminal().out();
            CaseBook.of(ServeOptions.defaults().catalogue()).stream()
                    .filter(c -> phases || !c.isSecond())
                    .forEach(c -> out.println(c.recipient()));
            out.flush();
            return ExitCode.OK.code();
        }
        return served.takesANamespace() ? served.inNamespace(spec, Optional.empty()) : grade();
    }

    private Integer grade() {
        ServeOptions options = served.options(environment);
        Optional<Injector> injector = inject == null ? Optional.empty() : Optional.of(injector(inject));
        List<Case> cases = CaseBook.of(options.catalogue());
        Grader grader = new Grader(cases);
        GradeWatch watch = new GradeWatch(grader);
        List<String> given = new ArrayList<>();
        try (ServedLab lab = served.start(options, watch)) {
            if (injector.isPresent()) {
                given.addAll(hand(
                        injector.get(),
                        cases.stream().filter(c -> !c.isSecond()).toList()));
            }
            await(
                    "Watching the mail server under test",
                    (time, settled, silence) -> watch.await(time, settled, silence));
            if (phases) {
                lab.moveOn();
                second(Probe.LATER, cases, injector, watch, given, "The lab has moved on");
                if (restart != null) {
                    restart(restart);
                    lab.tellRestarted();
                    second(Probe.RESTARTED, cases, injector, watch, given, "The mail server has been restarted");
                }
            }
            return show(grader.grade(watch.sightings(), given));
        } catch (IOException e) {
            throw new UndecidedException(String.valueOf(e.getMessage()), e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new UndecidedException("The grading was interrupted", e);
        }
    }

    /** Waits for the run's end by three lengths of time. */
    @FunctionalInterface
    private interface Waiting {
        boolean await(Duration time, Duration settled, Duration silence) throws InterruptedException;
    }

    private void await(String what, Waiting waiting) throws InterruptedException {
        try (Progress _ = environment.terminal().progress(what)) {
            boolean settled = waiting.await(
                    Duration.ofSeconds(time), Duration.ofSeconds(Math.min(5, quiet)), Duration.ofSeconds(quiet));
            if (!settled) {
                note("the time is over; what is not settled counts as it was seen");
            }
        }
    }

    private void note(String sentence) {
        environment.terminal().err().println("hikyaku lab grade: " + sentence);
        environment.terminal().err().flush();
    }

    /** Mails once more to the domains that have changed. */
    private void second(
            Probe probe,
            List<Case> cases,
            Optional<Injector> injector,
            GradeWatch watch,
            List<String> given,
            String what)
            throws IOException, InterruptedException {
        List<Case> again = cases.stream().filter(c -> c.probe() == probe).toList();
        try (StopSignal stop = new StopSignal(Duration.ofSeconds(1));
                Progress _ = environment.terminal().progress(what + "; waiting until the old is forgotten")) {
            if (probe == Probe.LATER && !stop.await(Duration.ofSeconds(pause))) {
                return;
            }
        }
        List<String> handed = List.of();
        if (injector.isPresent()) {
            handed = hand(injector.get(), again);
            given.addAll(handed);
        } else {
            note("send mails now to " + again.stream().map(Case::recipient).collect(Collectors.joining(", ")));
        }
        List<String> known = handed;
        await(what, (time, settled, silence) -> watch.awaitSecond(probe, known, time, settled, silence));
    }

    private void restart(String command) throws IOException, InterruptedException {
        Process process = new ProcessBuilder("sh", "-c", command)
                .redirectInput(ProcessBuilder.Redirect.from(new File("/dev/null")))
                .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                .redirectError(ProcessBuilder.Redirect.INHERIT)
                .start();
        int code = process.waitFor();
        if (code != 0) {
            throw new UndecidedException("--restart: the command ended with code " + code + ": " + command);
        }
    }

    private Injector injector(String where) {
        HostAndPort target = HostAndPort.parse(where, 25);
        Mailbox sender;
        try {
            sender = Mailbox.parse(from);
        } catch (IllegalArgumentException e) {
            throw new UsageException("--from: " + e.getMessage(), e);
        }
        InetAddress address;
        try {
            address = InetAddress.getByName(target.host());
        } catch (UnknownHostException e) {
            throw new UsageException("--inject: " + target.host() + " has no address", e);
        }
        return new Injector(
                new SystemNetwork(),
                new SecureRandom(),
                environment.clock(),
                new Injector.Target(
                        new InetSocketAddress(address, target.port()),
                        target.host(),
                        login.credentials(environment, false),
                        sender));
    }

    /** Hands mails over; the recipients of those that were taken in. */
    private List<String> hand(Injector injector, List<Case> cases) throws IOException, InterruptedException {
        List<Injector.Handed> handed;
        try (StopSignal stop = new StopSignal(Duration.ofSeconds(1));
                Progress _ = environment.terminal().progress("Waiting for a mail server at " + inject)) {
            handed = injector.handWhenThere(cases, Duration.ofSeconds(time), () -> stop.await(KNOCK));
        }
        List<Injector.Handed> refused =
                handed.stream().filter(h -> h.refusal().isPresent()).toList();
        if (!refused.isEmpty()) {
            note(refused.size() + " of " + handed.size()
                    + " mails were not taken in by the server under test, the first of them for "
                    + refused.getFirst().subject().recipient() + ": "
                    + refused.getFirst().refusal().orElse(""));
        }
        return handed.stream()
                .filter(h -> h.refusal().isEmpty())
                .map(h -> h.subject().recipient())
                .toList();
    }

    private int show(Grade grade) throws IOException {
        PrintWriter out = environment.terminal().out();
        if (json.wanted()) {
            JsonOption.print(out, GradeJson.of(grade));
        } else {
            GradeText.of(grade, all).forEach(out::println);
            out.flush();
        }
        write(junit, () -> GradeJunit.of(grade));
        write(html, () -> GradeHtml.of(grade));
        if (grade.anyBroken()) {
            return ExitCode.FINDINGS.code();
        }
        return grade.anyDecided() ? ExitCode.OK.code() : ExitCode.UNKNOWN.code();
    }

    private static void write(@Nullable Path file, Supplier<String> text) throws IOException {
        for (Path there : Optional.ofNullable(file).stream().toList()) {
            try {
                Files.writeString(there, text.get(), StandardCharsets.UTF_8);
            } catch (IOException e) {
                throw new UsageException(there + " cannot be written: " + FileTrouble.why(e), e);
            }
        }
    }
}
