package org.hikyaku.cli;

import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** {@code hikyaku lab …}: the small Internet for other people's software. */
@Command(
        name = "lab",
        mixinStandardHelpOptions = true,
        synopsisSubcommandLabel = "COMMAND",
        description = "A small Internet of mail on one machine, in which every domain has one property or one flaw.",
        footer = {"", "It is described in docs/lab.md."},
        subcommands = {LabServeCommand.class, LabAttackCommand.class, LabGradeCommand.class})
final class LabCommand implements Runnable {
    @Spec
    private CommandSpec spec;

    @Override
    public void run() {
        throw new ParameterException(
                new CommandLine(spec),
                "say which command you want: "
                        + String.join(", ", spec.subcommands().keySet()));
    }
}
