package org.hikyaku.cli;

import java.io.IOException;
import java.io.InputStream;
import java.net.BindException;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Objects;
import java.util.Optional;
import java.util.function.Consumer;
import org.hikyaku.conformance.serve.ServeOptions;
import org.hikyaku.conformance.serve.ServeOptions.Addresses;
import org.hikyaku.conformance.serve.ServeOptions.Ports;
import org.hikyaku.conformance.serve.ServedLab;
import org.hikyaku.conformance.serve.Sighting;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;

/** Where and how the lab is served; the same for {@code lab serve} and {@code lab grade}. */
final class ServedLabOptions {
    private static final String NETNS = "--netns";
    private static final Ports USUAL = Ports.usual();

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
    private int dnsPort = USUAL.dns();

    @Option(
            names = "--resolver-port",
            paramLabel = "PORT",
            defaultValue = "53",
            description = "Port of the validating resolver (default: ${DEFAULT-VALUE}).")
    private int resolverPort = USUAL.resolver();

    @Option(
            names = "--smtp-port",
            paramLabel = "PORT",
            defaultValue = "25",
            description = "Port of the MX hosts; their TLSA records stand at _PORT._tcp (default: ${DEFAULT-VALUE}).")
    private int smtpPort = USUAL.smtp();

    @Option(
            names = "--https-port",
            paramLabel = "PORT",
            defaultValue = "443",
            description = "Port of policy hosts and receivers of reports (default: ${DEFAULT-VALUE}).")
    private int httpsPort = USUAL.https();

    /** The name of the namespace that was asked for; empty for none. */
    Optional<String> namespace() {
        return Optional.ofNullable(netns);
    }

    Optional<Path> files() {
        return Optional.ofNullable(files);
    }

    Optional<Path> capture() {
        return Optional.ofNullable(pcap);
    }

    /** Whether this process runs in a namespace that another one of ours has made for it. */
    boolean inside() {
        return inside;
    }

    /** Whether the command is to be run again in a namespace that does not exist yet. */
    boolean takesANamespace() {
        return netns != null && !inside;
    }

    /**
     * Runs the command again, in a namespace made for it.
     *
     * @param input what it is to read; empty: nothing
     */
    int inNamespace(CommandSpec command, Optional<InputStream> input) {
        Ports ports = ports();
        if (!ports.equals(USUAL)) {
            throw new UsageException("with " + NETNS
                    + " the usual ports are free: leave out --dns-port, --resolver-port, --smtp-port, --https-port");
        }
        return NamespaceRun.run(
                Objects.requireNonNull(netns, "asked before"),
                command.root().commandLine().getParseResult().originalArgs(),
                input);
    }

    /** The options that were given, checked. */
    ServeOptions options(Environment environment) {
        if (files != null && Files.exists(files) && !Files.isDirectory(files)) {
            throw new UsageException(files + " is a file; --files takes a folder");
        }
        ServeOptions options = ServeOptions.defaults()
                .withSeed(seed)
                .withClock(environment.clock())
                .withAddresses(inside ? Addresses.EXAMPLES : Addresses.LOOPBACK)
                .withPorts(ports());
        return pcap == null ? options : options.withCapture(pcap);
    }

    private Ports ports() {
        return new Ports(port(dnsPort), port(resolverPort), port(smtpPort), port(httpsPort));
    }

    private static int port(int number) {
        if (number < 1 || number > 65_535) {
            throw new UsageException("a port is a number from 1 to 65535, not " + number);
        }
        return number;
    }

    /**
     * Stands the lab up, and writes its files.
     *
     * @throws UsageException when an address or file cannot be had; a sentence
     */
    ServedLab start(ServeOptions options, Consumer<Sighting> listener) {
        if (inside) {
            NetworkNamespace.own(ServedLab.addresses(options));
        }
        ServedLab lab;
        try {
            lab = ServedLab.start(options, listener);
        } catch (BindException e) {
            throw new UsageException("The lab cannot have " + e.getMessage() + ". " + advice(e), e);
        } catch (FileSystemException e) {
            throw new UsageException("--pcap " + pcap + " cannot be written: " + FileTrouble.why(e), e);
        } catch (IOException e) {
            throw new UndecidedException("The lab cannot be started: " + e.getMessage(), e);
        }
        if (files != null) {
            try {
                lab.writeFiles(files);
            } catch (IOException e) {
                lab.close();
                throw new UsageException("--files " + files + ": " + FileTrouble.why(e), e);
            }
        }
        return lab;
    }

    private static String advice(BindException e) {
        return String.valueOf(e.getMessage()).contains("ermission")
                ? "Ports below 1024 take root; --netns gives it a network of its own, --smtp-port and the like others"
                : "Another program has it: see 'ss -lntup'. --netns gives the lab a network of its own, --smtp-port and"
                        + " the like other ports";
    }
}
