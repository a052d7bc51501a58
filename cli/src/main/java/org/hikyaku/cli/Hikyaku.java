package org.hikyaku.cli;

import picocli.CommandLine;
import picocli.CommandLine.Command;

/** The command {@code hikyaku}. */
@Command(name = "hikyaku", mixinStandardHelpOptions = true, description = "Mail transport security.")
public final class Hikyaku {

    private Hikyaku() {}

    public static void main(String[] args) {
        System.exit(new CommandLine(new Hikyaku()).execute(args));
    }
}
