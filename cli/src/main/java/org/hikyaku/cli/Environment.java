package org.hikyaku.cli;

import java.time.InstantSource;
import java.util.Map;

/**
 * What a command touches outside itself. Every command takes it through its constructor; tests hand in their own.
 *
 * @param terminal where to write
 * @param clock wall-clock time
 * @param variables environment variables
 * @param internet the network
 * @param input what a person or a pipe hands in
 */
public record Environment(
        Terminal terminal, InstantSource clock, Map<String, String> variables, Internet internet, StandardInput input) {

    public Environment {
        variables = Map.copyOf(variables);
    }

    /** With the process's own standard input. */
    public Environment(Terminal terminal, InstantSource clock, Map<String, String> variables, Internet internet) {
        this(terminal, clock, variables, internet, StandardInput.system());
    }

    /** With the machine's own network. */
    public Environment(Terminal terminal, InstantSource clock, Map<String, String> variables) {
        this(terminal, clock, variables, new SystemInternet());
    }

    /** The real one. */
    public static Environment system() {
        Map<String, String> variables = System.getenv();
        return new Environment(Terminal.system(variables), InstantSource.system(), variables);
    }
}
