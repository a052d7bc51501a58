package org.hikyaku.cli;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.util.Arrays;
import java.util.Optional;
import java.util.concurrent.Callable;
import org.hikyaku.relay.receive.UserFile;
import org.hikyaku.smtp.sasl.SaslException;
import org.hikyaku.smtp.sasl.ScramKeys;
import org.hikyaku.smtp.sasl.Secret;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/** {@code hikyaku user}: who may hand mail in to the relay. */
@Command(
        name = "user",
        mixinStandardHelpOptions = true,
        synopsisSubcommandLabel = "COMMAND",
        description = {
            "Add, list and delete users of the relay, in the file that its configuration names. The file has no passwords in"
                    + " it, only what a password can be checked with (SCRAM-SHA-256).",
            ""
        },
        commandListHeading = "%nCommands:%n",
        footer = {
            "",
            "Examples:",
            "  hikyaku user add --file users rosa@example.jp",
            "  pwgen 20 1 | tee secret | hikyaku user add --file users robot@example.jp",
            "  hikyaku user list --file users",
            "",
            "Exit codes: 0 done, 1 no such user, 2 wrong call."
        },
        subcommands = {
            UserCommand.Add.class,
            UserCommand.ListUsers.class,
            UserCommand.Delete.class,
            UserCommand.Password.class
        })
final class UserCommand implements Runnable {

    @Spec
    private CommandSpec spec;

    @Override
    public void run() {
        throw new ParameterException(spec.commandLine(), "say what to do: add, list, delete or passwd");
    }

    /** The file, for all of them. */
    static final class FileOption {
        @Option(
                names = "--file",
                required = true,
                paramLabel = "FILE",
                description = "The file of users: submission.users of the relay's configuration.")
        private Path file = Path.of("users");

        UserFile read() {
            try {
                return UserFile.read(file);
            } catch (NoSuchFileException e) {
                throw new UsageException("there is no file " + file + "; 'hikyaku user add' makes it", e);
            } catch (IOException e) {
                throw new UsageException(String.valueOf(e.getMessage()), e);
            }
        }

        void change(java.util.function.UnaryOperator<UserFile> change) {
            try {
                UserFile.change(file, change);
            } catch (IOException e) {
                throw new UsageException("the users cannot be written: " + e.getMessage(), e);
            }
        }

        boolean has(String name) {
            return Files.exists(file) && read().has(name);
        }
    }

    /** A new password, typed twice or in the first line of standard input; never an argument, where others would see it. */
    private static ScramKeys keys(Environment environment, String name, int iterations) {
        Optional<char[]> typed = environment.input().secret("Password for " + name + ": ");
        char[] password;
        if (typed.isPresent()) {
            char[] again = environment.input().secret("Again: ").orElse(new char[0]);
            boolean same = Arrays.equals(typed.get(), again);
            Arrays.fill(again, '\0');
            if (!same) {
                throw new UsageException("the two passwords differ");
            }
            password = typed.get();
        } else {
            password = firstLine(environment);
        }
        if (password.length == 0) {
            throw new UsageException("a password is not empty");
        }
        byte[] salt = new byte[ScramKeys.SALT];
        new SecureRandom().nextBytes(salt);
        try (Secret secret = Secret.of(password)) {
            return ScramKeys.of(secret, salt, iterations);
        } catch (SaslException e) {
            throw new UsageException(String.valueOf(e.getMessage()), e);
        }
    }

    private static char[] firstLine(Environment environment) {
        try {
            BufferedReader in =
                    new BufferedReader(new InputStreamReader(environment.input().stream(), StandardCharsets.UTF_8));
            String line = in.readLine();
            if (line == null) {
                throw new UsageException("there is no terminal to ask for the password, and no line on standard input");
            }
            return line.toCharArray();
        } catch (IOException e) {
            throw new UsageException("standard input cannot be read: " + e.getMessage(), e);
        }
    }

    private static void check(String name) {
        UserFile.objection(name).ifPresent(why -> {
            throw new UsageException(why);
        });
    }

    static final class Iterations {
        @Option(
                names = "--iterations",
                paramLabel = "N",
                defaultValue = "" + ScramKeys.USUAL_ITERATIONS,
                description = "How often the password is hashed, 4096 to 1000000 (default: ${DEFAULT-VALUE}).")
        private int iterations = ScramKeys.USUAL_ITERATIONS;

        int value() {
            if (iterations < 4096 || iterations > ScramKeys.ITERATIONS.value()) {
                throw new UsageException(
                        "--iterations is a number from 4096 (RFC 7677 section 4) to " + ScramKeys.ITERATIONS.value());
            }
            return iterations;
        }
    }

    /** What add and passwd have in common: a name, and a password that becomes keys. */
    abstract static class Keyed implements Callable<Integer> {
        private final Environment environment;

        @Mixin
        private FileOption file = new FileOption();

        @Mixin
        private Iterations iterations = new Iterations();

        @Parameters(paramLabel = "NAME", description = "What the user logs in as, such as a mail address.")
        private String name = "";

        Keyed(Environment environment) {
            this.environment = environment;
        }

        FileOption file() {
            return file;
        }

        String name() {
            return name;
        }

        /** Asks for the password and writes its keys down. */
        int write(String done) {
            ScramKeys keys = keys(environment, name, iterations.value());
            file.change(users -> users.with(name, keys));
            environment.terminal().out().println(done);
            return ExitCode.OK.code();
        }
    }

    private static int unknown(Environment environment, String name) {
        environment.terminal().err().println("hikyaku user: there is no user " + name + ".");
        return ExitCode.FINDINGS.code();
    }

    @Command(
            name = "add",
            mixinStandardHelpOptions = true,
            description = {"Add a user. The password is asked for, or read from the first line of standard input.", ""},
            footer = {"", "Example:", "  hikyaku user add --file users rosa@example.jp"})
    static final class Add extends Keyed {
        Add(Environment environment) {
            super(environment);
        }

        @Override
        public Integer call() {
            check(name());
            if (file().has(name())) {
                throw new UsageException(
                        "there is a user " + name() + " already; 'hikyaku user passwd' changes the password");
            }
            return write("User " + name() + " can log in now.");
        }
    }

    @Command(
            name = "passwd",
            mixinStandardHelpOptions = true,
            description = {
                "Change a user's password. It is asked for, or read from the first line of standard input.",
                ""
            },
            footer = {"", "Example:", "  hikyaku user passwd --file users rosa@example.jp"})
    static final class Password extends Keyed {
        private final Environment environment;

        Password(Environment environment) {
            super(environment);
            this.environment = environment;
        }

        @Override
        public Integer call() {
            return file().read().has(name())
                    ? write("The password of " + name() + " is changed.")
                    : unknown(environment, name());
        }
    }

    @Command(
            name = "delete",
            mixinStandardHelpOptions = true,
            description = {"Delete a user. Sessions in which it has logged in go on.", ""},
            footer = {"", "Example:", "  hikyaku user delete --file users rosa@example.jp"})
    static final class Delete implements Callable<Integer> {
        private final Environment environment;

        @Mixin
        private FileOption file = new FileOption();

        @Parameters(paramLabel = "NAME", description = "The user.")
        private String name = "";

        Delete(Environment environment) {
            this.environment = environment;
        }

        @Override
        public Integer call() {
            if (!file.read().has(name)) {
                return unknown(environment, name);
            }
            file.change(users -> users.without(name));
            environment.terminal().out().println("User " + name + " is deleted.");
            return ExitCode.OK.code();
        }
    }

    @Command(
            name = "list",
            mixinStandardHelpOptions = true,
            description = {"List the users, one a line.", ""},
            footer = {"", "Example:", "  hikyaku user list --file users", "", "The JSON is described in docs/user.md."})
    static final class ListUsers implements Callable<Integer> {
        private final Environment environment;

        @Mixin
        private FileOption file = new FileOption();

        @Mixin
        private JsonOption json = new JsonOption();

        ListUsers(Environment environment) {
            this.environment = environment;
        }

        @Override
        public Integer call() {
            UserFile users = file.read();
            if (json.wanted()) {
                ObjectNode document = JsonOption.document("hikyaku.users/1");
                ArrayNode names = document.putArray("users");
                users.names().forEach(name -> names.addObject().put("name", name));
                JsonOption.print(environment.terminal().out(), document);
            } else {
                users.names().forEach(environment.terminal().out()::println);
            }
            return ExitCode.OK.code();
        }
    }
}
