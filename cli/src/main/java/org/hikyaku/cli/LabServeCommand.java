package org.hikyaku.cli;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.PrintWriter;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.Callable;
import org.hikyaku.conformance.serve.ServeOptions;
import org.hikyaku.conformance.serve.ServeOptions.Ports;
import org.hikyaku.conformance.serve.ServedLab;
import org.hikyaku.lab.Catalogue;
import org.hikyaku.lab.CatalogueException;
import org.hikyaku.lab.LabDomain;
import org.hikyaku.net.Addresses;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** {@code hikyaku lab serve}: the small Internet on real ports, for other people's software. */
@Command(
        name = "serve",
        mixinStandardHelpOptions = true,
        description = {
            "Stand up a small Internet of mail for other people's software: a signed root and its zones, a validating"
                    + " resolver, MX hosts, MTA-STS policy hosts and receivers of TLS reports. Every domain has one"
                    + " property or one flaw; the catalogue says what a correct sender does there, and by which rule.",
            ""
        },
        footer = {
            "",
            "Examples:",
            "  hikyaku lab serve --netns lab --files /tmp/lab",
            "  ip netns exec lab dig mx dane-ee.example",
            "  hikyaku lab serve --dns-port 5300 --resolver-port 5353 --smtp-port 2525 --https-port 8443 --files lab",
            "",
            "Serves until it is ended (SIGTERM or SIGINT). Exit codes: the signal's (143 for SIGTERM), 2 wrong call or an address that cannot be"
                    + " had, 3 broke off.",
            "Recipes are in docs/lab.md."
        })
final class LabServeCommand implements Callable<Integer> {
    private static final Duration ROUND = Duration.ofMillis(500);
    private static final Duration LAST_WORDS = Duration.ofSeconds(10);

    private final Environment environment;

    @Spec
    private CommandSpec spec = CommandSpec.create();

    @Mixin
    private ServedLabOptions served = new ServedLabOptions();

    @Option(
            names = "--catalogue",
            paramLabel = "FILE",
            description = "Serve these domains (YAML; default: those of the catalogue that comes with Hikyaku).")
    private @Nullable Path catalogue;

    @Option(names = "--watch", description = "Print what the servers see, a line each.")
    private boolean watch;

    @Option(
            names = "--phases",
            description = "Move on at a line on standard input (the Enter key): domains whose names begin with 'later-'"
                    + " are otherwise then, for rules about what a sender remembers.")
    private boolean phases;

    @Mixin
    private JsonOption json = new JsonOption();

    LabServeCommand(Environment environment) {
        this.environment = environment;
    }

    @Override
    public Integer call() {
        return served.takesANamespace()
                ? served.inNamespace(spec, phases ? Optional.of(environment.input().stream()) : Optional.empty())
                : serve();
    }

    private Integer serve() {
        SightingLines lines = new SightingLines(environment.terminal().out(), json.wanted());
        ServeOptions options = served.options(environment);
        if (catalogue != null) {
            options = options.withCatalogue(read(catalogue));
        }
        try (StopSignal stop = new StopSignal(LAST_WORDS);
                ServedLab lab = served.start(options, watch ? lines::print : _ -> {})) {
            if (json.wanted()) {
                lines.serving(lab, options);
            } else {
                say(lab, options);
            }
            Thread input = Thread.ofVirtual().name("input").unstarted(() -> listen(lab));
            if (served.inside() || phases) {
                input.start();
            }
            while (stop.await(ROUND) && !(served.inside() && input.getState() == Thread.State.TERMINATED)) {
                // until somebody ends us, or the process that made the namespace is gone
            }
            return ExitCode.OK.code();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new UndecidedException("The lab was interrupted", e);
        }
    }

    /**
     * Moves on at a line. Inside a namespace, standard input is a pipe from the process that made it, which ends with that
     * process.
     */
    private void listen(ServedLab lab) {
        try (BufferedReader in =
                new BufferedReader(new InputStreamReader(environment.input().stream(), StandardCharsets.UTF_8))) {
            boolean movedOn = false;
            for (String line = in.readLine(); line != null; line = in.readLine()) {
                if (phases && !movedOn) {
                    movedOn = true;
                    lab.moveOn();
                    environment
                            .terminal()
                            .err()
                            .println("hikyaku lab serve: the lab has moved on; what was told before is kept for "
                                    + LabDomain.Later.TTL.toSeconds() + " s");
                }
            }
        } catch (IOException e) {
            environment.terminal().err().println("hikyaku lab serve: " + e.getMessage());
        }
    }

    private static Catalogue read(Path file) {
        try {
            return Catalogue.parse(Files.readString(file, StandardCharsets.UTF_8));
        } catch (IOException e) {
            throw new UsageException(FileTrouble.unreadable(file, e), e);
        } catch (CatalogueException e) {
            throw new UsageException(file + " is no catalogue: " + e.getMessage(), e);
        }
    }

    private void say(ServedLab lab, ServeOptions options) {
        PrintWriter out = environment.terminal().out();
        Ports ports = options.ports();
        out.println(lab.catalogue().domains().size() + " domains; serving until ended");
        out.println();
        out.println("  validating resolver  " + Addresses.text(lab.resolver()));
        out.println("  root name server     "
                + Addresses.text(new InetSocketAddress(lab.rootServers().getFirst(), ports.dns())));
        out.println("  MX hosts             port " + ports.smtp() + " of the addresses in the DNS");
        out.println("  policies, reports    port " + ports.https() + " of the addresses in the DNS");
        for (Path pcap : served.capture().stream().toList()) {
            out.println("  capture              " + pcap + " (with secrets: whoever has it reads the mails)");
        }
        for (Path files : served.files().stream().toList()) {
            out.println();
            out.println("  " + files.resolve("root.ds") + "         trust anchor of DNSSEC");
            out.println("  " + files.resolve("ca.pem") + "          the CA that stands for the public ones");
            out.println("  " + files.resolve("root.hints") + "      for resolvers");
            out.println("  " + files.resolve("resolv.conf") + "     for /etc/resolv.conf");
            out.println(
                    "  " + files.resolve("catalogue.yaml") + "  what each domain is, and what a correct sender does");
        }
        if (phases) {
            out.println();
            out.println("Enter moves on: domains that change are then what they are later.");
        }
        for (String netns : served.namespace().stream().toList()) {
            out.println();
            out.println("Run programs in it:  ip netns exec " + netns + " dig mx dane-ee.example");
        }
        out.flush();
    }
}
