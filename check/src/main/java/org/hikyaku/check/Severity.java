package org.hikyaku.check;

/** How much a finding matters, worst first. */
public enum Severity {
    /** Mail is refused, lost or readable today because of it. */
    ERROR,
    /** A protection is missing or will break. */
    WARNING,
    /** Worth knowing; nothing breaks. */
    NOTICE,
    /** Looked at, and well. */
    OK,
    /** Could not find out: says nothing about the domain. */
    UNKNOWN
}
