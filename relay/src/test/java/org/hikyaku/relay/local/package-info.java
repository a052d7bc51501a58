@NullMarked
package org.hikyaku.relay.local;

import org.jspecify.annotations.NullMarked;
