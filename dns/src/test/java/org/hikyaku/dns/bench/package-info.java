/** Validation speed beside Unbound's: run by {@code bench/dns-validation}, not as a test. */
@NullMarked
package org.hikyaku.dns.bench;

import org.jspecify.annotations.NullMarked;
