@NullMarked
package org.hikyaku.capture.file;

import org.jspecify.annotations.NullMarked;
