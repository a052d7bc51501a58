@NullMarked
package org.hikyaku.net.poll;

import org.jspecify.annotations.NullMarked;
