package org.hikyaku.check;

import java.util.Locale;

/** How much a finding matters, in the order in which findings are shown. */
public enum Severity {
    /** Mail is refused, lost or readable today because of it. */
    ERROR,
    /** A protection is missing or will break. */
    WARNING,
    /** Worth knowing; nothing breaks. */
    NOTICE,
    /** Could not find out: says nothing about the domain. */
    UNKNOWN,
    /** Looked at, and well. */
    OK;

    /** As it stands in JSON and in the documentation: {@code error}. */
    public String token() {
        return name().toLowerCase(Locale.ROOT);
    }
}
