package org.hikyaku.cli;

/** The question could not be answered. Ends the command with {@link ExitCode#UNKNOWN} and this sentence alone. */
public final class UndecidedException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    /** @param sentence what could not be found out, why, and what to try */
    public UndecidedException(String sentence) {
        super(sentence);
    }

    public UndecidedException(String sentence, Throwable cause) {
        super(sentence, cause);
    }
}
