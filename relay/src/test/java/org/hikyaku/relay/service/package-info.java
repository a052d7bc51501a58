@NullMarked
package org.hikyaku.relay.service;

import org.jspecify.annotations.NullMarked;
