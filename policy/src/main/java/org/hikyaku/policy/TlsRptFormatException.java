package org.hikyaku.policy;

import java.util.List;

/** A text is no valid TLS-RPT record; each problem is a sentence. */
public final class TlsRptFormatException extends Exception {
    private static final long serialVersionUID = 1L;

    private final transient List<String> problems;

    public TlsRptFormatException(List<String> problems) {
        super(String.join(" ", problems));
        this.problems = List.copyOf(problems);
    }

    /** All that is wrong, one sentence each. */
    public List<String> problems() {
        return problems;
    }
}
