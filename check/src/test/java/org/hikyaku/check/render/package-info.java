@NullMarked
package org.hikyaku.check.render;

import org.jspecify.annotations.NullMarked;
