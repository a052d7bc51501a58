package org.hikyaku.tls.probe;

/** An answer, or that there is none: what is not known is not graded. */
public enum Known {
    YES,
    NO,
    UNKNOWN;

    public static Known of(boolean value) {
        return value ? YES : NO;
    }
}
