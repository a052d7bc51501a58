package org.hikyaku.check.matrix;

import org.hikyaku.policy.PlannerOptions;
import org.hikyaku.policy.PlannerOptions.DaneLevel;

/** A kind of sender: how it plans, and what it knows beforehand. */
public enum Sender {
    /** Encrypts when it is offered, checks nothing. */
    OPPORTUNISTIC("opportunistic", "opportunistic", DaneLevel.OFF, false, false),
    /** Honours MTA-STS, and mails this domain for the first time while the attacker is there. */
    STS_FIRST("mta-sts-first", "MTA-STS, first", DaneLevel.OFF, true, false),
    /** Honours MTA-STS, and holds the policy that the domain publishes. */
    STS_KNOWN("mta-sts-known", "MTA-STS, known", DaneLevel.OFF, true, true),
    /** Honours DANE and validates DNSSEC for it. */
    DANE("dane", "DANE", DaneLevel.OPPORTUNISTIC, false, false),
    /** Honours both, and holds the policy. */
    BOTH("both", "both", DaneLevel.OPPORTUNISTIC, true, true);

    private final String id;
    private final String title;
    private final DaneLevel dane;
    private final boolean mtaSts;
    private final boolean knowsPolicy;

    Sender(String id, String title, DaneLevel dane, boolean mtaSts, boolean knowsPolicy) {
        this.id = id;
        this.title = title;
        this.dane = dane;
        this.mtaSts = mtaSts;
        this.knowsPolicy = knowsPolicy;
    }

    /** Stable, for programs. */
    public String id() {
        return id;
    }

    /** A few words, as the heading of a row. */
    public String title() {
        return title;
    }

    PlannerOptions options() {
        return new PlannerOptions(dane, mtaSts);
    }

    /** Whether it has fetched the domain's policy in better days. */
    boolean knowsPolicy() {
        return knowsPolicy;
    }

    /** Whether it tells a forged DNS answer from a true one: senders validate for the sake of DANE. */
    boolean validates() {
        return dane != DaneLevel.OFF;
    }
}
