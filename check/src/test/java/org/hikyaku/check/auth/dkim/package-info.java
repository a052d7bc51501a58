@NullMarked
package org.hikyaku.check.auth.dkim;

import org.jspecify.annotations.NullMarked;
