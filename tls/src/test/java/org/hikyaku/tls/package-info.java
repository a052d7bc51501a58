@NullMarked
package org.hikyaku.tls;

import org.jspecify.annotations.NullMarked;
