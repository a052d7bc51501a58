@NullMarked
package org.hikyaku.tlsrpt.summary;

import org.jspecify.annotations.NullMarked;
