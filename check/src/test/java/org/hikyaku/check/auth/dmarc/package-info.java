@NullMarked
package org.hikyaku.check.auth.dmarc;

import org.jspecify.annotations.NullMarked;
