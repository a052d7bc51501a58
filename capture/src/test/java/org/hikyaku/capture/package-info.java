@NullMarked
package org.hikyaku.capture;

import org.jspecify.annotations.NullMarked;
