@NullMarked
package org.hikyaku.check.auth.spf;

import org.jspecify.annotations.NullMarked;
