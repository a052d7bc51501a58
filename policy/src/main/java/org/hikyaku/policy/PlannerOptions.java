package org.hikyaku.policy;

/**
 * What the sender is configured to use.
 *
 * @param dane how far DANE goes
 * @param mtaSts whether MTA-STS policies bind
 */
public record PlannerOptions(DaneLevel dane, boolean mtaSts) {

    public enum DaneLevel {
        /** TLSA records are not looked at. */
        OFF,
        /** Where there are secure TLSA records they bind (RFC 7672). */
        OPPORTUNISTIC,
        /** A host without usable TLSA records, or behind an insecure MX RRset, must not be used (D19). */
        MANDATORY
    }

    /** Opportunistic DANE, and MTA-STS. */
    public static PlannerOptions defaults() {
        return new PlannerOptions(DaneLevel.OPPORTUNISTIC, true);
    }
}
