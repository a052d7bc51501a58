package org.hikyaku.cli;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.time.InstantSource;
import java.util.HashMap;
import java.util.Map;

/** Runs command lines in the process, with what they print caught. */
final class CommandRunner {
    private final Map<String, String> variables = new HashMap<>();
    private InstantSource clock = InstantSource.system();
    private Internet internet = new SystemInternet();
    private StandardInput input = StandardInput.of(new ByteArrayInputStream(new byte[0]));

    /**
     * What came of one command line.
     *
     * @param exit the exit code
     * @param out standard output
     * @param err standard error
     */
    record Result(int exit, String out, String err) {}

    CommandRunner variable(String name, String value) {
        variables.put(name, value);
        return this;
    }

    CommandRunner clock(InstantSource at) {
        clock = at;
        return this;
    }

    CommandRunner internet(Internet network) {
        internet = network;
        return this;
    }

    /** What comes on standard input; there is nobody at a terminal. */
    CommandRunner input(String text) {
        input = StandardInput.of(new ByteArrayInputStream(text.getBytes(StandardCharsets.UTF_8)));
        return this;
    }

    CommandRunner input(InputStream stream) {
        input = StandardInput.of(stream);
        return this;
    }

    Result run(String... args) {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        ByteArrayOutputStream err = new ByteArrayOutputStream();
        Environment environment = new Environment(Terminal.of(out, err, variables), clock, variables, internet, input);
        int exit = Hikyaku.run(environment, args);
        return new Result(exit, out.toString(StandardCharsets.UTF_8), err.toString(StandardCharsets.UTF_8));
    }
}
