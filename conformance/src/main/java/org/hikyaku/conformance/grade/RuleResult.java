package org.hikyaku.conformance.grade;

import java.util.List;

/**
 * What became of one rule.
 *
 * @param rule its number
 * @param title what it says, one sentence
 * @param standing broken when anything broke it; kept when something showed that it is kept
 * @param keptBy the cases that showed it
 * @param brokenBy the cases that broke it
 * @param sentences how they broke it
 */
public record RuleResult(
        String rule,
        String title,
        Standing standing,
        List<String> keptBy,
        List<String> brokenBy,
        List<String> sentences) {

    public RuleResult {
        keptBy = List.copyOf(keptBy);
        brokenBy = List.copyOf(brokenBy);
        sentences = List.copyOf(sentences);
    }

    public Area area() {
        return Area.of(rule);
    }
}
