@NullMarked
package org.hikyaku.relay.config;

import org.jspecify.annotations.NullMarked;
