@NullMarked
package org.hikyaku.relay.queue;

import org.jspecify.annotations.NullMarked;
