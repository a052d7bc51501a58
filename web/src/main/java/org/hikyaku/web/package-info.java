/** Pages over what the other rooms know, rendered here without scripts, and the HTTPS endpoint for posted TLS reports. */
@NullMarked
package org.hikyaku.web;

import org.jspecify.annotations.NullMarked;
