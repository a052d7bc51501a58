package org.hikyaku.cli;

import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** {@code hikyaku tls …}: a TLS server and a client to try with. */
@Command(
        name = "tls",
        mixinStandardHelpOptions = true,
        synopsisSubcommandLabel = "COMMAND",
        description = "A TLS server and a client to try with, and a list of cipher suites.",
        footer = {
            "",
            "Examples:",
            "  hikyaku tls serve --cert chain.pem --key key.pem --tls 1.2 --suites kRSA",
            "  echo hello | hikyaku tls connect localhost:4433 --ca-file chain.pem",
            "  hikyaku tls suites --kx RSA",
            "",
            "Output and JSON are described in docs/tls.md."
        },
        subcommands = {TlsServeCommand.class, TlsConnectCommand.class, TlsSuitesCommand.class})
final class TlsCommand implements Runnable {
    @Spec
    private CommandSpec spec;

    @Override
    public void run() {
        throw new ParameterException(new CommandLine(spec), "say which command you want: serve, connect or suites");
    }
}
