/** The command {@code hikyaku}: arguments, terminal, exit codes. */
@NullMarked
package org.hikyaku.cli;

import org.jspecify.annotations.NullMarked;
