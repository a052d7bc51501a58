package org.hikyaku.tlsrpt;

import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** What was taken for a report is none, or is one past a limit. The message is a sentence. */
public final class ReportFormatException extends Exception {
    private static final long serialVersionUID = 1L;

    /** What is wrong, for counting. */
    public enum Kind {
        /** No JSON at all: XML, say, or a page. */
        NOT_JSON,
        /** JSON, but not a report. */
        NOT_A_REPORT,
        /** Bytes that cannot be unpacked. */
        NOT_GZIP,
        /** Past one of the named limits. */
        LIMIT
    }

    private final Kind kind;

    public ReportFormatException(Kind kind, String sentence) {
        this(kind, sentence, null);
    }

    public ReportFormatException(Kind kind, String sentence, @Nullable Throwable cause) {
        super(sentence, cause);
        this.kind = kind;
    }

    public Kind kind() {
        return kind;
    }

    /** The sentence. */
    public String sentence() {
        return Optional.ofNullable(getMessage()).orElse("");
    }
}
