package org.hikyaku.cli;

import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** {@code hikyaku cert}: certificates to try with, and their fingerprints. */
@Command(
        name = "cert",
        mixinStandardHelpOptions = true,
        synopsisSubcommandLabel = "COMMAND",
        description = {"Make self-signed certificates or a small authority of your own, and show certificates.", ""},
        commandListHeading = "%nCommands:%n",
        footer = {
            "",
            "Examples:",
            "  hikyaku cert self-signed --name mail.example.jp",
            "  hikyaku cert ca --name 'My CA' --out ca",
            "  hikyaku cert client --ca ca.pem --name hanako --mail hanako@example.jp --p12",
            "",
            "Exit codes: 0 made or shown, 2 wrong call, or a file is in the way."
        },
        subcommands = {
            CertMakeCommand.SelfSigned.class,
            CertMakeCommand.Ca.class,
            CertMakeCommand.Server.class,
            CertMakeCommand.Client.class,
            CertShowCommand.class
        })
final class CertCommand implements Runnable {

    @Spec
    private CommandSpec spec;

    @Override
    public void run() {
        throw new ParameterException(spec.commandLine(), "say what to do: self-signed, ca, server, client or show");
    }
}
