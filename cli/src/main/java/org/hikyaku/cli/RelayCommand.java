package org.hikyaku.cli;

import java.io.FileDescriptor;
import java.io.FileOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.io.PrintWriter;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.stream.Collectors;
import org.hikyaku.net.Addresses;
import org.hikyaku.relay.Relay;
import org.hikyaku.relay.StartException;
import org.hikyaku.relay.SystemSurroundings;
import org.hikyaku.relay.config.ConfigException;
import org.hikyaku.relay.config.ConfigFault;
import org.hikyaku.relay.config.RelayConfig;
import org.hikyaku.relay.config.RelayConfigReader;
import org.hikyaku.relay.service.LineWriter;
import org.hikyaku.relay.service.Reloader;
import org.hikyaku.relay.service.SystemdNotifier;
import org.hikyaku.tls.KeyLog;
import org.hikyaku.tls.KeyLogFile;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** {@code hikyaku relay}: the mail server. */
@Command(
        name = "relay",
        mixinStandardHelpOptions = true,
        description = {
            "Run a mail server that receives mail, keeps it durably, and delivers it over connections as safe as the"
                    + " receiving domain demands.",
            "",
            "Three lines of configuration start a safe one:",
            "  hostname: mx.example.org",
            "  domains: [example.org]",
            "  postmaster: you@example.org",
            ""
        },
        footer = {
            "",
            "Examples:",
            "  hikyaku relay --check -c relay.yaml",
            "  hikyaku relay -c relay.yaml",
            "",
            "Runs until it is ended (SIGTERM or SIGINT), which lets what is under way come to its end. SIGHUP has",
            "certificates, users, aliases and recipients read again; changed files are seen without it.",
            "Exit codes: 0 --check found no fault, 2 wrong call or configuration, 3 it could not start; ended by a signal,"
                    + " the signal's (143 for SIGTERM).",
            "A walk through it, and every setting: docs/relay.md."
        })
final class RelayCommand implements Callable<Integer> {
    private static final String DEFAULT_FILE = "/etc/hikyaku/relay.yaml";

    private final Environment environment;

    @Option(
            names = {"-c", "--config"},
            paramLabel = "FILE",
            defaultValue = DEFAULT_FILE,
            description = "The configuration (default: ${DEFAULT-VALUE}).")
    private Path config = Path.of(DEFAULT_FILE);

    @Option(
            names = {"--check", "--check-config"},
            description = "Say what is wrong in the configuration, and start nothing.")
    private boolean check;

    @Option(
            names = "--keylog",
            paramLabel = "FILE",
            description =
                    "Write the secrets of TLS sessions here (SSLKEYLOGFILE); refused unless the configuration says"
                            + " \"laboratory: true\".")
    private @Nullable Path keyLog;

    RelayCommand(Environment environment) {
        this.environment = environment;
    }

    @Override
    public Integer call() {
        RelayConfigReader.Loaded loaded;
        try {
            loaded = RelayConfigReader.read(config);
        } catch (ConfigException e) {
            throw faults(e);
        }
        if (keyLog != null && !loaded.config().laboratory()) {
            throw new UsageException("--keylog gives away what everybody's mail says; it needs \"laboratory: true\" in "
                    + config + ", for a relay that carries no real mail");
        }
        if (check) {
            List<String> faults = Relay.faults(loaded.config(), environment.clock());
            if (!faults.isEmpty()) {
                faults.forEach(environment.terminal().err()::println);
                throw new UsageException("the configuration is good, but not the files that it names");
            }
            environment.terminal().out().println(config + ": good");
            return ExitCode.OK.code();
        }
        LogConfiguration.showForRelay();
        try {
            return run(loaded.config());
        } catch (ConfigException e) {
            throw faults(e);
        } catch (StartException e) {
            throw new UndecidedException(String.valueOf(e.getMessage()), e);
        } catch (IOException e) {
            throw new UndecidedException("The relay broke off: " + e.getMessage(), e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new UndecidedException("The relay was interrupted", e);
        }
    }

    private UsageException faults(ConfigException e) {
        PrintWriter err = environment.terminal().err();
        e.faults().forEach(fault -> err.println(fault.toString()));
        List<ConfigFault> faults = e.faults();
        return new UsageException(
                faults.size() == 1
                        ? "one fault in the configuration; docs/relay.md describes every setting"
                        : faults.size() + " faults in the configuration; docs/relay.md describes every setting");
    }

    private int run(RelayConfig settings) throws StartException, ConfigException, IOException, InterruptedException {
        SystemdNotifier systemd = new SystemdNotifier(environment.variables());
        OutputStream standardError = System.err; // not closed with its writer
        try (StopSignal stop = new StopSignal(settings.stopWithin().plusSeconds(15));
                SystemSurroundings around = SystemSurroundings.of(settings, environment.variables());
                OutputStream out = output(settings);
                LineWriter lines = new LineWriter(out);
                LineWriter log = new LineWriter(standardError)) {
            Runnable asBefore = LogConfiguration.writeBy(log);
            Optional<KeyLogFile> secrets = keyLog == null ? Optional.empty() : Optional.of(new KeyLogFile(keyLog));
            try (Relay relay = Relay.start(settings, around.surroundings(), lines, secrets.map(KeyLog.class::cast))) {
                serve(relay, settings, systemd, stop);
            } finally {
                asBefore.run();
                if (secrets.isPresent()) {
                    secrets.get().close();
                }
            }
        }
        return ExitCode.OK.code();
    }

    private void serve(Relay relay, RelayConfig settings, SystemdNotifier systemd, StopSignal stop)
            throws InterruptedException {
        String ready = "ready: " + settings.hostname() + " takes mail at "
                + relay.addresses().stream().map(Addresses::text).collect(Collectors.joining(", "))
                + relay.statusAddress()
                        .map(a -> "; metrics at " + Addresses.text(a))
                        .orElse("");
        try (Reloader reloader = new Reloader(relay::files, asked -> {
            if (asked) {
                systemd.reloading();
            }
            relay.reload();
            systemd.ready(ready);
        })) {
            reloader.start();
            HangUp.onSignal(reloader::ask);
            say(ready);
            systemd.ready(ready);
            Duration pause = systemd.watchdogInterval().orElse(Duration.ofHours(1));
            while (stop.await(pause)) {
                systemd.alive();
            }
        }
        systemd.stopping();
        say("stopping: no more mail is taken; what is under way may take "
                + settings.stopWithin().toSeconds() + " s");
        boolean all = relay.stop(settings.stopWithin());
        say(all ? "stopped" : "stopped; what was cut off stays in the queue");
    }

    /** Not the terminal's writer: lines come from many threads, and are bytes to be written at once. */
    private static OutputStream output(RelayConfig settings) throws IOException {
        return settings.log().file().isPresent()
                ? Files.newOutputStream(
                        settings.log().file().get(), StandardOpenOption.CREATE, StandardOpenOption.APPEND)
                : new FileOutputStream(FileDescriptor.out);
    }

    private void say(String line) {
        byte[] bytes = ("hikyaku relay: " + line).getBytes(StandardCharsets.UTF_8);
        environment.terminal().err().println(new String(bytes, StandardCharsets.UTF_8));
        environment.terminal().err().flush();
    }
}
