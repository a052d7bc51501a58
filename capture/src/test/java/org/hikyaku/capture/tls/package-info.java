@NullMarked
package org.hikyaku.capture.tls;

import org.jspecify.annotations.NullMarked;
