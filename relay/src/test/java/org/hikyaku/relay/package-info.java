@NullMarked
package org.hikyaku.relay;

import org.jspecify.annotations.NullMarked;
