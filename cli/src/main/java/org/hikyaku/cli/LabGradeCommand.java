package org.hikyaku.cli;

import java.io.IOException;
import java.io.PrintWriter;
import java.net.BindException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.function.Supplier;
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
import org.hikyaku.conformance.serve.ServeOptions;
import org.hikyaku.conformance.serve.ServeOptions.Addresses;
import org.hikyaku.conformance.serve.ServeOptions.Ports;
import org.hikyaku.conformance.serve.ServedLab;
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
    private static final String NETNS = "--netns";
    private static final Duration KNOCK = Duration.ofMillis(500);

    private final Environment environment;

    @Spec
    private CommandSpec spec = CommandSpec.create();

    @Option(
            names = NETNS,
            paramLabel = "NAME",
            description =
                    "Serve the lab in a network namespace of this name, made for it; the mail server runs in it by"
                            + " 'ip netns exec NAME'. It takes root.")
    private @Nullable String netns;

    @Option(names = "--inside", hidden = true, description = "The namespace is made and this process runs in it.")
    private boolean inside;

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
            names = "--files",
            paramLabel = "FOLDER",
            description = "Write trust anchors (root.ds, ca.pem), root.hints, resolv.conf and the catalogue there.")
    private @Nullable Path files;

    @Option(names = "--all", description = "Tell of every rule and every case, not only of what is broken.")
    private boolean all;

    @Option(names = "--junit", paramLabel = "FILE", description = "Write the grade as JUnit's XML too.")
    private @Nullable Path junit;

    @Option(names = "--html", paramLabel = "FILE", description = "Write the grade as a page too.")
    private @Nullable Path html;

    @Option(names = "--pcap", paramLabel = "FILE", description = "Write what goes over the wires, with the secrets.")
    private @Nullable Path pcap;

    @Option(names = "--dns-port", paramLabel = "PORT", defaultValue = "53", description = "As of hikyaku lab serve.")
    private int dnsPort = 53;

    @Option(names = "--resolver-port", paramLabel = "PORT", defaultValue = "53", description = "Likewise.")
    private int resolverPort = 53;

    @Option(names = "--smtp-port", paramLabel = "PORT", defaultValue = "25", description = "Likewise.")
    private int smtpPort = 25;

    @Option(names = "--https-port", paramLabel = "PORT", defaultValue = "443", description = "Likewise.")
    private int httpsPort = 443;

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
        if (recipients) {
            PrintWriter out = environment.terminal().out();
            CaseBook.of(ServeOptions.defaults().catalogue()).forEach(c -> out.println(c.recipient()));
            out.flush();
            return ExitCode.OK.code();
        }
        return netns != null && !inside
                ? NamespaceRun.run(
                        netns, spec.root().commandLine().getParseResult().originalArgs())
                : grade();
    }

    private Integer grade() {
        ServeOptions options = options();
        if (inside) {
            NetworkNamespace.own(ServedLab.addresses(options));
        }
        List<Case> cases = CaseBook.of(options.catalogue());
        Grader grader = new Grader(cases);
        GradeWatch watch = new GradeWatch(grader);
        try (ServedLab lab = ServedLab.start(options, watch)) {
            if (files != null) {
                lab.writeFiles(files);
            }
            List<String> given = List.of();
            if (inject != null) {
                given = inject(inject, cases);
            }
            try (Progress _ = environment.terminal().progress("Watching the mail server under test")) {
                boolean settled = watch.await(
                        Duration.ofSeconds(time), Duration.ofSeconds(Math.min(5, quiet)), Duration.ofSeconds(quiet));
                if (!settled) {
                    environment
                            .terminal()
                            .err()
                            .println("hikyaku lab grade: the time is over; what is not settled counts as it was seen");
                }
            }
            return show(grader.grade(watch.sightings(), given));
        } catch (BindException e) {
            throw new UsageException(
                    "The lab cannot have " + e.getMessage()
                            + ". Ports below 1024 take root; --netns gives it a network of its own",
                    e);
        } catch (IOException e) {
            throw new UndecidedException(String.valueOf(e.getMessage()), e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new UndecidedException("The grading was interrupted", e);
        }
    }

    private ServeOptions options() {
        ServeOptions options = ServeOptions.defaults()
                .withClock(environment.clock())
                .withAddresses(inside ? Addresses.EXAMPLES : Addresses.LOOPBACK)
                .withPorts(new Ports(dnsPort, resolverPort, smtpPort, httpsPort));
        return pcap == null ? options : options.withCapture(pcap);
    }

    /** Hands all mails over; the recipients of those that were taken in. */
    private List<String> inject(String where, List<Case> cases) throws IOException, InterruptedException {
        HostAndPort target = HostAndPort.parse(where, 25);
        InetSocketAddress address = new InetSocketAddress(InetAddress.getByName(target.host()), target.port());
        Mailbox sender;
        try {
            sender = Mailbox.parse(from);
        } catch (IllegalArgumentException e) {
            throw new UsageException("--from: " + e.getMessage(), e);
        }
        Injector injector = new Injector(
                new SystemNetwork(),
                new SecureRandom(),
                environment.clock(),
                new Injector.Target(address, target.host(), login.credentials(environment, false), sender));
        List<Injector.Handed> handed;
        try (StopSignal stop = new StopSignal(Duration.ofSeconds(1));
                Progress _ = environment.terminal().progress("Waiting for a mail server at " + where)) {
            handed = injector.handWhenThere(cases, Duration.ofSeconds(time), () -> stop.await(KNOCK));
        }
        List<Injector.Handed> refused =
                handed.stream().filter(h -> h.refusal().isPresent()).toList();
        if (!refused.isEmpty()) {
            environment
                    .terminal()
                    .err()
                    .println("hikyaku lab grade: " + refused.size() + " of " + handed.size()
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
