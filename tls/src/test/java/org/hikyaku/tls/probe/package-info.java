@NullMarked
package org.hikyaku.tls.probe;

import org.jspecify.annotations.NullMarked;
