package org.hikyaku.policy;

import java.net.InetAddress;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.hikyaku.policy.DeliveryPlan.Cause;
import org.hikyaku.policy.DeliveryPlan.Requirement;
import org.hikyaku.policy.DomainObservation.HostObservation;
import org.hikyaku.policy.PlannerOptions.DaneLevel;
import org.hikyaku.policy.Verdict.Refusal;
import org.xbill.DNS.Name;

/** Decides what one MX host must show. */
final class HostPlanner {
    /** failure-reason-code for an MX that an enforced policy does not name (T8). */
    static final String MX_MISMATCH = "mtasts-policy-mx-mismatch";

    private final PlannerOptions options;
    private final DomainObservation observation;
    private final Planner.MxSet mx;
    private final Demand demand;
    private final Optional<StsPolicy> policy;

    HostPlanner(PlannerOptions options, DomainObservation observation, Planner.MxSet mx, Demand demand) {
        this.options = options;
        this.observation = observation;
        this.mx = mx;
        this.demand = demand;
        // Q9: "TLS-Required: No" sets both mechanisms aside before anything is decided (Q11)
        this.policy =
                options.mtaSts() && demand != Demand.TLS_NOT_REQUIRED ? policyOf(observation.sts()) : Optional.empty();
    }

    private static Optional<StsPolicy> policyOf(StsObservation sts) {
        return switch (sts) {
            // S13: mode none is as no policy
            case StsObservation.InForce f ->
                f.policy().mode() == StsPolicy.Mode.NONE ? Optional.empty() : Optional.of(f.policy());
            // S2, S17: as if there were none
            case StsObservation.NoPolicy _, StsObservation.Unavailable _, StsObservation.Unknown _ -> Optional.empty();
        };
    }

    private Optional<StsPolicy> in(StsPolicy.Mode mode) {
        return policy.filter(p -> p.mode() == mode);
    }

    Route.Host plan(Name host, int preference) {
        if (HostAddresses.isLiteral(host)) {
            // D22
            return unusable(
                    host,
                    preference,
                    Cause.NO_ADDRESS,
                    new Refusal(
                            "D22",
                            Optional.empty(),
                            Optional.empty(),
                            "The MX record names an IP address, " + AnswerText.name(host)
                                    + ", where only a host name may stand (RFC 5321 section 5.1)."));
        }
        Optional<HostObservation> observed = Planner.observed(observation, host);
        if (observed.isEmpty()) {
            return unusable(
                    host,
                    preference,
                    Cause.LIMIT,
                    new Refusal(
                            "D2",
                            Optional.empty(),
                            Optional.empty(),
                            AnswerText.name(host) + " was not looked up: more than the limit of "
                                    + Observer.MAX_HOSTS.value() + " " + Observer.MAX_HOSTS.name() + "."));
        }
        return switch (HostState.addresses(observed.get())) {
            case HostState.Addresses.Undecidable u ->
                unusable(
                        host,
                        preference,
                        Cause.UNDECIDABLE,
                        new Refusal(
                                "D1", Optional.of(ResultType.DNSSEC_INVALID), Optional.of("address-lookup"), u.why()));
            case HostState.Addresses.None n ->
                unusable(
                        host,
                        preference,
                        Cause.NO_ADDRESS,
                        new Refusal("D2", Optional.empty(), Optional.empty(), n.why()));
            case HostState.Addresses.Known k -> reachable(observed.get(), preference, k.addresses());
        };
    }

    private Route.Host reachable(HostObservation host, int preference, List<InetAddress> addresses) {
        DeliveryPlan plan = demand == Demand.TLS_NOT_REQUIRED || options.dane() == DaneLevel.OFF
                ? withoutDane(host.host(), "DANE is not looked at")
                : switch (HostState.dane(host)) {
                    // S1: a temporary state of DANE is not "no DANE"
                    case HostState.Dane.Undecidable u ->
                        doNotUse(
                                host.host(),
                                Cause.UNDECIDABLE,
                                new Refusal(
                                        u.rule(),
                                        Optional.of(ResultType.DNSSEC_INVALID),
                                        Optional.of("tlsa-lookup"),
                                        u.why()));
                    case HostState.Dane.Absent a -> withoutDane(host.host(), a.why());
                    case HostState.Dane.Present p -> withDane(host.host(), p);
                };
        return new Route.Host(preference, plan.ruledOut() ? List.of() : addresses, plan);
    }

    /** The host has TLSA records that DNSSEC vouches for. */
    private DeliveryPlan withDane(Name host, HostState.Dane.Present dane) {
        List<TlsaRecord> usable = dane.rrset().usable();
        Requirement.Dane match =
                new Requirement.Dane(dane.base(), dane.rrset(), references(host, dane.base()), mx.secure());
        if (options.dane() == DaneLevel.MANDATORY && (usable.isEmpty() || !mx.secure())) {
            // D19
            return daneRequired(
                    host,
                    usable.isEmpty()
                            ? "none of its TLSA records is usable"
                            : "the MX records of " + AnswerText.name(observation.domain()) + " are not signed");
        }
        if (!mx.secure()) {
            return underInsecureMx(host, match);
        }
        // S1: a secure MX RRset and a secure TLSA RRset: DANE alone decides; the policy is not even evaluated (T5)
        if (!usable.isEmpty()) {
            return plan(
                    host,
                    match,
                    Optional.empty(),
                    dane.base(),
                    "The MX records of "
                            + AnswerText.name(observation.domain()) + " and the TLSA records of "
                            + AnswerText.name(dane.base())
                            + " are signed: the server must match one of them (DANE, D9).");
        }
        if (demand == Demand.REQUIRE_TLS) {
            // Q4: encryption alone is not what REQUIRETLS means
            return plan(
                    host,
                    new Requirement.VerifiedName(),
                    Optional.empty(),
                    dane.base(),
                    "The TLSA records are not usable, and REQUIRETLS needs an authenticated server (Q4).");
        }
        return encrypt(host, dane, Optional.empty());
    }

    private DeliveryPlan encrypt(Name host, HostState.Dane.Present dane, Optional<StsPolicy> testing) {
        // D9: presence alone is a commitment
        return plan(
                host,
                new Requirement.Encrypt(dane.base(), dane.rrset().unusable()),
                testing,
                dane.base(),
                AnswerText.name(dane.base())
                        + " has signed TLSA records, none of which is usable: TLS is a must, without authentication (D9).");
    }

    /** S1, second half: whoever forges the unsigned MX may point it at a signed host of his own. */
    private DeliveryPlan underInsecureMx(Name host, Requirement.Dane match) {
        boolean usable = !match.records().isEmpty();
        Optional<StsPolicy> enforced = in(StsPolicy.Mode.ENFORCE);
        if (enforced.isPresent()) {
            Optional<Refusal> mismatch = notInPolicy(host, enforced.get());
            if (mismatch.isPresent()) {
                return doNotUse(host, Cause.NOT_IN_POLICY, mismatch.get());
            }
            Requirement.StsPkix pkix = new Requirement.StsPkix(enforced.get());
            return plan(
                    host,
                    usable ? new Requirement.Both(match, pkix) : pkix,
                    Optional.empty(),
                    match.base(),
                    "The MX records are not signed but an MTA-STS policy is enforced, and the host has signed TLSA"
                            + " records: both must be met (S1).");
        }
        if (demand == Demand.REQUIRE_TLS) {
            return unconfirmed(host);
        }
        return usable
                ? plan(
                        host,
                        match,
                        in(StsPolicy.Mode.TESTING),
                        match.base(),
                        "The TLSA records of " + AnswerText.name(match.base())
                                + " are signed and bind, but the MX records that led here are not signed: whoever"
                                + " forges those is not stopped (D19).")
                : encrypt(host, new HostState.Dane.Present(match.base(), match.rrset()), in(StsPolicy.Mode.TESTING));
    }

    /** DANE says nothing: MTA-STS decides (S1), or nothing does. */
    private DeliveryPlan withoutDane(Name host, String why) {
        if (options.dane() == DaneLevel.MANDATORY && demand != Demand.TLS_NOT_REQUIRED) {
            return daneRequired(host, why);
        }
        Optional<StsPolicy> enforced = in(StsPolicy.Mode.ENFORCE);
        if (enforced.isPresent()) {
            return notInPolicy(host, enforced.get())
                    .map(r -> doNotUse(host, Cause.NOT_IN_POLICY, r))
                    .orElseGet(() -> plan(
                            host,
                            new Requirement.StsPkix(enforced.get()),
                            Optional.empty(),
                            host,
                            "The enforced MTA-STS policy of " + AnswerText.name(observation.domain())
                                    + " names this host: its certificate must be good for its name (S8)."));
        }
        if (demand == Demand.REQUIRE_TLS) {
            return requireTls(host);
        }
        return switch (options.level()) {
            case NONE, ENCRYPT, VERIFY, SECURE -> configured(host, options.level());
            case MAY, DANE, DANE_ONLY, AUTO ->
                // Q12: where TLS comes first there is no clear text to fall back to
                options.mustEncrypt() ? configured(host, TlsLevel.ENCRYPT) : opportunistic(host, why);
        };
    }

    /** Q3: what REQUIRETLS comes to where neither DANE nor an enforced policy says how to authenticate. */
    private DeliveryPlan requireTls(Name host) {
        return switch (options.level()) {
            case NONE ->
                doNotUse(
                        host,
                        Cause.UNCONFIRMED,
                        new Refusal(
                                "Q7",
                                Optional.empty(),
                                Optional.empty(),
                                "The message demands REQUIRETLS, and the destination is configured to get no TLS."));
            case SECURE -> configured(host, TlsLevel.SECURE);
            case VERIFY -> mx.secure() ? configured(host, TlsLevel.VERIFY) : unconfirmed(host);
            case MAY, ENCRYPT, DANE, DANE_ONLY, AUTO ->
                mx.secure()
                        ? plan(
                                host,
                                new Requirement.VerifiedName(),
                                Optional.empty(),
                                host,
                                "REQUIRETLS: the MX records are signed; the certificate must be good for the host's name (Q3).")
                        : unconfirmed(host);
        };
    }

    /** L1, L2: what the destination is configured to want. */
    private DeliveryPlan configured(Name host, TlsLevel level) {
        String own = observation.domain().toString(true);
        List<String> names = switch (level) {
            case SECURE -> List.of(own, "." + own);
            case VERIFY -> List.of(host.toString(true));
            case NONE, MAY, ENCRYPT, DANE, DANE_ONLY, AUTO -> List.of();
        };
        boolean named = !names.isEmpty() && !options.match().isEmpty();
        return plan(
                host,
                new Requirement.Configured(
                        level,
                        named ? options.match() : names,
                        named || level == TlsLevel.SECURE || (level == TlsLevel.VERIFY && mx.secure())),
                in(StsPolicy.Mode.TESTING),
                host,
                "The destination is configured for the level " + level.token() + ".");
    }

    private DeliveryPlan opportunistic(Name host, String why) {
        return plan(
                host,
                new Requirement.Opportunistic(),
                in(StsPolicy.Mode.TESTING),
                host,
                "Nothing binds: " + why
                        + (policy.isPresent()
                                ? ", and the MTA-STS policy is in testing (S12)."
                                : ", and no MTA-STS policy is in force."));
    }

    /** S7, S11, T8. */
    static Optional<Refusal> notInPolicy(Name host, StsPolicy policy) {
        if (policy.names(host)) {
            return Optional.empty();
        }
        return Optional.of(new Refusal(
                "S7",
                Optional.of(ResultType.VALIDATION_FAILURE),
                Optional.of(MX_MISMATCH),
                "The MX host " + AnswerText.name(host) + " is not among the hosts of the domain's MTA-STS policy: "
                        + policy.mx() + "."));
    }

    private DeliveryPlan unconfirmed(Name host) {
        // Q3, Q4: testing does not confirm
        return doNotUse(
                host,
                Cause.UNCONFIRMED,
                new Refusal(
                        "Q3",
                        Optional.empty(),
                        Optional.empty(),
                        "The message demands REQUIRETLS, and neither DNSSEC nor an enforced MTA-STS policy confirms that "
                                + AnswerText.name(host) + " serves " + AnswerText.name(observation.domain()) + "."));
    }

    private DeliveryPlan daneRequired(Name host, String why) {
        return doNotUse(
                host,
                Cause.DANE_REQUIRED,
                new Refusal(
                        "D19",
                        Optional.of(ResultType.DANE_REQUIRED),
                        Optional.empty(),
                        "DANE is mandatory by configuration, but " + why + "."));
    }

    /** D15: the names that a certificate under a trust anchor may carry. */
    private Set<Name> references(Name host, Name base) {
        Set<Name> names = new LinkedHashSet<>();
        names.add(base);
        if (mx.implicit()) {
            names.add(host); // the original name, when the base is what it stands for
        }
        names.addAll(mx.nextHop());
        return names;
    }

    private DeliveryPlan plan(Name host, Requirement requirement, Optional<StsPolicy> testing, Name sni, String why) {
        return new DeliveryPlan(host, observation.port(), requirement, testing, sni, demand, options.terms(), why);
    }

    private DeliveryPlan doNotUse(Name host, Cause cause, Refusal refusal) {
        return plan(host, new Requirement.DoNotUse(cause, refusal), Optional.empty(), host, refusal.sentence());
    }

    private Route.Host unusable(Name host, int preference, Cause cause, Refusal refusal) {
        return new Route.Host(preference, List.of(), doNotUse(host, cause, refusal));
    }
}
