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
        description = "TLS reports: count sessions, send reports, take them in, and sum them up; read TLS-RPT records.",
        footer = {
            "",
            "Examples:",
            "  hikyaku tlsrpt import --store tlsrpt.db ~/Maildir/.tlsrpt",
            "  hikyaku tlsrpt summary --store tlsrpt.db",
            "  hikyaku tlsrpt parse \"v=TLSRPTv1; rua=mailto:tlsrpt@example.jp\"",
            "",
            "Output and JSON are described in docs/tlsrpt.md."
        },
        subcommands = {
            TlsrptParseCommand.class,
            TlsrptCollectCommand.class,
            TlsrptSendCommand.class,
            TlsrptImportCommand.class,
            TlsrptSummaryCommand.class
        })
final class TlsrptCommand implements Runnable {
    @Spec
    private CommandSpec spec;

    @Override
    public void run() {
        throw new ParameterException(
                new CommandLine(spec), "say which command you want: parse, collect, send, import or summary");
    }
}
