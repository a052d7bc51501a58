package org.hikyaku.cli;

import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.ScopeType;
import picocli.CommandLine.Spec;

/** The command {@code hikyaku} without its subcommands. */
@Command(name = "hikyaku", mixinStandardHelpOptions = true, versionProvider = ProductVersion.class)
sealed class RootCommand implements Runnable permits Hikyaku {

    @Option(names = "--debug", scope = ScopeType.INHERIT, description = "Show the stack trace of an error.")
    private boolean debug;

    @Spec
    private CommandSpec spec;

    boolean debug() {
        return debug;
    }

    @Override
    public void run() {
        throw new ParameterException(spec.commandLine(), "say which command you want, such as 'hikyaku check DOMAIN'");
    }
}
