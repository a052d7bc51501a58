package org.hikyaku.cli;

import java.io.IOException;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.GroupPrincipal;
import java.nio.file.attribute.PosixFileAttributeView;
import java.nio.file.attribute.UserPrincipalNotFoundException;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.concurrent.atomic.AtomicBoolean;
import org.hikyaku.net.UnixDatagramSocket;
import org.hikyaku.relay.service.SystemdNotifier;
import org.hikyaku.tlsrpt.collect.Collector;
import org.hikyaku.tlsrpt.collect.DatagramReader;
import org.hikyaku.tlsrpt.collect.DatagramSource;
import org.hikyaku.tlsrpt.count.StoredCounts;
import org.hikyaku.tlsrpt.store.Database;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code hikyaku tlsrpt collect}: takes the TLS events of a Postfix. */
@Command(
        name = "collect",
        mixinStandardHelpOptions = true,
        description = {
            "Count the TLS sessions of a Postfix (3.10 or later, built with TLSRPT) for the reports that Hikyaku sends.",
            "",
            "In main.cf (docs/postfix.md leads through it):",
            "  smtp_tlsrpt_enable = yes",
            "  smtp_tlsrpt_socket_name = run/tlsrpt/tlsrpt.sock",
            ""
        },
        footer = {
            "",
            "Example:",
            "  hikyaku tlsrpt collect --socket /var/spool/postfix/run/tlsrpt/tlsrpt.sock --store /var/lib/hikyaku/tlsrpt.db",
            "",
            "Runs until it is ended (SIGTERM or SIGINT). Exit codes: the signal's (143 for SIGTERM), 2 wrong call, 3 the socket or the store failed.",
            "Described in docs/postfix.md."
        })
final class TlsrptCollectCommand implements Callable<Integer> {
    private static final String OPEN = "rw-rw-rw-";
    private static final String GROUP_ONLY = "rw-rw----";
    private static final int METRICS_PORT = 9799;

    private final Environment environment;

    @Option(
            names = "--socket",
            required = true,
            paramLabel = "PATH",
            description = "Where Postfix sends to: smtp_tlsrpt_socket_name, below its queue directory.")
    private Path socket = Path.of("");

    @Mixin
    private TlsrptStoreOption store = new TlsrptStoreOption();

    @Option(
            names = "--socket-group",
            paramLabel = "GROUP",
            description = "Let only this group send, such as postfix (default: every user of this machine may).")
    private @Nullable String group;

    @Option(
            names = "--metrics-listen",
            paramLabel = "ADDRESS[:PORT]",
            description = "Serve metrics for Prometheus at http://ADDRESS:PORT/metrics (port 9799 when none is given).")
    private @Nullable String metricsListen;

    TlsrptCollectCommand(Environment environment) {
        this.environment = environment;
    }

    @Override
    public Integer call() {
        try (StopSignal stop = new StopSignal();
                Database database = store.open();
                StoredCounts counts = new StoredCounts(database);
                DatagramSource source = DatagramSource.at(socket())) {
            Collector collector = new Collector(source, counts, environment.clock());
            Optional<MetricsServer> metrics =
                    Optional.ofNullable(metricsListen).map(place -> MetricsServer.listen(place, METRICS_PORT));
            metrics.ifPresent(m -> m.show(() -> metrics(collector)));
            try {
                say("collecting at " + socket + " into " + database.shown());
                SystemdNotifier systemd = new SystemdNotifier(environment.variables());
                systemd.ready("collecting");
                collect(collector, stop);
                systemd.stopping();
                say("ended: " + collector.taken() + " deliveries counted, " + collector.dropped()
                        + " datagrams dropped");
            } finally {
                metrics.ifPresent(MetricsServer::close);
            }
            return ExitCode.OK.code();
        } catch (IOException e) {
            throw new UndecidedException("The collector broke off: " + e.getMessage(), e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new UndecidedException("The collector was interrupted", e);
        }
    }

    /** A thread of its own: waiting for a datagram blocks the thread itself. */
    private static void collect(Collector collector, StopSignal stop) throws IOException, InterruptedException {
        AtomicBoolean stopping = new AtomicBoolean();
        Broken broken = new Broken();
        Thread thread = Thread.ofPlatform().name("tlsrpt-collector").start(() -> {
            try {
                collector.run(stopping::get);
            } catch (IOException e) {
                broken.why = e;
            }
        });
        try {
            while (thread.isAlive() && stop.await(Duration.ofSeconds(1))) {
                // until somebody ends us, or the socket breaks
            }
        } finally {
            stopping.set(true);
            thread.join();
        }
        IOException why = broken.why;
        if (why != null) {
            throw why;
        }
    }

    /** What the collecting thread ended of; read when it has. */
    private static final class Broken {
        private volatile @Nullable IOException why;
    }

    private UnixDatagramSocket socket() throws IOException {
        UnixDatagramSocket opened;
        try {
            Path folder = socket.toAbsolutePath().getParent();
            if (folder != null) {
                Files.createDirectories(folder);
            }
            opened = UnixDatagramSocket.bind(socket, group == null ? OPEN : GROUP_ONLY, DatagramReader.MAX_DATAGRAM);
        } catch (IOException e) {
            throw new UsageException("--socket " + socket + ": " + FileTrouble.why(e), e);
        }
        if (group != null) {
            try {
                GroupPrincipal principal =
                        socket.getFileSystem().getUserPrincipalLookupService().lookupPrincipalByGroupName(group);
                Files.getFileAttributeView(socket, PosixFileAttributeView.class).setGroup(principal);
            } catch (UserPrincipalNotFoundException e) {
                opened.close();
                throw new UsageException("--socket-group: there is no group " + group, e);
            } catch (FileSystemException e) {
                opened.close();
                throw new UsageException(
                        "--socket-group " + group + ": the socket cannot be given to it; run as root or as a member",
                        e);
            }
        }
        return opened;
    }

    static String metrics(Collector collector) {
        return """
                # HELP hikyaku_tlsrpt_datagrams_total Deliveries of Postfix counted.
                # TYPE hikyaku_tlsrpt_datagrams_total counter
                hikyaku_tlsrpt_datagrams_total %d
                # HELP hikyaku_tlsrpt_datagrams_dropped_total Datagrams that could not be read.
                # TYPE hikyaku_tlsrpt_datagrams_dropped_total counter
                hikyaku_tlsrpt_datagrams_dropped_total %d
                """.formatted(collector.taken(), collector.dropped());
    }

    private void say(String line) {
        environment.terminal().err().println("hikyaku tlsrpt collect: " + line);
        environment.terminal().err().flush();
    }
}
