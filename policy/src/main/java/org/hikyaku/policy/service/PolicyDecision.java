package org.hikyaku.policy.service;

import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;
import org.hikyaku.dns.Answer;
import org.hikyaku.policy.Demand;
import org.hikyaku.policy.DomainObservation;
import org.hikyaku.policy.Planner;
import org.hikyaku.policy.PlannerOptions;
import org.hikyaku.policy.Route;
import org.hikyaku.policy.StsObservation;
import org.hikyaku.policy.StsPolicy;
import org.hikyaku.policy.service.HostRole.Role;
import org.hikyaku.policy.service.PolicyAnswer.Dane;
import org.hikyaku.policy.service.PolicyAnswer.DaneOnly;
import org.hikyaku.policy.service.PolicyAnswer.Secure;
import org.hikyaku.policy.service.PolicyAnswer.Temp;
import org.hikyaku.policy.service.PolicyAnswer.UnavailablePolicy;

/**
 * The answer for a domain, and what each of its MX hosts contributed. A pure function of what was observed, by way of
 * the plans that the relay would follow.
 *
 * @param answer what Postfix is told
 * @param hosts the domain's hosts in order of preference; none when they are not known or there are none
 */
public record PolicyDecision(PolicyAnswer answer, List<HostRole> hosts) {
    private static final Planner PLANNER = new Planner(PlannerOptions.defaults());

    public PolicyDecision {
        hosts = List.copyOf(hosts);
    }

    /** What follows from the observation. */
    public static PolicyDecision of(DomainObservation observation) {
        return switch (PLANNER.plan(observation, Demand.ORDINARY)) {
            // D1, D2: the MX set cannot be known. Postfix defers on TEMP, as the relay does.
            case Route.Unknown unknown -> new PolicyDecision(new Temp("D1", unknown.why()), List.of());
            // Postfix bounces by what it finds itself. Should it find something else than we did, because somebody
            // forges an unsigned answer, then the enforced policy must bind there (S3).
            case Route.NoMail none ->
                new PolicyDecision(
                        enforced(observation)
                                .<PolicyAnswer>map(policy -> secure(observation, policy, none.why()))
                                .orElseGet(() -> dane(observation, List.of(), none.why())),
                        List.of());
            case Route.Hosts route -> {
                List<HostRole> hosts =
                        route.hosts().stream().map(h -> HostRole.of(h.plan())).toList();
                yield new PolicyDecision(
                        enforced(observation)
                                .map(policy -> underPolicy(observation, policy, hosts))
                                .orElseGet(() -> dane(observation, hosts, withoutPolicy(observation))),
                        hosts);
            }
        };
    }

    private static Optional<StsPolicy> enforced(DomainObservation observation) {
        return observation.sts() instanceof StsObservation.InForce f
                        && f.policy().mode() == StsPolicy.Mode.ENFORCE
                ? Optional.of(f.policy())
                : Optional.empty();
    }

    /** An MTA-STS policy is enforced: which of the two mechanisms decides? */
    private static PolicyAnswer underPolicy(DomainObservation observation, StsPolicy policy, List<HostRole> hosts) {
        if (!(observation.mx() instanceof Answer.Secure)) {
            // S1, second half: whoever forges the unsigned MX records could point them at a host of his own with good
            // TLSA records, so the policy binds. That the host's TLSA records must match besides, no answer can say.
            return secure(
                    observation,
                    policy,
                    "The MTA-STS policy is enforced, and the MX records are not signed, so that DANE cannot stand in for"
                            + " it.");
        }
        Map<Role, Integer> count = new EnumMap<>(Role.class);
        hosts.forEach(h -> count.merge(h.role(), 1, Integer::sum));
        boolean some = count.containsKey(Role.DANE);
        boolean unusable = count.containsKey(Role.DANE_UNUSABLE);
        boolean undecidable = count.containsKey(Role.UNDECIDABLE);
        boolean without = count.containsKey(Role.NO_DANE)
                || count.containsKey(Role.NOT_IN_POLICY)
                || count.containsKey(Role.NOT_LOOKED_UP);
        if (!undecidable && !without && (some || unusable)) {
            // S1: the MX RRset is secure, and every host has a secure TLSA RRset: DANE alone decides
            return new Dane(
                    Optional.empty(),
                    "S1",
                    "The MX records are signed, and every MX host has signed TLSA records: DANE alone decides, the"
                            + " MTA-STS policy is not looked at.");
        }
        if (some) {
            // S1: the hosts with DANE must not be rescued by the policy, as "secure" would; the others must not be used
            // in clear, as "dane" would allow. "dane-only" leaves out those without DANE, good certificate or not.
            // A host that is undecidable changes nothing here: Postfix looks its TLSA records up itself, and passes it
            // over while that fails, so that mail goes on by way of the others (D2).
            return new DaneOnly(
                    "S1",
                    "The MX records are signed; " + names(hosts, Role.DANE)
                            + " must match its TLSA records, which the MTA-STS policy must not rescue. The other MX hosts"
                            + " are left out.");
        }
        if (undecidable) {
            // D1, S1: a temporary state of DANE is not "no DANE": with DANE there, the policy would not decide
            return hosts.stream()
                    .filter(h -> h.role() == Role.UNDECIDABLE)
                    .findFirst()
                    .<PolicyAnswer>map(h -> new Temp(
                            "S1",
                            "Whether " + h.host().toString(true) + " has DANE cannot be found out, and without knowing"
                                    + " the MTA-STS policy must not decide. " + h.why()))
                    .orElseThrow();
        }
        if (unusable) {
            // D9: some hosts have TLSA records none of which is usable, no host has a usable one. "dane-only" would
            // keep all mail back; "secure" asks for more than D9 does and rescues nothing: there is no check that
            // could fail.
            return secure(
                    observation,
                    policy,
                    "The MTA-STS policy is enforced, and no MX host has a usable TLSA record that could be matched.");
        }
        // No host has DANE: the policy decides (S8)
        return secure(observation, policy, "The MTA-STS policy is enforced, and no MX host has DANE.");
    }

    private static String names(List<HostRole> hosts, Role role) {
        return hosts.stream()
                .filter(h -> h.role() == role)
                .map(h -> h.host().toString(true))
                .limit(3)
                .collect(Collectors.joining(", "));
    }

    private static Secure secure(DomainObservation observation, StsPolicy policy, String why) {
        return new Secure(observation.domain(), policy, "S8", why);
    }

    /** No enforced policy: Postfix does DANE by itself, host by host, and skips hosts that are undecidable (D1, D2). */
    private static Dane dane(DomainObservation observation, List<HostRole> hosts, String why) {
        return switch (observation.sts()) {
            // S17: as if there were none; the failure goes into the report (T7)
            case StsObservation.Unavailable u ->
                new Dane(
                        noneHasDane(hosts)
                                ? Optional.of(new UnavailablePolicy(observation.domain(), u.problem()))
                                : Optional.empty(),
                        "S17",
                        why);
            case StsObservation.InForce f ->
                new Dane(Optional.empty(), f.policy().mode() == StsPolicy.Mode.TESTING ? "S12" : "S13", why);
            case StsObservation.NoPolicy _, StsObservation.Unknown _ -> new Dane(Optional.empty(), "S2", why);
        };
    }

    /**
     * Whether Postfix will surely use no host with DANE. With {@code policy_failure} it takes every certificate for bad (must_fail in
     * its tls_client.c), whatever TLSA records say: a failed fetch would hold back mail that DANE lets go (S17).
     */
    private static boolean noneHasDane(List<HostRole> hosts) {
        return !hosts.isEmpty()
                && hosts.stream().allMatch(h -> switch (h.role()) {
                    case NO_DANE, NOT_IN_POLICY, ABSENT -> true;
                    case DANE, DANE_UNUSABLE, UNDECIDABLE, NOT_LOOKED_UP -> false;
                });
    }

    private static String withoutPolicy(DomainObservation observation) {
        return switch (observation.sts()) {
            case StsObservation.NoPolicy none -> sentence(none.why()) + " DANE decides, host by host.";
            case StsObservation.Unknown unknown ->
                "Whether there is an MTA-STS policy is not known, and none is held: as if there were none. "
                        + sentence(unknown.why());
            case StsObservation.Unavailable u ->
                "An MTA-STS policy is announced and could not be fetched: as if there were none. "
                        + sentence(u.problem().sentence());
            case StsObservation.InForce f ->
                f.policy().mode() == StsPolicy.Mode.TESTING
                        ? "The MTA-STS policy is in testing and binds nobody. DANE decides, host by host."
                        : "The MTA-STS policy has mode none: as if there were none. DANE decides, host by host.";
        };
    }

    private static String sentence(String text) {
        return text.endsWith(".") ? text : text + ".";
    }
}
