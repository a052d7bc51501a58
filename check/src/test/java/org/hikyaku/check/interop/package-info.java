/**
 * Whole checks against real servers: BIND's tools sign a small Internet, NSD serves it, Unbound validates it, Postfix
 * receives, nginx serves policies; Unbound and a sending Postfix say what is right.
 */
@NullMarked
package org.hikyaku.check.interop;

import org.jspecify.annotations.NullMarked;
