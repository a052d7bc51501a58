@NullMarked
package org.hikyaku.check.auth.caa;

import org.jspecify.annotations.NullMarked;
