package org.hikyaku.tlsrpt.send;

/** What came of handing a report to one address. */
public sealed interface HandOver {

    /** For people and logs. */
    String sentence();

    /** Somebody has taken it and answers for it. */
    record Taken(String sentence) implements HandOver {}

    /** Not now: try again. */
    record Later(String sentence) implements HandOver {}

    /** Never. */
    record Refused(String sentence) implements HandOver {}
}
