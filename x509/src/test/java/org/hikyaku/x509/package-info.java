@NullMarked
package org.hikyaku.x509;

import org.jspecify.annotations.NullMarked;
