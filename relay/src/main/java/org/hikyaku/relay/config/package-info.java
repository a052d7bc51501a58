/**
 * The relay's one configuration file. It is YAML, read strictly: a key that nobody knows, a value of the wrong kind, a
 * number without its unit or out of its range is a fault with file, line and column and with what would be right, and
 * all faults of a file are told at once. What is not written has the default that {@code docs/relay.md} gives; a test
 * holds that page and this package together. Secrets never stand in the file: it names files that hold them, and those
 * must not be readable by everybody.
 */
@NullMarked
package org.hikyaku.relay.config;

import org.jspecify.annotations.NullMarked;
