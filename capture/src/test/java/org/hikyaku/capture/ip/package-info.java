@NullMarked
package org.hikyaku.capture.ip;

import org.jspecify.annotations.NullMarked;
