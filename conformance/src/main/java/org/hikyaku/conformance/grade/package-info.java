/**
 * Grades a sending mail server by what it was seen to do in the lab: rule by rule kept, broken, or not seen.
 *
 * <p>The judgement is a pure function: {@link org.hikyaku.conformance.grade.Grader} takes the catalogue's cases and the
 * sightings of a run. What each domain decides stands in {@link org.hikyaku.conformance.grade.CaseBook}, by hand.
 */
@NullMarked
package org.hikyaku.conformance.grade;

import org.jspecify.annotations.NullMarked;
