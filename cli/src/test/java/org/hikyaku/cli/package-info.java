@NullMarked
package org.hikyaku.cli;

import org.jspecify.annotations.NullMarked;
