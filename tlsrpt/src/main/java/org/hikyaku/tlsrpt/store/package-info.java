/** The small database under counted sessions and received reports: SQLite, or PostgreSQL when several relays share it. */
@NullMarked
package org.hikyaku.tlsrpt.store;

import org.jspecify.annotations.NullMarked;
