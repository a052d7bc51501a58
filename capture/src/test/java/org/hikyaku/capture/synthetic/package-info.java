@NullMarked
package org.hikyaku.capture.synthetic;

import org.jspecify.annotations.NullMarked;
