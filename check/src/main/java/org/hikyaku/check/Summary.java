package org.hikyaku.check;

import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;
import org.hikyaku.check.Evidence.AddressEvidence;
import org.hikyaku.check.Evidence.HostEvidence;
import org.hikyaku.check.matrix.Attacker;
import org.hikyaku.check.matrix.Cell;
import org.hikyaku.check.matrix.Sender;
import org.hikyaku.check.matrix.State;
import org.hikyaku.check.matrix.ThreatMatrix;
import org.hikyaku.policy.DeliveryPlan.Cause;
import org.hikyaku.policy.DeliveryPlan.Requirement;
import org.hikyaku.policy.Route;
import org.hikyaku.policy.Verdict;
import org.hikyaku.smtp.SessionOutcome.NotReached;

/** A report in one or two sentences, for people who read no more. Read off the verdicts and the
 * threat matrix. */
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
            case Route.Hosts _ ->
                report.matrix()
                        .map(m -> ofHosts(report.evidence(), m))
                        .orElse("What attackers could do was not looked at.");
        };
    }

    private static String ofHosts(Evidence evidence, ThreatMatrix matrix) {
        List<String> sentences = new ArrayList<>();
        boolean nobody = attempts(evidence).allMatch(a -> a.outcome() instanceof NotReached);
        sentences.add(
                nobody
                        ? "No server could be reached, so only the promises were looked at."
                        : listeners(matrix.cell(Sender.OPPORTUNISTIC, Attacker.LISTENER)));
        refused(evidence).ifPresent(sentences::add);
        sentences.addAll(attackers(matrix));
        return String.join(" ", sentences);
    }

    private static String listeners(Cell cell) {
        String where = cell.host().map(h -> " at " + h).orElse("");
        return switch (cell.state()) {
            case DELIVERED -> "Mail is encrypted against those who only listen.";
            case EXPOSED, REPORTED -> "Everybody on the way can read the mail: TLS is not to be had" + where + ".";
            case HELD_BACK, NOT_KNOWN -> "What a mere listener reads" + where + " is not known.";
        };
    }

    /** Today, without any attack. */
    private static Optional<String> refused(Evidence evidence) {
        Set<String> refused = new LinkedHashSet<>();
        for (HostEvidence host : evidence.hosts()) {
            boolean notUsed = host.requirement() instanceof Requirement.DoNotUse not && not.cause() != Cause.NO_ADDRESS;
            if (notUsed || host.addresses().stream().anyMatch(a -> a.verdict() instanceof Verdict.Refused)) {
                refused.add(host.name());
            }
        }
        return refused.isEmpty()
                ? Optional.empty()
                : Optional.of("Senders that keep to what is promised do not deliver to " + Words.list(refused) + ".");
    }

    private static List<String> attackers(ThreatMatrix matrix) {
        List<String> sentences = new ArrayList<>();
        boolean dane = holds(matrix, Sender.DANE);
        boolean sts = holds(matrix, Sender.STS_KNOWN);
        boolean both = holds(matrix, Sender.BOTH);
        if (dane) {
            sentences.add(says("Senders that check DANE", matrix.row(Sender.DANE)));
        }
        if (sts) {
            sentences.add(says("Senders that know the MTA-STS policy", matrix.row(Sender.STS_KNOWN)));
        }
        if (both && dane && sts && !weak(matrix.row(Sender.DANE)).isEmpty()) {
            sentences.add(says("Those that check both", matrix.row(Sender.BOTH)));
        }
        if (matrix.cell(Sender.STS_KNOWN, Attacker.STARTTLS_STRIPPED).state() == State.REPORTED) {
            sentences.add("Senders that know the MTA-STS policy deliver to an attacker all the same, and report it"
                    + " (S12).");
        }
        sentences.add(
                dane || sts
                        ? "All others can be made to send in clear or to an impostor."
                        : "Nothing obliges senders to check who answers: an attacker on the way can strip TLS or pose as"
                                + " the server.");
        return sentences;
    }

    /** Whether a promise binds this sender at all: TLS cannot be stripped. */
    private static boolean holds(ThreatMatrix matrix, Sender sender) {
        return matrix.cell(sender, Attacker.STARTTLS_STRIPPED).state() == State.HELD_BACK;
    }

    private static String says(String who, List<Cell> row) {
        List<String> weak = weak(row);
        return who
                + (weak.isEmpty() ? " lose nothing to an attacker." : " lose mail only to " + Words.list(weak) + ".");
    }

    private static List<String> weak(List<Cell> row) {
        return row.stream()
                .filter(c -> c.attacker() != Attacker.LISTENER && c.state().isExposed())
                .map(c -> noun(c.attacker()))
                .toList();
    }

    private static String noun(Attacker attacker) {
        return switch (attacker) {
            case LISTENER -> "listeners";
            case STARTTLS_STRIPPED -> "those who strip STARTTLS";
            case HANDSHAKE_BROKEN -> "those who break handshakes";
            case DNS_FORGED -> "forgers of DNS";
            case ROGUE_CA -> "rogue certificate authorities";
            case FAKE_SERVER -> "fake servers";
        };
    }

    private static Stream<AddressEvidence> attempts(Evidence evidence) {
        return evidence.hosts().stream().flatMap(h -> h.addresses().stream());
    }
}
