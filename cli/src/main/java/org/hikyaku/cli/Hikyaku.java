package org.hikyaku.cli;

import java.util.Optional;
import org.hikyaku.capture.tls.RsaKeys;
import org.hikyaku.tls.wire.RecordCiphers;
import org.hikyaku.x509.SignatureVerifier;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Help.Ansi;

/** The command {@code hikyaku}; every subcommand is a class of its own. */
@Command(
        synopsisSubcommandLabel = "COMMAND",
        description = "Mail transport security: enforced, proved and shown.",
        commandListHeading = "%nCommands:%n",
        footer = {
            "",
            "Examples:",
            "  hikyaku demo                 the main job, on a small Internet inside the process",
            "  hikyaku check example.jp     what a domain promises, and whether its servers keep it",
            "",
            "Exit codes: 0 all well, 1 findings, 2 wrong call, 3 could not find out."
        },
        subcommands = {
            CheckCommand.class,
            DemoCommand.class,
            DnsCommand.class,
            DecodeCommand.class,
            KeysCommand.class,
            LabCommand.class,
            ProbeCommand.class,
            TlsCommand.class,
            AuthCommand.class,
            SendCommand.class,
            RelayCommand.class,
            QueueCommand.class,
            UserCommand.class,
            CertCommand.class,
            TlsaCommand.class,
            MtaStsCommand.class,
            PolicyCommand.class,
            TlsrptCommand.class,
            WebCommand.class,
            CommandLine.HelpCommand.class
        })
public final class Hikyaku extends RootCommand {
    /** Said with --debug: everything works without, only slower. */
    private static final String NO_NATIVE_CIPHERS =
            "hikyaku: the native ciphers (Conscrypt) did not load, so that the JDK's are used, which"
                    + " are slower. The launcher names the folder that they stand in; where Java is started by hand,"
                    + " -Djava.library.path=lib/native does.";

    /** Runs one command line and ends the process. */
    public static void main(String[] args) {
        System.setProperty(
                "picocli.disable.closures", "true"); // else it looks for Groovy in every jar of the class path
        int code = run(Environment.system(), args);
        // System.exit asks for a logger first, whose provider is looked for in every jar: that takes longer than many a
        // command. After the last thread the JVM ends by itself, likewise with its shutdown hooks.
        if (code != ExitCode.OK.code() || othersLive()) {
            System.exit(code);
        }
    }

    /** Whether another thread would keep the JVM from ending by itself. */
    private static boolean othersLive() {
        Thread[] threads = new Thread[Thread.activeCount() + 64]; // all that a list cannot hold are left out of it
        int listed = Thread.enumerate(threads);
        if (listed == threads.length) {
            return true;
        }
        for (int i = 0; i < listed; i++) {
            if (!threads[i].isDaemon() && !threads[i].equals(Thread.currentThread())) {
                return true;
            }
        }
        return false;
    }

    /** Runs one command line and returns its exit code. */
    public static int run(Environment environment, String... args) {
        Terminal terminal = environment.terminal();
        int code = isVersionAlone(args) ? version(terminal) : execute(environment, args);
        Optional<String> lost = terminal.lost();
        lost.ifPresent(why -> terminal.err().println("hikyaku: the result could not be written: " + why + "."));
        terminal.err().flush();
        return lost.isPresent() ? ExitCode.UNKNOWN.code() : code;
    }

    /** Answered without the model of all commands, which takes longer to make than everything else. */
    private static boolean isVersionAlone(String... args) {
        return args.length == 1 && (args[0].equals("--version") || args[0].equals("-V"));
    }

    private static int version(Terminal terminal) {
        terminal.out().println(new ProductVersion().getVersion()[0]);
        terminal.out().flush();
        return ExitCode.OK.code();
    }

    private static int execute(Environment environment, String... args) {
        Terminal terminal = environment.terminal();
        Complaints complaints = new Complaints(terminal.err());
        if (args.length > 0 && args[0].equals("decode")) {
            DecodeCommand.prepare();
            Optional<PlainDecode> plain = PlainDecode.of(args);
            if (plain.isPresent()) {
                try {
                    return new DecodeCommand(environment, plain.get()).call();
                } catch (Exception e) { // as picocli does: a command's exceptions are told, whatever they are
                    return complaints.tell(e, "hikyaku decode").code();
                }
            }
        }
        CommandLine line = model(new CommandFactory(environment), args)
                .setOut(terminal.out())
                .setErr(terminal.err())
                .setUsageHelpWidth(Math.max(55, terminal.width()))
                .setColorScheme(CommandLine.Help.defaultColorScheme(terminal.colour() ? Ansi.ON : Ansi.OFF))
                .setCaseInsensitiveEnumValuesAllowed(true)
                .setExecutionStrategy(parsed -> {
                    if (parsed.commandSpec().root().userObject() instanceof RootCommand root && root.debug()) {
                        LogConfiguration.showFaults();
                        if (SignatureVerifier.conscrypt().isEmpty()) {
                            terminal.err().println(NO_NATIVE_CIPHERS);
                        }
                        tellRefused(terminal, "short records", RecordCiphers.refusal());
                        tellRefused(terminal, "RSA", RsaKeys.refusal());
                    }
                    return new CommandLine.RunLast().execute(parsed);
                })
                .setExecutionExceptionHandler(complaints)
                .setParameterExceptionHandler(complaints);
        return line.execute(args);
    }

    private static void tellRefused(Terminal terminal, String purpose, Optional<String> why) {
        why.ifPresent(reason -> terminal.err()
                .println("hikyaku: the native library for " + purpose + " is not used, so that decode is slower: "
                        + reason + ". scripts/build-native builds it for this machine."));
    }

    /**
     * The model of the command line: of all commands, unless the first word names one. Then that one will do: the model of all of them
     * takes longer to make than most captures to decode.
     */
    private static CommandLine model(CommandFactory factory, String... args) {
        for (Class<?> command : Hikyaku.class.getAnnotation(Command.class).subcommands()) {
            if (args.length > 0
                    && command != CommandLine.HelpCommand.class
                    && command.getAnnotation(Command.class).name().equals(args[0])) {
                return new CommandLine(new RootCommand(), factory).addSubcommand(command);
            }
        }
        return new CommandLine(new Hikyaku(), factory);
    }
}
