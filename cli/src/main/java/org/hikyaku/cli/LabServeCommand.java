package org.hikyaku.cli;

import java.io.IOException;
import java.io.InputStream;
import java.io.PrintWriter;
import java.net.BindException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.Callable;
import org.hikyaku.conformance.serve.ServeOptions;
import org.hikyaku.conformance.serve.ServeOptions.Addresses;
import org.hikyaku.conformance.serve.ServeOptions.Ports;
import org.hikyaku.conformance.serve.ServedLab;
import org.hikyaku.lab.Catalogue;
import org.hikyaku.lab.CatalogueException;
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
            "Serves until it is ended (SIGTERM or SIGINT). Exit codes: 0 ended, 2 wrong call or an address that cannot be"
                    + " had, 3 broke off.",
            "Recipes are in docs/lab.md."
        })
final class LabServeCommand implements Callable<Integer> {
    private static final Duration LAST_WORDS = Duration.ofSeconds(10);
    private static final String NETNS = "--netns";

    private final Environment environment;

    @Spec
    private CommandSpec spec = CommandSpec.create();

    @Option(
            names = NETNS,
            paramLabel = "NAME",
            description = {
                "Make a network namespace of this name, and serve in it on the usual ports: programs run by 'ip netns"
                        + " exec NAME' see the lab and nothing else. It takes root and is removed at the end."
            })
    private @Nullable String netns;

    @Option(names = "--inside", hidden = true, description = "The namespace is made and this process runs in it.")
    private boolean inside;

    @Option(
            names = "--files",
            paramLabel = "FOLDER",
            description = "Write trust anchors (root.ds, ca.pem), root.hints, resolv.conf and the catalogue there.")
    private @Nullable Path files;

    @Option(
            names = "--pcap",
            paramLabel = "FILE",
            description = "Write what goes over the lab's wires as pcapng, with the secrets of TLS inside.")
    private @Nullable Path pcap;

    @Option(
            names = "--catalogue",
            paramLabel = "FILE",
            description = "Serve these domains (YAML; default: those of the catalogue that comes with Hikyaku).")
    private @Nullable Path catalogue;

    @Option(
            names = "--seed",
            paramLabel = "NUMBER",
            defaultValue = "1",
            description = "What keys follow from: the same gives the same keys (default: ${DEFAULT-VALUE}).")
    private long seed = 1;

    @Option(
            names = "--dns-port",
            paramLabel = "PORT",
            defaultValue = "53",
            description = "Port of the name servers (default: ${DEFAULT-VALUE}).")
    private int dnsPort = 53;

    @Option(
            names = "--resolver-port",
            paramLabel = "PORT",
            defaultValue = "53",
            description = "Port of the validating resolver (default: ${DEFAULT-VALUE}).")
    private int resolverPort = 53;

    @Option(
            names = "--smtp-port",
            paramLabel = "PORT",
            defaultValue = "25",
            description = "Port of the MX hosts; their TLSA records stand at _PORT._tcp (default: ${DEFAULT-VALUE}).")
    private int smtpPort = 25;

    @Option(
            names = "--https-port",
            paramLabel = "PORT",
            defaultValue = "443",
            description = "Port of policy hosts and receivers of reports (default: ${DEFAULT-VALUE}).")
    private int httpsPort = 443;

    @Option(names = "--watch", description = "Print what the servers see, a line each.")
    private boolean watch;

    @Mixin
    private JsonOption json = new JsonOption();

    LabServeCommand(Environment environment) {
        this.environment = environment;
    }

    @Override
    public Integer call() {
        return netns != null && !inside ? inNamespace(netns) : serve();
    }

    private Integer serve() {
        SightingLines lines = new SightingLines(environment.terminal().out(), json.wanted());
        ServeOptions options = options();
        if (inside) {
            NetworkNamespace.own(ServedLab.addresses(options));
        }
        try (StopSignal stop = new StopSignal(LAST_WORDS);
                ServedLab lab = ServedLab.start(options, watch ? lines::print : _ -> {})) {
            if (files != null) {
                write(lab, files);
            }
            if (json.wanted()) {
                lines.serving(lab, options);
            } else {
                say(lab, options);
            }
            Thread input = Thread.ofVirtual().unstarted(this::awaitEndOfInput);
            if (inside) {
                input.start();
            }
            while (stop.await(Duration.ofMillis(500)) && input.getState() != Thread.State.TERMINATED) {
                // until somebody ends us, or the process that made the namespace is gone
            }
            return ExitCode.OK.code();
        } catch (BindException e) {
            throw new UsageException(
                    "The lab cannot have " + e.getMessage()
                            + ". Ports below 1024 take root; --netns gives it a network of its own",
                    e);
        } catch (IOException e) {
            throw new UndecidedException("The lab broke off: " + e.getMessage(), e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new UndecidedException("The lab was interrupted", e);
        }
    }

    /** Inside a namespace, standard input is a pipe from the process that made it, which ends with that process. */
    private void awaitEndOfInput() {
        try (InputStream in = System.in) {
            in.transferTo(java.io.OutputStream.nullOutputStream());
        } catch (IOException e) {
            environment.terminal().err().println("hikyaku lab serve: " + e.getMessage());
        }
    }

    private ServeOptions options() {
        ServeOptions options = ServeOptions.defaults()
                .withSeed(seed)
                .withClock(environment.clock())
                .withAddresses(inside ? Addresses.EXAMPLES : Addresses.LOOPBACK)
                .withPorts(new Ports(port(dnsPort), port(resolverPort), port(smtpPort), port(httpsPort)));
        if (catalogue != null) {
            options = options.withCatalogue(read(catalogue));
        }
        return pcap == null ? options : options.withCapture(pcap);
    }

    private static int port(int number) {
        if (number < 1 || number > 65_535) {
            throw new UsageException("a port is a number from 1 to 65535, not " + number);
        }
        return number;
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

    private static void write(ServedLab lab, Path folder) {
        try {
            lab.writeFiles(folder);
        } catch (IOException e) {
            throw new UsageException("--files " + folder + ": " + FileTrouble.why(e), e);
        }
    }

    private void say(ServedLab lab, ServeOptions options) {
        PrintWriter out = environment.terminal().out();
        Ports ports = options.ports();
        out.println(lab.catalogue().domains().size() + " domains; serving until ended");
        out.println();
        out.println("  validating resolver  " + org.hikyaku.net.Addresses.text(lab.resolver()));
        out.println("  root name server     "
                + org.hikyaku.net.Addresses.text(
                        new java.net.InetSocketAddress(lab.rootServers().getFirst(), ports.dns())));
        out.println("  MX hosts             port " + ports.smtp() + " of the addresses in the DNS");
        out.println("  policies, reports    port " + ports.https() + " of the addresses in the DNS");
        if (pcap != null) {
            out.println("  capture              " + pcap + " (with secrets: whoever has it reads the mails)");
        }
        if (files != null) {
            out.println();
            out.println("  " + files.resolve("root.ds") + "         trust anchor of DNSSEC");
            out.println("  " + files.resolve("ca.pem") + "          the CA that stands for the public ones");
            out.println("  " + files.resolve("root.hints") + "      for resolvers");
            out.println("  " + files.resolve("resolv.conf") + "     for /etc/resolv.conf");
            out.println(
                    "  " + files.resolve("catalogue.yaml") + "  what each domain is, and what a correct sender does");
        }
        if (netns != null) {
            out.println();
            out.println("Run programs in it:  ip netns exec " + netns + " dig mx dane-ee.example");
        }
        out.flush();
    }

    /** In a namespace of its own. */
    private Integer inNamespace(String name) {
        List<String> usual = List.of("--dns-port", "--resolver-port", "--smtp-port", "--https-port");
        if (dnsPort != 53 || resolverPort != 53 || smtpPort != 25 || httpsPort != 443) {
            throw new UsageException(
                    "with " + NETNS + " the usual ports are free: leave out " + String.join(", ", usual));
        }
        return NamespaceRun.run(name, spec.root().commandLine().getParseResult().originalArgs());
    }
}
