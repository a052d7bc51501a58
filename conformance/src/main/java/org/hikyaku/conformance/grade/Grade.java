package org.hikyaku.conformance.grade;

import java.util.List;

/**
 * The conformance of one sender.
 *
 * @param areas a score for each area
 * @param rules every rule that can be seen from outside, in order
 * @param cases every case, in the order of the catalogue
 * @param sessions how many connections the mail servers saw
 * @param inClear how many mails were offered in clear, wherever that was
 * @param reports the TLS reports that came
 */
public record Grade(
        List<Score> areas,
        List<RuleResult> rules,
        List<CaseResult> cases,
        int sessions,
        int inClear,
        List<ReportSeen> reports) {

    public Grade {
        areas = List.copyOf(areas);
        rules = List.copyOf(rules);
        cases = List.copyOf(cases);
        reports = List.copyOf(reports);
    }

    /**
     * How one area came out.
     *
     * @param practised whether the sender does it at all: it held mail back, or said the word, because of it
     */
    public record Score(Area area, boolean practised, int kept, int broken, int notSeen) {
        /** Rules kept of those that were decided, in percent; 0 when none was. */
        public int percent() {
            return kept + broken == 0 ? 0 : 100 * kept / (kept + broken);
        }
    }

    /**
     * A TLS report that came.
     *
     * @param domain the domain of the lab that it came to
     * @param to the address or URL
     * @param sentence what it says, or why it cannot be read
     */
    public record ReportSeen(String domain, String to, String sentence) {}

    /** Whether any rule is broken. */
    public boolean anyBroken() {
        return rules.stream().anyMatch(r -> r.standing() == Standing.BROKEN);
    }

    /** Whether anything at all was decided. */
    public boolean anyDecided() {
        return rules.stream().anyMatch(r -> r.standing() != Standing.NOT_SEEN);
    }
}
