package org.hikyaku.tls.probe;

/** How much is asked. */
public enum Depth {
    /** One connection: the best version, its suite, group and certificate. */
    QUICK,
    /** All that a grade needs, within {@link ProbeOptions#budget} connections. */
    JUDGEMENT,
    /** Every suite of every version and every group, whatever it takes. */
    ALL
}
