@NullMarked
package org.hikyaku.tlsrpt.receive;

import org.jspecify.annotations.NullMarked;
