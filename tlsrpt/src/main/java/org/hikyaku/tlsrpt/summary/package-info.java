/** What the reports of a time come to: by domain and day, sender, policy and reason, with what to mend. */
@NullMarked
package org.hikyaku.tlsrpt.summary;

import org.jspecify.annotations.NullMarked;
