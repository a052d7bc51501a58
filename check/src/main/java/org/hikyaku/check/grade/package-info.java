/**
 * Grades for TLS servers: the same facts measured by several authorities' lists.
 *
 * <p>A {@link org.hikyaku.check.grade.Profile} is a data file that names its source and date; the
 * {@link org.hikyaku.check.grade.Grader} knows the subtests. What is not known is not tested, and what is not tested
 * counts neither for nor against.
 */
@NullMarked
package org.hikyaku.check.grade;

import org.jspecify.annotations.NullMarked;
