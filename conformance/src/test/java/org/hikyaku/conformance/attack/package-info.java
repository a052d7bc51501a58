@NullMarked
package org.hikyaku.conformance.attack;

import org.jspecify.annotations.NullMarked;
