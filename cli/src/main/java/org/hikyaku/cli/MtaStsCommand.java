package org.hikyaku.cli;

import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** {@code hikyaku mta-sts …}: MTA-STS policies. */
@Command(
        name = "mta-sts",
        mixinStandardHelpOptions = true,
        synopsisSubcommandLabel = "COMMAND",
        description = "Check a domain's MTA-STS policy, or read a policy file.",
        footer = {
            "",
            "Examples:",
            "  hikyaku mta-sts check example.jp",
            "  hikyaku mta-sts parse mta-sts.txt",
            "",
            "Output and JSON are described in docs/mta-sts.md."
        },
        subcommands = {MtaStsCheckCommand.class, MtaStsParseCommand.class})
final class MtaStsCommand implements Runnable {
    @Spec
    private CommandSpec spec;

    @Override
    public void run() {
        throw new ParameterException(new CommandLine(spec), "say which command you want: check or parse");
    }
}
