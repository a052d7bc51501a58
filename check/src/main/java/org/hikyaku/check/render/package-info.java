/** Reports as files and streams of other formats. Each renderer takes a report and nothing else. */
@NullMarked
package org.hikyaku.check.render;

import org.jspecify.annotations.NullMarked;
