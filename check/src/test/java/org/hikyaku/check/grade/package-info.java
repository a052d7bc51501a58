@NullMarked
package org.hikyaku.check.grade;

import org.jspecify.annotations.NullMarked;
