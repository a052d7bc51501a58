@NullMarked
package org.hikyaku.mail.dkim;

import org.jspecify.annotations.NullMarked;
