@NullMarked
package org.hikyaku.tls.wire;

import org.jspecify.annotations.NullMarked;
