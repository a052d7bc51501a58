/**
 * The domain report: promises and outcomes turned into findings, each with what was seen, why it matters, and what
 * mends it. "Could not find out" is a status of its own, never a failure of the domain.
 */
@NullMarked
package org.hikyaku.check;

import org.jspecify.annotations.NullMarked;
