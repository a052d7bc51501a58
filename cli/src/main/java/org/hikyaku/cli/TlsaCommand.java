package org.hikyaku.cli;

import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** {@code hikyaku tlsa …}: TLSA records, which pin a mail server's key in the DNS. */
@Command(
        name = "tlsa",
        mixinStandardHelpOptions = true,
        synopsisSubcommandLabel = "COMMAND",
        description = "Make TLSA records, and hold certificates against them.",
        footer = {
            "",
            "Examples:",
            "  hikyaku tlsa make --cert chain.pem --host mx.example.jp",
            "  hikyaku tlsa verify --tlsa \"3 1 1 9f86d0…\" --chain chain.pem --name mx.example.jp",
            "",
            "Output and JSON are described in docs/tlsa.md."
        },
        subcommands = {TlsaMakeCommand.class, TlsaVerifyCommand.class})
final class TlsaCommand implements Runnable {
    @Spec
    private CommandSpec spec;

    @Override
    public void run() {
        throw new ParameterException(new CommandLine(spec), "say which command you want: make or verify");
    }
}
