@NullMarked
package org.hikyaku.relay.schedule;

import org.jspecify.annotations.NullMarked;
