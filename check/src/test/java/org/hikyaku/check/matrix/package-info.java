@NullMarked
package org.hikyaku.check.matrix;

import org.jspecify.annotations.NullMarked;
