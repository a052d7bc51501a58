package org.hikyaku.policy;

import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Optional;
import org.hikyaku.dns.Answer;
import org.hikyaku.dns.Content;
import org.hikyaku.dns.Failure;
import org.hikyaku.dns.Question;
import org.hikyaku.policy.DeliveryPlan.Requirement;
import org.xbill.DNS.Name;
import org.xbill.DNS.Type;

/** Observations and plans in few words. */
public final class Observed {
    public static final Instant NOW = Instant.parse("2026-11-22T00:00:00Z");
    public static final InstantSource CLOCK = InstantSource.fixed(NOW);
    public static final Name DOMAIN = Zone.name("dom.example");

    /** Digests of nothing in particular. */
    public static final String SHA256 = "00112233445566778899aabbccddeeff00112233445566778899aabbccddeeff";

    public static final String SHA512 = SHA256 + SHA256;

    private Observed() {}

    public static StsObservation noPolicy() {
        return new StsObservation.NoPolicy(txt(), StsObservation.NoPolicy.Reason.ABSENT, "There is none.");
    }

    public static Answer txt() {
        return Zone.definite(
                true,
                new Question(Zone.name("_mta-sts.dom.example"), Type.TXT),
                new Content.NoData(List.of(), java.time.Duration.ofMinutes(5)));
    }

    public static Answer txtFailed() {
        return new Answer.Failed(
                new Question(Zone.name("_mta-sts.dom.example"), Type.TXT),
                new Failure(Failure.Kind.TIMEOUT, "No answer."));
    }

    public static StsObservation inForce(StsPolicy policy) {
        return new StsObservation.InForce(
                txt(), policy, "id1", NOW.minusSeconds(60), Optional.empty(), Optional.empty());
    }

    public static StsPolicy policy(StsPolicy.Mode mode, String... mx) {
        StringBuilder text = new StringBuilder("version: STSv1\r\nmode: " + mode.token() + "\r\n");
        for (String pattern : mx) {
            text.append("mx: ").append(pattern).append("\r\n");
        }
        text.append("max_age: 604800\r\n");
        try {
            return StsPolicyParser.parse(text.toString().getBytes(java.nio.charset.StandardCharsets.UTF_8))
                    .policy();
        } catch (StsFormatException e) {
            throw new IllegalArgumentException(e);
        }
    }

    public static DomainObservation of(Zone zone, StsObservation sts) {
        return of(zone, DOMAIN, sts);
    }

    public static DomainObservation of(Zone zone, Name domain, StsObservation sts) {
        return new Observer(zone, d -> sts, CLOCK).observe(domain, 25);
    }

    public static Route route(Zone zone, StsObservation sts, Demand demand) {
        return new Planner(PlannerOptions.defaults()).plan(of(zone, sts), demand);
    }

    public static Route route(Zone zone) {
        return route(zone, noPolicy(), Demand.ORDINARY);
    }

    /** The only host's plan. */
    public static DeliveryPlan plan(Zone zone, StsObservation sts, Demand demand) {
        Route.Hosts hosts = (Route.Hosts) route(zone, sts, demand);
        if (hosts.hosts().size() != 1) {
            throw new IllegalStateException("not one host: " + hosts);
        }
        return hosts.hosts().getFirst().plan();
    }

    public static DeliveryPlan plan(Zone zone) {
        return plan(zone, noPolicy(), Demand.ORDINARY);
    }

    /** What a requirement is called in the tables of these tests. */
    public static String kind(DeliveryPlan plan) {
        return switch (plan.requirement()) {
            case Requirement.Opportunistic _ -> "opportunistic";
            case Requirement.Encrypt _ -> "encrypt";
            case Requirement.Dane _ -> "dane";
            case Requirement.StsPkix _ -> "sts";
            case Requirement.Both _ -> "both";
            case Requirement.VerifiedName _ -> "name";
            case Requirement.Configured configured -> configured.level().token();
            case Requirement.DoNotUse not -> "refuse " + not.refusal().rule();
        };
    }
}
