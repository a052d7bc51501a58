package org.hikyaku.policy;

import java.util.List;

/**
 * What the sender is configured to use.
 *
 * @param dane how far DANE goes
 * @param mtaSts whether MTA-STS policies bind
 * @param level what is wanted where neither of them says anything: {@code NONE}, {@code MAY}, {@code ENCRYPT},
 *     {@code VERIFY} or {@code SECURE}; the levels that leave it to the domain are as {@code MAY} here
 * @param match for {@code VERIFY} and {@code SECURE}: the names that the certificate may carry instead of the usual
 *     ones, in A-labels; one that begins with a dot means every name below
 * @param requireTls how strictly REQUIRETLS is kept (Q14)
 * @param mustEncrypt whether there is no clear text to fall back to whatever the level says: where TLS begins with the
 *     connection (RFC 8314, Q12)
 * @param terms what is wanted of the handshake itself
 */
public record PlannerOptions(
        DaneLevel dane,
        boolean mtaSts,
        TlsLevel level,
        List<String> match,
        RequireTlsPolicy requireTls,
        boolean mustEncrypt,
        HandshakeTerms terms) {

    public enum DaneLevel {
        /** TLSA records are not looked at. */
        OFF,
        /** Where there are secure TLSA records they bind (RFC 7672). */
        OPPORTUNISTIC,
        /** A host without usable TLSA records, or behind an insecure MX RRset, must not be used (D19). */
        MANDATORY
    }

    public PlannerOptions {
        match = List.copyOf(match);
    }

    /** DANE and MTA-STS as given; nothing wanted besides. */
    public PlannerOptions(DaneLevel dane, boolean mtaSts) {
        this(dane, mtaSts, TlsLevel.AUTO, List.of(), RequireTlsPolicy.ENFORCE, false, HandshakeTerms.usual());
    }

    /** Opportunistic DANE, and MTA-STS. */
    public static PlannerOptions defaults() {
        return of(TlsLevel.AUTO);
    }

    /** What a level comes to. */
    public static PlannerOptions of(TlsLevel level) {
        DaneLevel dane = switch (level) {
            case NONE, MAY, ENCRYPT, VERIFY, SECURE -> DaneLevel.OFF;
            case DANE, AUTO -> DaneLevel.OPPORTUNISTIC;
            case DANE_ONLY -> DaneLevel.MANDATORY;
        };
        return new PlannerOptions(
                dane,
                level == TlsLevel.AUTO,
                level,
                List.of(),
                RequireTlsPolicy.ENFORCE,
                false,
                HandshakeTerms.usual());
    }

    public PlannerOptions withMatch(List<String> names) {
        return new PlannerOptions(dane, mtaSts, level, names, requireTls, mustEncrypt, terms);
    }

    public PlannerOptions withRequireTls(RequireTlsPolicy policy) {
        return new PlannerOptions(dane, mtaSts, level, match, policy, mustEncrypt, terms);
    }

    public PlannerOptions withMustEncrypt(boolean always) {
        return new PlannerOptions(dane, mtaSts, level, match, requireTls, always, terms);
    }

    public PlannerOptions withTerms(HandshakeTerms wanted) {
        return new PlannerOptions(dane, mtaSts, level, match, requireTls, mustEncrypt, wanted);
    }

    /** These options for a message with this demand: whatever it changes is changed here, before anything is decided. */
    PlannerOptions under(Demand demand) {
        return switch (demand) {
            case ORDINARY -> this;
            // Q9, Q11: the cap comes before any policy is looked at
            case TLS_NOT_REQUIRED -> at(level == TlsLevel.NONE ? TlsLevel.NONE : TlsLevel.MAY);
            case REQUIRE_TLS ->
                switch (requireTls) {
                    // Q3: levels that do not authenticate make way for the domain's own promises
                    case ENFORCE -> level == TlsLevel.MAY || level == TlsLevel.ENCRYPT ? at(TlsLevel.AUTO) : this;
                    // Q14
                    case OPPORTUNISTIC_STARTTLS ->
                        level == TlsLevel.NONE ? at(TlsLevel.ENCRYPT) : withMustEncrypt(true);
                    case OPPORTUNISTIC -> this;
                };
        };
    }

    private PlannerOptions at(TlsLevel other) {
        PlannerOptions plain = of(other);
        return new PlannerOptions(plain.dane, plain.mtaSts, other, match, requireTls, mustEncrypt, terms);
    }
}
