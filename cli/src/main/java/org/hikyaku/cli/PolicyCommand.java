package org.hikyaku.cli;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import org.hikyaku.dns.ResolverTrial;
import org.hikyaku.net.poll.PollListener;
import org.hikyaku.net.poll.Poller;
import org.hikyaku.policy.StsLog;
import org.hikyaku.policy.StsStore;
import org.hikyaku.policy.service.PolicyCounts;
import org.hikyaku.policy.service.PolicyRenewal;
import org.hikyaku.policy.service.PolicyService;
import org.hikyaku.policy.service.SocketmapServer;
import org.hikyaku.policy.service.SocketmapSession;
import org.hikyaku.relay.service.SystemdNotifier;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code hikyaku policy}: TLS policies for Postfix. */
@Command(
        name = "policy",
        mixinStandardHelpOptions = true,
        description = {
            "Tell Postfix which TLS policy to use for each domain: DANE and MTA-STS together, neither undoing the other.",
            "",
            "In main.cf (docs/postfix.md leads through it):",
            "  smtp_dns_support_level = dnssec",
            "  smtp_tls_security_level = dane",
            "  smtp_tls_policy_maps = socketmap:inet:127.0.0.1:8642:QUERY",
            "With Postfix 3.10 and later, QUERYwithTLSRPT instead of QUERY gives its reports what they need.",
            ""
        },
        footer = {
            "",
            "Examples:",
            "  hikyaku policy --store /var/lib/hikyaku",
            "  hikyaku policy --listen unix:/var/spool/postfix/run/hikyaku/policy --store /var/lib/hikyaku",
            "  hikyaku policy query example.jp",
            "",
            "Runs until it is ended (SIGTERM or SIGINT), which lets queries under way come to their end.",
            "Exit codes: 2 wrong call, 3 the resolver is of no use; ended by a signal, the signal's (143 for SIGTERM).",
            "Answers, metrics and what an answer cannot tell Postfix: docs/policy.md."
        },
        subcommands = {PolicyQueryCommand.class})
final class PolicyCommand implements Callable<Integer> {
    static final int PORT = 8642;
    private static final int METRICS_PORT = 9798;
    private static final String UNIX = "unix:";

    /** Postfix's smtp(8) processes run as the user postfix; whoever may write to a socket may connect. */
    private static final String SOCKET_MODE = "rw-rw-rw-";

    private static final Duration GRACE = Duration.ofSeconds(20);

    private final Environment environment;

    @Option(
            names = "--listen",
            paramLabel = "ADDRESS[:PORT]|unix:PATH",
            description = "Where to listen; may be given several times; port 0 takes any free one (default:"
                    + " 127.0.0.1:8642).")
    private List<String> listen = List.of();

    @Option(
            names = "--store",
            paramLabel = "FOLDER",
            description = "Keep MTA-STS policies here, so that a restart forgets none (S16).")
    private @Nullable Path store;

    @Option(
            names = "--port",
            paramLabel = "PORT",
            defaultValue = "25",
            converter = CheckCommand.Port.class,
            description = "Where mail goes when the key names no port: smtp_tcp_port of Postfix (default:"
                    + " ${DEFAULT-VALUE}).")
    private int port = 25;

    @Option(
            names = "--metrics-listen",
            paramLabel = "ADDRESS[:PORT]",
            description = "Serve metrics for Prometheus at http://ADDRESS:PORT/metrics (port 9798 when none is given).")
    private @Nullable String metricsListen;

    @Mixin
    private NetworkOptions network = new NetworkOptions();

    PolicyCommand(Environment environment) {
        this.environment = environment;
    }

    @Override
    public Integer call() {
        LogConfiguration.showForService();
        try (StopSignal stop = new StopSignal();
                NetworkAccess access = environment.internet().open(network);
                PolicyStore policies = PolicyStore.open(Optional.ofNullable(store), environment)) {
            PolicyParts parts =
                    PolicyParts.over(access, network.timeout(), policies.store(), environment.clock(), port);
            checkResolver(parts);
            serve(parts, stop);
            return ExitCode.OK.code();
        } catch (IOException e) {
            throw new UndecidedException("The service broke off: " + e.getMessage(), e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new UndecidedException("The service was interrupted", e);
        }
    }

    private void checkResolver(PolicyParts parts) {
        ResolverTrial trial = new ResolverTrial(parts.lookup());
        Optional<String> stripped = trial.strippedDnssec();
        if (stripped.isPresent()) {
            // D24: neither answer would be right, so that none is given
            throw new UndecidedException(stripped.get()
                    + " Every answer would be wrong (D24): name a resolver that passes DNSSEC records on with --resolver"
                    + " ADDRESS, such as an Unbound on this machine. Postfix needs one too.");
        }
        trial.unreachable()
                .ifPresent(why -> say("warning: nothing can be looked up yet, and queries are answered TEMP: " + why));
    }

    private void serve(PolicyParts parts, StopSignal stop) throws IOException, InterruptedException {
        PolicyCounts counts = new PolicyCounts();
        try (PolicyService service = new PolicyService(
                        parts.decider(),
                        environment.clock(),
                        counts,
                        PolicyService.CacheSize.defaults(),
                        PolicyService.PATIENCE);
                SocketmapServer server =
                        new SocketmapServer(service, counts, SocketmapSession.Times.defaults(), Poller.open());
                PolicyRenewal renewal =
                        new PolicyRenewal(parts.policies()::refreshAll, environment.clock(), new SecureRandom())) {
            Optional<MetricsServer> metrics =
                    Optional.ofNullable(metricsListen).map(place -> MetricsServer.listen(place, METRICS_PORT));
            metrics.ifPresent(m -> m.show(() -> PolicyMetrics.of(counts, service, renewal)));
            try {
                for (PollListener door : doors(server)) {
                    server.serve(door);
                    say("listening on " + shown(door));
                }
                renewal.start();
                SystemdNotifier systemd = new SystemdNotifier(environment.variables());
                systemd.ready("answering Postfix");
                while (stop.await(Duration.ofHours(1))) {
                    // until somebody ends us
                }
                systemd.stopping();
                if (!server.stop(GRACE)) {
                    say("some queries were still open after " + GRACE.toSeconds() + " s; Postfix asks them again");
                }
            } finally {
                metrics.ifPresent(MetricsServer::close);
            }
        }
    }

    private List<PollListener> doors(SocketmapServer server) {
        List<PollListener> opened = new ArrayList<>();
        for (String place : listen.isEmpty() ? List.of("127.0.0.1:" + PORT) : listen) {
            try {
                opened.add(door(server, place));
            } catch (IOException e) {
                opened.forEach(PolicyCommand::closeQuietly);
                throw new UsageException("--listen " + place + " does not work: " + FileTrouble.why(e), e);
            }
        }
        return opened;
    }

    private static PollListener door(SocketmapServer server, String place) throws IOException {
        if (place.startsWith(UNIX)) {
            return server.listen(Path.of(place.substring(UNIX.length())), SOCKET_MODE);
        }
        boolean anyPort = place.endsWith(":0");
        HostAndPort named = HostAndPort.parse(anyPort ? place.substring(0, place.length() - 2) : place, PORT);
        if (!named.literal()) {
            throw new UsageException(
                    "--listen takes an IP address and a port, such as 127.0.0.1:8642, or unix:PATH, not " + place);
        }
        return server.listen(new InetSocketAddress(InetAddress.ofLiteral(named.host()), anyPort ? 0 : named.port()));
    }

    private static void closeQuietly(PollListener door) {
        try {
            door.close();
        } catch (IOException e) {
            // the process ends with a mistake in its call; the first one is what is told
        }
    }

    private static String shown(PollListener door) {
        return door.local().isUnresolved()
                ? UNIX + door.local().getHostString()
                : org.hikyaku.net.Addresses.text(door.local());
    }

    private void say(String line) {
        environment.terminal().err().println("hikyaku policy: " + line);
        environment.terminal().err().flush();
    }

    /** Where policies are kept: a folder, or this process alone. */
    private record PolicyStore(StsStore store, Optional<StsLog> log) implements AutoCloseable {

        static PolicyStore open(Optional<Path> folder, Environment environment) {
            if (folder.isEmpty()) {
                // S16: every restart would be a window for whoever blocks port 443
                environment
                        .terminal()
                        .err()
                        .println("hikyaku policy: warning: without --store FOLDER, MTA-STS policies are forgotten at a"
                                + " restart (S16).");
                return new PolicyStore(StsStore.inMemory(), Optional.empty());
            }
            StsLog log = PolicyParts.open(folder.get(), environment.clock());
            return new PolicyStore(log, Optional.of(log));
        }

        @Override
        public void close() throws IOException {
            if (log.isPresent()) {
                log.get().close();
            }
        }
    }
}
