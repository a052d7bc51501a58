/** Whole commands against input that means ill: what they say, how they end, how much memory they take. */
@NullMarked
package org.hikyaku.cli.hostile;

import org.jspecify.annotations.NullMarked;
