@NullMarked
package org.hikyaku.relay.filter;

import org.jspecify.annotations.NullMarked;
