@NullMarked
package org.hikyaku.capture.talk;

import org.jspecify.annotations.NullMarked;
