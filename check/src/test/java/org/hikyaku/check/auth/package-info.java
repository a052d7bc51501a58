@NullMarked
package org.hikyaku.check.auth;

import org.jspecify.annotations.NullMarked;
