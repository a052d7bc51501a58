package org.hikyaku.check.auth.spf;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;

/** The record that a domain should have published: the same intent, by the grammar. */
public final class SpfRepair {
    /** What a domain says that sends no mail (RFC 7208 section 10.1.2 in effect). */
    public static final String SENDS_NOTHING = "v=spf1 -all";

    private SpfRepair() {}

    /**
     * The record mended as far as can be told from it alone: mistyped terms as they were meant, wrong ones left out, what
     * is never looked at left out, each term once, and an end.
     */
    public static String mended(SpfRecord record) {
        return text(terms(record), record.redirect().map(r -> r.place().text()), ending(record));
    }

    /** One record out of several, with the strictest end that any of them has. */
    public static String merged(List<SpfRecord> records) {
        Set<String> terms = new LinkedHashSet<>();
        records.forEach(r -> terms.addAll(terms(r)));
        Optional<String> redirect = records.stream()
                .flatMap(r -> r.redirect().stream())
                .map(r -> r.place().text())
                .findFirst();
        Optional<Qualifier> ending = records.stream()
                .flatMap(r -> r.all().stream())
                .map(SpfTerm.All::qualifier)
                .min(Comparator.comparingInt(SpfRepair::strictness));
        return text(terms, redirect, ending);
    }

    private static int strictness(Qualifier qualifier) {
        return switch (qualifier) {
            case FAIL -> 0;
            case SOFTFAIL -> 1;
            case NEUTRAL -> 2;
            case PASS -> 3;
        };
    }

    private static Optional<Qualifier> ending(SpfRecord record) {
        return record.all().map(SpfTerm.All::qualifier);
    }

    /** Terms before the end, in the order of the record, each once. */
    private static Set<String> terms(SpfRecord record) {
        int end = record.all().map(a -> a.place().position()).orElse(Integer.MAX_VALUE);
        Map<Integer, String> byPosition = new TreeMap<>();
        record.terms().stream()
                .filter(t -> !(t instanceof SpfTerm.All)
                        && !(t instanceof SpfTerm.Redirect)
                        && !(t instanceof SpfTerm.Unknown))
                .filter(t -> t.place().position() < end || t instanceof SpfTerm.Explanation)
                .forEach(t -> byPosition.put(t.place().position(), t.place().text()));
        record.faults().stream()
                .filter(f -> f.term().position() < end)
                .forEach(f -> f.meant()
                        .filter(m -> !m.isEmpty()
                                && SpfParser.parse(SpfParser.VERSION + " " + m)
                                        .faults()
                                        .isEmpty())
                        .ifPresent(m -> byPosition.put(f.term().position(), m)));
        return new LinkedHashSet<>(byPosition.values());
    }

    private static String text(Set<String> terms, Optional<String> redirect, Optional<Qualifier> ending) {
        List<String> all = new ArrayList<>(List.of(SpfParser.VERSION));
        all.addAll(terms);
        boolean closed = ending.filter(q -> q == Qualifier.FAIL || q == Qualifier.SOFTFAIL)
                .isPresent();
        if (closed) {
            all.add(ending.get().sign() + "all");
        } else if (redirect.isPresent() && ending.isEmpty()) {
            all.add(redirect.get());
        } else {
            all.add("~all");
        }
        return String.join(" ", all);
    }
}
