package org.hikyaku.cli;

import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** {@code hikyaku tlsrpt …}: TLS reports. */
@Command(
        name = "tlsrpt",
        mixinStandardHelpOptions = true,
        synopsisSubcommandLabel = "COMMAND",
        description = "Read TLS-RPT records; count the sessions of a Postfix for reports.",
        footer = {
            "",
            "Example:",
            "  hikyaku tlsrpt parse \"v=TLSRPTv1; rua=mailto:tlsrpt@example.jp\"",
            "",
            "Output and JSON are described in docs/tlsrpt.md."
        },
        subcommands = {TlsrptParseCommand.class, TlsrptCollectCommand.class})
final class TlsrptCommand implements Runnable {
    @Spec
    private CommandSpec spec;

    @Override
    public void run() {
        throw new ParameterException(new CommandLine(spec), "say which command you want: parse or collect");
    }
}
