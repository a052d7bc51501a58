package org.hikyaku.conformance.grade;

/**
 * One thing that a sender did wrong.
 *
 * @param deviation what kind of thing
 * @param rule the rule that it breaks
 * @param sentence what was seen, for people
 */
public record Finding(Deviation deviation, String rule, String sentence) {}
