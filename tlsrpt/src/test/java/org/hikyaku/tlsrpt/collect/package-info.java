@NullMarked
package org.hikyaku.tlsrpt.collect;

import org.jspecify.annotations.NullMarked;
