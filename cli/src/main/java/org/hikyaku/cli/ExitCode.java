package org.hikyaku.cli;

/** What the shell gets. The numbers are promises. */
public enum ExitCode {
    /** All well. */
    OK(0),
    /** Something was found that needs mending. */
    FINDINGS(1),
    /** The call was wrong: an unknown option, a name that is no domain, a file that cannot be read. */
    USAGE(2),
    /** Could not find out. When something was found as well, {@link #FINDINGS} wins. */
    UNKNOWN(3);

    private final int code;

    ExitCode(int code) {
        this.code = code;
    }

    public int code() {
        return code;
    }

    /** The code for several things together: findings win over not knowing, not knowing over all well. */
    public ExitCode and(ExitCode other) {
        return rank() >= other.rank() ? this : other;
    }

    private int rank() {
        return switch (this) {
            case OK -> 0;
            case UNKNOWN -> 1;
            case FINDINGS -> 2;
            case USAGE -> 3;
        };
    }
}
