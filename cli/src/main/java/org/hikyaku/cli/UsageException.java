package org.hikyaku.cli;

/** The call cannot be carried out as given. Ends the command with {@link ExitCode#USAGE} and this sentence alone. */
public final class UsageException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    /** @param sentence what was wrong, where, and what to do */
    public UsageException(String sentence) {
        super(sentence);
    }

    public UsageException(String sentence, Throwable cause) {
        super(sentence, cause);
    }
}
