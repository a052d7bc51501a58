package org.hikyaku.check.auth.spf;

import java.util.List;
import java.util.Optional;
import org.hikyaku.check.auth.spf.SpfProblem.Kind;
import org.xbill.DNS.Name;

/**
 * What the SPF records of a domain come to for a sender that nothing matches.
 *
 * @param domain whose mail it is about
 * @param selection the domain's own record
 * @param problems in the order of reading
 * @param lookups terms that cause look-ups, nested ones included (RFC 7208 section 4.6.4)
 * @param costs what each of the domain's own terms adds to the look-ups, in order
 * @param voids look-ups that find nothing, for every sender
 * @param ending what is said of a sender that nothing matches; empty when that is not known
 */
public record SpfReport(
        Name domain,
        SpfSelection selection,
        List<SpfProblem> problems,
        int lookups,
        List<Cost> costs,
        int voids,
        Optional<Ending> ending) {

    public SpfReport {
        problems = List.copyOf(problems);
        costs = List.copyOf(costs);
    }

    /** Look-ups that one term of the domain's own record causes. */
    public record Cost(String term, int lookups) {}

    /**
     * How reading ends.
     *
     * @param qualifier of the {@code all}, or neutral when there is none
     * @param all whether an {@code all} says so
     * @param domain in whose record
     */
    public record Ending(Qualifier qualifier, boolean all, Name domain) {}

    public List<SpfProblem> problems(Kind kind) {
        return problems.stream().filter(p -> p.kind() == kind).toList();
    }

    public boolean has(Kind kind) {
        return problems.stream().anyMatch(p -> p.kind() == kind);
    }

    /** Whether receivers come to "permerror", whoever sends. */
    public boolean isPermanentError() {
        return problems.stream().anyMatch(p -> p.kind().isPermanentError());
    }
}
