@NullMarked
package org.hikyaku.conformance.serve;

import org.jspecify.annotations.NullMarked;
