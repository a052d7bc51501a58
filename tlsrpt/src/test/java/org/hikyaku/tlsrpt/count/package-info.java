@NullMarked
package org.hikyaku.tlsrpt.count;

import org.jspecify.annotations.NullMarked;
