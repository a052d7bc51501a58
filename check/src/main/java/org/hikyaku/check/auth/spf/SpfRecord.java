package org.hikyaku.check.auth.spf;

import java.util.List;
import java.util.Optional;

/**
 * One SPF record, read.
 *
 * @param text as published
 * @param terms those that keep to the grammar, in order
 * @param faults those that do not; any one makes the whole record a "permerror" (RFC 7208 section 4.6)
 */
public record SpfRecord(String text, List<SpfTerm> terms, List<SpfFault> faults) {
    public SpfRecord {
        terms = List.copyOf(terms);
        faults = List.copyOf(faults);
    }

    /** The {@code all} that decides, the first. */
    public Optional<SpfTerm.All> all() {
        return terms.stream()
                .filter(SpfTerm.All.class::isInstance)
                .map(SpfTerm.All.class::cast)
                .findFirst();
    }

    public Optional<SpfTerm.Redirect> redirect() {
        return terms.stream()
                .filter(SpfTerm.Redirect.class::isInstance)
                .map(SpfTerm.Redirect.class::cast)
                .findFirst();
    }

    /** Mechanisms behind {@code all}, which are never looked at (RFC 7208 section 5.1). */
    public List<SpfTerm> afterAll() {
        return all().map(all -> terms.stream()
                        .filter(t -> t instanceof SpfTerm.Mechanism)
                        .filter(t -> t.place().position() > all.place().position())
                        .toList())
                .orElse(List.of());
    }

    /** What an evaluation comes to when nothing matches before: the mechanisms up to {@code all}. */
    List<SpfTerm.Mechanism> evaluated() {
        int end = all().map(a -> a.place().position()).orElse(Integer.MAX_VALUE);
        return terms.stream()
                .filter(SpfTerm.Mechanism.class::isInstance)
                .map(SpfTerm.Mechanism.class::cast)
                .filter(m -> m.place().position() < end)
                .toList();
    }
}
