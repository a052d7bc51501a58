package org.hikyaku.conformance.grade;

import java.util.List;

/**
 * What became of one case.
 *
 * @param subject the case
 * @param standing kept: the sender did right, and that shows something; broken: it did wrong
 * @param findings what it did wrong
 * @param story what was seen, sentence by sentence
 * @param sessions how many connections there were
 * @param delivered whether the mail was handed over to a server that may have it
 */
public record CaseResult(
        Case subject, Standing standing, List<Finding> findings, List<String> story, int sessions, boolean delivered) {

    public CaseResult {
        findings = List.copyOf(findings);
        story = List.copyOf(story);
    }
}
