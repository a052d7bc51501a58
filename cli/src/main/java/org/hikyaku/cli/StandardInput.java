package org.hikyaku.cli;

import java.io.Console;
import java.io.FileDescriptor;
import java.io.FileInputStream;
import java.io.InputStream;
import java.util.Optional;

/** What a person or a pipe hands in: lines on standard input, and secrets typed at the terminal without being shown. */
public interface StandardInput {

    InputStream stream();

    /** The same bytes, whose reading another thread can end. */
    default EndableInput endable() {
        return EndableInput.of(stream());
    }

    /** What somebody types, without showing it; empty when nobody sits there. */
    Optional<char[]> secret(String prompt);

    /** The process's own. */
    static StandardInput system() {
        return new StandardInput() {
            @Override
            public InputStream stream() {
                return System.in;
            }

            @Override
            public EndableInput endable() {
                return EndableInput.of(new FileInputStream(FileDescriptor.in));
            }

            @Override
            // In JDK 25 there is none again where nobody sits at a terminal.
            @SuppressWarnings("SystemConsoleNull")
            public Optional<char[]> secret(String prompt) {
                Console console = System.console();
                return console == null || !console.isTerminal()
                        ? Optional.empty()
                        : Optional.ofNullable(console.readPassword("%s", prompt));
            }
        };
    }

    /** A stream with nobody at a terminal. */
    static StandardInput of(InputStream stream) {
        return new StandardInput() {
            @Override
            public InputStream stream() {
                return stream;
            }

            @Override
            public Optional<char[]> secret(String prompt) {
                return Optional.empty();
            }
        };
    }
}
