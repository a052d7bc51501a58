@NullMarked
package org.hikyaku.tlsrpt.send;

import org.jspecify.annotations.NullMarked;
