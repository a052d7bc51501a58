/**
 * The command {@code hikyaku}: arguments, terminal, exit codes.
 *
 * <p>{@link org.hikyaku.cli.Hikyaku} holds the subcommands; each is one class {@code XxxCommand} that takes the
 * {@link org.hikyaku.cli.Environment} through its constructor, so that tests and the demo run it on another network,
 * clock and terminal. A command returns an {@link org.hikyaku.cli.ExitCode}, and throws
 * {@link org.hikyaku.cli.UsageException} for a mistake in the call and {@link org.hikyaku.cli.UndecidedException} when
 * it could not find out; both become one sentence on standard error.
 */
@NullMarked
package org.hikyaku.cli;

import org.jspecify.annotations.NullMarked;
