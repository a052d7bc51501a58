package org.hikyaku.check;

import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;
import org.hikyaku.check.Evidence.AddressEvidence;
import org.hikyaku.check.Evidence.HostEvidence;
import org.hikyaku.policy.DeliveryPlan.Cause;
import org.hikyaku.policy.DeliveryPlan.Requirement;
import org.hikyaku.policy.Route;
import org.hikyaku.policy.Verdict;
import org.hikyaku.smtp.SessionOutcome.Established;
import org.hikyaku.smtp.SessionOutcome.NotReached;

/** A report in one or two sentences, for people who read no more. Read off the verdicts. */
public final class Summary {
    private Summary() {}

    public static String of(DomainReport report) {
        if (report.findings().stream().anyMatch(f -> f.id() == FindingId.CHECK_FAILED)) {
            return "The check broke off, so nothing is known of the domain.";
        }
        return switch (report.evidence().route()) {
            case Route.NoMail noMail -> noMail.why();
            case Route.Unknown unknown ->
                Answers.faultOfTheDomain(unknown.cause())
                        ? "Where mail to the domain goes cannot be known, so it waits."
                        : "Where mail to the domain goes could not be found out from here. That says nothing about the"
                                + " domain.";
            case Route.Hosts _ -> ofHosts(report.evidence());
        };
    }

    private static String ofHosts(Evidence evidence) {
        List<AddressEvidence> reached = attempts(evidence)
                .filter(a -> !(a.outcome() instanceof NotReached))
                .toList();
        List<String> sentences = new ArrayList<>();
        long encrypted =
                reached.stream().filter(a -> a.outcome() instanceof Established).count();
        if (reached.isEmpty()) {
            sentences.add("No server could be reached, so only the promises were looked at.");
        } else if (encrypted == reached.size()) {
            sentences.add("Mail is encrypted against those who only listen.");
        } else {
            sentences.add(
                    "Everybody on the way can read mail to " + (reached.size() - encrypted) + " of " + reached.size()
                            + (reached.size() == 1 ? " address" : " addresses") + ": TLS is not to be had there.");
        }
        sentences.addAll(authentication(evidence));
        return String.join(" ", sentences);
    }

    private static List<String> authentication(Evidence evidence) {
        Set<String> refused = new LinkedHashSet<>();
        Set<String> proved = new LinkedHashSet<>();
        Set<String> unproved = new LinkedHashSet<>();
        for (HostEvidence host : evidence.hosts()) {
            if (host.requirement() instanceof Requirement.DoNotUse not) {
                if (not.cause() != Cause.NO_ADDRESS) {
                    refused.add(host.name());
                }
            } else if (host.addresses().stream().anyMatch(a -> a.verdict() instanceof Verdict.Refused)) {
                refused.add(host.name());
            } else if (host.addresses().stream().anyMatch(a -> a.verdict() instanceof Verdict.Authenticated)) {
                proved.add(host.name());
            } else if (host.addresses().stream().anyMatch(a -> a.verdict() instanceof Verdict.Unauthenticated)) {
                unproved.add(host.name());
            }
        }
        List<String> sentences = new ArrayList<>();
        if (!refused.isEmpty()) {
            sentences.add("Senders that keep to what is promised do not deliver to " + Words.list(refused) + ".");
        }
        if (!proved.isEmpty()) {
            sentences.add(
                    refused.isEmpty() && unproved.isEmpty()
                            ? "Every server that answers proves who it is, as the domain promises."
                            : Words.list(proved)
                                    + (proved.size() == 1 ? " proves who it is." : " prove who they are."));
        }
        if (!unproved.isEmpty()) {
            sentences.add("Nothing obliges senders to check who answers"
                    + (proved.isEmpty() && refused.isEmpty() ? "" : " at " + Words.list(unproved))
                    + ": an attacker on the way can strip TLS or pose as the server.");
        }
        return sentences;
    }

    private static Stream<AddressEvidence> attempts(Evidence evidence) {
        return evidence.hosts().stream().flatMap(h -> h.addresses().stream());
    }
}
