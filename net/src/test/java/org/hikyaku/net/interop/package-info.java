/** Real web servers on loopback for interoperability tests: nginx as installed on this machine, ended with the test. */
@NullMarked
package org.hikyaku.net.interop;

import org.jspecify.annotations.NullMarked;
