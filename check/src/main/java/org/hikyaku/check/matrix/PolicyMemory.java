package org.hikyaku.check.matrix;

import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.time.InstantSource;
import java.util.List;
import java.util.Optional;
import org.hikyaku.dns.Answer;
import org.hikyaku.policy.DomainObservation;
import org.hikyaku.policy.PolicyFetch;
import org.hikyaku.policy.ResultType;
import org.hikyaku.policy.StoredPolicy;
import org.hikyaku.policy.StsCache;
import org.hikyaku.policy.StsFormatException;
import org.hikyaku.policy.StsObservation;
import org.hikyaku.policy.StsProblem;
import org.hikyaku.policy.StsStore;

/** What a sender knows of a domain's MTA-STS policy while somebody keeps the policy host away from it. */
final class PolicyMemory {
    private final DomainObservation observation;
    private final InstantSource clock;
    private final Optional<StoredPolicy> known;

    PolicyMemory(Sender sender, DomainObservation observation, InstantSource clock) {
        this.observation = observation;
        this.clock = clock;
        this.known = sender.knowsPolicy() ? published(observation) : Optional.empty();
    }

    /** The policy that the domain publishes, as a sender keeps it who has just fetched it. */
    private static Optional<StoredPolicy> published(DomainObservation observation) {
        if (!(observation.sts() instanceof StsObservation.InForce inForce)) {
            return Optional.empty();
        }
        byte[] body = (String.join("\r\n", inForce.policy().lines()) + "\r\n").getBytes(StandardCharsets.UTF_8);
        try {
            return Optional.of(StoredPolicy.of(observation.domain(), inForce.id(), inForce.fetched(), body));
        } catch (StsFormatException e) {
            throw new IllegalStateException("the lines of a policy make the policy", e);
        }
    }

    /** @param record what the sender is told for the TXT record */
    StsObservation whenPolicyHostIsBlocked(Answer record) {
        StsStore store = StsStore.inMemory();
        known.ifPresent(store::put);
        return new StsCache(_ -> record, _ -> blocked(), store, clock).observe(observation.domain());
    }

    private PolicyFetch blocked() {
        return new PolicyFetch(
                URI.create("https://mta-sts." + observation.domain().toString(true) + "/.well-known/mta-sts.txt"),
                clock.instant(),
                List.of(),
                Optional.empty(),
                List.of(),
                new PolicyFetch.Result.NotServed(new StsProblem(
                        ResultType.STS_POLICY_FETCH_ERROR,
                        "the attacker of the threat matrix keeps the policy host away")));
    }
}
