@NullMarked
package org.hikyaku.tlsrpt;

import org.jspecify.annotations.NullMarked;
