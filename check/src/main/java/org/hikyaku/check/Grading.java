package org.hikyaku.check;

import org.hikyaku.check.grade.Profile;

/**
 * What a grade is made by.
 *
 * @param profile whose lists and points
 * @param probe how servers are measured
 */
public record Grading(Profile profile, ServerProbe probe) {}
