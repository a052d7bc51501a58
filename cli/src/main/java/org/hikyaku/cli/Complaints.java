package org.hikyaku.cli;

import java.io.PrintWriter;
import java.nio.file.InvalidPathException;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.ParseResult;
import picocli.CommandLine.UnmatchedArgumentException;

/** What a person reads when a command cannot go on: one sentence, and a stack trace only with {@code --debug}. */
final class Complaints implements CommandLine.IExecutionExceptionHandler, CommandLine.IParameterExceptionHandler {
    private final PrintWriter err;

    Complaints(PrintWriter err) {
        this.err = err;
    }

    @Override
    public int handleParseException(ParameterException mistake, String[] args) {
        CommandLine command = mistake.getCommandLine();
        if (mistake instanceof UnmatchedArgumentException unmatched) {
            String first = unmatched.getUnmatched().getFirst();
            say(command, what(command, first) + " '" + first + "'.");
            suggest(unmatched);
        } else {
            say(command, sentence(mistake.getMessage()).replaceFirst("^Error: ", "")); // picocli's own
        }
        err.println("Try '" + command.getCommandSpec().qualifiedName() + " --help'.");
        return ExitCode.USAGE.code();
    }

    private static String what(CommandLine command, String argument) {
        if (argument.startsWith("-")) {
            return "unknown option";
        }
        return command.getSubcommands().isEmpty() ? "unexpected argument" : "unknown command";
    }

    private void suggest(UnmatchedArgumentException unmatched) {
        if (!unmatched.getSuggestions().isEmpty()) {
            err.println("Did you mean " + String.join(" or ", unmatched.getSuggestions()) + "?");
        }
    }

    @Override
    public int handleExecutionException(Exception e, CommandLine command, @Nullable ParseResult parsed) {
        ExitCode code = tell(e, command.getCommandSpec().qualifiedName());
        if (debugWanted(command)) {
            e.printStackTrace(err);
        }
        return code.code();
    }

    /** What the command of this name ends with. */
    ExitCode tell(Exception e, String command) {
        return switch (e) {
            case UsageException mistake -> {
                say(command, sentence(mistake.getMessage()));
                yield ExitCode.USAGE;
            }
            case UndecidedException undecided -> {
                say(command, sentence(undecided.getMessage()));
                yield ExitCode.UNKNOWN;
            }
            case InvalidPathException name -> {
                // such as a name with letters that the locale's encoding does not have
                say(command, sentence("no file can have the name " + name.getInput() + ": " + name.getReason()));
                yield ExitCode.USAGE;
            }
            default -> {
                say(
                        command,
                        "an error in Hikyaku itself, not in what you asked for: " + e
                                + ". Please report it with the trace that --debug shows.");
                yield ExitCode.UNKNOWN;
            }
        };
    }

    private static boolean debugWanted(CommandLine command) {
        CommandLine top = command;
        while (top.getParent() != null) {
            top = top.getParent();
        }
        return top.getCommand() instanceof RootCommand root && root.debug();
    }

    private void say(CommandLine command, String sentence) {
        say(command.getCommandSpec().qualifiedName(), sentence);
    }

    private void say(String command, String sentence) {
        err.println(command + ": " + sentence);
        err.flush();
    }

    private static String sentence(@Nullable String message) {
        String text = message == null ? "no reason given" : message;
        return text.endsWith(".") || text.endsWith("?") ? text : text + ".";
    }
}
